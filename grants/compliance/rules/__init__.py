"""The rules, a module for each subject. A rule returns the rows of the books that break it."""
