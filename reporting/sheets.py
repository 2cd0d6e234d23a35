"""The same blocks as files for a spreadsheet: one CSV, or a workbook with a sheet for each table.

A text that a spreadsheet would run as a formula stays text; an amount stays a number.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import chain, islice
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

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
    Row,
    SignatureBlock,
    Table,
    Value,
    row_of,
)
from reporting.lettering import said

ROWS = 1_048_576
"""Rows that a sheet of Excel has."""

_MARK = "\ufeff"
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_SAMPLE = 200
_COVER_LETTERS = 100
"""Letters that fit across the cover."""


def draw_csv(blocks: Iterable[Block]) -> bytes:
    """The blocks as CSV, one after the other with an empty line between, amounts as ``-1234.50``.

    UTF-8 with a byte order mark: without it Excel on Windows takes the file for its own code page and spoils
    every name with an accent. Dates as 2022-06-30, shares to six decimals. A text that would be run as a
    formula gets an apostrophe before it (CWE-1236). Excel reads the code 1.10 in a CSV as the number 1.1;
    the workbook of ``draw_xlsx`` keeps it.
    """
    text = StringIO(_MARK, newline="")
    text.seek(0, 2)
    out = csv.writer(text, lineterminator="\r\n")
    for place, block in enumerate(blocks):
        if place:
            out.writerow(())
        for line in LINES[type(block)](block):
            out.writerow([_csv_value(value) for value in line])
    return text.getvalue().encode("utf-8")


def _table_lines(table: Table) -> Iterator[Sequence[Value]]:
    if table.caption:
        yield (table.caption,)
    yield tuple(column.heading for column in table.columns)
    shares = [place for place, column in enumerate(table.columns) if column.kind == "share"]
    rows = (row_of(given, table.columns, table.caption).cells for given in table.rows)
    for cells in chain(rows, [table.totals] if table.totals else []):
        line = list(cells)
        for place in shares:
            value = line[place]
            if isinstance(value, Decimal) and value != round(value, 6):
                line[place] = round(value, 6)
        yield line


def _picture_lines(picture: Picture) -> Iterator[Sequence[Value]]:
    if picture.has_table:
        yield from _table_lines(picture.table())
    else:
        yield (picture.title,)
    yield (picture.alt,)


def _findings(found: FindingList) -> LedgerTable:
    """Findings as one table, a row each with all that is said of it, so that they can be sorted."""
    columns = (
        Column("Rule"), Column("By which law"), Column("Taken as"), Column("Where"),
        Column("What was found"), Column("Since", "date"), Column("Status"), Column("What to do"),
        Column("Further"), Column("Corrective actions"), Column("Waivers"),
    )  # fmt: skip
    rows = (
        (
            each.rule,
            each.cites,
            each.severity,
            each.where,
            each.sentence,
            each.since,
            each.status,
            each.fix,
            "; ".join(f"{name}: {said(value)}" for name, value in each.facts),
            "; ".join(map(str, each.corrections)),
            "; ".join(map(str, each.waivers)),
        )
        for each in found.findings
    )
    return LedgerTable(found.caption, columns, rows)


LINES: dict[type, Callable[[Any], Iterable[Sequence[Value]]]] = {
    Heading: lambda heading: [(heading.text,)],
    Prose: lambda prose: [(prose.text,)],
    Facts: lambda facts: facts.pairs,
    Notes: lambda notes: [(notes.heading,), *((sentence,) for sentence in notes.sentences)],
    FigureTable: _table_lines,
    LedgerTable: _table_lines,
    BarChart: _picture_lines,
    LineChart: _picture_lines,
    Map: _picture_lines,
    FindingList: lambda found: _table_lines(_findings(found)),
    SignatureBlock: lambda block: _table_lines(block.table()),
}
"""The lines of each kind of block."""


def guarded(text: str) -> str:
    """A text that would be run as a formula gets an apostrophe before it (CWE-1236)."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_FORMULA) else text


def _csv_value(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return guarded(value)
        case bool() | datetime():
            return said(value)
        case date():
            return value.isoformat()
        case int() | Decimal():
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
    raise TypeError(f"{value!r} ({type(value).__name__}) cannot be written exactly.")


def draw_xlsx(blocks: Iterable[Block], *, title: str, running: Sequence[str], issued_at: datetime) -> bytes:
    """The blocks as a workbook: a first sheet with facts, text and notes, then a sheet for each table.

    Excel keeps numbers as doubles, which hold every amount below 10,000,000,000,000.00 to the cent; a number
    that they would change is written as text. ``issued_at`` is the only date in the file.
    """
    file = BytesIO()
    book = Workbook(file, {"constant_memory": True})
    book.set_properties({"title": title, "created": issued_at.astimezone(UTC).replace(tzinfo=None)})
    drawing = _Book(book, title, running)
    for block in blocks:
        SHEETS[type(block)](drawing, block)
    book.close()
    return file.getvalue()


_NUMBERS = {"text": "General", "dollars": "#,##0.00;-#,##0.00", "count": "#,##0", "share": "0.0%"}
_NUMBERS["date"] = "mm/dd/yyyy"


class _Book:
    """A workbook under way: its cover, and the sheet of each table."""

    def __init__(self, book: Workbook, title: str, running: Sequence[str]) -> None:
        self._book = book
        self._formats: dict[tuple[str, bool], Format] = {}
        self._names: set[str] = {"summary"}
        self._title, self._running = title, list(running)
        self._cover = book.add_worksheet("Summary")
        self._cover.set_column(0, 0, 34)
        self._cover.set_column(1, 1, 80)
        self._line = 0
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._strong = book.add_format({"bold": True, "font_size": 12})
        self.tell(title, strong=True)
        for line in running:
            self.tell(line)

    def tell(self, *texts: str, strong: bool = False) -> None:
        """A line on the cover. A text that stands alone and is long is wrapped over both columns."""
        line, self._line = self._line, self._line + 1
        if len(texts) == 1 and len(texts[0]) > _COVER_LETTERS:
            self._cover.set_row(line, 15 * ceil(len(texts[0]) / _COVER_LETTERS))
            self._cover.merge_range(line, 0, line, 1, "", self._wrapped)
            self._cover.write_string(line, 0, texts[0], self._wrapped)
            return
        for place, text in enumerate(texts):
            self._cover.write_string(line, place, text, self._strong if strong else None)

    def tell_fact(self, name: str, value: Value) -> None:
        """A fact on the cover: its value as a number or date if it is one."""
        self._cover.write_string(self._line, 0, name)
        column = Column(name, "dollars") if isinstance(value, Decimal) else Column(name, "count")
        self._put(self._cover, self._line, 1, column, value, is_strong=False)
        self._line += 1

    def add_table(self, table: Table, note: str = "") -> None:
        """A sheet for a table, and further ones when it has more rows than a sheet."""
        totals = [Row(tuple(table.totals), "subtotal")] if table.totals else []
        rows = (row_of(given, table.columns, table.caption) for given in chain(table.rows, totals))
        sheet_rows = list(islice(rows, _SAMPLE))
        widths = [
            _width(column, [row.cells[n] for row in sheet_rows]) for n, column in enumerate(table.columns)
        ]
        left: Iterator[Row] = chain(sheet_rows, rows)
        while True:
            sheet, line = self._begin_sheet(table, widths, note)
            for row in islice(left, ROWS - line):
                for place, (column, value) in enumerate(zip(table.columns, row.cells, strict=True)):
                    self._put(sheet, line, place, column, value, is_strong=row.kind != "line")
                line += 1
            following = next(left, None)
            if following is None:
                return
            left = chain([following], left)

    def _begin_sheet(self, table: Table, widths: Sequence[float], note: str) -> tuple[Worksheet, int]:
        """A new sheet with caption and headings, and the number of the row after them."""
        sheet = self._book.add_worksheet(self._name(table.caption or self._title))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        lines = [table.caption or self._title, *([note] if note else []), *self._running]
        for number, text in enumerate(lines):
            sheet.write_string(number, 0, text, self._strong if number == 0 else None)
        at = len(lines) + 1
        for place, column in enumerate(table.columns):
            sheet.write_string(at, place, column.heading, self._head)
        sheet.freeze_panes(at + 1, 0)
        sheet.repeat_rows(at)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet, at + 1

    def _put(
        self, sheet: Worksheet, line: int, place: int, column: Column, value: Value, *, is_strong: bool
    ) -> None:
        """One cell: amounts and dates as such, all else as text that is never run."""
        match value:
            case None:
                return
            case str():
                sheet.write_string(line, place, value, self._format("text", is_strong))
            case bool() | datetime():
                sheet.write_string(line, place, said(value), self._format("text", is_strong))
            case date():
                sheet.write_datetime(line, place, value, self._format("date", is_strong))
            case int() | Decimal() if column.kind == "share" or _is_kept(value):
                sheet.write_number(line, place, float(value), self._format(column.kind, is_strong))
            case int() | Decimal():
                sheet.write_string(line, place, f"{value:,}", self._format("text", is_strong))
            case _:
                raise TypeError(f"{value!r} ({type(value).__name__}) cannot be written exactly.")

    def _format(self, kind: str, is_strong: bool) -> Format:
        known = self._formats.get((kind, is_strong))
        if known is None:
            looks = {"num_format": _NUMBERS[kind], "bold": is_strong, "valign": "top"}
            known = self._formats[kind, is_strong] = self._book.add_format(looks)
        return known

    def _name(self, caption: str) -> str:
        """A name for a sheet: at most 31 letters, none that Excel forbids, no two alike."""
        plain = "".join(" " if letter in "[]:*?/\\'" else letter for letter in caption).strip() or "Table"
        name, count = plain[:31].strip(), 1
        while name.lower() in self._names:
            count += 1
            name = f"{plain[: 28 - len(str(count))].strip()} ({count})"
        self._names.add(name.lower())
        return name


def _is_kept(value: int | Decimal) -> bool:
    """Whether a double, written with 16 digits as the file does, gives the number back exactly."""
    return Decimal(f"{float(value):.16G}") == value


def _width(column: Column, values: Sequence[Value]) -> float:
    """A width in characters that shows the column's values without cutting figures."""
    longest = max((len(_csv_value(value)) for value in values), default=0)
    if column.is_figure:
        return max(min(len(column.heading), 14), longest * 4 / 3, 12) + 2
    return min(max(longest, len(column.heading), 10), 60) + 2


def _picture_on(book: _Book, picture: Picture) -> None:
    if picture.has_table:
        book.add_table(picture.table(), picture.alt)
    else:
        book.tell(picture.title, strong=True)
        book.tell(picture.alt)


def _notes_on(book: _Book, notes: Notes) -> None:
    book.tell(notes.heading, strong=True)
    for sentence in notes.sentences:
        book.tell(sentence)


def _facts_on(book: _Book, facts: Facts) -> None:
    for name, value in facts.pairs:
        book.tell_fact(name, value)


SHEETS: dict[type, Callable[[_Book, Any], None]] = {
    Heading: lambda book, heading: book.tell(heading.text, strong=True),
    Prose: lambda book, prose: book.tell(prose.text),
    Facts: _facts_on,
    Notes: _notes_on,
    FigureTable: _Book.add_table,
    LedgerTable: _Book.add_table,
    BarChart: _picture_on,
    LineChart: _picture_on,
    Map: _picture_on,
    FindingList: lambda book, found: book.add_table(_findings(found)),
    SignatureBlock: lambda book, block: book.add_table(block.table()),
}
"""Where each kind of block goes in a workbook."""
