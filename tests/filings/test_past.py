"""A filing is compared with what its subaward and others reported before, as far as that counts."""

from datetime import date
from typing import Any

import pytest

from reporting.filings.actions import accept_filing
from reporting.filings.models import Filing
from tests.builders import Office
from tests.filings.builders import County
from tests.workbooks.agencies import SLFRF, a_filing, changed

LAYOUT, EC = "slfrf-agency/20250219", "EC 2 - Negative Economic Impact"
FIRST = changed(SLFRF, EC, current_period_obligations=80000)
LATER = changed(
    FIRST,
    EC,
    adopted_budget=200000,
    total_obligations=150000,
    current_period_obligations=70000,
    total_expenditures=150000,
)


@pytest.fixture
def agency(office: Office) -> County:
    """A filer of ARPA workbooks with project 1.10, who reports since 2022-Q2."""
    return a_filer(office)


def a_filer(office: Office, amount: str = "80000.00", **given: Any) -> County:
    return County(office, amount=amount, issued_on=date(2022, 4, 1), **given)


def filed(filer: County, facts: dict[str, Any], code: str = "2022-Q2") -> Filing:
    """An ARPA workbook with these facts, filed for a period that any layout may report."""
    period = filer.period(code)
    period.layout = ""
    period.save(update_fields=["layout"])
    return filer.files(content=a_filing(LAYOUT, facts), name="arpa.xlsx", period=period)


def accepted(filer: County, filing: Filing) -> Filing:
    """The filing once it is signed and accepted."""
    return accept_filing(filer.signs(filing), by=filer.office.program_officer)


def rules(filing: Filing) -> set[str]:
    """The rules that a filing breaks, but those on the days of its made-up lines."""
    return {problem["rule"] for problem in filing.problems if not problem["rule"].startswith("filing-be")}


def test_a_filing_keeps_what_later_ones_are_compared_with(agency: County) -> None:
    told = filed(agency, FIRST).kept.told
    assert told["awards"] == [{"award": "121", "amount": "70000.00"}]
    assert told["projects"][0]["total_obligations"] == "80000.00"


def test_a_later_filing_is_compared_with_the_one_that_is_posted(agency: County) -> None:
    accepted(agency, filed(agency, FIRST))
    raised = changed(LATER, "Awards > 50000", award_amount=70001)
    assert rules(filed(agency, raised, "2022-Q3")) == {"SLFG-008", "filing-over-obligated"}


def test_what_is_only_filed_is_not_compared_with_and_its_absence_is_told(agency: County) -> None:
    filed(agency, FIRST)
    raised = changed(LATER, "Awards > 50000", award_amount=70001)
    filing = filed(agency, raised, "2022-Q3")
    (note,) = [problem for problem in filing.problems if problem["rule"] == "filing-past-missing"]
    assert "2022-Q2" in note["message"]
    assert "SLFG-008" not in rules(filing)


def test_the_project_of_another_subaward_of_the_program_is_told(agency: County) -> None:
    accepted(agency, filed(agency, FIRST))
    other = a_filer(agency.office, "20000.00", allocation=agency.subaward.allocation)
    filing = filed(other, FIRST)
    (problem,) = [problem for problem in filing.problems if problem["rule"] == "SLFG-007"]
    assert agency.subaward.number in problem["message"]


def test_a_project_of_the_same_number_in_another_program_is_not_the_same(agency: County) -> None:
    accepted(agency, filed(agency, FIRST))
    assert "SLFG-007" not in rules(filed(a_filer(agency.office), FIRST))
