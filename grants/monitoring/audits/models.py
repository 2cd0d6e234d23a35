"""Single audits of subrecipients, their findings, and what the agency decides on them (2 CFR 200.521)."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import append_only, fixed, tracked


class AuditKind(models.TextChoices):
    """What kind of audit a fiscal year had."""

    SINGLE = "single", "Single audit"
    PROGRAM = "program", "Program-specific audit"
    ALTERNATIVE = "alternative", "Alternative compliance examination"


class AuditStage(models.TextChoices):
    """How far the audit of a fiscal year has come."""

    AWAITED = "awaited", "Awaited"
    EXEMPT = "exempt", "Exempt"
    RECEIVED = "received", "Received"


@tracked()
class SingleAudit(Staged):
    """The audit of a subrecipient's fiscal year, as an agency that passed money to it verifies it.

    Whether one is required and when it is due is computed: see ``duties_of``.
    """

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="audits_followed")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="single_audits")
    year_starts_on = models.DateField("fiscal year starts on")
    year_ends_on = models.DateField("fiscal year ends on")
    expended_elsewhere = models.DecimalField(
        "federal money spent that these books do not hold",
        max_digits=16, decimal_places=2, null=True, blank=True,
    )  # fmt: skip
    elsewhere_source = models.CharField("who said so, and where", max_length=200, blank=True)
    stage = models.CharField(max_length=8, choices=AuditStage, default=AuditStage.AWAITED)
    kind = models.CharField(max_length=11, choices=AuditKind, blank=True)
    exemption = models.TextField("statement why no audit was required", blank=True)
    report_received_on = models.DateField("auditor's report received on", null=True, blank=True)
    fac_report_id = models.CharField(
        "report id of the Federal Audit Clearinghouse", max_length=40, blank=True
    )
    fac_accepted_on = models.DateField("accepted by the Clearinghouse on", null=True, blank=True)
    was_major_program = models.BooleanField("our money was tested as a major program", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_on = models.DateField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency", "subrecipient": "party"}
    NEXT = {
        AuditStage.AWAITED: {AuditStage.EXEMPT, AuditStage.RECEIVED},
        AuditStage.EXEMPT: {AuditStage.AWAITED},
    }

    class Meta:
        triggers = [fixed("agency", "party", "year_starts_on", "year_ends_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "party", "year_ends_on"],
                name="single_audit_once_a_year",
                violation_error_code="followed-already",
                violation_error_message="The audit of this fiscal year is followed already.",
            ),
            models.CheckConstraint(
                condition=models.Q(year_ends_on__gt=models.F("year_starts_on")),
                name="audit_year_ends_after_it_starts",
                violation_error_code="ends-before-start",
                violation_error_message="A fiscal year cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=models.Q(expended_elsewhere=None)
                | (models.Q(expended_elsewhere__gte=0) & ~models.Q(elsewhere_source="")),
                name="audit_elsewhere_has_a_source",
                violation_error_code="no-source",
                violation_error_message="What was spent elsewhere is not negative and has a source.",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage=AuditStage.RECEIVED)
                | (
                    models.Q(fac_accepted_on__isnull=False, verified_by__isnull=False)
                    & ~models.Q(fac_report_id="")
                    & ~models.Q(kind="")
                ),
                name="audit_received_with_its_report",
                violation_error_code="no-report",
                violation_error_message="A received audit names its kind, report, and day of acceptance.",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage=AuditStage.EXEMPT)
                | (~models.Q(exemption="") & models.Q(verified_by__isnull=False)),
                name="audit_exempt_with_statement",
                violation_error_code="no-statement",
                violation_error_message="Say why no audit was required.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}, fiscal year to {self.year_ends_on}"


@tracked()
class AuditFinding(models.Model):
    """A finding of an audit report, and which subaward of ours it concerns (2 CFR 200.516)."""

    audit = models.ForeignKey(SingleAudit, models.PROTECT, related_name="findings")
    reference = models.CharField(
        "reference number",
        max_length=8,
        validators=[RegexValidator(r"^\d{4}-\d{3}$", "The auditor's number is like 2024-001.")],
    )
    subaward = models.ForeignKey(
        "grants.Subaward", models.PROTECT, null=True, blank=True, related_name="audit_findings"
    )
    requirement = models.CharField("compliance requirement", max_length=120)
    summary = models.TextField()
    questioned_cost = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    is_repeat = models.BooleanField("repeats an earlier finding", default=False)
    is_ours = models.BooleanField("concerns money that we passed on", default=False)
    plan_received_on = models.DateField("corrective action plan received on", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "audit__agency", "subrecipient": "audit__party"}

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["audit", "reference", "subaward"],
                nulls_distinct=False,
                name="audit_finding_once",
                violation_error_code="found-already",
                violation_error_message="This finding is recorded for this subaward already.",
            ),
            models.CheckConstraint(
                condition=models.Q(questioned_cost__gte=0),
                name="audit_finding_cost_not_negative",
                violation_error_code="negative",
                violation_error_message="A questioned cost cannot be negative.",
            ),
            models.CheckConstraint(
                condition=models.Q(subaward=None) | models.Q(is_ours=True),
                name="audit_finding_of_a_subaward_is_ours",
                violation_error_code="not-ours",
                violation_error_message="A finding on a subaward concerns our money.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}, {self.audit.party}"


class Sustained(models.TextChoices):
    """Whether the agency holds a finding to be right."""

    YES = "yes", "Sustained"
    NO = "no", "Not sustained"
    PARTLY = "partly", "Partly sustained"


class ExpectedAction(models.TextChoices):
    """What the subrecipient must do (2 CFR 200.521(a))."""

    REPAY = "repay", "Repay disallowed costs"
    ADJUST = "adjust", "Make financial adjustments"
    OTHER = "other", "Take other action"
    NONE = "none", "Nothing"


@tracked()
class ManagementDecision(models.Model):
    """What an agency decides on an audit finding, with all that the law asks it to say. It never changes."""

    finding = models.OneToOneField(AuditFinding, models.PROTECT, related_name="decision")
    sustained = models.CharField("is the finding sustained?", max_length=6, choices=Sustained)
    reasons = models.TextField("reasons for the decision")
    expected = models.CharField("expected of the subrecipient", max_length=6, choices=ExpectedAction)
    expected_action = models.TextField("what it must do", blank=True)
    amount = models.DecimalField("dollars to repay or adjust", max_digits=14, decimal_places=2, default=0)
    timetable = models.TextField("timetable of what is not done yet", blank=True)
    appeal = models.TextField("how to appeal")
    asked = models.TextField("further information asked for", blank=True)
    decided_on = models.DateField(default=timezone.localdate)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "finding__audit__agency", "subrecipient": "finding__audit__party"}

    class Meta:
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="decision_amount_not_negative",
                violation_error_code="negative",
                violation_error_message="What is to be repaid cannot be negative.",
            ),
            models.CheckConstraint(
                condition=models.Q(expected=ExpectedAction.NONE)
                | (~models.Q(expected_action="") & ~models.Q(timetable="")),
                name="decision_says_what_to_do_by_when",
                violation_error_code="no-timetable",
                violation_error_message="Say what the subrecipient must do, and by when.",
            ),
            models.CheckConstraint(
                condition=models.Q(sustained=Sustained.NO) | ~models.Q(expected=ExpectedAction.NONE),
                name="decision_sustained_asks_something",
                violation_error_code="nothing-asked",
                violation_error_message="A finding that is sustained asks something of the subrecipient.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding}: {self.get_sustained_display().lower()}"
