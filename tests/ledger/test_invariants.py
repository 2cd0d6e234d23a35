"""What must always hold in the books, in the code and in the database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from grants.kernel.refusals import Refusal
from grants.kernel.trail import TrailEntry
from grants.ledger.actions import post_entries, reverse_entry
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind, SubawardStanding
from grants.subawards.actions import issue_subaward
from tests.builders import Office

pytestmark = pytest.mark.django_db


def test_issuing_a_subaward_obligates_its_amount(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    line = Entry.objects.get(subaward=subaward)
    assert (line.kind, line.amount, line.incurred_on) == (
        Kind.OBLIGATION,
        Decimal("1000.00"),
        date(2021, 7, 1),
    )
    assert subaward.allocation.standing.subawarded == Decimal("1000.00")
    assert disagreements() == []


def test_spending_above_the_obligation_is_refused_to_the_cent(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00")
    trail = TrailEntry.objects.count()
    with pytest.raises(Refusal) as refusal:
        office.posts(subaward, Kind.EXPENDITURE, "400.01")
    assert refusal.value.code == "over-obligated"
    assert TrailEntry.objects.count() == trail
    office.posts(subaward, Kind.EXPENDITURE, "400.00")
    assert SubawardStanding.objects.get(pk=subaward.pk).expended == Decimal("1000.00")


def test_paying_above_what_is_spent_is_refused_unless_it_is_an_advance(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00")
    with pytest.raises(Refusal) as refusal:
        office.posts(subaward, Kind.PAYMENT, "600.01")
    assert refusal.value.code == "over-spent"
    office.posts(subaward, Kind.PAYMENT, "600.00")
    office.posts(subaward, Kind.PAYMENT, "400.00", is_advance=True)


def test_a_reversal_restores_every_balance(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    office.posts(subaward, Kind.EXPENDITURE, "250.00")
    line = Entry.objects.get(subaward=subaward, kind=Kind.EXPENDITURE)
    reverse_entry(line, reason="billed twice", by=office.fiscal_officer)
    assert SubawardStanding.objects.get(pk=subaward.pk).expended == 0
    assert disagreements() == []
    with pytest.raises(Refusal) as refusal:
        reverse_entry(line, reason="again", by=office.fiscal_officer)
    assert refusal.value.code == "reversed-already"


def test_more_than_the_allocation_is_never_subawarded(office: Office) -> None:
    allocation = office.an_allocation("1000.00")
    office.a_subaward("999.99", allocation=allocation)
    with pytest.raises(Refusal) as refusal:
        issue_subaward(office.a_draft("0.02", allocation=allocation), by=office.fiscal_officer)
    assert refusal.value.code == "over-allocated"
    assert "$0.01 left" in refusal.value.reason


def test_more_than_the_funding_is_never_allocated(office: Office) -> None:
    program = office.a_program("1000.00")
    with pytest.raises(Refusal) as refusal:
        office.allocated(program, {office.agency: "1000.01"})
    assert refusal.value.code == "over-funded"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE grants_entry SET amount = 1",
        "SET pgtrigger.ignore = '{append_only}'; UPDATE grants_entry SET amount = 1",
        "DELETE FROM grants_entry",
        "TRUNCATE grants_entry",
        "UPDATE grants_posting SET name = 'other'",
        "UPDATE grants_trailentry SET reason = ''",
        "DELETE FROM grants_subawardevent",
        "TRUNCATE grants_subawardevent",
        "UPDATE grants_subaward SET stage = 'draft'",
        "UPDATE grants_allocationround SET stage = 'draft'",
        "UPDATE grants_allocationround SET inputs = '{\"amount\": 1}'",
        "UPDATE grants_share SET amount = amount + 1",
        "UPDATE grants_funding SET amount = amount + 1",
        "UPDATE grants_balance SET amount = amount + 1",
        "UPDATE grants_subawardstanding SET obligated = obligated + 1",
        "UPDATE grants_allocationstanding SET allocated = allocated + 1",
        "UPDATE grants_programstanding SET funded = funded + 1",
        "DELETE FROM grants_balance",
        "UPDATE grants_subaward SET number = 'other'",
        "UPDATE grants_subaward SET issued_on = issued_on + 1",
    ],
)
def test_what_is_posted_is_not_changed_by_raw_sql(office: Office, statement: str) -> None:
    office.a_subaward("1000.00", spent="10.00")
    with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_is_posted_is_not_changed_by_the_records_themselves(office: Office) -> None:
    office.a_subaward("1000.00")
    line = Entry.objects.first()
    line.amount = Decimal("1.00")
    for change in (
        line.save,
        line.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(amount=1),
    ):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE grants_subaward SET amount = amount - 0.01",
        "UPDATE grants_fundingsplit SET amount = amount + 0.01",
        "DELETE FROM grants_fundingsplit",
    ],
)
def test_amount_obligations_and_splits_of_an_issued_subaward_never_part(
    office: Office, statement: str
) -> None:
    office.a_subaward("1000.00")
    with pytest.raises(DatabaseError, match="obligations and the splits"), transaction.atomic():
        changed_at_once(statement)


def changed_at_once(statement: str) -> None:
    """Execute raw SQL, with what is checked at the commit checked now."""
    with connection.cursor() as cursor:
        cursor.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_an_obligation_posted_beside_the_amendment_is_refused() -> None:
    office = Office()
    subaward = office.a_subaward("1000.00")
    with pytest.raises(Refusal) as refusal:
        office.posts(subaward, Kind.OBLIGATION, "1.00")
    assert refusal.value.code == "not-amended"
    assert SubawardStanding.objects.get(pk=subaward.pk).obligated == Decimal("1000.00")


def test_a_line_that_does_not_agree_with_its_records_is_refused(office: Office) -> None:
    draft, issued = office.a_draft(), office.a_subaward("1000.00")
    lines = [
        office.a_line(draft, Kind.EXPENDITURE, "1.00"),
        replace(office.a_line(issued, Kind.EXPENDITURE, "1.00"), federal_award=office.an_award().pk),
        replace(office.a_line(issued, Kind.EXPENDITURE, "1.00"), allocation=office.an_allocation().pk),
    ]
    for number, line in enumerate(lines):
        with pytest.raises(Refusal) as refusal:
            post_entries(issued.program, [line], key=str(number), reason="?", by=office.fiscal_officer)
        assert refusal.value.code == "disagrees"
