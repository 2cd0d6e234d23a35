"""Watching subrecipients: the plan of a year, reviews and visits, what follows from them, reports read."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import append_only, fixed, tracked
from grants.monitoring.risk.models import RiskLevel


@tracked()
class MonitoringPlan(models.Model):
    """How often an agency looks at a subrecipient in a year, as its risk asks (2 CFR 200.332(c), (f))."""

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="plans_made")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="monitoring_plans")
    year = models.PositiveSmallIntegerField()
    level = models.CharField("risk", max_length=6, choices=RiskLevel)
    assessment = models.ForeignKey(
        "grants.RiskAssessment", models.PROTECT, null=True, blank=True, related_name="plans"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "party", "year"],
                name="monitoring_plan_once_a_year",
                violation_error_code="planned-already",
                violation_error_message="The monitoring of this subrecipient is planned already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}, {self.year}"


class VisitKind(models.TextChoices):
    """How a subrecipient is looked at."""

    DESK = "desk", "Desk review"
    SITE = "site", "Site visit"
    PROCEDURES = "procedures", "Agreed-upon procedures"


class VisitStage(models.TextChoices):
    """How far a review or visit has come."""

    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


@tracked()
class MonitoringVisit(Staged):
    """A desk review or site visit: its checklist, what was answered, and what came of it."""

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="visits_made")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="monitoring_visits")
    plan = models.ForeignKey(MonitoringPlan, models.PROTECT, null=True, blank=True, related_name="visits")
    kind = models.CharField(max_length=10, choices=VisitKind)
    planned_for = models.DateField()
    scope = models.TextField("reason for the scope", blank=True)
    stage = models.CharField(max_length=9, choices=VisitStage, default=VisitStage.PLANNED)
    checklist = models.CharField(max_length=40, blank=True, help_text="Version of the checklist used.")
    answers = models.JSONField(default=dict, blank=True)
    held_on = models.DateField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    result = models.TextField(blank=True)
    ended_on = models.DateField("closed or cancelled on", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency", "subrecipient": "party"}
    NEXT = {
        VisitStage.PLANNED: {VisitStage.HELD, VisitStage.CANCELLED},
        VisitStage.HELD: {VisitStage.CLOSED},
    }

    class Meta:
        triggers = [fixed("agency", "party", "plan", "kind")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(stage__in=[VisitStage.HELD, VisitStage.CLOSED])
                | (models.Q(held_on__isnull=False, held_by__isnull=False) & ~models.Q(result="")),
                name="visit_held_by_someone",
                violation_error_code="held-by-nobody",
                violation_error_message="A visit that was held says when, by whom, and with what result.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.party}, {self.planned_for}"


class FollowUpStage(models.TextChoices):
    """How far something to be put right has come."""

    OPEN = "open", "Open"
    DONE = "done", "Done"


@tracked()
class FollowUp(Staged):
    """Something to be put right, from a visit, an audit or a finding of the books (2 CFR 200.332(e)(2))."""

    visit = models.ForeignKey(
        MonitoringVisit, models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    audit_finding = models.ForeignKey(
        "grants.AuditFinding", models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    finding = models.ForeignKey(
        "grants.Finding",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name="finding of the books",
    )
    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="+")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="follow_ups")
    subaward = models.ForeignKey(
        "grants.Subaward", models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    condition = models.TextField("what is wrong")
    criteria = models.TextField("by which rule", blank=True)
    cause = models.TextField("how it came about", blank=True)
    questioned_cost = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    plan = models.TextField("what must be done")
    owner = models.CharField("who does it", max_length=120)
    due_on = models.DateField()
    stage = models.CharField(max_length=4, choices=FollowUpStage, default=FollowUpStage.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    done_on = models.DateField(null=True, blank=True)
    evidence = models.TextField(blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency", "subrecipient": "party"}
    NEXT = {FollowUpStage.OPEN: {FollowUpStage.DONE}}

    class Meta:
        verbose_name = "corrective follow-up"
        triggers = [fixed("visit", "audit_finding", "finding", "agency", "party", "condition", "opened_by")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(questioned_cost__gte=0),
                name="follow_up_cost_not_negative",
                violation_error_code="negative",
                violation_error_message="A questioned cost cannot be negative.",
            ),
            models.CheckConstraint(
                condition=models.Q(stage=FollowUpStage.OPEN)
                | (models.Q(done_on__isnull=False) & ~models.Q(evidence="")),
                name="follow_up_done_with_evidence",
                violation_error_code="no-evidence",
                violation_error_message="What is done says when, and by what it is shown.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.condition[:60]}"


class ReportKind(models.TextChoices):
    """What a report of a subrecipient tells."""

    FINANCIAL = "financial", "Financial report"
    PERFORMANCE = "performance", "Performance report"


class ReviewResult(models.TextChoices):
    """What came of reading a report."""

    IN_ORDER = "in_order", "In order"
    VARIANCES = "variances", "Variances to follow up"
    RETURNED = "returned", "Sent back"


@tracked()
class ReportReview(models.Model):
    """Who read a subrecipient's report, when, and with what result (2 CFR 200.332(e)(1))."""

    subaward = models.ForeignKey("grants.Subaward", models.PROTECT, related_name="report_reviews")
    filing = models.ForeignKey(
        "reporting.Filing", models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    kind = models.CharField(max_length=11, choices=ReportKind)
    period = models.CharField(max_length=20, help_text="2022-Q2: the period reported on.")
    result = models.CharField(max_length=9, choices=ReviewResult)
    note = models.TextField(blank=True)
    reviewed_on = models.DateField(default=timezone.localdate)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "subaward__program__agency", "subrecipient": "subaward__subrecipient"}

    class Meta:
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(result=ReviewResult.IN_ORDER) | ~models.Q(note=""),
                name="report_review_says_what_is_wrong",
                violation_error_code="no-reason",
                violation_error_message="Say what is not in order.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.subaward}, {self.period}"
