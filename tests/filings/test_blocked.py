"""What a blocking rule would refuse at posting is told when the workbook is judged, with its cells."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from xlsxwriter import Workbook

from grants.compliance.actions import approve_policy
from grants.compliance.models import Severity
from reporting.filings.blocked import blocked
from reporting.filings.judging import books_of
from reporting.filings.models import Filing, Stage
from reporting.lines import Line
from reporting.workbooks.quarterly_costs import COSTS
from tests.builders import Office
from tests.compliance.test_policies import a_policy
from tests.filings.builders import County

pytestmark = pytest.mark.django_db
IN_TIME, LATE = date(2022, 5, 16), date(2022, 5, 17)
Row = tuple[date, str, str, float]


def a_workbook(*rows: Row) -> bytes:
    """A workbook of costs: day, category, payee and dollars of each, from row 2 on."""
    names = [column.name for column in COSTS.columns]
    file = BytesIO()
    book = Workbook(file)
    sheet, day = book.add_worksheet(COSTS.name), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, [column.heading for column in COSTS.columns])
    for n, (incurred_on, category, payee, amount) in enumerate(rows, 1):
        sheet.write_datetime(n, names.index("incurred_on"), incurred_on, day)
        for name, value in (("category", category), ("payee", payee), ("amount", amount)):
            sheet.write(n, names.index(name), value)
    book.close()
    return file.getvalue()


def filed(county: County, rows: Sequence[Row]) -> Filing:
    """A workbook that the clerk of a county files."""
    return county.files(content=a_workbook(*rows), name="costs.xlsx")


def told(filing: Filing, rule: str = "ug-cost-within-period") -> list[dict[str, Any]]:
    """The problems of one rule."""
    return [problem for problem in filing.problems if problem["rule"] == rule]


@pytest.fixture
def ended(office: Office) -> County:
    """A county whose subaward ends within the quarter."""
    return County(office, ends_on=IN_TIME)


def test_costs_after_the_last_day_are_told_once_with_sheet_cells_law_and_what_to_do(ended: County) -> None:
    late = (LATE, "Supplies", "Ohio Cable", 10.0)
    filing = filed(ended, [(IN_TIME, "Supplies", "Ohio Cable", 5.0), late, late, (*late[:3], 7.5)])
    [problem] = told(filing)
    assert (problem["severity"], problem["sheet"], problem["cells"]) == ("error", "Costs", "F3 to F5")
    assert "Incurred on May 17, 2022" in problem["message"]
    assert "2 CFR 200.403(h)" in problem["message"]
    assert problem["fix"]
    assert filing.stage == Stage.DRAFT


def test_a_cost_on_the_last_day_and_one_of_closing_after_it_are_not_told(ended: County) -> None:
    closing = (LATE, "Closeout administration", "Ohio Cable", 10.0)
    assert not told(filed(ended, [(IN_TIME, "Supplies", "Ohio Cable", 5.0), closing]))


def test_a_credit_that_leaves_nothing_of_a_late_cost_leaves_nothing_to_tell(ended: County) -> None:
    late = (LATE, "Supplies", "Ohio Cable")
    assert not told(filed(ended, [(*late, 10.0), (*late, -10.0)]))
    [problem] = told(filed(ended, [(*late, 10.0), (*late, -9.0)]))
    assert problem["cells"] == "F2"


def test_a_state_that_takes_the_rule_as_a_warning_is_not_told_of_an_error(ended: County) -> None:
    approve_policy(a_policy(ended.office, starts_on=date(2020, 1, 1)), by=ended.office.fiscal_officer)
    assert not told(filed(ended, [(LATE, "Supplies", "Ohio Cable", 10.0)]))


def test_a_rule_that_a_state_takes_as_blocking_is_told_too(county: County) -> None:
    rule = "ug-covered-telecom-prohibition"
    rows = [(IN_TIME, "Supplies", payee, 10.0) for payee in ("Ohio Cable", "Huawei Technologies", "Huawei")]
    assert not told(filed(county, rows[1:]), rule)
    policy = a_policy(county.office, rule=rule, severity=Severity.BLOCK, starts_on=date(2020, 1, 1))
    approve_policy(policy, by=county.office.fiscal_officer)
    [problem] = told(filed(county, rows), rule)
    assert problem["cells"] == "F3 to F4"
    assert "names Huawei" in problem["message"]


def test_a_cost_without_a_day_is_judged_by_the_day_on_which_it_would_be_posted(office: Office) -> None:
    for ends_on, is_late in ((date(2022, 4, 1), False), (date(2022, 3, 31), True)):
        county = County(office, ends_on=ends_on)
        line = Line("expenditure", Decimal("10.00"), "Costs", "C5")
        period = county.period()
        books = books_of(county.subaward, period)
        found = blocked([line], books, subaward=county.subaward, period=period)
        assert [(each.sheet, each.cells) for each in found] == ([("Costs", "C5")] if is_late else [])


def test_many_costs_ask_the_database_no_oftener_than_one(county: County) -> None:
    period = county.period()
    books = books_of(county.subaward, period)

    def queries(count: int) -> int:
        lines = [Line("expenditure", Decimal(n), "Costs", f"C{n}", payee=str(n)) for n in range(1, count + 1)]
        with CaptureQueriesContext(connection) as captured:
            blocked(lines, books, subaward=county.subaward, period=period)
        return len(captured)

    assert queries(500) == queries(1)
