"""Builders: records with sensible defaults, made by the same actions that people use."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from grants.kernel.money import dollars
from grants.kernel.roles import Role
from grants.ledger.actions import post_entries
from grants.ledger.models import Kind
from grants.ledger.posting import Line
from grants.parties.models import Membership, Party, PartyKind, User
from grants.programs.actions import (
    Given,
    approve_round,
    draft_round,
    fund_program,
    open_program,
    propose_round,
    record_award,
    set_up_program,
)
from grants.programs.models import Allocation, AllocationRound, Family, FederalAward, Program
from grants.subawards.actions import Budgeted, draft_subaward, issue_subaward
from grants.subawards.models import Subaward

_numbers = count(1)
PASSWORD = "correct horse battery staple"


def a_party(
    kind: str = PartyKind.COUNTY, *, parent: Party | None = None, keeper: Party | None = None, **given: Any
) -> Party:
    """A party in the register."""
    number = next(_numbers)
    given.setdefault("code", f"P{number}")
    given.setdefault("name", f"Party {number}")
    return Party.objects.create(kind=kind, parent=parent, kept_by=keeper, **given)


def an_agency(**given: Any) -> Party:
    """A state agency that keeps its own register."""
    agency = a_party(PartyKind.STATE_AGENCY, **given)
    Party.objects.filter(pk=agency.pk).update(kept_by=agency)
    agency.refresh_from_db()
    return agency


def a_person(role: Role, party: Party, *, until: date | None = None) -> User:
    """A person with one role at one party."""
    number = next(_numbers)
    person = User(email=f"person{number}@example.gov", name=f"Person {number}")
    person.set_password(PASSWORD)
    person.save()
    Membership.objects.create(
        person=person, party=party, role=role, starts_on=date(2020, 1, 1), ends_on=until
    )
    return person


class Office:
    """An agency with one person of each role; what most stories begin with."""

    def __init__(self, agency: Party | None = None) -> None:
        self.agency = agency or an_agency()
        self.administrator = a_person(Role.ADMINISTRATOR, self.agency)
        self.fiscal_officer = a_person(Role.FISCAL_OFFICER, self.agency)
        self.program_officer = a_person(Role.PROGRAM_OFFICER, self.agency)
        self.reviewer = a_person(Role.REVIEWER, self.agency)
        self.auditor = a_person(Role.AUDITOR, self.agency)

    def an_award(self, **given: Any) -> FederalAward:
        """A federal award of the agency."""
        number = next(_numbers)
        award = FederalAward(
            **{
                "code": f"award-{number}",
                "fain": f"SLFRP{number:04}",
                "aln": "21.027",
                "title": "Coronavirus State and Local Fiscal Recovery Funds",
                "agency_name": "Department of the Treasury",
                "recipient": self.agency,
                "award_date": date(2021, 5, 10),
                "amount": Decimal("1000000.00"),
                **given,
            }
        )
        return record_award(self.agency, award, by=self.program_officer)

    def a_program(
        self, funded: str = "1000000.00", *, award: FederalAward | None = None, **given: Any
    ) -> Program:
        """An open program with federal money in it."""
        number = next(_numbers)
        program = Program(
            **{"code": f"program-{number}", "name": f"Program {number}", "family": Family.SLFRF, **given}
        )
        program = set_up_program(self.agency, program, by=self.program_officer)
        if dollars(funded):
            fund_program(
                program,
                amount=dollars(funded),
                federal_award=award or self.an_award(amount=dollars(funded)),
                received_on=date(2021, 5, 10),
                source="Award letter",
                by=self.fiscal_officer,
            )
        return open_program(program, by=self.program_officer)

    def a_round(self, program: Program, shares: dict[Party, str], **given: Any) -> AllocationRound:
        """A round in draft that gives each party its amount."""
        number = next(_numbers)
        round = AllocationRound(
            **{
                "code": f"round-{number}",
                "name": f"Round {number}",
                "method": "fixed",
                "on": date(2021, 6, 1),
                "inputs": {},
                **given,
            }
        )
        amounts = {party: Given(dollars(amount)) for party, amount in shares.items()}
        return draft_round(program, round, amounts, by=self.program_officer)

    def allocated(self, program: Program, shares: dict[Party, str], **given: Any) -> AllocationRound:
        """A round that is proposed and approved."""
        round = propose_round(self.a_round(program, shares, **given), by=self.program_officer)
        return approve_round(round, by=self.fiscal_officer)

    def an_allocation(
        self, amount: str = "100000.00", *, party: Party | None = None, program: Program | None = None
    ) -> Allocation:
        """An approved allocation to one party; to the agency itself by default."""
        program = program or self.a_program()
        party = party or self.agency
        self.allocated(program, {party: amount})
        return Allocation.objects.get(program=program, party=party)

    def a_draft(
        self,
        amount: str = "1000.00",
        *,
        allocation: Allocation | None = None,
        subrecipient: Party | None = None,
        budget: Iterable[Budgeted] = (),
        **given: Any,
    ) -> Subaward:
        """A drafted subaward, paid by the one award of its program."""
        number = next(_numbers)
        allocation = allocation or self.an_allocation()
        subaward = Subaward(
            **{
                "number": f"SA-{number:05}",
                "subrecipient": subrecipient or a_party(keeper=self.agency),
                "title": f"Subaward {number}",
                "amount": dollars(amount),
                "starts_on": date(2021, 7, 1),
                "ends_on": date(2026, 12, 31),
                **given,
            }
        )
        award = allocation.program.fundings.order_by("pk")[0].federal_award
        return draft_subaward(
            allocation,
            subaward,
            splits={award: subaward.amount},
            budget=list(budget),
            by=self.program_officer,
        )

    def a_subaward(
        self, amount: str = "1000.00", *, spent: str = "0.00", paid: str = "0.00", **given: Any
    ) -> Subaward:
        """An issued subaward, with so much spent and paid already."""
        issued_on = given.pop("issued_on", date(2021, 7, 1))
        subaward = issue_subaward(self.a_draft(amount, **given), issued_on=issued_on, by=self.fiscal_officer)
        for kind, sum_of_it in ((Kind.EXPENDITURE, spent), (Kind.PAYMENT, paid)):
            if dollars(sum_of_it):
                self.posts(subaward, kind, sum_of_it)
        return subaward

    def a_line(
        self, subaward: Subaward, kind: Kind, amount: str, on: date = date(2022, 3, 31), **given: Any
    ) -> Line:
        """A line of the ledger for a subaward."""
        return Line(
            kind=kind,
            amount=dollars(amount),
            incurred_on=on,
            federal_award=subaward.splits.order_by("pk")[0].federal_award_id,
            allocation=subaward.allocation_id,
            subaward=subaward.pk,
            **given,
        )

    def posts(
        self, subaward: Subaward, kind: Kind, amount: str, on: date = date(2022, 3, 31), **given: Any
    ) -> Any:
        """Post one line for a subaward."""
        line = self.a_line(subaward, kind, amount, on, **given)
        return post_entries(
            subaward.program, [line], key=f"test-{next(_numbers)}", reason="as billed", by=self.fiscal_officer
        )
