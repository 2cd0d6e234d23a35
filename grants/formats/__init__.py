"""How dates and moments are written, by language."""
