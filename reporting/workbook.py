"""The workbook kit: one definition reads a file, judges every cell and row, and draws the blank one.

A definition is a ``Workbook`` of ``Sheet`` of ``Column``, with rules among its rows, added to ``WORKBOOKS``
by a module of ``reporting.workbooks``. ``read_workbook`` reads any file by content and tells everything that
is wrong with it at once; nothing is written anywhere.
"""

from decimal import Decimal
from typing import Any, BinaryIO

from grants.kernel.money import ZERO
from reporting import cells
from reporting.blank import draw_blank
from reporting.gates import LARGEST_FILE, NotAdmitted, too_large
from reporting.layout import (
    WORKBOOKS,
    Breach,
    Column,
    Line,
    Prefill,
    ProjectBefore,
    Reading,
    Rows,
    Rule,
    Sheet,
    Workbook,
)
from reporting.marking import with_comments
from reporting.opening import Opened, opened
from reporting.problems import Collected, Found, Severity
from reporting.reading import Sense, table_of
from reporting.recognising import layout_of, sheet_in
from reporting.rows import Row, Table

__all__ = [
    "WORKBOOKS",
    "Breach",
    "Column",
    "Found",
    "Line",
    "Prefill",
    "ProjectBefore",
    "Reading",
    "Row",
    "Rows",
    "Rule",
    "Severity",
    "Sheet",
    "Table",
    "Workbook",
    "draw_blank",
    "read_workbook",
    "with_comments",
]


def read_workbook(content: bytes | BinaryIO, name: str, *, layout: str | None = None) -> Reading:
    """What a file holds and all that is wrong with it, as a ``Reading``; never raises for what is in a file.

    ``content`` is the file's bytes or an open binary file; ``name`` only tells lock files and mislabelled
    CSV. The layout and version are found by content unless ``layout`` names a code of ``WORKBOOKS``, or
    its family. Raises KeyError for a layout that does not exist.
    """
    problems = Collected()
    try:
        taken = content if isinstance(content, bytes) else content.read(LARGEST_FILE + 1)
        if len(taken) > LARGEST_FILE and not name.rpartition("/")[2].startswith("~$"):
            raise too_large()
        file = opened(taken, name, *_csv_titles())
        workbook = layout_of(file, problems, layout)
        rows, sheets = _rows_of(workbook, file, problems)
    except NotAdmitted as why:
        problems.add(Severity.ERROR, "", (), why.message, why.fix, why.rule)
        return Reading(problems=problems.found())
    for rule in workbook.rules:
        for breach in rule.check(rows):
            where = [cell for cell in map(breach.row.cell, breach.names) if cell]
            _add(problems, rule, breach.row.sheet, where, breach.message)
    figures = {sheet.name: _figures(sheet, rows[sheet.name]) for sheet in sheets if not sheet.is_cover}
    return Reading(workbook.code, workbook.version, rows, figures, problems.found())


def _add(problems: Collected, rule: Rule, sheet: str, where: list[str], message: str) -> None:
    problems.add(rule.severity, sheet, where, message, rule.fix, rule.code)


def _csv_titles() -> tuple[frozenset[str], str]:
    """The sheets that a CSV file may hold one under the other, and the one that it holds without titles."""
    layouts = [workbook for workbook in WORKBOOKS.values() if workbook.csv_sheet]
    titles = frozenset(sheet.name for workbook in layouts for sheet in workbook.sheets)
    return titles, layouts[0].csv_sheet if layouts else ""


def _rows_of(workbook: Workbook, file: Opened, problems: Collected) -> tuple[dict[str, Table], list[Sheet]]:
    """The rows of every sheet of the layout, and the sheets that apply: covers may narrow the rest."""
    sense = Sense(problems, dict(workbook.codes), file.counts_from_1904)
    rows = {sheet.name: Table(sheet.name) for sheet in workbook.sheets}
    covers = [sheet for sheet in workbook.sheets if sheet.is_cover]
    for sheet in covers:
        _fill(rows, sheet, file, sense)
    rest = workbook.narrow(workbook, rows) if workbook.narrow else workbook.sheets
    sheets = [sheet for sheet in rest if not sheet.is_cover]
    for sheet in sheets:
        _fill(rows, sheet, file, sense)
    return rows, covers + sheets


def _fill(rows: dict[str, Table], sheet: Sheet, file: Opened, sense: Sense) -> None:
    """Reads one sheet if the file has it, or tells that it lacks it."""
    name = sheet_in(file, sheet)
    if name:
        rows[sheet.name] = table_of(sheet, file.grid(name), sense)
    elif sheet.is_required and not file.is_csv:
        sense.problems.add(
            Severity.ERROR,
            "",
            (),
            f"The workbook has no sheet “{sheet.name}”.",
            "Copy the lines into a fresh copy of the workbook.",
            sense.codes.get("sheet", "wb-sheet-absent"),
        )


def _figures(sheet: Sheet, table: Table) -> dict[str, Any]:
    """How many rows a sheet has, and the sum of each money column, an award's amounts counted once."""
    figures: dict[str, Any] = {"rows": len(table)}
    if sheet.award:
        figures["awards"] = len(set(zip(*map(table.values, sheet.award), strict=True)))
    for column in sheet.columns:
        if column.reader is cells.dollars and table.has(column.name):
            figures[column.heading] = _sum(column, table)
    return figures


def _sum(column: Column, table: Table) -> Decimal:
    """The sum of a money column; with ``once_per``, the first amount of each award."""
    amounts = table.values(column.name)
    if column.once_per:
        keys = zip(*map(table.values, column.once_per), strict=True)
        first: dict[Any, Decimal | None] = {}
        for key, amount in zip(keys, amounts, strict=True):
            if first.get(key) is None:
                first[key] = amount
        amounts = list(first.values())
    return sum(filter(None, amounts), ZERO)
