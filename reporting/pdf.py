"""Draws blocks as a PDF that everyone can read: tagged (PDF/UA-1), same bytes for same figures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from reportlab.graphics import renderPDF

from reporting.blocks import (
    BarChart,
    Block,
    Column,
    Facts,
    FigureTable,
    FindingList,
    Heading,
    LedgerTable,
    LineChart,
    Map,
    Notes,
    Picture,
    Prose,
    SignatureBlock,
)
from reporting.colours import ACCENT, INK, fill
from reporting.drawings import pieces_of
from reporting.flow import LANDSCAPE, PORTRAIT, SIDE, Flow, draw_lines
from reporting.lettering import REGULAR, STRONG, broken, letters, said
from reporting.signing import SignaturesPiece
from reporting.tables import FindingsPiece, TablePiece
from reporting.tagging import Element, TaggedCanvas

HEADINGS = {1: (20.0, 24.0, 0.0, 8.0), 2: (13.0, 16.0, 16.0, 3.0), 3: (10.5, 13.0, 12.0, 2.0)}
"""Of each level: size, from line to line, above, below; in points. Deeper levels look like the last."""

TEXT, LEADING = 9.5, 13.0
NOTE, NOTE_LEADING = 8.0, 10.5
TOGETHER = 160.0
"""How high a list of notes may be and is still kept on one page, in points."""


class Piece(Protocol):
    """A block ready to be drawn."""

    def fit(self, width: float) -> bool:
        """Lay it out in this width; false when it would rather have more."""
        ...

    @property
    def least(self) -> float:
        """The room it needs to begin, in points."""
        ...

    def draw(self, flow: Flow) -> None:
        """Draw it where the flow stands."""
        ...


def draw_pdf(
    blocks: Iterable[Block],
    *,
    title: str,
    subject: str = "",
    running: Sequence[str],
    issued_at: datetime,
    author: str,
    is_landscape: bool = False,
) -> bytes:
    """The blocks as a tagged PDF on letter paper, upright unless asked or a table needs the width.

    ``running`` are the lines in the foot of every page; ``issued_at`` (with its zone) is the only date in the
    file. Raises ValueError for headings that skip a level or do not begin with level 1.
    """
    if issued_at.tzinfo is None:
        raise ValueError("The moment of issue needs its time zone.")
    pieces = [PIECES[type(block)](block) for block in _in_order(blocks)]
    upright = PORTRAIT[0] - 2 * SIDE
    fits = [piece.fit(upright) for piece in pieces]
    is_landscape = is_landscape or not all(fits)
    if is_landscape:
        for piece in pieces:
            piece.fit(LANDSCAPE[0] - 2 * SIDE)
    canvas = TaggedCanvas(issued_at, title=title, author=author, subject=subject)
    flow = Flow(canvas, is_landscape=is_landscape, title=title, author=author, running=running)
    if any(isinstance(piece, HeadingPiece) for piece in pieces):
        canvas.showOutline()
    for place, piece in enumerate(pieces):
        flow.need(min(_together(pieces[place:]), flow.full_room))
        piece.draw(flow)
    return flow.finish()


def _in_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, if their headings begin with level 1 and skip none (ISO 14289-1, 7.4.2)."""
    last = 0
    for block in blocks:
        if isinstance(block, Heading):
            if not 1 <= block.level <= last + 1:
                raise ValueError(
                    f"The heading “{block.text}” of level {block.level} follows one of level {last}."
                )
            last = block.level
        yield block


def _together(pieces: Sequence[Piece]) -> float:
    """The room for the first piece to begin; a heading takes the beginning of what follows with it."""
    height = 0.0
    for piece in pieces:
        height += piece.least
        if not isinstance(piece, HeadingPiece):
            break
    return height


class TextPiece:
    """Running text in one element."""

    def __init__(self, text: str, tag: str = "P", name: str = REGULAR) -> None:
        self._text, self._tag, self._name = text, tag, name
        self._size, self._leading, self._above, self._below = TEXT, LEADING, 0.0, 6.0

    def fit(self, width: float) -> bool:
        """Break the text into lines."""
        self._lines = broken(self._text, self._name, self._size, width)
        return True

    @property
    def least(self) -> float:
        """Two lines, or three when there are only three: no line stands alone."""
        count = len(self._lines) if len(self._lines) <= 3 else 2
        return self._above + count * self._leading

    def draw(self, flow: Flow) -> None:
        """Draw the lines, over the next page if need be."""
        flow.skip(self._above)
        element = flow.canvas.element(self._tag, flow.canvas.tree)
        draw_lines(flow, element, self._lines, self._name, self._size, self._leading)
        flow.canvas.close(element)
        flow.y -= self._below


class HeadingPiece(TextPiece):
    """A heading, which is also a bookmark."""

    def __init__(self, heading: Heading) -> None:
        super().__init__(heading.text, f"H{min(heading.level, 6)}", STRONG)
        self._level, self._begins_page = heading.level, heading.begins_page
        self._size, self._leading, self._above, self._below = HEADINGS[min(heading.level, 3)]

    @property
    def least(self) -> float:
        """All of it, with what is below."""
        return self._above + len(self._lines) * self._leading + self._below

    def draw(self, flow: Flow) -> None:
        """Draw it and set its bookmark."""
        if self._begins_page and not flow.is_fresh:
            flow.turn()
        canvas = flow.canvas
        key = f"heading-{canvas.heading_count}"
        canvas.heading_count += 1
        canvas.bookmarkHorizontalAbsolute(key, flow.y + 4)
        canvas.addOutlineEntry(letters(self._text), key, self._level - 1)
        canvas.put(fill(ACCENT if self._level < 3 else INK))
        super().draw(flow)


class NotesPiece:
    """A small heading in text and a numbered list."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def fit(self, width: float) -> bool:
        """Break the sentences into lines."""
        self._items = [broken(text, REGULAR, NOTE, width - 16) for text in self._notes.sentences]
        return True

    @property
    def least(self) -> float:
        """All of a short list; of a long one its name and first sentences: none begins or ends it alone."""
        if not self._items:
            return 0.0
        whole = 14 + 12 + sum(map(self._height, self._items))
        return whole if whole <= TOGETHER else 14 + 12 + sum(map(self._height, self._items[:2]))

    def _height(self, lines: list[str]) -> float:
        return len(lines) * NOTE_LEADING + 2

    def draw(self, flow: Flow) -> None:
        """Draw the list."""
        if not self._items:
            return
        canvas = flow.canvas
        flow.skip(14)
        name = canvas.element("P", canvas.tree)
        draw_lines(flow, name, [letters(self._notes.heading)], STRONG, NOTE + 0.5, 12)
        canvas.close(name)
        whole = canvas.element("L", canvas.tree, "/A<</O/List/ListNumbering/Decimal>>")
        for number, lines in enumerate(self._items, 1):
            last_two = self._items[number - 1 :] if number == len(self._items) - 1 else [lines]
            flow.need(min(sum(map(self._height, last_two)), flow.full_room))
            self._draw_item(flow, whole, f"{number}.", lines)
        canvas.close(whole)
        flow.y -= 6

    def _draw_item(self, flow: Flow, whole: Element, number: str, lines: list[str]) -> None:
        canvas = flow.canvas
        item = canvas.element("LI", whole)
        label, body = canvas.element("Lbl", item), canvas.element("LBody", item)
        with canvas.marked(label):
            canvas.put_text(flow.left, flow.y - NOTE_LEADING * 0.78, number, REGULAR, NOTE)
        draw_lines(flow, body, lines, REGULAR, NOTE, NOTE_LEADING, indent=16)
        flow.y -= 2
        for element in (label, body, item):
            canvas.close(element)


class PicturePiece:
    """A chart or map, in parts if it is taller than a page, and the table of its figures."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._table = TablePiece(picture.table()) if picture.has_table else None

    def fit(self, width: float) -> bool:
        """Draw it in this width."""
        self._parts = pieces_of(self._picture, width, 420.0)
        self._lines = broken(self._picture.title, STRONG, 10.0, width)
        return self._table.fit(width) if self._table else True

    @property
    def least(self) -> float:
        """The title and the first part."""
        return 10 + 13 * len(self._lines) + 4 + self._parts[0].height

    def draw(self, flow: Flow) -> None:
        """Draw title, parts and table."""
        canvas = flow.canvas
        flow.skip(10)
        title = canvas.element("P", canvas.tree)
        draw_lines(flow, title, self._lines, STRONG, 10.0, 13.0)
        canvas.close(title)
        flow.y -= 4
        for number, part in enumerate(self._parts, 1):
            flow.need(part.height)
            flow.y -= part.height
            more = f" (part {number} of {len(self._parts)})" if len(self._parts) > 1 else ""
            box = f"{flow.left:.2f} {flow.y:.2f} {flow.right:.2f} {flow.y + part.height:.2f}"
            alt = (self._picture.alt + more).encode("utf-16-be").hex()
            entries = f"/Alt<feff{alt}>/A<</O/Layout/Placement/Block/BBox[{box}]>>"
            figure = canvas.element("Figure", canvas.tree, entries)
            with canvas.marked(figure):
                renderPDF.draw(part, canvas, flow.left, flow.y)
            canvas.close(figure)
        flow.y -= 6
        if self._table:
            self._table.draw(flow)


def _facts(facts: Facts) -> TablePiece:
    rows = [(name, said(value)) for name, value in facts.pairs]
    return TablePiece(FigureTable("", (Column("Fact"), Column("Value", weight=3)), rows), is_facts=True)


PIECES: dict[type, Callable[..., Piece]] = {
    Heading: HeadingPiece,
    Facts: _facts,
    Prose: lambda prose: TextPiece(prose.text),
    FigureTable: TablePiece,
    LedgerTable: TablePiece,
    BarChart: PicturePiece,
    LineChart: PicturePiece,
    Map: PicturePiece,
    FindingList: FindingsPiece,
    SignatureBlock: SignaturesPiece,
    Notes: NotesPiece,
}
"""How each kind of block is drawn."""
