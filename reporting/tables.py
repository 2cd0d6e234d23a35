"""Tables on paper: how wide the columns are, how the rows break over pages, and their structure."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

from reporting.flow import HAIR, INK, MUTED, RULE, Flow
from reporting.lettering import REGULAR, SLANTED, STRONG, broken, letters, width_of, written
from reporting.report import AnyRow, Column, LedgerTable, Row, Table, row_of
from reporting.tagging import Element

GAP = 10.0
SAMPLE = 300
"""Rows of a ledger that the widths of its columns are taken from; a table of figures is measured whole."""

AHEAD = 5
"""Rows looked at before one is drawn, to keep together what belongs together."""

_RESERVED = {"dollars": "-9,999,999.99", "count": "99,999", "share": "100.0%", "date": "00/00/0000"}
_CAPTION_SIZE, _CAPTION_LEADING = 10.0, 13.0
_NOTHING = "Nothing to show."


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
            return self._sized(cells, row.kind, indent)
        cells = []
        for place, (column, value, room) in enumerate(zip(self.columns, row.cells, self.widths, strict=True)):
            text = written(column, value)
            if column.is_figure:
                cells.append([letters(text, name)])
            else:
                cells.append(broken(text, name, size, room - (0 if place else indent)))
        return self._sized(cells, row.kind, indent)

    def headings(self) -> Laid:
        """The row of headings."""
        cells = [
            broken(column.heading, STRONG, self.style.size - 0.5, room)
            for column, room in zip(self.columns, self.widths, strict=True)
        ]
        return self._sized(cells, "heading", 0)

    def _sized(self, cells: list[list[str]], kind: str, indent: float) -> Laid:
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
                wish = max([heading, *(width_of(text, STRONG, size) for text in texts)]) + max(
                    [0.0, *indents]
                )
                longest_word = max(
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


class TablePiece:
    """A table to be drawn. Its rows are read once; only a sample of them is looked at before."""

    def __init__(self, table: Table, *, is_facts: bool = False) -> None:
        self._caption, self._columns, self._is_facts = table.caption, tuple(table.columns), is_facts
        self._style = FACTS if is_facts else LEDGER if isinstance(table, LedgerTable) else FIGURES
        self._names_rows = not isinstance(table, LedgerTable)
        self._tags = {
            kind: self._tags_of(kind) for kind in ("heading", "line", "section", "subtotal", "nothing")
        }
        rows = iter(table.rows)
        few = islice(rows, SAMPLE) if isinstance(table, LedgerTable) else rows
        sample = [self._row(given) for given in few]
        self._totals = Row(tuple(table.totals), "subtotal") if table.totals else None
        if self._totals:
            row_of(self._totals, self._columns, self._caption)
        self._sample = [*sample, self._totals] if self._totals else sample
        self._rows = chain(sample, (self._row(given) for given in rows))

    def _row(self, given: AnyRow) -> Row:
        return row_of(given, self._columns, self._caption)

    def fit(self, width: float) -> bool:
        """Lay the columns into this width; whether everything fits as it should."""
        self._grid = Grid(self._columns, self._sample, self._style, width)
        self._head = self._grid.headings()
        self._lines = broken(self._caption, STRONG, _CAPTION_SIZE, width) if self._caption else []
        return self._grid.least <= width

    @property
    def least(self) -> float:
        """Room that the table needs to begin: caption, headings and two rows."""
        rows = [min(self._grid.laid(row).height, 12 * self._style.leading) for row in self._sample[:2]]
        return 10 + len(self._lines) * _CAPTION_LEADING + 3 + self._head.height + sum(rows)

    def draw(self, flow: Flow) -> None:
        """Draw the table, over as many pages as it takes."""
        flow.need(min(self.least, flow.full_room))
        flow.skip(10)
        canvas = flow.canvas
        table = canvas.element("Table", canvas.tree)
        if self._lines:
            self._draw_caption(flow, table)
        if not self._is_facts:
            head = canvas.element("THead", table)
            self._draw_row(flow, head, self._head)
            canvas.close(head)
        body = canvas.element("TBody", table)
        self._draw_rows(flow, body)
        canvas.close(body)
        if self._totals:
            foot = canvas.element("TFoot", table)
            self._draw_row(flow, foot, self._grid.laid(self._totals))
            canvas.close(foot)
        canvas.close(table)
        flow.y -= 6

    def _draw_caption(self, flow: Flow, table: Element) -> None:
        caption = flow.canvas.element("Caption", table)
        with flow.canvas.marked(caption):
            for place, line in enumerate(self._lines, 1):
                flow.y -= _CAPTION_LEADING
                end = "" if place == len(self._lines) else " "
                flow.canvas.put_text(flow.left, flow.y + 3, line + end, STRONG, _CAPTION_SIZE)
        flow.canvas.close(caption)
        flow.y -= 3

    def _draw_rows(self, flow: Flow, body: Element) -> None:
        """Every row, each kept together with the next where one may not stand without the other."""
        laid = map(self._grid.laid, self._rows)
        waiting = deque(islice(laid, AHEAD)) or deque([self._nothing()])
        while waiting:
            limit = flow.full_room - self._again
            row = waiting[0]
            is_tall = row.height > limit
            self._make_room(flow, 6 * self._style.leading if is_tall else min(self._together(waiting), limit))
            waiting.popleft()
            waiting.extend(islice(laid, 1))
            if is_tall:
                self._draw_tall(flow, body, row)
            else:
                self._draw_row(flow, body, row)

    def _together(self, rows: Sequence[Laid]) -> float:
        """The room for the first row and for those that may not stand without it.

        The name of a section takes its first row with it, a subtotal and the totals the row before them.
        """
        height = rows[0].height
        for row, following in pairwise(rows):
            if row.kind != "section" and following.kind != "subtotal":
                return height
            height += following.height
        if len(rows) == AHEAD:
            return height
        return height + (self._grid.laid(self._totals).height if self._totals else 0.0)

    def _nothing(self) -> Laid:
        cells: list[list[str]] = [[_NOTHING], *[[""]] * (len(self._columns) - 1)]
        return self._grid._sized(cells, "nothing", 0)

    @property
    def _again(self) -> float:
        """Room that caption and headings take on every further page."""
        return 0.0 if self._is_facts else self._head.height + (_CAPTION_LEADING if self._caption else 0)

    def _make_room(self, flow: Flow, height: float) -> None:
        """Turn the page unless there is room, and repeat caption and headings, which are then artifacts."""
        if flow.need(height):
            self._repeat_head(flow)

    def _repeat_head(self, flow: Flow) -> None:
        if self._is_facts:
            return
        canvas = flow.canvas
        with canvas.artifact("Header"):
            if self._caption:
                flow.y -= _CAPTION_LEADING
                room = flow.width - width_of("…, continued", SLANTED, 8)
                line, *more = broken(self._caption, SLANTED, 8, room)
                canvas.put(f"{MUTED} rg")
                canvas.put_text(
                    flow.left, flow.y + 4, line + ("…" if more else "") + ", continued", SLANTED, 8
                )
                canvas.put(f"{INK} rg")
            canvas.put(*(drawing for drawing in self._drawings(flow, self._head) if drawing))
        flow.y -= self._head.height
        flow.rule(flow.y, RULE, 0.75)

    def _draw_row(self, flow: Flow, parent: Element, row: Laid) -> None:
        flow.canvas.put_row(parent, list(zip(self._tags[row.kind], self._drawings(flow, row), strict=True)))
        if row.kind == "subtotal":
            flow.rule(flow.y, RULE, 0.75)
        flow.y -= row.height
        if row.kind == "heading":
            flow.rule(flow.y, RULE, 0.75)
        elif row.kind != "section":
            flow.rule(flow.y)

    def _tags_of(self, kind: str) -> list[str]:
        """The tags of the cells of a kind of row, with their scope."""
        if kind == "heading":
            return ["TH/A<</O/Table/Scope/Column>>"] * len(self._columns)
        names = self._names_rows or kind in ("subtotal", "section")
        return ["TH/A<</O/Table/Scope/Row>>" if names else "TD", *["TD"] * (len(self._columns) - 1)]

    def _drawings(self, flow: Flow, row: Laid) -> Iterator[str]:
        """What draws each cell; nothing for an empty one."""
        style, is_heading = self._style, row.kind == "heading"
        size = style.size - 0.5 if is_heading else style.size
        name = REGULAR if row.kind in ("line", "nothing") else STRONG
        deepest = max(map(len, row.cells))
        top = flow.y - style.pad - style.leading * 0.78 - (5.0 if row.kind == "section" else 0.0)
        for place, lines in enumerate(row.cells):
            if lines == [""]:
                yield ""
                continue
            if len(lines) == 1 and not is_heading and not self._is_facts:
                yield self._line(flow, place, lines[0], top, name, size, row.indent, False)
                continue
            start = top - style.leading * (deepest - len(lines)) if is_heading else top
            shown = [
                self._line(
                    flow, place, line, start - n * style.leading, name, size, row.indent, n < len(lines) - 1
                )
                for n, line in enumerate(lines)
            ]
            is_muted = is_heading or (self._is_facts and place == 0)
            yield f"{MUTED} rg {' '.join(shown)} {INK} rg" if is_muted else " ".join(shown)

    def _line(
        self,
        flow: Flow,
        place: int,
        line: str,
        y: float,
        name: str,
        size: float,
        indent: float,
        has_next: bool,
    ) -> str:
        """One line of a cell: figures end at the right of their column, squeezed if they must be."""
        left, room = flow.left + self._grid.lefts[place], self._grid.widths[place]
        squeeze = 100.0
        if self._columns[place].is_figure:
            width = width_of(line, name, size)
            if width > room:
                squeeze, width = 100 * room / width, room
            left += room - width
        elif place == 0:
            left += indent
        return flow.canvas.line_of_text(left, y, line + " " * has_next, name, size, squeeze)

    def _draw_tall(self, flow: Flow, body: Element, row: Laid) -> None:
        """A row taller than a page, in as many parts as it takes; each cell stays one element."""
        canvas, style = flow.canvas, self._style
        line = canvas.element("TR", body)
        cells = []
        for kind in self._tags[row.kind]:
            tag, _, entries = kind.partition("/")
            cells.append(canvas.element(tag, line, f"/{entries}" if entries else ""))
        left = [list(lines) for lines in row.cells]
        while any(left):
            count = max(1, int((flow.room - 2 * style.pad) // style.leading))
            part, left = [lines[:count] or [""] for lines in left], [lines[count:] for lines in left]
            laid = self._grid._sized(part, row.kind, row.indent)
            for cell, drawing in zip(cells, self._drawings(flow, laid), strict=True):
                if drawing:
                    with canvas.marked(cell):
                        canvas.put(drawing)
            flow.y -= laid.height
            if any(left):
                flow.turn()
                self._repeat_head(flow)
        flow.rule(flow.y, HAIR)
        for cell in cells:
            canvas.close(cell)
        canvas.close(line)
