"""How a closeout stands: what is left to do and to settle, and how long records are kept."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from grants.compliance.duties import Retention, Settlement, retention, settlement
from grants.compliance.models import UNSOLVED, Finding
from grants.monitoring.closeout.models import Closeout, CloseoutItem, CloseoutStage, ItemStage, RecordsHold
from grants.monitoring.visits.models import FollowUp, FollowUpStage
from grants.subawards.models import Stage, Subaward


def awarded_on(subaward: Any) -> date | None:
    """The date of the earliest federal award that pays a subaward: the one that chooses the law's edition."""
    dates = subaward.splits.exclude(federal_award=None).values_list("federal_award__award_date", flat=True)
    return min(filter(None, dates), default=None)


def settlement_of(subaward: Any) -> Settlement:
    """What a subaward leaves to settle, by the books as they are now."""
    standing = subaward.standing
    return settlement(
        obligated=standing.obligated,
        allowable=standing.expended,
        paid=standing.paid,
        cost_share_required=subaward.required_cost_share,
        cost_shared=standing.cost_shared,
    )


def retention_of(subaward: Any, *, on: date) -> Retention | None:
    """How long the records of a subaward are kept; None where no closeout has begun or no award has a date.

    Holds count that began by the day and have not ended by it.
    """
    closeout, awarded = Closeout.objects.filter(subaward=subaward).first(), awarded_on(subaward)
    if closeout is None or awarded is None:
        return None
    holds = RecordsHold.objects.filter(subaward=subaward, starts_on__lte=on)
    active = holds.filter(Q(ends_on=None) | Q(ends_on__gt=on))
    return retention(
        subaward.program.family,
        awarded,
        final_report_on=closeout.final_report_on,
        expended_on=closeout.expended_on,
        disposed_on=closeout.disposed_on,
        holds=[hold.get_kind_display().lower() for hold in active],
    )


def findings_left(subaward: Any) -> QuerySet[Finding]:
    """What the rules found in the books of a subaward and is not corrected or waived, the gravest first."""
    left = Finding.objects.filter(subaward=subaward, stage__in=UNSOLVED)
    return left.order_by("-severity", "opened_at", "pk")


def follow_ups_left(subaward: Any) -> QuerySet[FollowUp]:
    """What is to be put right about a subaward and is not yet, the earliest due first."""
    return FollowUp.objects.filter(subaward=subaward, stage=FollowUpStage.OPEN).order_by("due_on", "pk")


def overdue_items(person: Any, *, on: date) -> list[CloseoutItem]:
    """Open items of closeouts under way whose day has passed, of all that a person sees."""
    late = CloseoutItem.objects.visible_to(person).filter(
        stage=ItemStage.OPEN, due_on__lt=on, closeout__stage=CloseoutStage.OPEN
    )
    return list(late.select_related("closeout__subaward__subrecipient").order_by("due_on", "pk"))


def to_close_out(person: Any, *, on: date) -> QuerySet[Subaward]:
    """Issued subawards whose period of performance has ended and whose closeout has not begun."""
    ended = Subaward.objects.visible_to(person).filter(stage=Stage.ISSUED, ends_on__lt=on, closeout=None)
    return ended.select_related("subrecipient").order_by("ends_on", "pk")
