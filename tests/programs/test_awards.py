"""Whose awards fund a program, and how far; and what a closed program no longer does."""

from datetime import date
from decimal import Decimal

import pytest

from grants.kernel.refusals import Refusal
from grants.models import FederalAward, Program
from grants.programs.actions import close_program, fund_program
from tests.builders import Office, a_party, an_agency


def funded(office: Office, program: Program, award: FederalAward, amount: str) -> None:
    """Money of an award put into a program."""
    fund_program(
        program,
        amount=Decimal(amount),
        federal_award=award,
        received_on=date(2021, 5, 10),
        source="Award letter",
        by=office.fiscal_officer,
    )


def test_an_award_of_another_agency_does_not_fund_a_program(office: Office) -> None:
    foreign = Office().an_award()
    with pytest.raises(Refusal) as refusal:
        funded(office, office.a_program(), foreign, "1.00")
    assert refusal.value.code == "not-our-award"


def test_an_award_of_the_state_funds_the_program_of_its_agency(office: Office) -> None:
    agency = Office(an_agency(parent=office.agency))
    program = agency.a_program("0.00")
    funded(agency, program, office.an_award(), "5.00")
    program.refresh_from_db()
    assert program.standing.funded == Decimal("5.00")


def test_an_award_funds_all_programs_together_up_to_its_amount(office: Office) -> None:
    award = office.an_award(amount=Decimal("100.00"))
    office.a_program("60.00", award=award)
    other = office.a_program("40.00", award=award)
    with pytest.raises(Refusal) as refusal:
        funded(office, other, award, "0.01")
    assert refusal.value.code == "over-awarded"
    funded(office, other, award, "-0.01")
    funded(office, other, award, "0.01")


def test_an_award_whose_amount_is_not_recorded_funds_without_a_limit(office: Office) -> None:
    assert office.a_program("5.00", award=office.an_award(amount=None)).standing.funded == Decimal("5.00")


def test_a_program_does_not_close_over_issued_subawards(office: Office) -> None:
    program = office.a_subaward().program
    with pytest.raises(Refusal) as refusal:
        close_program(program, reason="all done", by=office.program_officer)
    assert refusal.value.code == "live-subawards"


def test_a_closed_program_approves_no_round(office: Office) -> None:
    program = office.a_program()
    close_program(program, reason="all done", by=office.program_officer)
    with pytest.raises(Refusal) as refusal:
        office.allocated(program, {a_party(): "5.00"})
    assert refusal.value.code == "program-closed"


def test_a_round_supersedes_an_approved_round_of_its_own_program(office: Office) -> None:
    county, program, other = a_party(), office.a_program(), office.a_program()
    foreign, draft = office.allocated(other, {county: "5.00"}), office.a_round(program, {county: "5.00"})
    for superseded in (foreign, draft):
        with pytest.raises(Refusal) as refusal:
            office.a_round(program, {county: "6.00"}, supersedes=superseded)
        assert refusal.value.code == "not-superseded"
