"""The reports that can be drawn, one module each."""
