"""Closeouts and the keeping of records at the staff's desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

import grants.subawards.admin  # noqa: F401  (whose pages take buttons)
from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.filters import ByChoice
from grants.desk.forms import Confirm, Day, NewRecord, Reason
from grants.desk.pages import offer, offer_lead
from grants.desk.told import Table, Told
from grants.kernel.money import shown
from grants.kernel.periods import long_date
from grants.monitoring.closeout.actions import (
    begin_closeout,
    finish_closeout,
    hold_records,
    leave_out_item,
    release_records,
    reopen_item,
    settle_item,
)
from grants.monitoring.closeout.models import Closeout, CloseoutItem, CloseoutStage, ItemStage, RecordsHold
from grants.monitoring.closeout.queries import (
    findings_left,
    follow_ups_left,
    retention_of,
    settlement_of,
    to_close_out,
)
from grants.monitoring.lists import ListAfterWork, first_of
from grants.subawards.models import Subaward


class Note(Confirm):
    """How it was done."""

    note = forms.CharField(widget=forms.Textarea, required=False)


class Finish(Confirm):
    """The days from which records are kept, and why items are left open."""

    final_report_on = Day(label="Final financial report submitted on")
    expended_on = Day(label="All money spent or returned on")
    disposed_on = Day(label="Last property disposed of on", required=False)
    reason = forms.CharField(
        widget=forms.Textarea, required=False, help_text="Needed only if items of the checklist are open."
    )


class Hold(NewRecord):
    """What holds the records."""

    class Meta:
        model = RecordsHold
        fields = ("kind", "reason", "starts_on")


class Release(Reason):
    """When the hold ended, and why."""

    ends_on = Day()


class ItemRows(Rows):
    """The checklist."""

    model = CloseoutItem
    fields = ("title", "cites", "due_on", "stage", "settled_on", "note")
    ordering = ("position",)
    show_change_link = True


@admin.register(Closeout)
class CloseoutDesk(ListAfterWork):
    """Subawards that are being closed, or were (2 CFR 200.344)."""

    section = "Monitoring"
    list_display = ("subaward", "stage", "ends_on", "reports_due_on", "target_on", "finished_on")
    list_select_related = ("subaward",)
    list_filter = (("stage", ByChoice),)
    search_fields = ("subaward__number", "subaward__subrecipient__name")
    ordering = ("stage", "reports_due_on", "id")
    inlines = (ItemRows,)
    buttons = (Button("Finish", finish_closeout, Finish, to=CloseoutStage.DONE),)
    begins = (Begin("Begin a closeout", "grants.Subaward", "closeout.begin", "the subaward"),)

    def to_do(self, request: HttpRequest) -> Table | None:
        """Subawards that have ended and whose closeout has not begun."""
        return first_of(
            "Ended, not being closed",
            ("Subaward", "Subrecipient", "Ended on"),
            to_close_out(request.user, on=timezone.localdate()),
            lambda each: (str(each), str(each.subrecipient), long_date(each.ends_on)),
        )

    def told(self, record: Closeout, *, on_its_page: bool = False) -> Told:
        """What is left to settle, in dollars, and until when records are kept."""
        today = timezone.localdate()
        left = settlement_of(record.subaward)
        late = record.items.filter(stage=ItemStage.OPEN, due_on__lt=today)
        warnings = [f"{item.title} was due on {long_date(item.due_on)}." for item in late if item.due_on]
        if left.cost_share_short:
            warnings.append(f"Cost share is {shown(left.cost_share_short)} short of what was agreed.")
        return Told(
            facts=(
                ("Refund due from the subrecipient", left.refund_due),
                ("Still to pay", left.still_to_pay),
                ("To deobligate", left.to_deobligate),
                ("Records are kept", _kept(retention_of(record.subaward, on=today))),
            ),
            tables=_left(record.subaward) if record.stage == CloseoutStage.OPEN else (),
            warnings=warnings if record.stage == CloseoutStage.OPEN else (),
        )


def _left(subaward: Subaward) -> list[Table]:
    """Findings of the books and follow-ups that are open, for the item that asks for them."""
    findings = first_of(
        "Findings open",
        ("Finding", "Gravity", "What was found", "Stage"),
        findings_left(subaward),
        lambda each: (each.title, each.get_severity_display(), each.sentence, each.get_stage_display()),
    )
    follow_ups = first_of(
        "Follow-ups open",
        ("What is wrong", "What must be done", "By whom", "Due"),
        follow_ups_left(subaward),
        lambda each: (each.condition, each.plan, each.owner, long_date(each.due_on)),
    )
    return [table for table in (findings, follow_ups) if table]


def _kept(known: Any) -> str:
    if known is None:
        return "not known yet"
    if known.held_by:
        return f"while held by: {', '.join(known.held_by)}"
    return f"until {long_date(known.until)}" if known.until else "no clock has begun"


@admin.register(CloseoutItem)
class CloseoutItemDesk(Desk):
    """Items of the checklists of closeouts."""

    section = "Monitoring"
    list_display = ("title", "closeout", "due_on", "stage", "settled_on", "settled_by")
    list_select_related = ("closeout__subaward", "settled_by")
    list_filter = (("stage", ByChoice), "is_theirs")
    search_fields = ("title", "closeout__subaward__number")
    ordering = ("closeout", "position")
    buttons = (
        Button("Done", settle_item, Note, to=ItemStage.DONE, in_bulk=True),
        Button("Does not apply", leave_out_item, Reason, to=ItemStage.NOT_NEEDED, in_bulk=True),
        Button("Open again", reopen_item, Reason, to=ItemStage.OPEN),
    )


@admin.register(RecordsHold)
class RecordsHoldDesk(Desk):
    """What keeps records beyond their time (2 CFR 200.334)."""

    section = "Monitoring"
    list_display = ("subaward", "kind", "starts_on", "ends_on", "reason")
    list_select_related = ("subaward",)
    list_filter = (("kind", ByChoice),)
    ordering = ("-id",)
    buttons = (Button("Release", release_records, Release, among={"ends_on": None}),)
    begins = (Begin("Hold records", "grants.Subaward", "records.hold", "the subaward"),)


offer(
    Subaward,
    Button(
        "Begin its closeout", begin_closeout, among={"stage": "issued"}, but_not={"closeout__isnull": False}
    ),
)
offer(Subaward, Button("Hold its records", hold_records, Hold, among={"stage__in": ("issued", "closed")}))
offer_lead(Subaward, Lead("Its closeout", "grants_closeout", "subaward__id__exact"))
