"""How grave a breach of a rule is."""

from enum import IntEnum


class Severity(IntEnum):
    """How grave a breach is.

    What blocks is refused; an error must be corrected or waived; a warning needs a reason; a note needs
    nothing.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3
    BLOCK = 4
