"""Changes of awards, programs and allocation rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from grants.kernel.action import action
from grants.kernel.money import ZERO, shown, total
from grants.kernel.refusals import Refusal
from grants.ledger.posting import moment_of_posting
from grants.parties.models import Party
from grants.programs.clusters import refuse_unknown_cluster
from grants.programs.models import (
    Allocation,
    AllocationRound,
    FederalAward,
    Funding,
    Program,
    ProgramStage,
    RoundStage,
    Share,
    Tranche,
)

FIXED = frozenset({"id", "code", "agency", "recipient"})
"""What a correction never changes of an award."""


@dataclass(frozen=True)
class Given:
    """What a round gives one party: dollars, its tranches if paid in parts, and the steps in words."""

    amount: Decimal
    tranches: Sequence[tuple[str, Decimal]] = ()
    steps: Sequence[str] = field(default_factory=tuple)
    status: str = ""


@action("award.record", needs="manage_programs")
def record_award(agency: Party, award: FederalAward, *, by: Any) -> FederalAward:
    """Enter a federal award into the books of an agency. Refuses ``no-such-cluster``."""
    award.agency = agency
    return _recorded(award)


@action("award.correct", needs="manage_programs")
def correct_award(award: FederalAward, *, changes: dict[str, Any], reason: str, by: Any) -> FederalAward:
    """Change what is recorded of a federal award: what was not known becomes known. Its code stays.

    Refuses ``not-changeable``, ``no-such-cluster``, and ``over-awarded`` for less than programs have of it.
    """
    unknown = sorted(set(changes) - ({field.name for field in FederalAward._meta.fields} - FIXED))
    if unknown:
        raise Refusal(f"This cannot be changed of an award: {', '.join(unknown)}.", code="not-changeable")
    given = award.fundings.aggregate(given=Sum("amount"))["given"] or ZERO
    amount = changes.get("amount")
    if amount is not None and amount < given:
        raise Refusal(f"Programs have {shown(given)} of {award} already.", code="over-awarded")
    for name, value in changes.items():
        setattr(award, name, value)
    return _recorded(award)


def _recorded(award: FederalAward) -> FederalAward:
    refuse_unknown_cluster(award.cluster, award.cluster_name)
    award.full_clean()
    award.save()
    return award


@action("program.set_up", needs="manage_programs")
def set_up_program(agency: Party, program: Program, *, by: Any) -> Program:
    """Begin a program of an agency, in draft."""
    program.agency = agency
    program.full_clean()
    program.save()
    return program


@action("program.open", needs="manage_programs")
def open_program(program: Program, *, by: Any) -> Program:
    """Open a program, so that money can be obligated from it."""
    return _moved(program, ProgramStage.OPEN)


@action("program.lapse", needs="manage_programs")
def lapse_program(program: Program, *, reason: str, by: Any) -> Program:
    """Mark a program as lapsed or terminated: no new obligations; records, closeout and reports go on."""
    return _moved(program, ProgramStage.LAPSED)


@action("program.close", needs="manage_programs")
def close_program(program: Program, *, reason: str, by: Any) -> Program:
    """Close a program. Refuses ``live-subawards`` while one is issued and not closed."""
    if live := program.subawards.filter(stage="issued").count():
        raise Refusal(
            f"Subawards of the program that are issued and not closed yet: {live:,}.",
            code="live-subawards",
        )
    return _moved(program, ProgramStage.CLOSED)


@action("program.fund", needs="fund_programs")
def fund_program(
    program: Program,
    *,
    amount: Decimal,
    federal_award: FederalAward | None = None,
    received_on: date,
    source: str,
    by: Any,
) -> Funding:
    """Put federal or state money into a program, in dollars; a cut is negative.

    Refuses ``over-funded`` when a cut would leave less than is allocated, ``not-our-award`` for an award that
    neither the agency nor its parent keeps, and ``over-awarded`` for more than the award is, in all programs.
    """
    if federal_award:
        _refuse_beyond_award(program, federal_award, amount)
    funding = Funding(
        program=program,
        federal_award=federal_award,
        amount=amount,
        received_on=received_on,
        source=source,
        posted_at=moment_of_posting(),
    )
    funding.full_clean()
    funding.save()
    return funding


@action("round.draft", needs="draft_rounds")
def draft_round(
    program: Program, round: AllocationRound, given: Mapping[Party, Given], *, by: Any
) -> AllocationRound:
    """Keep the result of an allocation method as a round in draft, with a share for each party.

    Refuses ``tranches-do-not-add-up`` when the tranches of a share are not the share, and ``not-superseded``
    when it would supersede anything but an approved round of the same program.
    """
    if round.supersedes and (round.supersedes.program_id, round.supersedes.stage) != (
        program.pk,
        RoundStage.APPROVED,
    ):
        raise Refusal("A round supersedes an approved round of its own program.", code="not-superseded")
    for party, share in given.items():
        if share.tranches and total(amount for _, amount in share.tranches) != share.amount:
            raise Refusal(
                f"The tranches of {party} do not add up to its share.", code="tranches-do-not-add-up"
            )
    round.program = program
    round.full_clean()
    round.save()
    allocations = _allocations_of(program, given)
    shares = Share.objects.bulk_create(
        Share(
            round=round,
            allocation=allocations[party.pk],
            amount=share.amount,
            status=share.status,
            steps=list(share.steps),
        )
        for party, share in given.items()
    )
    Tranche.objects.bulk_create(
        Tranche(share=share, number=number, name=name, amount=amount)
        for share, from_method in zip(shares, given.values(), strict=True)
        for number, (name, amount) in enumerate(from_method.tranches, start=1)
    )
    return round


@action("round.propose", needs="draft_rounds")
def propose_round(round: AllocationRound, *, by: Any) -> AllocationRound:
    """Ask for the approval of a round; from now on it cannot be changed."""
    round.proposed_by = by
    return _moved(round, RoundStage.PROPOSED)


@action("round.approve", needs="approve_rounds")
def approve_round(round: AllocationRound, *, by: Any) -> AllocationRound:
    """Allocate what a round gives, in place of the round that it supersedes.

    Refuses ``same-person`` when its proposer approves, ``dated-before`` when it is dated before the one it
    supersedes, ``program-closed``, ``over-funded`` when more would be allocated than the program has, and
    ``over-allocated`` when a party would be left with less than is subawarded already.
    """
    if round.proposed_by_id == by.pk:
        raise Refusal("Who proposed a round cannot approve it.", code="same-person")
    if round.supersedes and round.on < round.supersedes.on:
        raise Refusal(
            f"The round is dated {round.on}, before the one that it supersedes ({round.supersedes.on}).",
            code="dated-before",
        )
    if Program.objects.select_for_update(no_key=True).get(pk=round.program_id).stage == ProgramStage.CLOSED:
        raise Refusal(f"{round.program} is closed; it allocates no more.", code="program-closed")
    standing = round.program.standing
    gives = total(round.shares.values_list("amount", flat=True))
    freed = (
        total(round.supersedes.shares.values_list("amount", flat=True)) if round.supersedes else Decimal(0)
    )
    if standing.allocated - freed + gives > standing.funded:
        raise Refusal(
            f"{round.program} is funded with {shown(standing.funded)}; with this round "
            f"{shown(standing.allocated - freed + gives)} would be allocated.",
            code="over-funded",
        )
    round.approved_by = by
    round.approved_at = moment_of_posting()
    return _moved(round, RoundStage.APPROVED)


@action("round.withdraw", needs="draft_rounds")
def withdraw_round(round: AllocationRound, *, reason: str, by: Any) -> AllocationRound:
    """Take back a round that is not approved."""
    return _moved(round, RoundStage.WITHDRAWN)


def _refuse_beyond_award(program: Program, award: FederalAward, more: Decimal) -> None:
    """Refuse money of an award that is not the agency's to give, or that the award does not have."""
    if award.agency_id not in (program.agency_id, program.agency.parent_id):
        raise Refusal(f"{program.agency} does not keep the award {award}.", code="not-our-award")
    current = FederalAward.objects.select_for_update(no_key=True).get(pk=award.pk)
    put_in = total(current.fundings.values_list("amount", flat=True)) + more
    if current.amount is not None and more > 0 and put_in > current.amount:
        raise Refusal(
            f"The award {award} is {shown(current.amount)}; programs would have {shown(put_in)} of it.",
            code="over-awarded",
        )


def _moved(record: Any, stage: str) -> Any:
    """The record in its next stage, saved."""
    record.move_to(stage)
    record.save()
    return record


def _allocations_of(program: Program, given: Mapping[Party, Given]) -> dict[int, Allocation]:
    """The allocation of each party in the program, made where there was none; by key of the party."""
    known = set(program.allocations.values_list("party_id", flat=True))
    Allocation.objects.bulk_create(
        Allocation(program=program, party=party) for party in given if party.pk not in known
    )
    return {allocation.party_id: allocation for allocation in program.allocations.all()}
