"""How risky a subrecipient is, and the specific conditions that follow (2 CFR 200.332(c), 200.208)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import append_only, fixed, tracked


class RiskLevel(models.TextChoices):
    """How closely a subrecipient is watched."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


@tracked()
class RiskBands(models.Model):
    """From which score on an agency calls a risk medium, and from which high; the newest counts."""

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="risk_bands")
    medium_from = models.PositiveSmallIntegerField("medium from", help_text="A score from 0 to 100.")
    high_from = models.PositiveSmallIntegerField("high from", help_text="A score from 0 to 100.")
    reason = models.TextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}

    class Meta:
        verbose_name = "bands of risk"
        verbose_name_plural = "bands of risk"
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(medium_from__gte=1)
                & models.Q(high_from__gt=models.F("medium_from"))
                & models.Q(high_from__lte=100),
                name="risk_bands_rise",
                violation_error_code="bands-do-not-rise",
                violation_error_message="Medium begins above 0, high above medium, and neither beyond 100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency}: medium from {self.medium_from}, high from {self.high_from}"


@tracked()
class RiskAssessment(models.Model):
    """What an agency thinks of a subrecipient's risk on a day. The next one supersedes it; it never changes.

    ``answers`` are a person's, ``computed`` came from the books; both are kept with their points.
    """

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="assessments_made")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="risk_assessments")
    subaward = models.ForeignKey("grants.Subaward", models.PROTECT, related_name="risk_assessments")
    assessed_on = models.DateField(default=timezone.localdate)
    scheme = models.CharField("factors", max_length=20, help_text="Version of the factors.")
    answers = models.JSONField(help_text="Factor to answer, points and note, as a person gave them.")
    computed = models.JSONField(help_text="Factor to figure and points, as the books gave them.")
    score = models.PositiveSmallIntegerField(help_text="0 to 100: points of the most there could be.")
    medium_from = models.PositiveSmallIntegerField()
    high_from = models.PositiveSmallIntegerField()
    level = models.CharField("risk of noncompliance", max_length=6, choices=RiskLevel)
    fraud_risk = models.CharField(max_length=6, choices=RiskLevel)
    reason = models.TextField()
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["agency", "party", "id"], name="risk_in_force")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__lte=100),
                name="risk_score_at_most_100",
                violation_error_code="score-too-high",
                violation_error_message="A score of risk is from 0 to 100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_level_display().lower()} risk, score {self.score}"


class ConditionStage(models.TextChoices):
    """How far a specific condition has come."""

    PROPOSED = "proposed", "Proposed"
    IMPOSED = "imposed", "Imposed"
    LIFTED = "lifted", "Lifted"
    DROPPED = "dropped", "Dropped"


@tracked()
class SpecificCondition(Staged):
    """A condition put on a subaward, with the five things its notice must say (2 CFR 200.208(d))."""

    subaward = models.ForeignKey("grants.Subaward", models.PROTECT, related_name="conditions")
    assessment = models.ForeignKey(
        RiskAssessment, models.PROTECT, null=True, blank=True, related_name="conditions"
    )
    nature = models.TextField("what is asked")
    reason = models.TextField("why it is asked")
    action_to_remove = models.TextField("what ends it")
    time_allowed = models.CharField("time allowed", max_length=200)
    reconsideration = models.TextField("how to ask for reconsideration")
    stage = models.CharField(max_length=8, choices=ConditionStage, default=ConditionStage.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noticed_on = models.DateField("notice given on", null=True, blank=True)
    imposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_on = models.DateField("lifted or dropped on", null=True, blank=True)
    ended_because = models.TextField("why it ended", blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "subaward__program__agency", "subrecipient": "subaward__subrecipient"}
    NEXT = {
        ConditionStage.PROPOSED: {ConditionStage.IMPOSED, ConditionStage.DROPPED},
        ConditionStage.IMPOSED: {ConditionStage.LIFTED},
    }

    class Meta:
        triggers = [
            fixed(
                "subaward", "assessment", "nature", "reason", "action_to_remove", "time_allowed",
                "reconsideration", "proposed_by",
            )
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(stage__in=[ConditionStage.IMPOSED, ConditionStage.LIFTED])
                | models.Q(noticed_on__isnull=False, imposed_by__isnull=False),
                name="condition_imposed_with_notice",
                violation_error_code="no-notice",
                violation_error_message="A condition is imposed with a notice, by someone.",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage__in=[ConditionStage.LIFTED, ConditionStage.DROPPED])
                | (models.Q(ended_on__isnull=False) & ~models.Q(ended_because="")),
                name="condition_ends_with_reason",
                violation_error_code="no-reason",
                violation_error_message="Say why and when the condition ended.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subaward}: {self.nature[:60]}"
