"""Allocation rounds: proposed by one, approved by another, superseded by the next, within what is funded."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.ledger.models import AllocationStanding
from grants.ledger.queries import moment_known
from grants.programs.actions import Given, approve_round, draft_round, fund_program, propose_round
from grants.programs.models import Allocation, AllocationRound, RoundStage
from grants.programs.queries import allocated_by_party
from tests.builders import Office, a_party, a_person

pytestmark = pytest.mark.django_db


def test_what_a_round_gives_counts_from_its_approval(office: Office) -> None:
    program = office.a_program("1000.00")
    place = a_party(keeper=office.agency)
    round = propose_round(office.a_round(program, {place: "700.00"}), by=office.program_officer)
    program.standing.refresh_from_db()
    assert program.standing.allocated == 0
    approve_round(round, by=office.fiscal_officer)
    program.standing.refresh_from_db()
    assert program.standing.allocated == Decimal("700.00")


def test_who_proposed_a_round_does_not_approve_it_whatever_her_roles(office: Office) -> None:
    both = a_person(Role.PROGRAM_OFFICER, office.agency)
    both.memberships.create(party=office.agency, role=Role.FISCAL_OFFICER, starts_on=date(2020, 1, 1))
    round = propose_round(office.a_round(office.a_program(), {office.agency: "1.00"}), by=both)
    with pytest.raises(Refusal) as refusal:
        approve_round(round, by=both)
    assert refusal.value.code == "same-person"
    with pytest.raises(PermissionDenied):
        approve_round(round, by=office.program_officer)


def test_the_next_round_takes_the_place_of_the_one_before(office: Office) -> None:
    program = office.a_program("1000.00")
    one, two = a_party(keeper=office.agency), a_party(keeper=office.agency)
    first = office.allocated(program, {one: "600.00", two: "400.00"})
    before = moment_known()
    office.allocated(program, {two: "900.00"}, supersedes=first, on=date(2022, 5, 13))
    first.refresh_from_db()
    assert first.stage == RoundStage.SUPERSEDED
    limits = {"through": date(2022, 12, 31)}
    now = allocated_by_party([program.pk], as_known_at=moment_known(), **limits)
    assert now == {(program.pk, two.pk): Decimal("900.00")}
    then = allocated_by_party([program.pk], as_known_at=before, **limits)
    assert then == {(program.pk, one.pk): Decimal("600.00"), (program.pk, two.pk): Decimal("400.00")}
    in_2021 = allocated_by_party([program.pk], through=date(2021, 12, 31), as_known_at=moment_known())
    assert in_2021 == then


def test_a_round_that_would_leave_less_than_is_subawarded_is_refused(office: Office) -> None:
    program = office.a_program("1000.00")
    first = office.allocated(program, {office.agency: "1000.00"})
    office.a_subaward("800.00", allocation=program.allocations.get())
    with pytest.raises(Refusal) as refusal:
        office.allocated(program, {office.agency: "799.99"}, supersedes=first)
    assert refusal.value.code == "over-allocated"
    first.refresh_from_db()
    assert first.stage == RoundStage.APPROVED


def test_a_cut_below_what_is_allocated_is_refused(office: Office) -> None:
    program = office.a_program("1000.00")
    office.allocated(program, {office.agency: "900.00"})
    award = program.fundings.get().federal_award
    cut = {
        "federal_award": award,
        "received_on": date(2022, 1, 1),
        "source": "rescission",
        "by": office.fiscal_officer,
    }
    with pytest.raises(Refusal) as refusal:
        fund_program(program, amount=Decimal("-100.01"), **cut)
    assert refusal.value.code == "over-funded"
    fund_program(program, amount=Decimal("-100.00"), **cut)


def test_tranches_that_are_not_the_share_are_refused(office: Office) -> None:
    round = AllocationRound(code="r", name="r", method="fixed", on=date(2021, 6, 1), inputs={})
    share = Given(Decimal("10.00"), (("first", Decimal("5.00")), ("second", Decimal("5.01"))))
    with pytest.raises(Refusal) as refusal:
        draft_round(office.a_program(), round, {office.agency: share}, by=office.program_officer)
    assert refusal.value.code == "tranches-do-not-add-up"


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.lists(some.integers(min_value=0, max_value=10**7), min_size=1, max_size=20))
def test_the_standing_of_every_allocation_is_its_share(office: Office, amounts: list[int]) -> None:
    program = office.a_program("2000000000.00")
    shares = {a_party(keeper=office.agency): f"{Decimal(cents) / 100:.2f}" for cents in amounts}
    office.allocated(program, shares)
    for allocation in Allocation.objects.filter(program=program):
        standing = AllocationStanding.objects.get(pk=allocation.pk)
        assert standing.allocated == Decimal(shares[allocation.party])
