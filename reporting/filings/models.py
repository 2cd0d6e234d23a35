"""Filings: workbooks received for a period, what was read in them, and who signed for it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import append_only, tracked


@tracked()
class ReportingPeriod(models.Model):
    """A stretch of days for which the subrecipients of a program report, and the day the reports are due."""

    program = models.ForeignKey("grants.Program", models.PROTECT, related_name="periods")
    code = models.CharField(max_length=20, help_text="2022-Q2, 2025-H1: the year and the part of it.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    due_on = models.DateField(help_text="The last day on which a report is in time.")
    layout = models.CharField(
        max_length=60, blank=True, help_text="The workbook asked for; blank when any that is known will do."
    )

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "program__agency",
        "subrecipient": ("program__allocations__party", "program__allocations__subawards__subrecipient"),
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "code"],
                name="period_code_once",
                violation_error_code="period-exists",
                violation_error_message="The program has a period with this code already.",
            ),
            models.UniqueConstraint(
                fields=["program", "ends_on"],
                name="period_ends_once",
                violation_error_code="period-exists",
                violation_error_message="The program has a period that ends on this day already.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")) & Q(due_on__gt=F("ends_on")),
                name="period_due_after_it_ends",
                violation_error_code="due-too-early",
                violation_error_message="A report is due after its period ends.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program}, {self.code}"


class Stage(models.TextChoices):
    """How far a filing has come."""

    DRAFT = "draft", "Draft"
    CHECKED = "checked", "Checked"
    CERTIFIED = "certified", "Certified"
    ACCEPTED = "accepted", "Accepted"
    POSTED = "posted", "Posted"
    RETURNED = "returned", "Returned"
    REPLACED = "replaced", "Replaced"


OPEN = (Stage.DRAFT, Stage.CHECKED, Stage.CERTIFIED, Stage.ACCEPTED, Stage.POSTED)
"""Stages of filings that count, or still may."""

SIGNED = (Stage.CERTIFIED, Stage.ACCEPTED, Stage.POSTED)
"""Stages of filings that the subrecipient has handed in."""


@tracked()
class Filing(Staged):
    """A workbook received from a subrecipient for a period, and how far it has come.

    ``spent`` is what it reports as spent in the period, in dollars. ``replaces`` is the posted filing whose
    place it took. Its bytes and lines stand in ``FilingContent``.
    """

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="filings")
    subaward = models.ForeignKey("grants.Subaward", models.PROTECT, related_name="filings")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    name = models.CharField("file name", max_length=200)
    size = models.PositiveIntegerField("bytes")
    sha256 = models.CharField("SHA-256", max_length=64)
    layout = models.CharField(max_length=60)
    figures = models.JSONField(help_text="Sums of the money columns by sheet, as text.")
    problems = models.JSONField(help_text="What was found, with sheet, cells, what to do and severity.")
    errors = models.PositiveIntegerField()
    warnings = models.PositiveIntegerField()
    line_count = models.PositiveIntegerField("lines")
    spent = models.DecimalField(max_digits=16, decimal_places=2)
    is_late = models.BooleanField("signed after the due day", default=False)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_at = models.DateTimeField(db_default=Now())
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    certified_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="accepted or returned by",
    )
    decided_at = models.DateTimeField("accepted or returned at", null=True, blank=True)
    reasons = models.TextField("why it was returned", blank=True)
    posting = models.OneToOneField(
        "grants.Posting", models.PROTECT, null=True, blank=True, related_name="filing"
    )
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "subaward__program__agency",
        "subrecipient": ("subaward__subrecipient", "subaward__allocation__party"),
    }
    NEXT = {
        Stage.DRAFT: {Stage.CHECKED, Stage.REPLACED},
        Stage.CHECKED: {Stage.CERTIFIED, Stage.REPLACED},
        Stage.CERTIFIED: {Stage.ACCEPTED, Stage.RETURNED, Stage.REPLACED},
        Stage.ACCEPTED: {Stage.POSTED, Stage.RETURNED},
        Stage.POSTED: {Stage.REPLACED},
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subaward", "period"],
                condition=Q(stage=Stage.POSTED),
                name="filing_in_force_once",
                violation_error_code="filed-already",
                violation_error_message="Another filing of this subaward and period is in force.",
            ),
            models.UniqueConstraint(
                fields=["subaward", "period", "sha256"],
                condition=Q(stage__in=OPEN),
                name="filing_bytes_once",
                violation_error_code="filed-already",
                violation_error_message="This very file was filed already for this subaward and period.",
            ),
            models.CheckConstraint(
                condition=Q(certified_by=None) | ~Q(certified_by=F("prepared_by")),
                name="filing_certified_by_another",
                violation_error_code="same-person",
                violation_error_message="Who prepared a filing cannot certify it.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (~Q(decided_by=F("prepared_by")) & ~Q(decided_by=F("certified_by"))),
                name="filing_decided_by_another",
                violation_error_code="same-person",
                violation_error_message="Who prepared or certified a filing cannot accept or return it.",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[Stage.CHECKED, *SIGNED])
                | (Q(errors=0) & (Q(warnings=0) | Q(acknowledged_by__isnull=False))),
                name="filing_checked_has_no_error",
                violation_error_code="errors-remain",
                violation_error_message="A filing with errors is not checked.",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=SIGNED) | Q(certified_by__isnull=False, certified_at__isnull=False),
                name="filing_certified_by_someone",
                violation_error_code="certified-by-nobody",
                violation_error_message="A certified filing says who certified it and when.",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.POSTED) | Q(posting__isnull=False),
                name="filing_posted_has_lines",
                violation_error_code="not-posted",
                violation_error_message="A posted filing names its posting.",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.RETURNED) | ~Q(reasons=""),
                name="filing_returned_with_reasons",
                violation_error_code="no-reason",
                violation_error_message="Say why it is returned.",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people call it by."""
        return f"F-{self.pk:06}"


class FilingContent(models.Model):
    """The bytes of a filing as they came, and what was read from them. It never changes.

    In the database rather than in a store of files: it comes into being with its filing or not at all, and
    what was certified cannot be touched. Apart from ``Filing``, so that no list or action carries the bytes.
    """

    filing = models.OneToOneField(Filing, models.PROTECT, related_name="kept")
    content = models.BinaryField()
    lines = models.TextField(help_text="The lines that are read from it, as JSON.")
    told = models.JSONField(
        null=True, help_text="What later filings are compared with: the tables that its layout keeps."
    )
    rows = models.TextField(
        null=True, help_text="The rows of its sheets as JSON by column, where they go on to a federal portal."
    )

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "filing__subaward__program__agency",
        "subrecipient": ("filing__subaward__subrecipient", "filing__subaward__allocation__party"),
    }
    is_sealed = True

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"Content of {self.filing}"


@tracked()
class Certification(models.Model):
    """A person's word for a filing: what she signed, in which version, and for which bytes."""

    filing = models.OneToOneField(Filing, models.PROTECT, related_name="certification")
    certified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    certified_at = models.DateTimeField()
    version = models.CharField(max_length=40, help_text="Version of the text.")
    text = models.TextField()
    sha256 = models.CharField("SHA-256 of what was certified", max_length=64)

    objects = ScopedQuerySet.as_manager()
    reached_by = FilingContent.reached_by

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.filing}, certified by {self.certified_by}"


class ReminderKind(models.TextChoices):
    """What a subrecipient is reminded of."""

    DUE = "due", "Due soon"
    OVERDUE = "overdue", "Overdue"


@tracked()
class Reminder(models.Model):
    """A mail to a subrecipient about reports of a period that it has not signed; each kind once."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="reminders")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=10, choices=ReminderKind)
    sent_to = models.JSONField(help_text="Addresses.")
    subawards = models.JSONField(help_text="Numbers of the subawards it was about.")
    sent_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "period__program__agency", "subrecipient": "party"}

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["period", "party", "kind"],
                name="reminder_once_a_kind",
                violation_error_code="reminded-already",
                violation_error_message="This reminder was sent already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.period}, {self.party}"
