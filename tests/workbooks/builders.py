"""Workbooks for tests: any sheets of any cells, and a filled report of costs with sensible defaults."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import xlsxwriter

from reporting.workbook import Found, Reading, read_workbook

HEADINGS = [
    "Date incurred",
    "Project code",
    "Budget category",
    "Payee",
    "Description",
    "Amount ($)",
    "Cost share amount ($)",
]
A_COST = [date(2025, 1, 15), "P1", "Supplies", "Acme", "Sandbags", 100.0, None]
COVER = {
    "Subaward number": "SA-1",
    "Subrecipient": "Ross County",
    "Period begins": date(2025, 1, 1),
    "Period ends": date(2025, 3, 31),
    "Spent in this period ($)": 100.0,
    "Cost share in this period ($)": None,
    "Prepared by": "A. Clerk",
}
PROJECT_HEADINGS = [
    "Project code",
    "Project name",
    "Budget ($)",
    "Reported before ($)",
    "Spent in this period ($)",
    "Spent to date ($)",
]
AGGREGATE_HEADINGS = ["Project code", "Kind", "Budget category", "Amount ($)", "Cost share amount ($)"]

Cells = Sequence[Sequence[Any]]


def a_file(sheets: Mapping[str, Cells], **options: Any) -> bytes:
    """An XLSX file of these sheets. A tuple ``(formula, result)`` is a formula with its stored result."""
    file = io.BytesIO()
    settings = {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(file, settings | options) as book:
        as_day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, value in enumerate(cells):
                    if isinstance(value, date):
                        sheet.write_datetime(row, column, value, as_day)
                    elif isinstance(value, tuple):
                        sheet.write_formula(row, column, value[0], None, value[1])
                    elif value is not None:
                        sheet.write(row, column, value)
    return file.getvalue()


def a_report(
    *costs: Sequence[Any],
    cover: Mapping[str, Any] | None = None,
    projects: Cells = (),
    aggregates: Cells = (),
    headings: Sequence[str] = HEADINGS,
    **options: Any,
) -> bytes:
    """A report of costs; without costs it has one of $100, which is the total on its cover."""
    sheets: dict[str, Cells] = {
        "Cover": [[label, value] for label, value in (COVER | dict(cover or {})).items()],
        "Costs": [headings, *(costs or [A_COST])],
    }
    if aggregates:
        sheets["Aggregates"] = [AGGREGATE_HEADINGS, *aggregates]
    if projects:
        sheets["Projects"] = [PROJECT_HEADINGS, *projects]
    return a_file(sheets, **options)


def a_cost(**changed: Any) -> list[Any]:
    """A line of costs; ``amount=``, ``day=``, ``project=``, ``category=``, ``payee=`` … change it."""
    names = ("day", "project", "category", "payee", "description", "amount", "share")
    return [changed.get(name, value) for name, value in zip(names, A_COST, strict=True)]


def read(content: bytes, name: str = "report.xlsx") -> Reading:
    return read_workbook(content, name)


def told(reading: Reading) -> set[tuple[str, str, str]]:
    """Rule, sheet and cells of every problem."""
    return {(problem.rule, problem.sheet, problem.cells) for problem in reading.problems}


def only(reading: Reading) -> Found:
    """The one problem there is."""
    (problem,) = reading.problems
    return problem


def repacked(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same package with one part changed."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in given.namelist():
            out.writestr(name, change(given.read(name)) if name == part else given.read(name))
    return made.getvalue()


def without_results(content: bytes, part: str) -> bytes:
    """The same workbook as a program writes it that does not calculate: formulas without results."""
    return repacked(content, part, lambda xml: re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", xml))
