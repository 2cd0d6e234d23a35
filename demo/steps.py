"""Steps of a load. Each looks first for what it would make, so that a load broken off can be run again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from grants.ledger.actions import post_entries
from grants.ledger.models import Posting
from grants.ledger.posting import Line
from grants.parties.models import Party, User
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
from grants.programs.inputs import inputs_of
from grants.programs.models import (
    AllocationRound,
    FederalAward,
    Funding,
    Program,
    ProgramStage,
    RoundStage,
)
from grants.subawards.actions import Budgeted, draft_subaward, issue_subaward
from grants.subawards.models import Stage, Subaward


@dataclass(frozen=True)
class Office:
    """An agency, the person who enters and proposes for it, and the one who funds, approves and posts."""

    agency: Party
    proposes: User
    approves: User

    def awards(self, awards: Sequence[FederalAward]) -> dict[str, FederalAward]:
        """Awards by their codes, recorded where they are not yet."""
        known = FederalAward.objects.in_bulk([award.code for award in awards], field_name="code")
        for award in awards:
            if award.code not in known:
                known[award.code] = record_award(self.agency, award, by=self.proposes)
        return known

    def program(self, program: Program) -> Program:
        """The program with this code, set up where there is none, and open."""
        found = Program.objects.filter(code=program.code).first()
        found = found or set_up_program(self.agency, program, by=self.proposes)
        return open_program(found, by=self.proposes) if found.stage == ProgramStage.DRAFT else found

    def funded(self, program: Program, money: "Sequence[Money]") -> None:
        """Put money into a program; a line of money is known by its award and its source."""
        known = set(Funding.objects.filter(program=program).values_list("federal_award_id", "source"))
        for line in money:
            if (line.award and line.award.pk, line.source) not in known:
                fund_program(
                    program,
                    amount=line.amount,
                    federal_award=line.award,
                    received_on=line.on,
                    source=line.source,
                    by=self.approves,
                )

    def allocated(
        self, program: Program, round: AllocationRound, shares: Callable[[], Mapping[Party, Given]]
    ) -> AllocationRound:
        """The round with this code, drafted from ``shares`` where there is none, and approved.

        Its inputs are a fixed list, with the parties' codes as identifiers; the method judges it.
        """
        found = AllocationRound.objects.filter(code=round.code).first()
        if found is None:
            given = shares()
            listed = [{"id": party.code, "amount": str(share.amount)} for party, share in given.items()]
            funded = program.standing.funded
            inputs = inputs_of("fixed", {"amount": str(funded), "on": round.on, "places": listed})
            inputs.outcome()  # a list of more than there is is told before anything is drafted
            round.method, round.inputs = "fixed", inputs.as_dict()
            found = draft_round(program, round, given, by=self.proposes)
        if found.stage == RoundStage.DRAFT:
            found = propose_round(found, by=self.proposes)
        if found.stage == RoundStage.PROPOSED:
            found = approve_round(found, by=self.approves)
        return found

    def issued(self, drafts: "Sequence[Draft]") -> None:
        """Subawards by their numbers: drafted where there are none, and issued on the day announced."""
        numbers = [draft.subaward.number for draft in drafts]
        known = Subaward.objects.in_bulk(numbers, field_name="number")
        for draft in drafts:
            subaward = known.get(draft.subaward.number) or self._drafted(draft)
            if subaward.stage == Stage.DRAFT:
                issue_subaward(subaward, issued_on=draft.on, memo=draft.memo, by=self.approves)

    def _drafted(self, draft: "Draft") -> Subaward:
        allocation = draft.program.allocations.get(party=self.agency)
        splits = {draft.award: draft.subaward.amount}
        return draft_subaward(
            allocation, draft.subaward, splits=splits, budget=draft.budget, by=self.proposes
        )

    def posted(
        self, program: Program, key: str, lines: Callable[[], list[Line]], *, reason: str
    ) -> Posting | None:
        """The lines of one list, posted unless a posting with this key is there; None if it was."""
        if is_posted(key):
            return None
        return post_entries(program, lines(), key=key, reason=reason, by=self.approves)


@dataclass(frozen=True)
class Money:
    """Dollars that come into a program, of a federal award or, without one, of the state."""

    amount: Decimal
    award: FederalAward | None
    on: date
    source: str


@dataclass(frozen=True)
class Draft:
    """A subaward to be issued out of the allocation of its agency; without an award, of state money."""

    program: Program
    subaward: Subaward
    award: FederalAward | None
    on: date
    memo: str
    budget: Sequence[Budgeted] = ()


def is_posted(key: str) -> bool:
    """Whether the lines with this key are in the ledger."""
    return Posting.objects.filter(key=posting_key(key)).exists()


def posting_key(key: str) -> str:
    """The key under which the ledger keeps the lines of one list."""
    return f"form:{key}"
