"""Closing subawards by a checklist, and holding their records."""

from datetime import date
from typing import Any

from django.utils import timezone

from grants.compliance.duties import closeout_days
from grants.kernel.action import action
from grants.kernel.refusals import Refusal
from grants.monitoring.closeout.checklist import items_for, version
from grants.monitoring.closeout.models import Closeout, CloseoutItem, CloseoutStage, ItemStage, RecordsHold
from grants.monitoring.closeout.queries import awarded_on
from grants.subawards.actions import close_subaward
from grants.subawards.models import Stage


@action("closeout.begin", needs="monitor_subrecipients")
def begin_closeout(subaward: Any, *, by: Any) -> Closeout:
    """Draw up the checklist of closing an issued subaward, with the days that follow from its last one.

    Refuses ``wrong-stage``, ``begun-already``, ``no-last-day``, and ``no-award-date`` where no federal award
    says which edition of the law counts.
    """
    if subaward.stage != Stage.ISSUED:
        raise Refusal(f"{subaward} is not issued.", code="wrong-stage")
    if Closeout.objects.filter(subaward=subaward).exists():
        raise Refusal(f"The closeout of {subaward} has begun already.", code="begun-already")
    awarded = awarded_on(subaward)
    if subaward.ends_on is None:
        raise Refusal(f"{subaward} has no last day of performance.", code="no-last-day")
    if awarded is None:
        raise Refusal(f"No federal award that pays {subaward} has a date.", code="no-award-date")
    days = closeout_days(subaward.ends_on, awarded)
    closeout = Closeout.objects.create(
        subaward=subaward,
        checklist=version(),
        ends_on=subaward.ends_on,
        reports_due_on=days.reports_due_on,
        target_on=days.target_on,
        begun_by=by,
    )
    due = {"reports": days.reports_due_on, "target": days.target_on, "": None}
    CloseoutItem.objects.bulk_create(
        CloseoutItem(
            closeout=closeout,
            position=position,
            code=item.code,
            title=item.title,
            cites=item.cites,
            is_theirs=item.theirs,
            due_on=due[item.due],
        )
        for position, item in enumerate(items_for(subaward.program.family), start=1)
    )
    return closeout


@action("closeout.settle_item", needs="monitor_subrecipients")
def settle_item(item: CloseoutItem, *, note: str = "", by: Any) -> CloseoutItem:
    """Keep that an item of the checklist is done."""
    return _moved(item, ItemStage.DONE, note, by)


@action("closeout.leave_out_item", needs="monitor_subrecipients")
def leave_out_item(item: CloseoutItem, *, reason: str, by: Any) -> CloseoutItem:
    """Keep why an item does not apply."""
    return _moved(item, ItemStage.NOT_NEEDED, reason, by)


@action("closeout.reopen_item", needs="monitor_subrecipients")
def reopen_item(item: CloseoutItem, *, reason: str, by: Any) -> CloseoutItem:
    """Open an item again that was thought done."""
    return _moved(item, ItemStage.OPEN, reason, by)


@action("closeout.finish", needs="close_subawards")
def finish_closeout(
    closeout: Closeout,
    *,
    final_report_on: date,
    expended_on: date,
    disposed_on: date | None = None,
    reason: str = "",
    by: Any,
) -> Closeout:
    """Close the subaward: its money is settled, and its checklist done or left open for a reason.

    Starts the clocks of keeping records. Refuses ``items-open`` without a reason, and ``not-liquidated``.
    """
    left = closeout.items.filter(stage=ItemStage.OPEN).count()
    if left and not reason.strip():
        raise Refusal(f"{left} items of the checklist are open; do them or say why not.", code="items-open")
    closeout.move_to(CloseoutStage.DONE)
    closeout.final_report_on, closeout.expended_on, closeout.disposed_on = (
        final_report_on,
        expended_on,
        disposed_on,
    )
    closeout.reason = reason if left else ""
    closeout.finished_by, closeout.finished_on = by, timezone.localdate()
    closeout.full_clean()
    closeout.save()
    if closeout.subaward.stage == Stage.ISSUED:
        close_subaward(closeout.subaward, reason=reason or "The closeout is done.", by=by)
    return closeout


@action("records.hold", needs="monitor_subrecipients", locks=False)
def hold_records(subaward: Any, hold: RecordsHold, *, by: Any) -> RecordsHold:
    """Keep the records of a subaward beyond their time: for litigation, a claim, an audit or a notice."""
    hold.subaward, hold.placed_by = subaward, by
    hold.full_clean()
    hold.save()
    return hold


@action("records.release", needs="monitor_subrecipients")
def release_records(hold: RecordsHold, *, ends_on: date, reason: str, by: Any) -> RecordsHold:
    """End a hold. Refuses ``ended-already``."""
    if hold.ends_on:
        raise Refusal(f"{hold} has ended already.", code="ended-already")
    hold.ends_on, hold.ended_because = ends_on, reason
    hold.full_clean()
    hold.save()
    return hold


def _moved(item: CloseoutItem, stage: ItemStage, note: str, by: Any) -> CloseoutItem:
    """The item in its new stage. Refuses ``closed-already`` once the closeout is done."""
    if item.closeout.stage == CloseoutStage.DONE:
        raise Refusal(f"{item.closeout} is done.", code="closed-already")
    item.move_to(stage)
    is_settled = stage != ItemStage.OPEN
    item.settled_by, item.settled_on = (by, timezone.localdate()) if is_settled else (None, None)
    item.note = note
    item.full_clean()
    item.save()
    return item
