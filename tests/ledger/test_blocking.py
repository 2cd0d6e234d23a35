"""What the law forbids beyond doubt is not posted; a day that nobody recorded forbids nothing."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.compliance.actions import approve_policy
from grants.kernel.refusals import Refusal
from grants.ledger.actions import post_file
from grants.ledger.models import Entry, Kind
from tests.builders import Office
from tests.compliance.test_policies import a_policy

pytestmark = pytest.mark.django_db
LATE = date(2027, 1, 1)
"""The day after the last day of the builders' subawards."""


def costs_of(office: Office) -> int:
    """How many expenditures stand in the ledger."""
    return Entry.objects.filter(kind=Kind.EXPENDITURE, posting__posted_by=office.fiscal_officer).count()


def test_a_cost_outside_the_budget_period_is_refused_by_line_law_and_what_to_do(office: Office) -> None:
    subaward = office.a_subaward("1000.00", number="SA-LATE")
    with pytest.raises(Refusal) as refusal:
        office.posts(subaward, Kind.EXPENDITURE, "10.00", LATE, place="row 7")
    assert refusal.value.code == "not-allowed"
    for told in (
        "Row 7, subaward SA-LATE",
        "Incurred on January 1, 2027",
        "to December 31, 2026",
        "2 CFR 200.403(h)",
        "Nothing was posted.",
    ):
        assert told in refusal.value.reason
    assert costs_of(office) == 0


def test_a_cost_on_the_last_day_is_posted(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    office.posts(subaward, Kind.EXPENDITURE, "10.00", date(2026, 12, 31))
    assert costs_of(office) == 1


def test_a_day_that_is_not_recorded_blocks_nothing(office: Office) -> None:
    subaward = office.a_subaward("1000.00", starts_on=None, ends_on=None)
    office.posts(subaward, Kind.EXPENDITURE, "10.00", LATE)
    assert costs_of(office) == 1


def test_what_is_no_cost_is_not_judged_by_the_rule_of_costs(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="10.00")
    office.posts(subaward, Kind.PAYMENT, "10.00", LATE)
    assert Entry.objects.filter(kind=Kind.PAYMENT).count() == 1


def test_one_bad_line_of_a_file_keeps_the_whole_file_out_and_is_named(office: Office) -> None:
    subaward = office.a_subaward("1000.00", number="SA-FILE")
    rows = "".join(f"expenditure,{day},1.00,SA-FILE\n" for day in ("2026-12-31", "2027-01-01", "2027-01-01"))
    file = BytesIO(f"kind,incurred_on,amount,subaward\n{rows}".encode())
    with pytest.raises(Refusal) as refusal:
        post_file(subaward.program, file, name="costs.csv", by=office.fiscal_officer)
    assert "Row 3 and 1 more like it, subaward SA-FILE" in refusal.value.reason
    assert costs_of(office) == 0


def test_a_state_that_takes_the_rule_as_a_warning_lets_the_line_in(office: Office) -> None:
    approve_policy(a_policy(office, starts_on=date(2020, 1, 1)), by=office.fiscal_officer)
    office.posts(office.a_subaward("1000.00"), Kind.EXPENDITURE, "10.00", LATE)
    assert costs_of(office) == 1


def test_judging_a_posting_asks_as_often_for_many_lines_as_for_one(office: Office) -> None:
    subaward = office.a_subaward("1000.00", number="SA-MANY")

    def queries(count: int, memo: str) -> int:
        rows = "".join(f"expenditure,2026-01-{n % 28 + 1:02},0.01,SA-MANY,{memo}\n" for n in range(count))
        file = BytesIO(f"kind,incurred_on,amount,subaward,memo\n{rows}".encode())
        with CaptureQueriesContext(connection) as captured:
            post_file(subaward.program, file, name="costs.csv", by=office.fiscal_officer)
        return len(captured)

    first: Any = queries(1, "a")
    assert queries(500, "b") == first
