"""What today's rules say of a period's filings: a dry run that changes nothing."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from grants.ledger.models import Kind
from grants.subawards.actions import record_projects
from grants.subawards.models import Project
from reporting.filings import dashboard
from reporting.filings.dashboard import by_rule, revalidated
from reporting.filings.models import ReportingPeriod
from tests.filings.builders import County, a_cost, address, another

pytestmark = pytest.mark.django_db
DUE_ON, LATE = date(2022, 8, 1), date(2022, 8, 2)


def every_row() -> dict[str, tuple[int, int]]:
    """How many rows each table of the database has, and a mark of what stands in them."""
    marks = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names()):
            cursor.execute(f'SELECT count(*), sum(hashtext(t::text)::bigint) FROM "{name}" AS t')
            marks[name] = cursor.fetchone()
    return marks


def test_judging_a_period_anew_tells_what_is_new_and_writes_nothing(as_: Any, county: County) -> None:
    filing = county.signed(a_cost("600.00"))
    another(county).signed(a_cost("50.00"))
    period = county.period()
    officer = county.office.program_officer
    county.office.posts(county.subaward, Kind.EXPENDITURE, "500.00")
    browser = as_(officer)
    before = every_row()
    page = browser.post(address("revalidate", period)).content.decode()
    assert every_row() == before
    assert filing.number in page
    assert "filing-over-obligated" in page
    outcome = revalidated(period, person=officer)
    assert (outcome.judged, outcome.refused) == (2, 1)
    assert outcome.by_rule == [("filing-over-obligated", 1, 0)]


def test_a_problem_that_is_no_longer_found_is_told_too(county: County) -> None:
    known = [Project(code="P-1", name="Fiber to the bridge", subaward=county.subaward)]
    county.signed(a_cost("50.00", incurred_on="2022-03-31"))
    ReportingPeriod.objects.filter(pk=county.period().pk).update(starts_on=date(2022, 3, 1))
    record_projects(county.subaward.allocation, known, by=county.office.program_officer)
    outcome = revalidated(county.period(), person=county.office.auditor)
    [differing] = outcome.differing
    assert (differing.new, [problem["rule"] for problem in differing.gone]) == ([], ["filing-before-period"])
    assert by_rule(outcome.differing) == [("filing-before-period", 0, 1)]


@pytest.mark.parametrize(("limit", "most"), [("MOST_FILINGS", 1), ("MOST_BYTES", 100)])
def test_more_than_can_be_read_while_one_waits_is_read_in_steps(
    as_: Any, county: County, monkeypatch: Any, limit: str, most: int
) -> None:
    first, second = (each.signed(a_cost("600.00")) for each in (county, another(county)))
    county.office.posts(second.subaward, Kind.EXPENDITURE, "500.00")
    monkeypatch.setattr(dashboard, limit, most)
    browser, there = as_(county.office.auditor), address("revalidate", county.period())
    page = browser.post(there).content.decode()
    assert "Go on with the other 1" in page
    assert second.number not in page
    page = browser.post(there, {"after": first.pk}).content.decode()
    assert "Go on" not in page
    assert second.number in page
    assert browser.post(there, {"after": "9" * 40}).status_code == 200
    nothing = revalidated(county.period(), person=county.office.auditor, after=second.pk)
    assert (nothing.judged, nothing.rest, nothing.differing) == (0, 0, [])
