"""Changes of subawards. Who drafts or proposes is never the one who issues or approves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.money import ZERO, dollars, shown, total
from grants.kernel.refusals import Refusal
from grants.ledger.models import AllocationStanding, Kind, SubawardStanding
from grants.ledger.posting import Line, Source, post
from grants.monitoring.closeout.models import CloseoutItem, CloseoutStage, ItemStage
from grants.programs.models import FederalAward
from grants.subawards.characteristics import kept
from grants.subawards.models import (
    Amendment,
    AmendmentStage,
    BudgetLine,
    Determination,
    FundingSplit,
    MoneySource,
    Project,
    Stage,
    Subaward,
)


@dataclass(frozen=True)
class Budgeted:
    """One line of a budget, in dollars."""

    category: str
    amount: Decimal
    source: str = MoneySource.FEDERAL


@action("subaward.draft", needs="draft_subawards")
def draft_subaward(
    allocation: Any,
    subaward: Subaward,
    *,
    splits: Mapping[Any, Decimal],
    budget: Sequence[Budgeted] = (),
    by: Any,
) -> Subaward:
    """Draft a subaward out of an allocation; ``splits`` says which federal award (or None) pays how much.

    Refuses ``splits-do-not-add-up`` and ``budget-does-not-add-up`` when they are not the subaward's amount,
    and ``award-does-not-fund`` for an award that puts no money into the program.
    """
    _refuse_what_does_not_fund(allocation.program, splits)
    if total(splits.values()) != subaward.amount:
        raise Refusal(
            f"The federal awards pay {shown(total(splits.values()))} of {shown(subaward.amount)}.",
            code="splits-do-not-add-up",
        )
    subaward.allocation, subaward.program, subaward.drafted_by = allocation, allocation.program, by
    subaward.full_clean()
    subaward.save()
    FundingSplit.objects.bulk_create(
        FundingSplit(subaward=subaward, federal_award=award, amount=amount)
        for award, amount in splits.items()
    )
    if budget:
        _keep_budget(subaward, budget, version=1)
    return subaward


@action("subaward.issue", needs="issue_subawards")
def issue_subaward(subaward: Subaward, *, issued_on: date | None = None, memo: str = "", by: Any) -> Subaward:
    """Issue a drafted subaward: its amount is obligated on that day, from its allocation.

    Refuses ``same-person`` for its drafter, ``over-allocated`` when the allocation has less left, and
    ``program-not-open``.
    """
    if subaward.drafted_by_id == by.pk:
        raise Refusal("Who drafted a subaward cannot issue it.", code="same-person")
    _refuse_unless_open(subaward)
    _refuse_beyond_allocation(subaward, subaward.amount)
    subaward.move_to(Stage.ISSUED)
    subaward.issued_by, subaward.issued_on = by, issued_on or timezone.localdate()
    subaward.save()
    lines = [
        _line(subaward, Kind.OBLIGATION, split.amount, split.federal_award_id, subaward.issued_on, memo)
        for split in subaward.splits.order_by("pk")
        if split.amount
    ]
    source = Source(key=f"subaward:{subaward.pk}:issued", name=f"Subaward {subaward} issued")
    post(subaward.program, lines, source, by=by)
    return subaward


@action("subaward.withdraw", needs="draft_subawards")
def withdraw_subaward(subaward: Subaward, *, reason: str, by: Any) -> Subaward:
    """Take back a draft that was never issued."""
    subaward.move_to(Stage.WITHDRAWN)
    subaward.save()
    return subaward


@action("subaward.propose_amendment", needs="propose_amendments")
def propose_amendment(
    subaward: Subaward,
    *,
    splits: Mapping[Any, Decimal],
    reason: str,
    effective_on: date,
    budget: Sequence[Budgeted] = (),
    ends_on: date | None = None,
    by: Any,
) -> Amendment:
    """Ask for a change of an issued subaward: dollars more or less from each federal award, budget, last day.

    Refuses ``wrong-stage`` unless it is issued, ``nothing-changes``, ``award-does-not-fund``, and
    ``category-twice``.
    """
    if len({(line.category, line.source) for line in budget}) < len(budget):
        raise Refusal("A budget has one line for a category and who pays it, not two.", code="category-twice")
    _refuse_what_does_not_fund(subaward.program, splits)
    if subaward.stage != Stage.ISSUED:
        raise Refusal(f"{subaward} is not issued; only an issued subaward is amended.", code="wrong-stage")
    if not any(splits.values()) and not budget and ends_on in (None, subaward.ends_on):
        raise Refusal("The amendment changes nothing.", code="nothing-changes")
    last = subaward.amendments.order_by("-number").first()
    amendment = Amendment(
        subaward=subaward,
        number=(last.number if last else 0) + 1,
        splits={award.code if award else "": str(dollars(change)) for award, change in splits.items()},
        budget=[[line.category, line.source, str(dollars(line.amount))] for line in budget],
        ends_on=ends_on,
        effective_on=effective_on,
        reason=reason,
        proposed_by=by,
    )
    amendment.full_clean()
    amendment.save()
    return amendment


@action("subaward.approve_amendment", needs="approve_amendments")
def approve_amendment(amendment: Amendment, *, by: Any) -> Amendment:
    """Carry out a proposed amendment: obligations, splits, budget version and last day change together.

    Refuses ``same-person``, ``below-spent`` when less would be left than is spent, ``over-allocated``,
    ``program-not-open`` for more money, and ``budget-does-not-add-up``.
    """
    if amendment.proposed_by_id == by.pk:
        raise Refusal("Who proposed an amendment cannot decide on it.", code="same-person")
    subaward = Subaward.objects.select_for_update(no_key=True).get(pk=amendment.subaward_id)
    if subaward.stage != Stage.ISSUED:
        raise Refusal(f"{subaward} is not issued; only an issued subaward is amended.", code="wrong-stage")
    changes = {code: dollars(change) for code, change in amendment.splits.items()}
    change = total(changes.values())
    _refuse_below_spent(subaward, change)
    if change and not amendment.budget and _budget_version(subaward):
        raise Refusal(
            "The amount changes, so the amendment needs a new budget that adds up to it.",
            code="budget-does-not-add-up",
        )
    if change > 0:
        _refuse_unless_open(subaward)
        _refuse_beyond_allocation(subaward, change)
    subaward.amount += change
    subaward.ends_on = amendment.ends_on or subaward.ends_on
    subaward.full_clean()
    subaward.save()
    lines = [_changed(subaward, amendment, code, more) for code, more in changes.items() if more]
    if lines:
        post(
            subaward.program,
            lines,
            Source(key=f"amendment:{amendment.pk}", name=str(amendment)),
            by=by,
            reason=amendment.reason,
        )
    if amendment.budget:
        budget = [
            Budgeted(category, dollars(amount), source) for category, source, amount in amendment.budget
        ]
        _keep_budget(subaward, budget, version=_budget_version(subaward) + 1)
    return _decided(amendment, AmendmentStage.APPROVED, by)


@action("subaward.decline_amendment", needs="approve_amendments")
def decline_amendment(amendment: Amendment, *, reason: str, by: Any) -> Amendment:
    """Turn down a proposed amendment; the subaward stays as it is."""
    if amendment.proposed_by_id == by.pk:
        raise Refusal("Who proposed an amendment cannot decide on it.", code="same-person")
    return _decided(amendment, AmendmentStage.DECLINED, by)


@action("subaward.close", needs="close_subawards")
def close_subaward(subaward: Subaward, *, reason: str, by: Any) -> Subaward:
    """Close a subaward once nothing obligated is left unspent and nothing spent is left unpaid.

    Refuses ``not-liquidated`` otherwise: deobligate or pay first (2 CFR 200.344). Refuses ``closeout-open``
    while a closeout that was begun has items to settle.
    """
    left = CloseoutItem.objects.filter(
        closeout__subaward=subaward, closeout__stage=CloseoutStage.OPEN, stage=ItemStage.OPEN
    )
    if number := left.count():
        raise Refusal(
            f"The checklist of the closeout of {subaward} has {number} open items, the first of them "
            f"“{left[0].title}”. Settle them, or finish the closeout with the reason why not.",
            code="closeout-open",
        )
    standing = SubawardStanding.objects.select_for_update().get(pk=subaward.pk)
    if not standing.obligated == standing.expended == standing.paid:
        raise Refusal(
            f"{subaward} has {shown(standing.obligated)} obligated, {shown(standing.expended)} spent and "
            f"{shown(standing.paid)} paid; they must be equal before it is closed.",
            code="not-liquidated",
        )
    subaward.move_to(Stage.CLOSED)
    subaward.save()
    return subaward


@action("subaward.reopen", needs="close_subawards")
def reopen_subaward(subaward: Subaward, *, reason: str, by: Any) -> Subaward:
    """Open a closed subaward again, for costs disallowed or money refunded after closeout (2 CFR 200.345)."""
    if not reason.strip():
        raise Refusal("Say why it is opened again.", code="no-reason")
    subaward.move_to(Stage.ISSUED)
    subaward.save()
    return subaward


@action("subaward.determine", needs="draft_subawards")
def determine_role(program: Any, determination: Determination, *, by: Any) -> Determination:
    """Keep the decision whether a party is subrecipient, contractor or beneficiary (2 CFR 200.331).

    ``factors`` comes as characteristic to answer, and is kept with its version and what it suggests. Refuses
    ``not-answered``, and ``another-party`` for a subaward that the party does not have in the program.
    """
    subaward = determination.subaward
    if subaward and (subaward.program_id, subaward.subrecipient_id) != (program.pk, determination.party_id):
        raise Refusal(
            f"{subaward} is not a subaward of {program} to {determination.party}.", code="another-party"
        )
    determination.factors = kept(determination.factors, determination.role)
    determination.program, determination.decided_by = program, by
    determination.full_clean()
    determination.save()
    return determination


@action("project.record", needs="draft_subawards")
def record_projects(allocation: Any, projects: Sequence[Project], *, by: Any) -> list[Project]:
    """Keep projects that a party carries out with its allocation or a subaward of it.

    Refuses ``another-allocation`` for a subaward that is not of the allocation, and ``given-twice``.
    """
    codes = [project.code for project in projects]
    if len(set(codes)) < len(codes) or Project.objects.filter(code__in=codes).exists():
        raise Refusal("A project with this code is there already.", code="given-twice")
    for project in projects:
        if project.subaward and project.subaward.allocation_id != allocation.pk:
            raise Refusal(f"{project.subaward} is not a subaward of {allocation}.", code="another-allocation")
        project.allocation = allocation
        project.clean_fields()
    return Project.objects.bulk_create(projects)


def _keep_budget(subaward: Subaward, budget: Sequence[Budgeted], *, version: int) -> None:
    """A new version of the budget, whose federal and state lines are the subaward's amount."""
    given = total(line.amount for line in budget if line.source in (MoneySource.FEDERAL, MoneySource.STATE))
    if given != subaward.amount:
        raise Refusal(
            f"The federal and state lines of the budget are {shown(given)}; "
            f"the subaward is {shown(subaward.amount)}.",
            code="budget-does-not-add-up",
        )
    BudgetLine.objects.bulk_create(
        BudgetLine(
            subaward=subaward,
            version=version,
            category=line.category,
            source=line.source,
            amount=line.amount,
        )
        for line in budget
    )


def _refuse_what_does_not_fund(program: Any, splits: Mapping[Any, Decimal]) -> None:
    funding = set(program.fundings.values_list("federal_award_id", flat=True))
    for award in splits:
        if award and award.pk not in funding:
            raise Refusal(f"The award {award} puts no money into {program}.", code="award-does-not-fund")


def _budget_version(subaward: Subaward) -> int:
    """The number of the budget in force; zero when there is none."""
    newest = subaward.budget_lines.order_by("-version").first()
    return newest.version if newest else 0


def _refuse_unless_open(subaward: Subaward) -> None:
    if subaward.program.stage != "open":
        raise Refusal(f"{subaward.program} is not open for new obligations.", code="program-not-open")


def _refuse_beyond_allocation(subaward: Subaward, more: Decimal) -> None:
    standing = AllocationStanding.objects.select_for_update().get(pk=subaward.allocation_id)
    left = standing.allocated - standing.subawarded - max(standing.obligated, standing.spent, standing.paid)
    if more > left:
        raise Refusal(
            f"{subaward.allocation} has {shown(left)} left to obligate; {shown(more)} is asked.",
            code="over-allocated",
        )


def _refuse_below_spent(subaward: Subaward, change: Decimal) -> None:
    standing = SubawardStanding.objects.select_for_update().get(pk=subaward.pk)
    if standing.obligated + change < standing.expended:
        raise Refusal(
            f"{subaward} has already spent {shown(standing.expended)}; "
            f"{shown(standing.obligated + change)} would be left.",
            code="below-spent",
        )


def _changed(subaward: Subaward, amendment: Amendment, code: str, more: Decimal) -> Line:
    """The ledger's line for the change of one federal award's part, with its split brought up to date."""
    award = FederalAward.objects.get(code=code) if code else None
    split, _ = FundingSplit.objects.get_or_create(
        subaward=subaward, federal_award=award, defaults={"amount": ZERO}
    )
    split.amount += more
    split.full_clean()
    split.save()
    kind = Kind.OBLIGATION if more > 0 else Kind.DEOBLIGATION
    return _line(subaward, kind, abs(more), split.federal_award_id, amendment.effective_on, str(amendment))


def _line(subaward: Subaward, kind: Kind, amount: Decimal, award: int | None, on: date, memo: str) -> Line:
    return Line(
        kind=kind,
        amount=amount,
        incurred_on=on,
        federal_award=award,
        allocation=subaward.allocation_id,
        subaward=subaward.pk,
        place="amount",
        memo=memo,
    )


def _decided(amendment: Amendment, stage: AmendmentStage, by: Any) -> Amendment:
    amendment.move_to(stage)
    amendment.decided_by, amendment.decided_at = by, timezone.now()
    amendment.save()
    return amendment
