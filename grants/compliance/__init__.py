"""The law as numbers, the rules that judge the books by it, and the findings that come of it."""
