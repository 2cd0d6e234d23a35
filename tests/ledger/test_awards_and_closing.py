"""A federal award pays only what it was given; a closed subaward, a round and a posting stand."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from grants.kernel.refusals import Refusal
from grants.kernel.seal import seal_trail, verify_trail
from grants.ledger.actions import post_entries, reverse_entry, reverse_posting
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind, Posting
from grants.ledger.posting import Line
from grants.ledger.queries import moment_known
from grants.programs.actions import (
    approve_round,
    fund_program,
    lapse_program,
    propose_round,
    withdraw_round,
)
from grants.programs.models import Allocation
from grants.programs.queries import allocated_by_party
from grants.subawards.actions import (
    Budgeted,
    approve_amendment,
    close_subaward,
    draft_subaward,
    issue_subaward,
    propose_amendment,
    reopen_subaward,
)
from grants.subawards.models import Subaward
from tests.builders import Office, a_party
from tests.conftest import behind_the_products_back

pytestmark = pytest.mark.django_db


FUNDING_OF_LONG_AGO = """
    INSERT INTO grants_funding (program_id, amount, received_on, source, posted_at)
    SELECT id, 5, '2020-01-01', 'by hand', '2020-01-01' FROM grants_program LIMIT 1
"""
POSTING_TO_COME = """
    INSERT INTO grants_posting (key, program_id, kind, name, sha256, reason, posted_by_id, posted_at)
    SELECT 'k', program_id, 'form', 'n', '', '', posted_by_id, '2090-01-01' FROM grants_posting LIMIT 1
"""


def changed_by_hand(statement: str) -> None:
    """Execute raw SQL, with what is checked at the commit checked now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")


def own_line(office: Office, allocation: Allocation, kind: Kind, amount: str) -> None:
    """A line of the allocation's own party, without a subaward."""
    award = allocation.program.fundings.order_by("pk")[0].federal_award_id
    line = Line(kind, Decimal(amount), date(2022, 3, 31), award, allocation.pk)
    key = f"own-{Entry.objects.count()}"
    post_entries(allocation.program, [line], key=key, reason="own", by=office.fiscal_officer)


def test_nothing_is_spent_of_an_award_beyond_its_part_of_the_subaward(office: Office) -> None:
    program = office.a_program("1000.00")
    other = office.an_award()
    money = {"received_on": date(2021, 5, 10), "source": "letter", "by": office.fiscal_officer}
    fund_program(program, amount=Decimal("1000.00"), federal_award=other, **money)
    allocation = office.an_allocation("1000.00", program=program)
    first = program.fundings.order_by("pk")[0].federal_award
    draft = Subaward(number="TWO", subrecipient=office.agency, title="Two awards", amount=Decimal("200.00"))
    splits = {first: Decimal("100.00"), other: Decimal("100.00")}
    drafted = draft_subaward(allocation, draft, splits=splits, by=office.program_officer)
    subaward = issue_subaward(drafted, issued_on=date(2021, 7, 1), by=office.fiscal_officer)
    with pytest.raises(Refusal) as refusal:
        office.posts(subaward, Kind.EXPENDITURE, "100.01")
    assert refusal.value.code == "over-obligated"
    office.posts(subaward, Kind.EXPENDITURE, "100.00")


def test_no_more_is_obligated_of_an_award_than_it_gives_the_program(office: Office) -> None:
    program = office.a_program("100.00")
    fund_program(
        program,
        amount=Decimal("900.00"),
        received_on=date(2021, 5, 10),
        source="state",
        by=office.fiscal_officer,
    )
    allocation = office.an_allocation("1000.00", program=program)
    with pytest.raises(Refusal) as refusal:
        issue_subaward(office.a_draft("100.01", allocation=allocation), by=office.fiscal_officer)
    assert refusal.value.code == "over-funded"
    assert disagreements() == []


def test_an_allocation_is_not_used_twice(office: Office) -> None:
    allocation = office.an_allocation("100.00")
    office.a_subaward("60.00", allocation=allocation)
    own_line(office, allocation, Kind.EXPENDITURE, "40.00")
    for kind in (Kind.EXPENDITURE, Kind.PAYMENT):
        with pytest.raises(Refusal) as refusal:
            own_line(office, allocation, kind, "40.01")
        assert refusal.value.code == "over-allocated"
    with pytest.raises(Refusal, match=r"\$0\.00 left"):
        issue_subaward(office.a_draft("0.01", allocation=allocation), by=office.fiscal_officer)
    assert disagreements() == []


def test_a_closed_subaward_takes_no_line_and_no_amendment_until_it_is_opened_again(office: Office) -> None:
    subaward = office.a_subaward("100.00", spent="100.00", paid="100.00")
    award = subaward.splits.get().federal_award
    change = {"reason": "more", "effective_on": date(2022, 1, 1), "by": office.program_officer}
    amendment = propose_amendment(subaward, splits={award: Decimal("50.00")}, **change)
    close_subaward(subaward, reason="done", by=office.fiscal_officer)
    with pytest.raises(Refusal) as refusal:
        approve_amendment(amendment, by=office.fiscal_officer)
    assert refusal.value.code == "wrong-stage"
    payment = Entry.objects.get(kind=Kind.PAYMENT)
    with pytest.raises(Refusal) as refusal:
        reverse_entry(payment, reason="bounced", by=office.fiscal_officer)
    assert refusal.value.code == "disagrees"
    reopen_subaward(subaward, reason="a cost was disallowed", by=office.fiscal_officer)
    reverse_entry(payment, reason="bounced", by=office.fiscal_officer)


def test_an_amendment_that_changes_the_amount_brings_a_budget_where_there_is_one(office: Office) -> None:
    subaward = office.a_subaward("100.00", budget=[Budgeted("personnel", Decimal("100.00"))])
    award = subaward.splits.get().federal_award
    change = {"reason": "more", "effective_on": date(2022, 1, 1), "by": office.program_officer}
    amendment = propose_amendment(subaward, splits={award: Decimal("50.00")}, **change)
    with pytest.raises(Refusal) as refusal:
        approve_amendment(amendment, by=office.fiscal_officer)
    assert refusal.value.code == "budget-does-not-add-up"


def test_a_lapsed_program_takes_back_no_deobligation(office: Office) -> None:
    allocation = office.an_allocation("100.00")
    own_line(office, allocation, Kind.OBLIGATION, "50.00")
    own_line(office, allocation, Kind.DEOBLIGATION, "20.00")
    lapse_program(allocation.program, reason="over", by=office.program_officer)
    posting = Posting.objects.get(entries__kind=Kind.DEOBLIGATION)
    with pytest.raises(Refusal) as refusal:
        reverse_posting(posting, reason="mistake", by=office.fiscal_officer)
    assert refusal.value.code == "disagrees"


def test_a_round_dated_before_the_one_it_supersedes_is_refused(office: Office) -> None:
    program = office.a_program("1000.00")
    first = office.allocated(program, {office.agency: "100.00"}, on=date(2022, 6, 1))
    with pytest.raises(Refusal) as refusal:
        office.allocated(program, {office.agency: "120.00"}, supersedes=first, on=date(2021, 7, 1))
    assert refusal.value.code == "dated-before"


def test_three_rounds_in_a_row_count_once(office: Office) -> None:
    program = office.a_program("1000.00")
    round = None
    for year, amount in ((2021, "100.00"), (2022, "110.00"), (2023, "120.00")):
        round = office.allocated(program, {office.agency: amount}, supersedes=round, on=date(year, 6, 1))
    for year, amount in ((2021, "100.00"), (2022, "110.00"), (2023, "120.00"), (2024, "120.00")):
        known = allocated_by_party([program.pk], through=date(year, 12, 31), as_known_at=moment_known())
        assert known == {(program.pk, office.agency.pk): Decimal(amount)}


def test_a_withdrawn_round_makes_room_for_another(office: Office) -> None:
    program = office.a_program("1000.00")
    first = office.allocated(program, {office.agency: "100.00"})
    second = propose_round(
        office.a_round(program, {office.agency: "110.00"}, supersedes=first), by=office.program_officer
    )
    withdraw_round(second, reason="wrong list", by=office.program_officer)
    third = office.a_round(program, {office.agency: "120.00"}, supersedes=first)
    approve_round(propose_round(third, by=office.program_officer), by=office.fiscal_officer)
    assert program.standing.allocated == Decimal("120.00")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE grants_allocationround SET approved_at = approved_at - interval '1 year'",
        "UPDATE grants_allocationround SET approved_by_id = NULL",
        "UPDATE grants_program SET agency_id = (SELECT max(id) FROM grants_party)",
        "UPDATE grants_allocation SET party_id = (SELECT max(id) FROM grants_party)",
        "UPDATE grants_federalaward SET agency_id = (SELECT max(id) FROM grants_party)",
        "DELETE FROM grants_budgetline",
        "UPDATE grants_amendment SET splits = '{}'",
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE grants_programstanding",
        "INSERT INTO grants_tranche (share_id, number, name, amount) SELECT id, 9, 'x', 1 FROM grants_share",
        FUNDING_OF_LONG_AGO,
        POSTING_TO_COME,
    ],
)
def test_what_others_rely_on_is_not_changed_by_raw_sql(office: Office, statement: str) -> None:
    subaward = office.a_subaward("100.00", budget=[Budgeted("personnel", Decimal("100.00"))])
    award = subaward.splits.get().federal_award
    change = {"reason": "more", "effective_on": date(2022, 1, 1), "by": office.program_officer}
    propose_amendment(subaward, splits={award: Decimal("50.00")}, **change)
    a_party(keeper=office.agency)
    with pytest.raises(DatabaseError, match=r"pgtrigger|round_approved_by_someone"):
        changed_by_hand(statement)


@pytest.mark.django_db(transaction=True)
def test_a_line_is_not_added_to_an_earlier_posting() -> None:
    office = Office()
    office.a_subaward("100.00", spent="40.00")
    columns = (
        "posting_id, posted_at, program_id, kind, amount, incurred_on, federal_award_id, allocation_id, "
        "subaward_id, category, is_advance, payee, period, place, memo"
    )
    same = columns.replace("amount,", "1.00,")
    with pytest.raises(DatabaseError, match="its own program and moment"):
        changed_by_hand(
            f"INSERT INTO grants_entry ({columns}) SELECT {same} FROM grants_entry WHERE kind = 'expenditure'"
        )


@pytest.mark.django_db(transaction=True)
def test_a_row_slipped_in_between_two_seals_or_before_the_first_is_named() -> None:
    office = Office()
    office.a_subaward("100.00")
    seal_trail()
    for key in (-7, 0):
        with behind_the_products_back() as cursor:
            cursor.execute(
                "INSERT INTO grants_trailentry SELECT %s, context, verb, reason, subject_kind, subject_id, "
                "subject, happened_at, by_id, party_id FROM grants_trailentry LIMIT 1",
                [key],
            )
        broken = verify_trail()
        assert broken is not None
        assert broken.message == f"Row {key} of grants_trailentry was slipped in."
        with behind_the_products_back() as cursor:
            cursor.execute("DELETE FROM grants_trailentry WHERE id = %s", [key])
    assert verify_trail() is None
