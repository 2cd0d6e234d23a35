"""The blocks of a document as parts of a page: text, facts and tables, with a way from figures to lines."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from reporting.blocks import Block, Column, Facts, FigureTable, Heading, LedgerTable, Notes, Prose, row_of
from reporting.documents.models import Document
from reporting.lettering import said
from reporting.report import REPORTS, thawed
from reporting.sheets import LINES
from reporting.tracing import Traced

MOST_ROWS = 500
"""Rows of one table that a page shows; the file has all."""


@dataclass(frozen=True)
class Cell:
    """A value as text, whether it stands at the right, and the address of the lines behind it, if any."""

    text: str
    is_figure: bool = False
    way: str = ""


@dataclass(frozen=True)
class PagePart:
    """One part of a page; ``kind`` names its template's branch."""

    kind: str
    text: str = ""
    level: int = 2
    heads: list[Cell] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    is_cut: bool = False


def parts_of(document: Document) -> Iterator[PagePart]:
    """What a page of a document shows, drawn from its kept figures."""
    for block in REPORTS[document.report].compose(thawed(document.figures)):
        yield _part(block, reverse("document-lines", args=[document.number]))


def _part(block: Block, lines: str) -> PagePart:
    match block:
        case Heading():
            return PagePart("heading", block.text, level=min(block.level + 1, 6))
        case Prose():
            return PagePart("prose", block.text)
        case Facts():
            pairs = [[Cell(name), _cell(value, lines)] for name, value in block.pairs]
            return PagePart("facts", rows=pairs)
        case FigureTable() | LedgerTable():
            return _table(block, lines)
        case Notes():
            return PagePart("notes", block.heading, rows=[[Cell(each)] for each in block.sentences])
    told = [[_cell(value, lines) for value in row] for row in LINES[type(block)](block)]
    return PagePart("lines", rows=told)


def _table(table: FigureTable | LedgerTable, lines: str) -> PagePart:
    columns = table.columns
    given = (row_of(each, columns, table.caption).cells for each in table.rows)
    cells = list(islice(given, MOST_ROWS + 1))
    rows = [_row(row, columns, lines) for row in cells[:MOST_ROWS]]
    if table.totals:
        rows.append(_row(table.totals, columns, lines))
    heads = [Cell(column.heading, column.is_figure) for column in columns]
    return PagePart("table", table.caption, heads=heads, rows=rows, is_cut=len(cells) > MOST_ROWS)


def _row(values: Iterable[Any], columns: Iterable[Column], lines: str) -> list[Cell]:
    return [_cell(value, lines, column.kind) for value, column in zip(values, columns, strict=True)]


def _cell(value: Any, lines: str, kind: str = "text") -> Cell:
    """A value; a traced one leads to its lines."""
    text = f"{value * 100:.1f}%" if kind == "share" and value is not None else said(value)
    way = f"{lines}?{urlencode(value.lines, doseq=True)}" if isinstance(value, Traced) else ""
    return Cell(text, kind in ("dollars", "count", "share"), way)
