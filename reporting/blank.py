"""Drawing the blank workbook of a layout from the definition that reads it."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from reporting.cells import day, dollars
from reporting.layout import WORKBOOKS, Column, Prefill, Sheet, Workbook
from reporting.opening import letters_of

LINES = 2_000
"""Rows of a blank sheet that offer drop-downs and formats."""
LONGEST_LIST = 255
DRAWN = datetime(2000, 1, 1)
_FIRST, _LAST = datetime(1990, 1, 1), datetime(2199, 12, 31)
_TEXT_ONLY = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def draw_blank(code: str, prefill: Prefill | None = None) -> bytes:
    """The blank workbook of a layout as XLSX: headings, drop-downs, instructions, and what is known already.

    The same code and prefill give the same bytes. Texts stay texts, whatever they begin with. Raises
    KeyError for a layout that does not exist.
    """
    workbook = WORKBOOKS[code]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _TEXT_ONLY) as drawn:
        drawn.set_properties({"title": workbook.title, "created": DRAWN})
        _Drawing(drawn, workbook, prefill or Prefill()).draw()
    return file.getvalue()


class _Drawing:
    """One blank workbook while it is drawn."""

    def __init__(self, drawn: xlsxwriter.Workbook, workbook: Workbook, prefill: Prefill) -> None:
        self._drawn, self._workbook, self._prefill = drawn, workbook, prefill
        self._heading = drawn.add_format(
            {"bold": True, "bg_color": "#DFE7F2", "border": 1, "text_wrap": True, "valign": "top"}
        )
        self._asked = drawn.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self._known = drawn.add_format({"bg_color": "#F0F0F0", "num_format": "@"})
        self._money = drawn.add_format({"num_format": "#,##0.00"})
        self._known_money = drawn.add_format({"bg_color": "#F0F0F0", "num_format": "#,##0.00"})
        self._day = drawn.add_format({"num_format": "mm/dd/yyyy"})
        self._text = drawn.add_format({"num_format": "@"})
        self._wrap = drawn.add_format({"text_wrap": True, "valign": "top"})
        self._lists: dict[str, str] = {}

    def draw(self) -> None:
        """All sheets: instructions, the layout's own in its order and, hidden, the lists to choose from."""
        lists = self._drawn.add_worksheet("Lists") if self._listed() else None
        if lists:
            self._draw_lists(lists)
        self._draw_instructions()
        for sheet in self._workbook.sheets:
            self._draw_block(sheet) if sheet.is_block else self._draw_sheet(sheet)
        for (name, cell), value in self._workbook.tells.items():
            self._drawn.get_worksheet_by_name(name).write_string(cell, value)
        if self._workbook.version_cell:
            self._draw_version(*self._workbook.version_cell)
        if lists:
            first = self._drawn.worksheets()[1]
            first.activate()
            first.set_first_sheet()
            lists.hide()

    def _listed(self) -> dict[str, Sequence[str]]:
        """The lists to choose from: those prefilled, and those too long to stand in the cell's own rule."""
        known = {
            "projects": tuple(project.code for project in self._prefill.projects),
            "categories": self._prefill.categories,
            "payees": self._prefill.payees,
        }
        found: dict[str, Sequence[str]] = {name: values for name, values in known.items() if values}
        for sheet in self._workbook.sheets:
            for column in sheet.columns:
                if len(",".join(column.one_of)) > LONGEST_LIST or any("," in v for v in column.one_of):
                    found[f"{sheet.name}/{column.name}"] = column.one_of
        return found

    def _draw_lists(self, lists: Any) -> None:
        for at, (name, values) in enumerate(self._listed().items()):
            lists.write_string(0, at, name)
            for row, value in enumerate(values, start=1):
                lists.write_string(row, at, value)
            letter = letters_of(at)
            self._lists[name] = f"=Lists!${letter}$2:${letter}${len(values) + 1}"

    def _draw_sheet(self, sheet: Sheet) -> None:
        """Headings and the formats and drop-downs under them."""
        drawn = self._drawn.add_worksheet(sheet.name)
        headings, first = sheet.headings_on - 1, sheet.starts_on - 1
        for at, column in enumerate(sheet.columns):
            drawn.write_string(headings, at, column.field_id or column.heading, self._heading)
            if first - 1 != headings:
                drawn.write_string(first - 1, at, column.heading, self._heading)
            drawn.set_column(at, at, _width(column), self._format(column))
            rule = self._rule(sheet, column)
            if rule:
                drawn.data_validation(first, at, first + LINES - 1, at, rule)
        drawn.freeze_panes(first, 0)
        if sheet.name == "Projects":
            self._draw_projects(drawn, sheet)

    def _draw_projects(self, drawn: Any, sheet: Sheet) -> None:
        """What is known of each project: its budget and what was reported of it before."""
        places = {column.name: at for at, column in enumerate(sheet.columns)}
        if not {"project", "before"} <= set(places):
            return
        for row, project in enumerate(self._prefill.projects, start=sheet.starts_on - 1):
            drawn.write_string(row, places["project"], project.code, self._known)
            drawn.write_string(row, places["name"], project.name, self._known)
            if project.budget is not None:
                drawn.write_number(row, places["budget"], project.budget, self._known_money)
            drawn.write_number(row, places["before"], project.before, self._known_money)

    def _draw_block(self, sheet: Sheet) -> None:
        """Labels beside the values that are known."""
        drawn = self._drawn.add_worksheet(sheet.name)
        drawn.set_column(0, 0, 32, self._wrap)
        drawn.set_column(1, 1, 40)
        for row, column in enumerate(sheet.columns):
            drawn.write_string(row, 0, column.heading, self._asked)
            value = getattr(self._prefill, column.name, None)
            if isinstance(value, str) and value:
                drawn.write_string(row, 1, value, self._known)
            elif value:
                drawn.write_datetime(row, 1, datetime.combine(value, datetime.min.time()), self._day)
            else:
                drawn.write_blank(row, 1, None, self._format(column))
            rule = self._rule(sheet, column)
            if rule:
                drawn.data_validation(row, 1, row, 1, rule)

    def _draw_instructions(self) -> None:
        drawn = self._drawn.add_worksheet("Instructions")
        drawn.set_column(0, 0, 26, self._wrap)
        drawn.set_column(1, 1, 42, self._wrap)
        drawn.set_column(2, 2, 80, self._wrap)
        drawn.write_string(0, 0, self._workbook.title, self._asked)
        row = 2
        for sheet in self._workbook.sheets:
            drawn.write_string(row, 0, sheet.name, self._asked)
            drawn.write_string(row, 2, sheet.says)
            for row, column in enumerate(sheet.columns, start=row + 1):  # noqa: B020 - goes on from here
                drawn.write_string(row, 1, column.heading)
                drawn.write_string(row, 2, f"{column.says} {_asks(column)}".strip())
            row += 2

    def _draw_version(self, sheet: str, cell: str) -> None:
        drawn = self._drawn.add_worksheet(sheet)
        drawn.write_string(cell, f"v:{self._workbook.version}")
        drawn.hide()

    def _format(self, column: Column) -> Any:
        if column.reader is dollars:
            return self._money
        return self._day if column.reader is day else self._text

    def _rule(self, sheet: Sheet, column: Column) -> dict[str, Any] | None:
        """What Excel itself asks of the cells of a column."""
        source = self._lists.get(f"{sheet.name}/{column.name}") or self._lists.get(column.picks)
        if source or column.one_of:
            is_open = not column.one_of and column.picks == "payees"
            rule = {"validate": "list", "source": source or list(column.one_of)}
            return rule | {"error_type": "information" if is_open else "stop"}
        if column.reader is day:
            return {"validate": "date", "criteria": "between", "minimum": _FIRST, "maximum": _LAST}
        if column.reader is dollars:
            return {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12}
        return None


def _width(column: Column) -> int:
    return 44 if column.longest > 200 else max(14, min(30, len(column.heading) + 2))


def _asks(column: Column) -> str:
    """What a column asks for, in words."""
    if column.one_of:
        return "Choose from the list."
    words = "A date, such as 6/30/2025." if column.reader is day else ""
    if column.reader is dollars:
        words = "Dollars and cents, such as 1234.50."
    return f"{words} Required.".strip() if column.is_required else words
