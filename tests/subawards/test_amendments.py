"""Subawards change only by amendments, which another person approves."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from grants.kernel.refusals import Refusal
from grants.kernel.trail import TrailEntry
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind
from grants.programs.actions import lapse_program
from grants.subawards.actions import (
    Budgeted,
    approve_amendment,
    close_subaward,
    decline_amendment,
    issue_subaward,
    propose_amendment,
)
from grants.subawards.models import Amendment, Stage, Subaward
from tests.builders import Office, an_agency

pytestmark = pytest.mark.django_db

EFFECTIVE = date(2022, 7, 1)


def proposed(office: Office, subaward: Subaward, change: str, **given: object) -> Amendment:
    """An amendment that changes the one award's part by so many dollars."""
    award = subaward.splits.get().federal_award
    return propose_amendment(
        subaward,
        splits={award: Decimal(change)},
        reason="scope changed",
        effective_on=EFFECTIVE,
        by=office.program_officer,
        **given,
    )


def test_an_approved_increase_changes_amount_split_budget_and_obligation_together(office: Office) -> None:
    subaward = office.a_subaward("1000.00", budget=[Budgeted("personnel", Decimal("1000.00"))])
    budget = [Budgeted("personnel", Decimal("1200.00")), Budgeted("travel", Decimal("50.00"))]
    approve_amendment(proposed(office, subaward, "250.00", budget=budget), by=office.fiscal_officer)
    subaward.refresh_from_db()
    assert (
        subaward.amount == subaward.splits.get().amount == subaward.standing.obligated == Decimal("1250.00")
    )
    assert set(subaward.budget_lines.filter(version=2).values_list("category", flat=True)) == {
        "personnel",
        "travel",
    }
    assert Entry.objects.filter(subaward=subaward, incurred_on=EFFECTIVE).get().kind == Kind.OBLIGATION
    assert disagreements() == []


def test_a_decrease_deobligates_down_to_what_is_spent_and_no_further(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00")
    trail = TrailEntry.objects.count()
    amendment = proposed(office, subaward, "-400.01")
    with pytest.raises(Refusal, match="already spent") as refusal:
        approve_amendment(amendment, by=office.fiscal_officer)
    assert refusal.value.code == "below-spent"
    assert TrailEntry.objects.count() == trail + 1
    approve_amendment(proposed(office, subaward, "-400.00"), by=office.fiscal_officer)
    subaward.refresh_from_db()
    assert subaward.amount == subaward.standing.obligated == Decimal("600.00")
    assert Entry.objects.get(kind=Kind.DEOBLIGATION).amount == Decimal("400.00")


def test_a_budget_that_does_not_add_up_is_refused_and_nothing_changes(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    amendment = proposed(office, subaward, "1.00", budget=[Budgeted("personnel", Decimal("1000.00"))])
    with pytest.raises(Refusal) as refusal:
        approve_amendment(amendment, by=office.fiscal_officer)
    assert refusal.value.code == "budget-does-not-add-up"
    subaward.refresh_from_db()
    assert subaward.amount == subaward.standing.obligated == Decimal("1000.00")


def test_an_increase_beyond_the_allocation_is_refused(office: Office) -> None:
    subaward = office.a_subaward("1000.00", allocation=office.an_allocation("1000.00"))
    with pytest.raises(Refusal) as refusal:
        approve_amendment(proposed(office, subaward, "0.01"), by=office.fiscal_officer)
    assert refusal.value.code == "over-allocated"


def test_who_proposes_may_not_decide(office: Office) -> None:
    amendment = proposed(office, office.a_subaward(), "1.00")
    with pytest.raises(PermissionDenied):
        approve_amendment(amendment, by=office.program_officer)
    with pytest.raises(PermissionDenied):
        decline_amendment(amendment, reason="no", by=Office().fiscal_officer)


def test_a_decided_amendment_is_not_decided_again(office: Office) -> None:
    amendment = decline_amendment(
        proposed(office, office.a_subaward(), "1.00"), reason="no money", by=office.fiscal_officer
    )
    with pytest.raises(Refusal) as refusal:
        approve_amendment(amendment, by=office.fiscal_officer)
    assert refusal.value.code == "wrong-stage"


def test_an_amendment_that_changes_nothing_is_refused(office: Office) -> None:
    with pytest.raises(Refusal) as refusal:
        proposed(office, office.a_subaward(), "0.00")
    assert refusal.value.code == "nothing-changes"


def test_a_lapsed_program_obligates_no_more_and_still_takes_costs(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    draft = office.a_draft("1.00", allocation=subaward.allocation)
    lapse_program(subaward.program, reason="terminated", by=office.program_officer)
    with pytest.raises(Refusal) as refusal:
        issue_subaward(draft, by=office.fiscal_officer)
    assert refusal.value.code == "program-not-open"
    with pytest.raises(Refusal):
        approve_amendment(proposed(office, subaward, "1.00"), by=office.fiscal_officer)
    office.posts(subaward, Kind.EXPENDITURE, "10.00")


def test_a_subaward_is_closed_when_all_is_spent_and_paid(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="1000.00", paid="999.99")
    with pytest.raises(Refusal) as refusal:
        close_subaward(subaward, reason="done", by=office.fiscal_officer)
    assert refusal.value.code == "not-liquidated"
    office.posts(subaward, Kind.PAYMENT, "0.01")
    assert close_subaward(subaward, reason="done", by=office.fiscal_officer).stage == Stage.CLOSED


def test_nobody_of_another_agency_issues_or_amends(office: Office) -> None:
    elsewhere = Office(an_agency())
    draft = office.a_draft()
    with pytest.raises(PermissionDenied):
        issue_subaward(draft, by=elsewhere.fiscal_officer)
    assert Subaward.objects.get(pk=draft.pk).stage == Stage.DRAFT


def test_lines_that_the_state_pays_are_part_of_the_amount_and_cost_share_is_not(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    budget = [
        Budgeted("personnel", Decimal("600.00")),
        Budgeted("personnel", Decimal("401.00"), "state"),
        Budgeted("personnel", Decimal("50.00"), "cash"),
    ]
    approve_amendment(proposed(office, subaward, "1.00", budget=budget), by=office.fiscal_officer)
    subaward.refresh_from_db()
    assert subaward.amount == Decimal("1001.00")
    assert [line.get_source_display() for line in subaward.budget_lines.order_by("pk")][-2:] == [
        "State",
        "Cost share, cash",
    ]
