"""What is wrong in a workbook: each problem once, with the sheet, its cells and what to do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

MOST_PLACES = 60
MOST_MESSAGES = 40


class Severity(StrEnum):
    """How much a problem weighs: errors must be fixed, warnings acknowledged, notes only told."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Found:
    """A problem of a workbook, and where it stands.

    ``cells`` reads ``C5, C7 to C9``: one problem for the same thing in many cells; empty when it is about
    the sheet or the file as a whole, whose ``sheet`` is then empty too. ``fix`` says what to do. ``rule``
    is a stable code.
    """

    severity: Severity
    sheet: str
    cells: str
    message: str
    fix: str
    rule: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.sheet, self.cells) if part)
        return ": ".join(part for part in (self.severity.value, place, f"{self.message} {self.fix}") if part)

    def as_dict(self) -> dict[str, str]:
        """The problem as plain values, for JSON."""
        return asdict(self) | {"severity": self.severity.value}


class Collected:
    """Problems as they are met; the same one in other cells of a column is told once."""

    def __init__(self) -> None:
        self._cells: dict[tuple[Severity, str, str, str, str, str], list[str]] = {}
        self._messages: dict[tuple[str, str, str], int] = {}

    def add(
        self, severity: Severity, sheet: str, cells: Iterable[str], message: str, fix: str, rule: str
    ) -> None:
        """Note a problem at cells such as ``C5``; with none it is about the sheet or file as a whole.

        After forty different messages of one rule in one column, the rest share a message of their own.
        """
        cells = list(cells)
        column = cells[0].rstrip("0123456789") if cells else ""
        key = (severity, sheet, column, message, fix, rule)
        if key not in self._cells:
            kind = (sheet, column, rule)
            self._messages[kind] = self._messages.get(kind, 0) + 1
            if self._messages[kind] > MOST_MESSAGES:
                key = (
                    severity,
                    sheet,
                    column,
                    "There are more cells with a problem of this kind.",
                    fix,
                    rule,
                )
        self._cells.setdefault(key, []).extend(cells)

    def found(self) -> tuple[Found, ...]:
        """All problems: errors first, then in the order in which they were met."""
        all_of_them = [
            Found(severity, sheet, written(cells), message, fix, rule)
            for (severity, sheet, _, message, fix, rule), cells in self._cells.items()
        ]
        return tuple(sorted(all_of_them, key=lambda problem: list(Severity).index(problem.severity)))


def written(cells: Iterable[str]) -> str:
    """Cells as people read them: ``C5, C7 to C9``. Beyond sixty places, says how many more there are."""
    by_column: dict[str, set[int]] = {}
    for cell in cells:
        column = cell.rstrip("0123456789")
        by_column.setdefault(column, set()).add(int(cell[len(column) :]))
    places = [place for column, rows in by_column.items() for place in _runs(column, sorted(rows))]
    if len(places) > MOST_PLACES:
        places[MOST_PLACES:] = [f"and {len(places) - MOST_PLACES} more places"]
    return ", ".join(places)


def _runs(column: str, rows: list[int]) -> Iterator[str]:
    """Rows of one column, with neighbours drawn together."""
    first = last = rows[0]
    for row in [*rows[1:], 0]:
        if row == last + 1:
            last = row
            continue
        yield f"{column}{first}" if first == last else f"{column}{first} to {column}{last}"
        first = last = row


def cells_in(text: str) -> Iterator[str]:
    """The cells that a text such as ``C5, C7 to C9`` names, one by one."""
    for column, first, last in re.findall(r"([A-Z]+)(\d+)(?: to [A-Z]+(\d+))?", text):
        for row in range(int(first), int(last or first) + 1):
            yield f"{column}{row}"
