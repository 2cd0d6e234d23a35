"""The closeout report tells what is done and what is not, and what is left to settle and to solve."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from grants.ledger.models import Kind
from grants.ledger.queries import moment_known
from grants.monitoring.closeout.actions import begin_closeout, hold_records, leave_out_item, settle_item
from grants.monitoring.closeout.models import RecordsHold
from grants.subawards.models import Subaward
from reporting.blocks import FindingList, Heading, LedgerTable, Prose, SignatureBlock
from reporting.reports.closeout import compose, gather
from tests.builders import Office
from tests.compliance.builders import a_finding
from tests.monitoring.builders import Watched

DAY = date(2027, 6, 30)


def told(subaward: Subaward, through: date = DAY) -> dict[str, Any]:
    """The figures of the report."""
    return gather(subaward, through, moment_known())


def statuses(figures: dict[str, Any]) -> list[str]:
    """How each item of the checklist stands."""
    return [each["status"] for each in figures["items"]]


def test_each_item_says_who_settled_it_and_what_is_overdue(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    closeout = begin_closeout(subaward, by=office.program_officer)
    first, second, *_ = closeout.items.order_by("position")
    settle_item(first, note="Seen", by=office.program_officer)
    leave_out_item(second, reason="Nothing to perform", by=office.program_officer)
    figures = told(subaward)
    assert statuses(figures)[:3] == ["Done", "Does not apply", "Open, overdue"]
    assert figures["items"][0]["said"] == f"{office.program_officer}: Seen"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(*) FILTER (WHERE stage = 'open' AND due_on < %s) "
            "FROM grants_closeoutitem WHERE closeout_id = %s",
            [DAY, closeout.pk],
        )
        assert (len(figures["items"]), statuses(figures).count("Open, overdue")) == cursor.fetchone()


def test_a_closeout_not_begun_says_so_and_lists_what_it_will_ask(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    figures = told(subaward)
    assert set(statuses(figures)) == {"Not begun"}
    assert date(2027, 3, 31) in {each["due_on"] for each in figures["items"]}
    blocks = list(compose(figures))
    assert any(isinstance(each, Prose) and "has not begun" in each.text for each in blocks)


def test_without_a_date_of_the_award_no_day_is_made_up(office: Office) -> None:
    award = office.an_award(award_date=None)
    allocation = office.an_allocation(program=office.a_program(award=award))
    figures = told(office.a_subaward("1000.00", allocation=allocation))
    assert {each["due_on"] for each in figures["items"]} == {None}
    assert figures["records"]["until"] is None


def test_what_is_left_to_settle_follows_from_the_ledger_through_the_day(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00", paid="250.00")
    office.posts(subaward, Kind.EXPENDITURE, "100.00", date(2023, 1, 1))
    day = date(2022, 12, 31)
    money = told(subaward, day)["money"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(amount) FILTER (WHERE kind = 'obligation'), "
            "sum(amount) FILTER (WHERE kind = 'expenditure'), sum(amount) FILTER (WHERE kind = 'payment') "
            "FROM grants_entry WHERE subaward_id = %s AND incurred_on <= %s",
            [subaward.pk, day],
        )
        obligated, spent, paid = cursor.fetchone()
    assert (money["obligated"], money["spent"], money["paid"]) == (obligated, spent, paid)
    assert money["still_to_pay"] == spent - paid == Decimal("350.00")
    assert money["to_deobligate"] == obligated - spent == Decimal("400.00")
    assert money["refund_due"] == 0


def test_what_is_found_and_to_be_put_right_stays_open(office: Office) -> None:
    subaward = a_finding(office).subaward
    Watched(office, subaward)
    figures = told(subaward)
    assert len(figures["findings"]) == 1
    lists = [each for each in compose(figures) if isinstance(each, FindingList)]
    assert [len(each.findings) for each in lists] == [1, len(figures["follow_ups"])]
    assert figures["follow_ups"][0]["condition"] == "No inventory"


def test_records_that_are_held_have_no_end(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    begin_closeout(subaward, by=office.program_officer)
    hold = RecordsHold(kind="claim", reason="a contractor sues", starts_on=date(2027, 1, 1))
    hold_records(subaward, hold, by=office.program_officer)
    records = told(subaward)["records"]
    assert records["until"] is None
    assert [row[1] for row in records["holds"]] == ["a contractor sues"]


def test_it_has_a_checklist_and_room_to_sign(office: Office) -> None:
    blocks = list(compose(told(office.a_subaward("1000.00", is_sample=True))))
    assert isinstance(blocks[1], Prose)
    assert "made up" in blocks[1].text
    assert Heading("Checklist", 2) in blocks
    assert sum(isinstance(each, SignatureBlock) for each in blocks) == 1
    (checklist,) = [each for each in blocks if isinstance(each, LedgerTable) and "Checklist" in each.caption]
    assert len(list(checklist.rows)) > 10
