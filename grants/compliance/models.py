"""Findings and how they are worked off: corrective actions, waivers; examinations, and a state's policies."""

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from grants.kernel.periods import long_date
from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import append_only, fixed, tracked

KEPT = pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)
"""Refuses to delete: what was found, asked or decided stays."""


class Severity(models.IntegerChoices):
    """How grave a finding is; the same as the rules say it."""

    NOTE = 1, "Note"
    WARNING = 2, "Warning"
    ERROR = 3, "Must be corrected"
    BLOCK = 4, "Not allowed"


def _known_severity(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(severity__in=Severity.values),
        name=name,
        violation_error_code="severity-unknown",
        violation_error_message="This is not a severity.",
    )


class Stage(models.TextChoices):
    """How far a finding has come."""

    OPEN = "open", "Open"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    CORRECTED = "corrected", "Corrected"
    WAIVED = "waived", "Waived"


UNSOLVED = (Stage.OPEN, Stage.ACKNOWLEDGED)
"""Stages in which something is still to be done."""


@tracked(but_not=("last_seen_at",))
class Finding(Staged):
    """A rule's breach kept on record: one row for a rule, a subject and a part of it, however often it comes.

    The examinations open, refresh, close and reopen it; people acknowledge it, plan its correction or have
    it waived. What stands in it is what the last examination that saw it said. Evidence has amounts as text.
    """

    rule = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=30)
    subject_key = models.CharField(max_length=60)
    subject = models.CharField("where", max_length=300)
    part = models.CharField(max_length=200, blank=True)
    agency = models.ForeignKey("grants.Party", models.PROTECT, null=True, blank=True, related_name="+")
    program = models.ForeignKey(
        "grants.Program", models.PROTECT, null=True, blank=True, related_name="findings"
    )
    subaward = models.ForeignKey(
        "grants.Subaward", models.PROTECT, null=True, blank=True, related_name="findings"
    )
    federal_award = models.ForeignKey(
        "grants.FederalAward", models.PROTECT, null=True, blank=True, related_name="findings"
    )
    party = models.ForeignKey("grants.Party", models.PROTECT, null=True, blank=True, related_name="findings")
    family = models.CharField(max_length=20, blank=True)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    policy = models.ForeignKey(
        "grants.Policy",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
        help_text="The state's own setting that the severity or the rule comes from.",
    )
    sentence = models.TextField("what was found")
    fix = models.TextField("what to do", blank=True)
    cites = models.CharField("by which law", max_length=300)
    law_on = models.DateField(
        "edition of the law",
        null=True,
        blank=True,
        help_text="The date of the federal award, where that chooses the edition; else the day found does.",
    )
    evidence = models.JSONField(default=dict, blank=True)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.OPEN)
    first_seen_at = models.DateTimeField("first found")
    last_seen_at = models.DateTimeField("last found")
    opened_at = models.DateTimeField("open since")
    closed_at = models.DateTimeField("corrected", null=True, blank=True)
    acknowledgement = models.TextField(blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "agency",
        "subrecipient": ("subaward__subrecipient", "subaward__allocation__party"),
    }
    NEXT = {
        Stage.OPEN: {Stage.ACKNOWLEDGED, Stage.CORRECTED, Stage.WAIVED},
        Stage.ACKNOWLEDGED: {Stage.CORRECTED, Stage.WAIVED},
        Stage.CORRECTED: {Stage.OPEN},
        Stage.WAIVED: {Stage.OPEN, Stage.CORRECTED},
    }

    class Meta:
        triggers = [fixed("rule", "subject_kind", "subject_key", "part", "first_seen_at"), KEPT]
        indexes = [
            models.Index(fields=["agency", "stage", "-severity"], name="finding_of_an_agency"),
            models.Index(fields=["program", "stage"], name="finding_of_a_program"),
            models.Index(fields=["subaward", "stage"], name="finding_of_a_subaward"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject_kind", "subject_key", "part"],
                name="finding_once",
                violation_error_code="found-already",
                violation_error_message="This breach of the rule is on record already.",
            ),
            models.CheckConstraint(
                condition=~Q(stage=Stage.ACKNOWLEDGED)
                | (Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False) & ~Q(acknowledgement="")),
                name="finding_acknowledged_by_someone",
                violation_error_code="acknowledged-by-nobody",
                violation_error_message="An acknowledged finding says who acknowledged it, when, and how.",
            ),
            models.CheckConstraint(
                condition=Q(stage=Stage.CORRECTED, closed_at__isnull=False)
                | (~Q(stage=Stage.CORRECTED) & Q(closed_at=None)),
                name="finding_corrected_at_a_moment",
                violation_error_code="corrected-when",
                violation_error_message="A corrected finding says since when, and no other does.",
            ),
            _known_severity("finding_severity_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.subject}"


class ActionStage(models.TextChoices):
    """How far a corrective action has come."""

    PLANNED = "planned", "Planned"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped"


@tracked()
class CorrectiveAction(Staged):
    """What will be done about a finding, by whom and until when (2 CFR 200.332(e)(2), 200.511(c))."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="corrective_actions")
    plan = models.TextField(help_text="What will be done.")
    owner = models.CharField("who does it", max_length=120)
    due_on = models.DateField()
    stage = models.CharField("status", max_length=10, choices=ActionStage, default=ActionStage.PLANNED)
    evidence = models.TextField("what shows that it is done", blank=True)
    done_on = models.DateField(null=True, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(db_default=Now())
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "finding__agency",
        "subrecipient": ("finding__subaward__subrecipient", "finding__subaward__allocation__party"),
    }
    NEXT = {
        ActionStage.PLANNED: {ActionStage.DONE, ActionStage.DROPPED},
        ActionStage.DONE: {ActionStage.PLANNED},
    }

    class Meta:
        triggers = [fixed("finding", "plan", "owner", "planned_by", "planned_at"), KEPT]
        indexes = [models.Index(fields=["stage", "due_on"], name="corrective_action_due")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage=ActionStage.DONE)
                | (Q(done_on__isnull=False, ended_by__isnull=False) & ~Q(evidence="")),
                name="corrective_action_done_is_shown",
                violation_error_code="no-evidence",
                violation_error_message="What is done says when, by whom, and what shows that it is.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan[:60]}, due {long_date(self.due_on)}"


class WaiverStage(models.TextChoices):
    """How far a waiver has come."""

    ASKED = "asked", "Asked for"
    GRANTED = "granted", "Granted"
    DECLINED = "declined", "Declined"
    ENDED = "ended", "Ended"


@tracked()
class Waiver(Staged):
    """Leave to let a finding stand until a day: asked by one person, decided by another, for a reason.

    ``covers`` has the severity and the evidence as they were when it was granted; what gets worse than that
    is not covered.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="waivers")
    reason = models.TextField()
    until = models.DateField(help_text="The last day on which it holds.")
    stage = models.CharField(max_length=10, choices=WaiverStage, default=WaiverStage.ASKED)
    covers = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField("why it was decided so", blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = CorrectiveAction.reached_by
    NEXT = {
        WaiverStage.ASKED: {WaiverStage.GRANTED, WaiverStage.DECLINED},
        WaiverStage.GRANTED: {WaiverStage.ENDED},
    }

    class Meta:
        triggers = [fixed("finding", "reason", "until", "asked_by", "asked_at"), KEPT]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="waiver_decided_by_another",
                violation_error_code="same-person",
                violation_error_message="Who asked for a waiver cannot decide on it.",
            ),
            models.CheckConstraint(
                condition=Q(stage=WaiverStage.ASKED) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="waiver_decided_by_someone",
                violation_error_code="decided-by-nobody",
                violation_error_message="A decided waiver says who decided and when.",
            ),
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(stage__in=[WaiverStage.ASKED, WaiverStage.GRANTED]),
                name="waiver_one_at_a_time",
                violation_error_code="waiver-asked-already",
                violation_error_message="A waiver of this finding is asked for or granted already.",
            ),
        ]

    def __str__(self) -> str:
        return f"Waiver of “{self.finding.title}” until {long_date(self.until)}"


class Examination(models.Model):
    """One run of the rules over the books of an agency: when, by whom, over what, and what came of it.

    ``counts`` has the breaches by rule and by severity; ``not_examined`` the rules that could not be judged,
    each with the reason.
    """

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="examinations")
    program = models.ForeignKey("grants.Program", models.PROTECT, null=True, related_name="+")
    subaward = models.ForeignKey("grants.Subaward", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", help_text="Nobody at night."
    )
    examined_at = models.DateTimeField(db_default=Now())
    as_of = models.DateField()
    rules = models.JSONField(help_text="Codes of the rules that were judged.")
    not_examined = models.JSONField(default=list)
    counts = models.JSONField()
    opened = models.PositiveIntegerField()
    reopened = models.PositiveIntegerField()
    corrected = models.PositiveIntegerField()

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}
    is_sealed = True

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["agency", "-examined_at"], name="examination_newest")]

    def __str__(self) -> str:
        over = self.subaward or self.program or self.agency
        return f"Examination of {over} as of {long_date(self.as_of)}"


class PolicyStage(models.TextChoices):
    """How far a policy has come."""

    DRAFT = "draft", "Draft"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"


class PolicyKind(models.TextChoices):
    """What a policy sets."""

    SEVERITY = "severity", "The severity of a rule"
    OWN_RULE = "own_rule", "A rule of the state's own"
    PARAMETERS = "parameters", "The figures of a program of the state's own"


@tracked()
class Policy(Staged):
    """A state's own setting from a day on: how grave a rule is, a rule of its own, figures of a program.

    A new version takes the place of the one before from its first day. Nothing is ever changed or deleted.
    ``parameters`` are those of the ``form`` of a rule of its own, amounts as text.
    """

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="policies")
    kind = models.CharField(max_length=10, choices=PolicyKind)
    rule = models.CharField(
        max_length=80,
        validators=[
            RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)+$", "A code reads like own-travel-limit, in lower case.")
        ],
    )
    version = models.PositiveSmallIntegerField(default=1)
    severity = models.PositiveSmallIntegerField(choices=Severity)
    form = models.CharField(max_length=40, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    title = models.CharField(max_length=200, blank=True)
    cites = models.CharField("by which law or guide", max_length=300, blank=True)
    fix = models.TextField("what to do", blank=True)
    reason = models.TextField()
    starts_on = models.DateField("in force from")
    ends_on = models.DateField("in force until", null=True, blank=True)
    stage = models.CharField(max_length=10, choices=PolicyStage, default=PolicyStage.DRAFT)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}
    NEXT = {PolicyStage.DRAFT: {PolicyStage.APPROVED, PolicyStage.DECLINED}}

    class Meta:
        verbose_name_plural = "policies"
        triggers = [
            fixed(
                "agency", "kind", "rule", "version", "severity", "form", "parameters", "title", "cites",
                "fix", "reason", "starts_on", "ends_on", "drafted_by", "drafted_at",
            ),
            KEPT,
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "rule", "version"],
                name="policy_version_once",
                violation_error_code="drafted-already",
                violation_error_message="Someone drafted a version at the same time; look again.",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("drafted_by")),
                name="policy_decided_by_another",
                violation_error_code="same-person",
                violation_error_message="Who drafted a policy cannot decide on it.",
            ),
            models.CheckConstraint(
                condition=Q(stage=PolicyStage.DRAFT) | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="policy_decided_by_someone",
                violation_error_code="decided-by-nobody",
                violation_error_message="A decided policy says who decided and when.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="policy_ends_after_it_starts",
                violation_error_code="ends-before-start",
                violation_error_message="A policy cannot end before it starts.",
            ),
            _known_severity("policy_severity_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.rule}, version {self.version}"
