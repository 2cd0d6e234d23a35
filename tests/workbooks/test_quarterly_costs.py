"""The workbook that we draw: it is read in any order of columns, and its totals must tie."""

from datetime import date
from decimal import Decimal

import pytest

from reporting.workbook import Severity
from tests.workbooks.builders import HEADINGS, a_cost, a_file, a_report, only, read, told


def test_a_report_that_ties_has_no_problem() -> None:
    reading = read(a_report(projects=[["P1", "Levee", 500, 50, 100, 150]]))
    assert reading.problems == ()
    assert reading.layout == "quarterly-costs/1"
    assert reading.figures["Costs"] == {
        "rows": 1,
        "Amount ($)": Decimal("100.00"),
        "Cost share amount ($)": Decimal("0.00"),
    }


def test_columns_may_stand_in_any_order_under_any_case() -> None:
    turned = [heading.upper() + " " for heading in reversed(HEADINGS)]
    reading = read(a_report(list(reversed(a_cost())), headings=turned))
    assert reading.problems == ()
    (row,) = reading.rows["Costs"]
    assert (row["amount"], row.cell("amount"), row.cell("incurred_on")) == (Decimal("100.00"), "B2", "G2")


def test_an_absent_column_is_told_and_hides_what_follows_from_it() -> None:
    headings = [heading if heading != "Amount ($)" else "Sum" for heading in HEADINGS]
    problem = only(read(a_report(headings=headings)))
    assert (problem.rule, problem.sheet, problem.cells) == ("wb-column-absent", "Costs", "")
    assert "“Amount ($)”" in problem.message


def test_the_same_problem_in_many_cells_is_one_line() -> None:
    costs = [a_cost(category="", amount=10.0, description=str(n)) for n in range(10)]
    costs[1] = a_cost(amount=10.0, description="whole")
    problem = only(read(a_report(*costs)))
    assert (problem.cells, problem.message) == ("C2, C4 to C11", "“Budget category” is blank.")


def test_an_unreadable_amount_hides_the_totals_that_follow_from_it() -> None:
    reading = read(a_report(a_cost(amount="a hundred"), projects=[["P1", "", None, 0, 100, 100]]))
    problem = only(reading)
    assert (problem.cells, problem.message) == ("F2", "“a hundred” is not an amount of money.")
    assert reading.rows["Costs"][0]["amount"] is None


def test_the_total_on_the_cover_must_be_the_sum_of_the_lines() -> None:
    reading = read(a_report(cover={"Spent in this period ($)": 99.99}))
    problem = only(reading)
    assert (problem.rule, problem.sheet, problem.cells) == ("qc-total-spent", "Cover", "B5")
    assert "$99.99" in problem.message
    assert not reading.is_acceptable


@pytest.mark.parametrize(("spent", "ties"), [(129.99, False), (130.00, True), (130.01, False)])
def test_per_project_spent_is_its_costs_and_its_aggregates_to_the_cent(spent: float, ties: bool) -> None:
    reading = read(
        a_report(
            a_cost(),
            a_cost(project="P2", amount=5.0),
            aggregates=[["P1", "Grants", None, 30.0, None]],
            projects=[["P1", "", None, 0, spent, None], ["P2", "", None, 0, 5.0, 5.0]],
            cover={"Spent in this period ($)": 135},
        )
    )
    assert told(reading) == (set() if ties else {("qc-tie-out", "Projects", "E2")})


def test_a_project_without_lines_that_says_it_spent_does_not_tie() -> None:
    reading = read(a_report(projects=[["P1", "", None, 0, 100, 100], ["P2", "", None, 0, 7, 7]]))
    assert told(reading) == {("qc-tie-out", "Projects", "E3")}


def test_spent_to_date_is_before_and_now_together() -> None:
    reading = read(a_report(projects=[["P1", "", 120, 50, 100, 149.99]]))
    assert told(reading) == {("qc-to-date", "Projects", "F2"), ("qc-above-budget", "Projects", "F2, C2")}


def test_a_cost_of_a_project_that_is_not_listed_is_an_error() -> None:
    reading = read(a_report(a_cost(project="1.1"), projects=[["1.10", "", None, 0, 0, 0]]))
    assert told(reading) == {("qc-project-known", "Costs", "B2")}


@pytest.mark.parametrize(
    ("day", "rule", "severity"),
    [
        (date(2024, 12, 31), "qc-cost-before-period", Severity.WARNING),
        (date(2025, 1, 1), "", None),
        (date(2025, 3, 31), "", None),
        (date(2025, 4, 1), "qc-cost-after-period", Severity.ERROR),
    ],
)
def test_costs_lie_in_the_period(day: date, rule: str, severity: Severity | None) -> None:
    found = {(p.rule, p.severity) for p in read(a_report(a_cost(day=day))).problems}
    assert found == ({(rule, severity)} if rule else set())


def test_a_line_told_twice_is_a_warning_that_names_the_first() -> None:
    reading = read(a_report(a_cost(amount=50.0), a_cost(amount=50.0)))
    problem = only(reading)
    assert (problem.rule, problem.cells, problem.severity) == ("qc-line-twice", "F3", Severity.WARNING)
    assert "row 2" in problem.message
    assert reading.is_acceptable


def test_a_line_without_any_amount_is_an_error_but_a_cost_share_alone_is_none() -> None:
    share = {"Spent in this period ($)": 0, "Cost share in this period ($)": 20}
    reading = read(a_report(a_cost(amount=None), a_cost(amount=None, share=20.0), cover=share))
    assert told(reading) == {("qc-no-amount", "Costs", "F2")}
    assert [(line.kind, line.cell) for line in reading.lines()] == [("cost-share", "G3")]


def test_a_plain_csv_file_holds_the_lines_alone() -> None:
    csv = ",".join(HEADINGS) + '\r\n1/15/2025,1.10,Supplies,"Acme, Inc.",Sand,"$1,012.50",\r\n\r\n'
    reading = read(csv.encode(), "costs.csv")
    assert reading.problems == ()
    (line,) = reading.lines()
    assert (line.amount, line.project, line.payee, line.cell) == (
        Decimal("1012.50"),
        "1.10",
        "Acme, Inc.",
        "F2",
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_is_read_in_the_encodings_and_marks_that_excel_saves(encoding: str, mark: str) -> None:
    csv = (
        mark.join(HEADINGS) + "\r\n" + mark.join(["1/15/2025", "P1", "Supplies", "Café", "Sand", "12.5", ""])
    )
    (line,) = read(csv.encode(encoding), "costs.csv").lines()
    assert (line.payee, line.amount) == ("Café", Decimal("12.50"))


def test_all_sheets_may_stand_in_one_csv_file_under_their_names() -> None:
    csv = "Cover\nSubaward number,SA-1\nPeriod begins,2025-01-01\nPeriod ends,2025-03-31\n"
    csv += "Spent in this period ($),12.00\nCost share in this period ($),\n\nCosts\n" + ",".join(HEADINGS)
    csv += "\n2025-01-02,P1,Supplies,Acme,,12.50,\n\nProjects\n"
    csv += "Project code,Reported before ($),Spent in this period ($),Spent to date ($)\nP1,0,12.50,12.50\n"
    assert told(read(csv.encode(), "all.csv")) == {("qc-total-spent", "Cover", "B5")}


def test_rows_of_spaces_and_of_formulas_that_are_zero_are_blank() -> None:
    zero = ("=0", 0)
    reading = read(a_report(a_cost(), [" ", "", " "], [zero, zero, zero, zero, zero, zero, zero]))
    assert reading.problems == ()
    assert reading.figures["Costs"]["rows"] == 1


def test_a_workbook_of_another_layout_is_refused_with_the_way_out() -> None:
    reading = read(a_file({"Sheet1": [["Anything", "else"], [1, 2]]}))
    assert only(reading).rule == "wb-layout-unknown"
    assert reading.layout == ""
    assert reading.lines() == ()


def test_a_heading_that_stands_twice_is_told_with_its_cells() -> None:
    reading = read(a_report([*a_cost(), 5.0], headings=[*HEADINGS, "AMOUNT ($) "]))
    assert told(reading) == {("wb-heading-twice", "Costs", "F1, H1")}
    assert reading.rows["Costs"].values("amount") == [Decimal("100.00")]


def test_a_label_that_stands_twice_on_the_cover_is_told_with_its_cells() -> None:
    reading = read(a_report(cover={"subaward number ": "SA-2"}))
    assert told(reading) == {("wb-heading-twice", "Cover", "A1, A8")}
    assert reading.rows["Cover"][0]["subaward"] == "SA-1"
