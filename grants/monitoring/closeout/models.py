"""Closing a subaward: what must be done by when, what is settled, how long records are kept."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import fixed, tracked


class CloseoutStage(models.TextChoices):
    """How far a closeout has come."""

    OPEN = "open", "Under way"
    DONE = "done", "Done"


@tracked()
class Closeout(Staged):
    """The closing of a subaward, by a checklist with its days (2 CFR 200.344)."""

    subaward = models.OneToOneField("grants.Subaward", models.PROTECT, related_name="closeout")
    checklist = models.CharField(max_length=40, help_text="Version of the checklist.")
    ends_on = models.DateField("last day of performance")
    reports_due_on = models.DateField("reports and payments due on")
    target_on = models.DateField("to be closed by", null=True, blank=True)
    final_report_on = models.DateField("final financial report submitted on", null=True, blank=True)
    expended_on = models.DateField("all money spent or returned on", null=True, blank=True)
    disposed_on = models.DateField("last property disposed of on", null=True, blank=True)
    stage = models.CharField(max_length=4, choices=CloseoutStage, default=CloseoutStage.OPEN)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_on = models.DateField(null=True, blank=True)
    reason = models.TextField("why it was closed with items open", blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "subaward__program__agency", "subrecipient": "subaward__subrecipient"}
    NEXT = {CloseoutStage.OPEN: {CloseoutStage.DONE}, CloseoutStage.DONE: {CloseoutStage.OPEN}}

    class Meta:
        triggers = [fixed("subaward", "checklist", "begun_by")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage=CloseoutStage.DONE)
                | Q(finished_by__isnull=False, finished_on__isnull=False),
                name="closeout_finished_by_someone",
                violation_error_code="finished-by-nobody",
                violation_error_message="A closeout that is done says who finished it and when.",
            ),
        ]

    def __str__(self) -> str:
        return f"Closeout of {self.subaward}"


class ItemStage(models.TextChoices):
    """Whether an item of a checklist is done."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    NOT_NEEDED = "not_needed", "Does not apply"


@tracked()
class CloseoutItem(Staged):
    """One thing to be done before a subaward is closed, with the day it is due."""

    closeout = models.ForeignKey(Closeout, models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    cites = models.CharField("law", max_length=120)
    is_theirs = models.BooleanField("the subrecipient does it", default=False)
    due_on = models.DateField(null=True, blank=True)
    stage = models.CharField(max_length=10, choices=ItemStage, default=ItemStage.OPEN)
    settled_on = models.DateField("done on", null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "closeout__subaward__program__agency",
        "subrecipient": "closeout__subaward__subrecipient",
    }
    NEXT = {
        ItemStage.OPEN: {ItemStage.DONE, ItemStage.NOT_NEEDED},
        ItemStage.DONE: {ItemStage.OPEN},
        ItemStage.NOT_NEEDED: {ItemStage.OPEN},
    }

    class Meta:
        ordering = ("closeout", "position")
        triggers = [fixed("closeout", "code", "title", "cites")]
        constraints = [
            models.UniqueConstraint(
                fields=["closeout", "code"],
                name="closeout_item_once",
                violation_error_code="item-twice",
                violation_error_message="An item stands once on a checklist.",
            ),
            models.CheckConstraint(
                condition=Q(stage=ItemStage.OPEN) | Q(settled_by__isnull=False, settled_on__isnull=False),
                name="closeout_item_settled_by_someone",
                violation_error_code="settled-by-nobody",
                violation_error_message="An item that is done says who did it and when.",
            ),
            models.CheckConstraint(
                condition=~Q(stage=ItemStage.NOT_NEEDED) | ~Q(note=""),
                name="closeout_item_left_out_with_reason",
                violation_error_code="no-reason",
                violation_error_message="Say why the item does not apply.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.closeout.subaward}: {self.title}"


class HoldKind(models.TextChoices):
    """What keeps records beyond their time (2 CFR 200.334(a), (b))."""

    LITIGATION = "litigation", "Litigation"
    CLAIM = "claim", "Claim"
    AUDIT = "audit", "Open audit finding"
    NOTICE = "notice", "Written notice of an agency"


@tracked()
class RecordsHold(models.Model):
    """Something because of which the records of a subaward may not be destroyed."""

    subaward = models.ForeignKey("grants.Subaward", models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=10, choices=HoldKind)
    reason = models.TextField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    ended_because = models.TextField("why it ended", blank=True)
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "subaward__program__agency", "subrecipient": "subaward__subrecipient"}

    class Meta:
        verbose_name = "hold on records"
        verbose_name_plural = "holds on records"
        triggers = [fixed("subaward", "kind", "reason", "starts_on", "placed_by")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | (Q(ends_on__gte=models.F("starts_on")) & ~Q(ended_because="")),
                name="records_hold_ends_with_reason",
                violation_error_code="no-reason",
                violation_error_message="A hold ends no earlier than it began, and for a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subaward}: {self.get_kind_display().lower()}"
