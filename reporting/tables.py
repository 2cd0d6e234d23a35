"""Tables on paper: how their rows break over pages, and their structure."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, islice, pairwise

from reporting.blocks import AnyRow, Column, FindingList, Found, LedgerTable, Row, Table, row_of
from reporting.colours import INK, MUTED, RULE, fill
from reporting.flow import Flow, draw_lines
from reporting.grid import FACTS, FIGURES, LEDGER, Grid, Laid
from reporting.lettering import REGULAR, SLANTED, STRONG, broken, said, width_of
from reporting.tagging import Element

SAMPLE = 300
"""Rows of a ledger that the widths of its columns are taken from; a table of figures is measured whole."""

AHEAD = 5
"""Rows looked at before one is drawn, to keep together what belongs together."""

_CAPTION_SIZE, _CAPTION_LEADING = 10.0, 13.0
_UNDER_SIZE, _UNDER_LEADING = 8.5, 11.0
_NOTHING = "Nothing to show."


class TablePiece:
    """A table to be drawn. Its rows are read once; only a sample of them is looked at before.

    ``under`` is what the caption goes on to say, in smaller letters.
    """

    def __init__(self, table: Table, *, is_facts: bool = False, under: Sequence[str] = ()) -> None:
        self._more = under
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
        self._under = [line for text in self._more for line in broken(text, REGULAR, _UNDER_SIZE, width)]
        return self._grid.least <= width

    @property
    def least(self) -> float:
        """Room that the table needs to begin: caption, headings and two rows."""
        rows = [min(self._grid.laid(row).height, 12 * self._style.leading) for row in self._sample[:2]]
        caption = len(self._lines) * _CAPTION_LEADING + len(self._under) * _UNDER_LEADING
        return 10 + caption + 3 + self._head.height + sum(rows)

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
        end = " " if self._under else ""
        draw_lines(flow, caption, self._lines, STRONG, _CAPTION_SIZE, _CAPTION_LEADING, end=end)
        if self._under:
            draw_lines(flow, caption, self._under, REGULAR, _UNDER_SIZE, _UNDER_LEADING)
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

        The name of a section takes its first row with it, a subtotal and the totals the row before them, and
        the last row the one before it.
        """
        height = rows[0].height
        are_last = len(rows) == 2
        for row, following in pairwise(rows):
            if row.kind != "section" and following.kind != "subtotal" and not are_last:
                return height
            height += following.height
        if len(rows) == AHEAD:
            return height
        return height + (self._grid.laid(self._totals).height if self._totals else 0.0)

    def _nothing(self) -> Laid:
        cells: list[list[str]] = [[_NOTHING], *[[""]] * (len(self._columns) - 1)]
        return self._grid.sized(cells, "nothing", 0)

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
                canvas.put(fill(MUTED))
                canvas.put_text(
                    flow.left, flow.y + 4, line + ("…" if more else "") + ", continued", SLANTED, 8
                )
                canvas.put(fill(INK))
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
            yield f"{fill(MUTED)} {' '.join(shown)} {fill(INK)}" if is_muted else " ".join(shown)

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
            laid = self._grid.sized(part, row.kind, row.indent)
            for cell, drawing in zip(cells, self._drawings(flow, laid), strict=True):
                if drawing:
                    with canvas.marked(cell):
                        canvas.put(drawing)
            flow.y -= laid.height
            if any(left):
                flow.turn()
                self._repeat_head(flow)
        flow.rule(flow.y)
        for cell in cells:
            canvas.close(cell)
        canvas.close(line)


class FindingsPiece:
    """Findings to be drawn: a table for each rule, with its law and what to do under its name."""

    def __init__(self, found: FindingList) -> None:
        groups = groupby(found.findings, key=lambda each: each.of_rule)
        self._tables = [
            TablePiece(LedgerTable(rule, _FOUND, [_found(each) for each in group]), under=under)
            for (rule, under), group in groups
        ] or [TablePiece(LedgerTable(found.caption, _FOUND, ()))]

    def fit(self, width: float) -> bool:
        """Lay each table into this width; whether all fit."""
        fits = [table.fit(width) for table in self._tables]
        return all(fits)

    @property
    def least(self) -> float:
        """Room that the first table needs to begin."""
        return self._tables[0].least

    def draw(self, flow: Flow) -> None:
        """Draw the tables."""
        for table in self._tables:
            table.draw(flow)


_FOUND = (Column("Where"), Column("What was found", weight=4), Column("Since", "date"), Column("Status"))


def _found(found: Found) -> Row:
    """A finding with everything said of it in one cell, a line each."""
    told = [
        found.sentence,
        *(f"{name}: {said(value)}" for name, value in found.facts),
        *(f"Corrective action: {each}" for each in found.corrections),
        *(f"Waiver: {each}" for each in found.waivers),
    ]
    return Row((found.where, "\n".join(told), found.since, found.status))
