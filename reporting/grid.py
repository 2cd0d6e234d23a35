"""The columns of a table on paper: how wide each is, and how its cells are cut into lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reporting.blocks import (
    Column,
    Row,
)
from reporting.lettering import REGULAR, STRONG, broken, letters, width_of, written

GAP = 10.0
_RESERVED = {"dollars": "-9,999,999.99", "count": "99,999", "share": "100.0%", "date": "00/00/0000"}


@dataclass(frozen=True)
class Style:
    """Letters of a table: their size, from line to line, and above and below each row; in points."""

    size: float
    leading: float
    pad: float


FIGURES, LEDGER, FACTS = Style(8.5, 10.5, 2.75), Style(7.5, 9.25, 1.75), Style(9.0, 11.5, 2.5)


@dataclass(frozen=True)
class Laid:
    """A row ready to draw: the lines of each cell."""

    cells: list[list[str]]
    kind: str
    indent: float
    height: float


class Grid:
    """The columns of a table within a width: where each begins, and how its cells are cut into lines."""

    def __init__(self, columns: Sequence[Column], sample: Iterable[Row], style: Style, width: float) -> None:
        self.columns, self.style = columns, style
        self._widest, self._longest = self._measured(list(sample))
        self.widths = self._shared(width)
        self.lefts = [sum(self.widths[:n]) + GAP * n for n in range(len(columns))]

    @property
    def least(self) -> float:
        """The least width that holds every figure on its line and every text in a readable column."""
        return sum(self._longest) + GAP * (len(self.columns) - 1)

    def laid(self, row: Row) -> Laid:
        """The row with its text cut into the widths of the columns; figures stay on one line."""
        name = REGULAR if row.kind == "line" else STRONG
        indent, size = 9.0 * row.level, self.style.size
        if row.kind == "section":
            room = self.lefts[-1] + self.widths[-1]
            cells = [
                broken(written(self.columns[0], row.cells[0]), name, size, room),
                *[[""]] * (len(row.cells) - 1),
            ]
            return self.sized(cells, row.kind, indent)
        cells = []
        for place, (column, value, room) in enumerate(zip(self.columns, row.cells, self.widths, strict=True)):
            text = written(column, value)
            if column.is_figure:
                cells.append([letters(text, name)])
            else:
                cells.append(broken(text, name, size, room - (0 if place else indent)))
        return self.sized(cells, row.kind, indent)

    def headings(self) -> Laid:
        """The row of headings."""
        cells = [
            broken(column.heading, STRONG, self.style.size - 0.5, room)
            for column, room in zip(self.columns, self.widths, strict=True)
        ]
        return self.sized(cells, "heading", 0)

    def sized(self, cells: list[list[str]], kind: str, indent: float) -> Laid:
        """A row of cells that are cut already, with the height they take."""
        lines = max(map(len, cells))
        above = 5.0 if kind == "section" else 0.0
        return Laid(cells, kind, indent, lines * self.style.leading + 2 * self.style.pad + above)

    def _measured(self, sample: list[Row]) -> tuple[list[float], list[float]]:
        """Of each column the width that its widest cell would like, and the least it can do with."""
        widest, longest, size = [], [], self.style.size
        for place, column in enumerate(self.columns):
            texts = [letters(written(column, row.cells[place])) for row in sample if row.kind != "section"]
            indents = [9.0 * row.level for row in sample if row.kind != "section"] if place == 0 else [0.0]
            words = max(width_of(word, STRONG, size) for word in column.heading.split() or [""])
            if column.kind == "text":
                heading = width_of(column.heading, STRONG, size)
                wish = max([0.0, *indents]) + max(
                    [heading, *(width_of(text, STRONG, size) for text in texts)]
                )
                longest_word = max([0.0, *indents]) + max(
                    (width_of(word, STRONG, size) for text in texts for word in text.split()), default=0.0
                )
                floor = max(words, min(longest_word, 90.0), min(wish, 110.0 if place == 0 else 60.0))
            else:
                texts.append(_RESERVED[column.kind])
                wish = floor = max([words, *(width_of(text, STRONG, size) for text in texts)])
            widest.append(wish)
            longest.append(floor)
        return widest, longest

    def _shared(self, width: float) -> list[float]:
        """The widths of the columns: the least of each, and the rest to texts by weight, up to their wish."""
        widths, rest = list(self._longest), width - self.least
        if rest < 0:
            scale = (width - GAP * (len(widths) - 1)) / sum(widths)
            return [least * scale for least in widths]
        wanting = [n for n, column in enumerate(self.columns) if self._widest[n] > widths[n]]
        while wanting and rest > 0.01:
            weights = sum(self.columns[n].weight for n in wanting)
            grants = {
                n: min(rest * self.columns[n].weight / weights, self._widest[n] - widths[n]) for n in wanting
            }
            for n, grant in grants.items():
                widths[n] += grant
            rest -= sum(grants.values())
            wanting = [n for n in wanting if self._widest[n] - widths[n] > 0.01]
        if self.columns[-1].kind == "text":
            return [*widths[:-1], widths[-1] + max(rest, 0.0)]
        return [given + rest / len(widths) for given in widths]
