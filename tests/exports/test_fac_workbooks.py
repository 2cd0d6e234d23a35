"""The Clearinghouse's workbooks hold the schedule, in whole dollars that add up."""

import random
from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from grants.kernel.money import half_up, total
from reporting.exports.fac.workbooks import awards_workbook, catalog, notes_workbook, rows_of
from tests.exports.builders import a_submission, an_award_line


def test_every_award_stands_in_a_row_of_the_template() -> None:
    lines = [
        an_award_line("1000.50", "400.25"),
        an_award_line(
            "70.00", aln="93.600", fain="90CI", is_covid=False, is_direct=False, received_from="Ohio",
            received_number="7", cluster="HEAD START CLUSTER", is_loan=True, loan_balance=Decimal("12.50"),
        ),
    ]  # fmt: skip
    content = awards_workbook(a_submission(lines))
    book = load_workbook(BytesIO(content), data_only=True)
    first, second = ([cell.value for cell in row] for row in book["Form"].iter_rows(min_row=2, max_row=3))
    name = "CORONAVIRUS STATE AND LOCAL FISCAL RECOVERY FUNDS"
    assert first == [
        "AWARD-00001", "21", "027", "COVID-19, SLFRP0130", name, 1001, "N/A", None, None, 1001, 0, "N", None,
        "Y", None, None, "Y", 400, None, None, None, "21.027", None, None, name,
    ]  # fmt: skip
    assert second == [
        "AWARD-00002", "93", "600", "90CI", "HEAD START", 70, "HEAD START CLUSTER", None, None, 70, 70, "Y",
        13, "N", "Ohio", "7", "N", None, None, None, None, "93.600", None, None, "HEAD START",
    ]  # fmt: skip
    cover = book["Coversheet"]
    assert [cover[f"B{row}"].value for row in (2, 3, 4, 5)] == [
        "1.1.10", "FederalAwards", "ZUFJEU4NMK52", 1071,
    ]  # fmt: skip


def test_another_reader_sees_the_same_values() -> None:
    content = awards_workbook(a_submission())
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name("Form").to_python()
    assert sheet[1][:6] == [
        "AWARD-00001", "21", "027", "COVID-19, SLFRP0130", catalog()["21.027"], 1200000,
    ]  # fmt: skip


def test_notes_stand_in_the_template() -> None:
    book = load_workbook(BytesIO(notes_workbook(a_submission())))
    cover, form = book["Coversheet"], book["Form"]
    assert [cover[f"B{row}"].value for row in range(3, 8)] == [
        "NotesToSefa", "ZUFJEU4NMK52", "Accrual: costs when incurred.", "N", "A negotiated rate is used.",
    ]  # fmt: skip
    assert [cell.value for cell in form[2]] == ["Loans", "There are none.", "N"]


def test_whole_dollars_foot_whatever_the_cents() -> None:
    chance = random.Random(20211)
    for _ in range(300):
        lines = []
        for _ in range(chance.randint(1, 12)):
            passed = Decimal(chance.randint(-20_000, 300_000)) / 100
            lines.append(an_award_line(str(passed + Decimal(chance.randint(0, 300_000)) / 100), str(passed)))
        rows = rows_of(lines)
        assert sum(row["amount_expended"] for row in rows) == half_up(total(x["expended"] for x in lines))
        assert sum(row["subrecipient_amount"] or 0 for row in rows) == half_up(
            total(line["passed_on"] for line in lines)
        )
        for row, line in zip(rows, lines, strict=True):
            assert abs(row["amount_expended"] - line["expended"]) < 2
            assert (row["subrecipient_amount"] or 0) <= row["amount_expended"]


def test_an_award_without_cents_keeps_its_dollars() -> None:
    rows = rows_of([an_award_line("10.00"), an_award_line("0.40"), an_award_line("0.40")])
    assert [row["amount_expended"] for row in rows] == [10, 1, 0]
    assert [row["is_passed"] for row in rows] == ["N", "N", "N"]
