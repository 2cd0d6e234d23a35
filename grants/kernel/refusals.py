"""The two ways of saying no to what was asked: a refusal, and the problems of what was given."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


class Refusal(Exception):
    """An action that will not be done, with the reason as a sentence and a stable code."""

    def __init__(self, reason: str, *, code: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True)
class Problem:
    """Something in a file or form that cannot be read or cannot be right, and where it stands.

    ``file`` is its name as given, ``row`` counts from 1 with the heading as row 1, ``column`` is the
    heading. A part that does not apply is None.
    """

    message: str
    file: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = [part for part in (self.file, self.row and f"row {self.row}", self.column) if part]
        return f"{', '.join(place)}: {self.message}" if place else self.message

    def as_dict(self) -> dict[str, Any]:
        """The problem as plain values, for JSON."""
        return asdict(self)


class Unreadable(Exception):
    """What was given cannot be used; nothing was written. Carries every problem found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
