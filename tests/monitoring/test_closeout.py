"""Closing a subaward: days from its last one, money settled, a checklist done or left for a reason."""

from datetime import date
from typing import Any

import pytest

from grants.kernel.refusals import Refusal
from grants.ledger.models import Kind
from grants.monitoring.closeout.actions import (
    begin_closeout,
    finish_closeout,
    hold_records,
    leave_out_item,
    release_records,
    settle_item,
)
from grants.monitoring.closeout.queries import overdue_items, retention_of, settlement_of, to_close_out
from grants.monitoring.models import Closeout, RecordsHold
from grants.monitoring.visits.actions import follow_up_breach
from grants.subawards.actions import close_subaward
from tests.builders import Office
from tests.compliance.builders import a_finding
from tests.desk.test_buttons import address, press
from tests.monitoring.builders import a_follow_up

DAYS = {"final_report_on": date(2027, 3, 18), "expended_on": date(2026, 12, 31)}


def settled(office: Office) -> Any:
    """A subaward that is spent and paid."""
    return office.a_subaward("1000.00", spent="1000.00", paid="1000.00")


def test_a_checklist_has_its_days_and_only_what_the_family_needs(office: Office) -> None:
    closeout = begin_closeout(office.a_subaward(), by=office.program_officer)
    assert (closeout.reports_due_on, closeout.target_on) == (date(2027, 3, 31), date(2027, 12, 31))
    items = {item.code: item for item in closeout.items.all()}
    assert items["financial-report"].due_on == date(2027, 3, 31)
    assert items["closeout-letter"].due_on == date(2027, 12, 31)
    assert "treasury" in items
    assert "locations" not in items


def test_items_not_done_by_their_day_are_overdue_until_they_are_done_or_left_out(office: Office) -> None:
    closeout = begin_closeout(office.a_subaward(), by=office.program_officer)
    assert overdue_items(office.auditor, on=date(2027, 3, 31)) == []
    late = overdue_items(office.auditor, on=date(2027, 4, 1))
    assert [item.code for item in late] == [
        "performance-report",
        "financial-report",
        "liquidation",
        "property",
    ]
    settle_item(late[0], note="came by mail", by=office.program_officer)
    leave_out_item(late[3], reason="none was bought", by=office.program_officer)
    assert len(overdue_items(office.auditor, on=date(2027, 4, 1))) == 2
    assert closeout.items.filter(stage="not_needed").get().note == "none was bought"


def test_a_subaward_is_closed_with_its_checklist_done_or_a_reason(office: Office) -> None:
    closeout = begin_closeout(settled(office), by=office.program_officer)
    with pytest.raises(Refusal, match="15 items") as refusal:
        finish_closeout(closeout, **DAYS, by=office.fiscal_officer)
    assert refusal.value.code == "items-open"
    finish_closeout(closeout, **DAYS, reason="the town dissolved", by=office.fiscal_officer)
    closeout.subaward.refresh_from_db()
    assert closeout.subaward.stage == "closed"


def test_a_subaward_with_money_unsettled_is_not_closed(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00")
    office.posts(subaward, Kind.PAYMENT, "700.00", is_advance=True)
    subaward.refresh_from_db()
    left = settlement_of(subaward)
    assert (str(left.refund_due), str(left.to_deobligate)) == ("100.00", "400.00")
    closeout = begin_closeout(subaward, by=office.program_officer)
    with pytest.raises(Refusal) as refusal:
        finish_closeout(closeout, **DAYS, reason="tired", by=office.fiscal_officer)
    assert refusal.value.code == "not-liquidated"
    closeout.refresh_from_db()
    assert closeout.stage == "open"


def test_records_are_kept_by_treasurys_terms_and_longer_while_something_holds_them(office: Office) -> None:
    subaward = settled(office)
    assert retention_of(subaward, on=date(2027, 4, 1)) is None
    closeout = begin_closeout(subaward, by=office.program_officer)
    finish_closeout(closeout, **DAYS, reason="all agreed", by=office.fiscal_officer)
    kept = retention_of(subaward, on=date(2027, 4, 1))
    assert kept
    assert kept.until == date(2031, 12, 31)
    hold = RecordsHold(kind="litigation", reason="a suit", starts_on=date(2027, 4, 1))
    hold = hold_records(subaward, hold, by=office.program_officer)
    held = retention_of(subaward, on=date(2027, 4, 1))
    assert held
    assert (held.until, held.held_by) == (None, ("litigation",))
    release_records(hold, ends_on=date(2028, 1, 1), reason="settled", by=office.program_officer)
    free = retention_of(subaward, on=date(2028, 1, 1))
    assert free
    assert free.until == date(2031, 12, 31)
    again = retention_of(subaward, on=date(2027, 12, 31))
    assert again
    assert again.until is None


def test_a_closeout_begins_once_and_only_of_an_issued_subaward(office: Office) -> None:
    subaward = office.a_subaward()
    begin_closeout(subaward, by=office.program_officer)
    with pytest.raises(Refusal) as again:
        begin_closeout(subaward, by=office.program_officer)
    with pytest.raises(Refusal) as draft:
        begin_closeout(office.a_draft(), by=office.program_officer)
    assert (again.value.code, draft.value.code) == ("begun-already", "wrong-stage")


def test_subawards_that_have_ended_wait_for_their_closeout(office: Office) -> None:
    subaward = office.a_subaward()
    assert not to_close_out(office.auditor, on=date(2026, 12, 31)).exists()
    assert list(to_close_out(office.auditor, on=date(2027, 1, 1))) == [subaward]


def test_a_subaward_is_closed_out_at_the_desk(as_: Any, office: Office) -> None:
    subaward = settled(office)
    browser = as_(office.program_officer)
    press(browser, subaward, "closeout.begin")
    closeout = Closeout.objects.get(subaward=subaward)
    for item in closeout.items.all():
        press(browser, item, "closeout.settle_item", note="seen")
    given = {"final_report_on": "2027-03-18", "expended_on": "2026-12-31"}
    press(as_(office.fiscal_officer), closeout, "closeout.finish", **given)
    closeout.refresh_from_db()
    assert closeout.stage == "done"
    page = browser.get(f"/admin/grants/closeout/{closeout.pk}/change/").content.decode()
    assert "until December 31, 2031" in page


def test_a_subaward_is_not_closed_past_its_open_checklist(office: Office) -> None:
    subaward = settled(office)
    closeout = begin_closeout(subaward, by=office.program_officer)
    with pytest.raises(Refusal, match="15 open items") as refusal:
        close_subaward(subaward, reason="done", by=office.fiscal_officer)
    assert refusal.value.code == "closeout-open"
    for item in closeout.items.all():
        settle_item(item, by=office.program_officer)
    assert close_subaward(subaward, reason="done", by=office.fiscal_officer).stage == "closed"


def test_a_closeout_shows_what_is_found_and_not_corrected(as_: Any, office: Office) -> None:
    subaward = settled(office)
    found = a_finding(office, subaward=subaward)
    follow_up_breach(found, a_follow_up(condition="Invoices are missing"), by=office.program_officer)
    closeout = begin_closeout(subaward, by=office.program_officer)
    page = as_(office.auditor).get(address(closeout, "change")).content.decode()
    assert "Findings open: 1" in page
    assert found.title in page
    assert "Invoices are missing" in page
