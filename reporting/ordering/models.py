"""Reports that a worker issues: ordered once, or on a schedule."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.trail import fixed, tracked
from reporting.documents.models import Document, Format


class Each(models.TextChoices):
    """At the end of which stretch of days a report is issued."""

    WEEK = "week", "Week, on Sunday"
    MONTH = "month", "Month"
    QUARTER = "quarter", "Quarter of the year"


class OfDocument(models.Model):
    """Which report on what, and whose the document will be."""

    report = models.CharField(max_length=60, help_text="Code of the report.")
    about = models.CharField(max_length=160, help_text="What it is about: its kind and its key.")
    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="+")
    program = models.ForeignKey("grants.Program", models.PROTECT, null=True, blank=True, related_name="+")
    format = models.CharField(max_length=4, choices=Format)

    class Meta:
        abstract = True


@tracked()
class ReportSchedule(OfDocument):
    """A report issued at the end of each week, month or quarter, and who is written to when it is there.

    It is issued by the power of the person who set it up, as it is on that day.
    """

    each = models.CharField(max_length=8, choices=Each)
    recipients = models.JSONField(help_text="Addresses; each must be able to read the document.")
    set_up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_up_on = models.DateField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}

    class Meta:
        triggers = [fixed("report", "about", "agency", "program", "format", "each", "set_up_by", "set_up_on")]

    def __str__(self) -> str:
        return f"{self.report} on {self.about}, each {self.each}"


@tracked()
class ReportOrder(OfDocument):
    """A document that a worker issues, and who is written to when it is there."""

    through = models.DateField(help_text="Money incurred up to and including this day.")
    schedule = models.ForeignKey(ReportSchedule, models.PROTECT, null=True, blank=True, related_name="orders")
    recipients = models.JSONField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(db_default=Now())
    job = models.BigIntegerField(null=True, blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="orders")

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}

    class Meta:
        triggers = [fixed("report", "about", "agency", "program", "format", "through", "ordered_by")]
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "through"],
                condition=Q(schedule__isnull=False),
                name="ordered_once_a_period",
                violation_error_code="ordered-already",
                violation_error_message="This report was ordered for this day already.",
            ),
            models.UniqueConstraint(
                fields=["ordered_by", "about", "report", "format", "through"],
                condition=Q(document=None, schedule=None),
                name="ordered_once_at_a_time",
                violation_error_code="ordered-already",
                violation_error_message="This report is being issued already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} on {self.about}, through {self.through}"

    def told(self) -> dict[str, Any]:
        """What the action that issues it is given."""
        return {"report": self.report, "through": self.through, "format": self.format}
