"""The blank workbook is drawn from the definition that reads it; a filed one comes back with its problems."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from reporting.workbook import (
    WORKBOOKS,
    Prefill,
    ProjectBefore,
    Reading,
    draw_blank,
    read_workbook,
    with_comments,
)
from tests.workbooks.builders import a_cost, a_report, read, told
from tests.workbooks.test_real_files import FILES, TITLES, reading_of

KNOWN = Prefill(
    subaward="SA-2025-1",
    subrecipient="Ross County",
    period_starts_on=date(2025, 1, 1),
    period_ends_on=date(2025, 3, 31),
    projects=(
        ProjectBefore("1.10", '=HYPERLINK("http://example.com")', Decimal("1000.00"), Decimal("250.10")),
        ProjectBefore("1.1", "Levee"),
    ),
    categories=("Supplies", "Travel, in state"),
    payees=("Acme", "=1+1"),
)


def comments_in(content: bytes) -> Mapping[tuple[str, str], str]:
    """The comments of a workbook by sheet and cell."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
    return {(cell.parent.title, cell.coordinate): cell.comment.text for cell in cells if cell.comment}


@pytest.mark.parametrize("code", list(WORKBOOKS))
def test_a_blank_workbook_is_recognised_as_what_it_was_drawn_for(code: str) -> None:
    reading = read_workbook(draw_blank(code), "blank.xlsx")
    assert reading.layout == code
    assert not any(problem.rule.endswith("absent") for problem in reading.problems)


def test_what_is_known_stands_in_the_blank_workbook_and_is_read_from_it() -> None:
    reading = read(draw_blank("quarterly-costs/1", KNOWN))
    cover = reading.rows["Cover"][0]
    assert (cover["subaward"], cover["period_ends_on"]) == ("SA-2025-1", date(2025, 3, 31))
    projects = [(row["project"], row["budget"], row["before"]) for row in reading.rows["Projects"]]
    assert projects == [("1.10", Decimal("1000.00"), Decimal("250.10")), ("1.1", None, Decimal("0.00"))]
    assert told(reading) == {("wb-cell-blank", "Cover", "B5")}


def test_a_blank_workbook_offers_the_known_lists_and_never_runs_their_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(draw_blank("quarterly-costs/1", KNOWN)))
    assert book["Lists"].sheet_state == "hidden"
    listed = {cell.value: cell.data_type for row in book["Lists"].iter_rows() for cell in row if cell.value}
    assert listed["=1+1"] == "s"
    rules = {
        str(rule.sqref): (rule.type, rule.formula1) for rule in book["Costs"].data_validations.dataValidation
    }
    assert rules["C2:C2001"] == ("list", "Lists!$B$2:$B$3")
    assert rules["B2:B2001"] == ("list", "Lists!$A$2:$A$3")
    assert rules["A2:A2001"][0] == "date"
    assert book["Projects"]["B2"].data_type == "s"


def test_every_column_is_explained_on_the_sheet_of_instructions() -> None:
    book = openpyxl.load_workbook(io.BytesIO(draw_blank("quarterly-costs/1")))
    words = {cell.value for row in book["Instructions"].iter_rows() for cell in row}
    columns = (column for sheet in WORKBOOKS["quarterly-costs/1"].sheets for column in sheet.columns)
    assert {column.heading for column in columns} <= words


def test_the_same_blank_workbook_has_the_same_bytes() -> None:
    assert draw_blank("quarterly-costs/1", KNOWN) == draw_blank("quarterly-costs/1", KNOWN)


def test_problems_come_back_as_comments_in_their_cells() -> None:
    content = a_report(a_cost(amount="x", payee=None), a_cost(day="2/30/2025"))
    comments = comments_in(with_comments(content, read(content)))
    assert set(comments) == {("Costs", "F2"), ("Costs", "D2"), ("Costs", "A3")}
    assert comments["Costs", "F2"].startswith("Error: “x” is not an amount of money. Write an amount")


def test_comments_written_again_stand_under_those_that_are_there() -> None:
    content = a_report(a_cost(amount="x"))
    once = with_comments(content, read(content))
    twice = comments_in(with_comments(once, read(once)))
    assert twice["Costs", "F2"].count("is not an amount of money") == 2


def test_what_is_about_a_sheet_stands_in_its_first_cell() -> None:
    content = a_report(
        headings=["Date incurred", "Project code", "Budget category", "Payee", "Words", "Amount ($)", "Share"]
    )
    comments = comments_in(with_comments(content, read(content)))
    assert "lacks the columns" in comments["Costs", "A1"]


@pytest.mark.parametrize("title", ["military", "eohhs", "food", "cpf", "treasury"])
def test_a_real_file_comes_back_otherwise_unchanged(title: str) -> None:
    content = (FILES / TITLES[title]).read_bytes()
    back = with_comments(content, reading_of(title))
    again = read_workbook(back, "again.xlsx")
    assert (again.figures, again.problems) == (reading_of(title).figures, reading_of(title).problems)
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(io.BytesIO(back)) as marked:
        assert set(given.namelist()) <= set(marked.namelist())
        for name in given.namelist():
            is_added_to = name.startswith(("xl/worksheets/", "xl/comments", "xl/drawings/vml", "[Content"))
            assert is_added_to or given.read(name) == marked.read(name)


def test_a_csv_file_comes_back_as_a_workbook_with_comments() -> None:
    csv = b'Date incurred,Budget category,Payee,Amount ($)\n1/1/2025,Supplies,"=1+1",x\n'
    reading = read_workbook(csv, "costs.csv")
    back = with_comments(csv, reading)
    assert ("Costs", "D2") in comments_in(back)
    assert openpyxl.load_workbook(io.BytesIO(back))["Costs"]["C2"].data_type == "s"


def test_a_refused_file_has_no_workbook_to_give_back() -> None:
    with pytest.raises(ValueError, match="no workbook"):
        with_comments(b"PDF", Reading())
