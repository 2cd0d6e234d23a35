"""What is to be done above the lists of the desk: the first of it, and how much there is."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.monitoring import lists
from grants.monitoring.audits.queries import overdue_audits
from grants.monitoring.lists import first_of
from grants.monitoring.models import SingleAudit
from grants.subawards.models import Subaward
from tests.builders import Office
from tests.monitoring.builders import an_audit


def test_no_more_rows_are_read_than_shown(office: Office, monkeypatch: Any) -> None:
    monkeypatch.setattr(lists, "MOST_SHOWN", 2)
    for _ in range(3):
        office.a_subaward("1000.00")
    found = Subaward.objects.order_by("pk")
    with CaptureQueriesContext(connection) as asked:
        table = first_of("To do", ("Subaward",), found, lambda each: (each.number,))
    assert table
    assert table.caption == "To do: 3, the first 2 shown"
    assert len(table.rows) == 2
    assert "LIMIT 2" in asked[-1]["sql"]


def test_a_list_without_rows_is_no_table(office: Office) -> None:
    assert first_of("To do", ("Subaward",), Subaward.objects.none(), lambda each: (each.number,)) is None
    assert first_of("To do", ("Subaward",), [], lambda each: (each,)) is None


@pytest.mark.parametrize(("elsewhere", "is_late"), [("748999.99", False), ("749000.00", True)])
def test_the_database_leaves_out_who_stays_below_the_lowest_threshold(
    office: Office, elsewhere: str, is_late: bool
) -> None:
    subaward = office.a_subaward("1000.00", spent="1000.00")
    an_audit(office, subaward, elsewhere=elsewhere)
    late = [each.audit for each in overdue_audits(office.auditor, on=date(2023, 10, 3))]
    assert late == list(SingleAudit.objects.filter(year_ends_on=date(2022, 12, 31)) if is_late else [])


def test_money_that_a_party_passed_on_counts_towards_its_own_audit(office: Office) -> None:
    county = office.a_subaward().subrecipient
    allocation = office.an_allocation("800000.00", party=county)
    subaward = office.a_subaward("800000.00", allocation=allocation, spent="750000.00", paid="750000.00")
    an_audit(office, subaward, elsewhere="0.00")
    late = {
        each.audit.party: each.duty.expended for each in overdue_audits(office.auditor, on=date(2023, 10, 3))
    }
    assert set(late) == {county, subaward.subrecipient}
