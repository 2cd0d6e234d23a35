"""The same figures for a spreadsheet: numbers are numbers, text is never run."""

import csv
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, get_args

import openpyxl
import pytest

from reporting import sheets
from reporting.blocks import (
    BarChart,
    Block,
    Column,
    Facts,
    FigureTable,
    LedgerTable,
)
from reporting.drawings import picture_svg
from reporting.sheets import LINES, SHEETS, draw_csv, draw_xlsx
from tests.reporting.builders import ISSUED_AT, RUNNING, TITLE, composed, spend_by_program
from tests.reporting.test_pdf import LARGEST, ONE_OF_EACH, SEEN, a_table

COLUMNS = (Column("Name"), Column("On", "date"), Column("Sum ($)", "dollars"), Column("Share", "share"))
ROWS = [("Ada", date(2022, 6, 30), Decimal("-1234.50"), Decimal("0.1256"))]


def lines(*blocks: Block) -> list[list[str]]:
    text = draw_csv(blocks).decode("utf-8-sig")
    return list(csv.reader(StringIO(text, newline="")))


def a_book(*blocks: Block) -> Any:
    written = draw_xlsx(blocks, title=TITLE, running=RUNNING, issued_at=ISSUED_AT)
    return openpyxl.load_workbook(BytesIO(written))


def a_book_of(blocks: list[Block]) -> Any:
    return a_book(*blocks)


def cells(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]


@pytest.mark.parametrize("kind", get_args(Block))
def test_every_kind_of_block_is_in_the_csv_and_in_the_workbook(kind):
    block = ONE_OF_EACH[kind]
    block = replace(block, rows=list(a_table(2).rows)) if kind is LedgerTable else block
    assert kind in LINES
    assert kind in SHEETS
    assert SEEN[kind] in str(lines(block))
    assert SEEN[kind] in str([cells(sheet) for sheet in a_book(block)])


def test_the_same_figures_give_the_same_bytes():
    assert draw_csv(composed(spend_by_program())) == draw_csv(composed(spend_by_program()))
    once, again = (
        draw_xlsx(composed(spend_by_program()), title=TITLE, running=RUNNING, issued_at=ISSUED_AT)
        for _ in range(2)
    )
    assert once == again
    assert openpyxl.load_workbook(BytesIO(once)).properties.created == datetime(2026, 11, 24, 14, 5)


def test_a_csv_begins_with_the_mark_that_excel_needs():
    assert draw_csv([Facts((("Peña", 1),))]) == b"\xef\xbb\xbfPe\xc3\xb1a,1\r\n"


def test_amounts_and_dates_in_a_csv_are_plain():
    assert lines(FigureTable("T", COLUMNS, ROWS))[2] == ["Ada", "2022-06-30", "-1234.50", "0.1256"]


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1 adjusted", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_a_formula_in_a_text_stays_a_text(formula):
    table = FigureTable("T", COLUMNS, [(formula, None, Decimal("-5.00"), None)])
    assert lines(table)[2] == [f"'{formula}", "", "-5.00", ""]
    assert lines(Facts(((formula, formula),))) == [[f"'{formula}", f"'{formula}"]]
    [name, amount] = cells(a_book(table)["T"])[-2:]
    assert (name, amount) == (formula, -5)
    assert all(cell.data_type != "f" for sheet in a_book(table, Facts(((formula, formula),))) for row in sheet
               for cell in row)  # fmt: skip


def test_a_workbook_holds_numbers_dates_and_their_formats():
    sheet = a_book(FigureTable("Sums", COLUMNS, ROWS, ("Total", None, LARGEST, None)))["Sums"]
    row = list(sheet.iter_rows(min_row=sheet.max_row - 1))
    name, on, amount, share = row[0]
    assert (name.value, on.value, amount.value, share.value) == (
        "Ada", datetime(2022, 6, 30), -1234.5, 0.1256,
    )  # fmt: skip
    assert amount.number_format == "#,##0.00;-#,##0.00"
    assert (on.number_format, share.number_format) == ("mm/dd/yyyy", "0.0%")
    assert Decimal(str(row[1][2].value)) == LARGEST
    assert row[1][0].font.bold


def test_an_amount_that_excel_would_change_is_kept_as_text():
    table = FigureTable("Sums", COLUMNS, [("Ada", None, Decimal("99999999999999999.99"), None)])
    assert cells(a_book(table)["Sums"])[-1] == "99,999,999,999,999,999.99"


@pytest.mark.parametrize("draw", [draw_csv, a_book_of])
def test_a_value_that_is_not_exact_is_refused(draw):
    with pytest.raises(TypeError, match="exactly"):
        draw([FigureTable("Sums", COLUMNS, [("Ada", None, 0.5, None)])])


def test_the_headings_of_a_sheet_stay_in_sight():
    sheet = a_book(FigureTable("Sums", COLUMNS, ROWS))["Sums"]
    assert sheet.freeze_panes == "A5"
    assert [cell.value for cell in sheet[4]] == [column.heading for column in COLUMNS]


def test_tables_of_one_name_get_sheets_of_their_own():
    table = FigureTable("Spending by program, in dollars: [all]", COLUMNS, ROWS)
    assert a_book(table, table).sheetnames == [
        "Summary",
        "Spending by program, in dollars",
        "Spending by program, in dol (2)",
    ]


def test_a_table_with_more_rows_than_a_sheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(sheets, "ROWS", 54)
    book = a_book(a_table(120))
    read = [value for sheet in book.worksheets[1:] for value in cells(sheet) if str(value).startswith("L0")]
    assert len(book.sheetnames) == 4
    assert read == [f"L{n:05d}" for n in range(120)]


def test_the_cover_tells_title_state_of_knowledge_facts_and_notes():
    cover = cells(a_book(*composed(spend_by_program()))["Summary"])
    assert cover[:2] == [TITLE, RUNNING[0]]
    assert datetime(2022, 6, 30) in cover
    assert "Source: 2 CFR 200.302(b), 2 CFR 200.332(b)(1)." in cover


def a_chart() -> BarChart:
    return next(block for block in composed(spend_by_program()) if isinstance(block, BarChart))


def test_a_chart_is_svg_that_says_what_it_shows():
    svg = picture_svg(a_chart())
    assert svg.startswith("<svg")
    assert 'role="img"' in svg
    assert f"<desc>{a_chart().alt}</desc>" in svg
    for name in a_chart().legend:
        assert name in svg


def test_a_chart_is_the_same_svg_for_the_same_figures():
    assert picture_svg(a_chart()) == picture_svg(a_chart())


def test_text_in_a_chart_cannot_bring_markup_into_the_page():
    chart = replace(a_chart(), title="<script>", bars=[("<script>alert(1)</script>", (Decimal(1),) * 4)])
    assert "<script" not in picture_svg(chart)
