"""What a subaward was before an amendment, and after it: its amount, its awards, its budget, its last day."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.apps import apps

from grants.kernel.money import ZERO, dollars, total
from grants.subawards.models import Amendment, AmendmentStage, BudgetLine, Stage

BudgetKey = tuple[str, str]
"""A category, and who pays it."""


@dataclass(frozen=True)
class State:
    """A subaward before or after an amendment, in dollars; ``parts`` by code of the award, or blank."""

    amount: Decimal
    parts: dict[str, Decimal]
    budget: dict[BudgetKey, Decimal]
    ends_on: date | None


def was_approved(amendment: Amendment, as_known_at: datetime) -> bool:
    """Whether it was approved at a moment."""
    is_approved = amendment.stage == AmendmentStage.APPROVED
    return is_approved and amendment.decided_at is not None and amendment.decided_at <= as_known_at


def before_and_after(amendment: Amendment, as_known_at: datetime) -> tuple[State, State]:
    """The subaward before and after an amendment; of one not approved, what it would have made of it.

    It is reckoned back from the subaward of today by the amendments that were approved since.
    """
    subaward = amendment.subaward
    is_approved = was_approved(amendment, as_known_at)
    pivot = amendment.decided_at if is_approved else as_known_at
    later = list(subaward.amendments.filter(stage=AmendmentStage.APPROVED, decided_at__gt=pivot))
    undone = [*later, *([amendment] if is_approved else [])]
    parts = {
        (split.federal_award.code if split.federal_award else ""): split.amount
        for split in subaward.splits.select_related("federal_award").order_by("pk")
    }
    for each in undone:
        for code, change in each.splits.items():
            parts[code] = parts.get(code, ZERO) - dollars(change)
    changes = {code: dollars(change) for code, change in amendment.splits.items()}
    after = {code: parts.get(code, ZERO) + changes.get(code, ZERO) for code in {**parts, **changes}}
    budget = _budget_before(amendment, sum(bool(each.budget) for each in undone))
    ends_on = _last_day_before(amendment, pivot)
    asked = {(category, source): dollars(amount) for category, source, amount in amendment.budget}
    return (
        State(total(parts.values()), {code: parts.get(code, ZERO) for code in after}, budget, ends_on),
        State(total(after.values()), after, asked or budget, amendment.ends_on or ends_on),
    )


def _budget_before(amendment: Amendment, versions_since: int) -> dict[BudgetKey, Decimal]:
    """The budget of so many versions before the newest; none where there was none."""
    lines = list(BudgetLine.objects.filter(subaward=amendment.subaward).order_by("-version", "pk"))
    version = (lines[0].version if lines else 0) - versions_since
    return {(line.category, line.source): line.amount for line in lines if line.version == version}


def _last_day_before(amendment: Amendment, pivot: datetime | None) -> date | None:
    """The last day that the amendments approved before a moment left, else that of the issue."""
    subaward = amendment.subaward
    earlier = subaward.amendments.filter(stage=AmendmentStage.APPROVED, decided_at__lte=pivot)
    earlier = earlier.exclude(pk=amendment.pk).exclude(ends_on=None)
    if newest := earlier.order_by("-decided_at", "-pk").first():
        return newest.ends_on
    if not subaward.amendments.filter(stage=AmendmentStage.APPROVED).exclude(ends_on=None).exists():
        return subaward.ends_on
    events = apps.get_model("grants", "SubawardEvent").objects.filter(pgh_obj=subaward.pk, stage=Stage.ISSUED)
    issued = events.order_by("pgh_id").first()
    return issued.ends_on if issued else subaward.ends_on
