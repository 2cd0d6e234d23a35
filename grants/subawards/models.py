"""Subawards: promises of federal money to subrecipients, and how they change."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import append_only, fixed, tracked
from grants.ledger.triggers import amount_is_obligated
from grants.subawards.triggers import FREEZE_AN_ISSUED_SUBAWARD, STAND_A_SUBAWARD


class Stage(models.TextChoices):
    """How far a subaward has come."""

    DRAFT = "draft", "Draft"
    ISSUED = "issued", "Issued"
    CLOSED = "closed", "Closed"
    WITHDRAWN = "withdrawn", "Withdrawn"


class IndirectRateKind(models.TextChoices):
    """Where the indirect cost rate comes from (2 CFR 200.332(b)(4))."""

    NONE = "none", "No indirect costs"
    DE_MINIMIS = "de_minimis", "De minimis"
    NEGOTIATED = "negotiated", "Negotiated"
    NOT_RECORDED = "not_recorded", "Not recorded"


class PaymentMethod(models.TextChoices):
    """How the subrecipient is paid (2 CFR 200.305, 200.333)."""

    REIMBURSEMENT = "reimbursement", "Reimbursement"
    ADVANCE = "advance", "Advance"
    FIXED_AMOUNT = "fixed_amount", "Fixed amount"
    NOT_RECORDED = "not_recorded", "Not recorded"


@tracked()
class Subaward(Staged):
    """A promise of federal money to a subrecipient (2 CFR 200.1), with every element of 200.332(b)(1)."""

    number = models.CharField(max_length=40, unique=True)
    program = models.ForeignKey("grants.Program", models.PROTECT, related_name="subawards")
    allocation = models.ForeignKey("grants.Allocation", models.PROTECT, related_name="subawards")
    subrecipient = models.ForeignKey("grants.Party", models.PROTECT, related_name="subawards")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    amount = models.DecimalField(
        "total committed", max_digits=14, decimal_places=2, help_text="Dollars; changed by amendments."
    )
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    starts_on = models.DateField("period of performance starts on", null=True, blank=True)
    ends_on = models.DateField("period of performance ends on", null=True, blank=True)
    budget_starts_on = models.DateField("budget period starts on", null=True, blank=True)
    budget_ends_on = models.DateField("budget period ends on", null=True, blank=True)
    indirect_rate = models.DecimalField(
        max_digits=6, decimal_places=4, null=True, blank=True, help_text="A share: 0.15 is 15 percent."
    )
    indirect_rate_kind = models.CharField(
        max_length=12, choices=IndirectRateKind, default=IndirectRateKind.NOT_RECORDED
    )
    payment_method = models.CharField(
        max_length=14, choices=PaymentMethod, default=PaymentMethod.NOT_RECORDED
    )
    required_cost_share = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    awarding_official = models.ForeignKey(
        "grants.Contact", models.PROTECT, null=True, blank=True, related_name="+"
    )
    place_of_performance = models.TextField(blank=True)
    terms_federal = models.TextField("requirements of federal law and of the award", blank=True)
    terms_pass_through = models.TextField("further requirements of the pass-through entity", blank=True)
    has_records_access_clause = models.BooleanField("access to records is agreed", default=False)
    has_closeout_terms = models.BooleanField("closeout terms are agreed", default=False)
    specific_conditions = models.TextField(blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    issued_on = models.DateField(null=True, blank=True)
    source = models.TextField(blank=True)
    is_sample = models.BooleanField("sample, not real", default=False)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "program__agency", "subrecipient": ("subrecipient", "allocation__party")}
    NEXT = {
        Stage.DRAFT: {Stage.ISSUED, Stage.WITHDRAWN},
        Stage.ISSUED: {Stage.CLOSED},
        Stage.CLOSED: {Stage.ISSUED},
    }
    UPHELD = {
        "subaward_amount_is_obligated": (
            "not-amended",
            "Obligations of a subaward change only when it is issued or amended.",
        ),
    }

    class Meta:
        triggers = [
            STAND_A_SUBAWARD,
            FREEZE_AN_ISSUED_SUBAWARD,
            amount_is_obligated("amount_is_obligated", pgtrigger.UpdateOf("amount", "stage"), "NEW.id"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="subaward_not_negative",
                violation_error_code="negative",
                violation_error_message="The amount of a subaward cannot be negative.",
            ),
            models.CheckConstraint(
                condition=models.Q(required_cost_share__gte=0),
                name="subaward_cost_share_not_negative",
                violation_error_code="negative",
                violation_error_message="The required cost share cannot be negative.",
            ),
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="subaward_ends_after_it_starts",
                violation_error_code="ends-before-start",
                violation_error_message="The period of performance cannot end before it starts.",
            ),
            models.CheckConstraint(
                condition=models.Q(indirect_rate=None) | models.Q(indirect_rate__range=(0, 1)),
                name="subaward_indirect_rate_is_a_share",
                violation_error_code="not-a-share",
                violation_error_message="An indirect cost rate is a share from 0 to 1: 0.15 is 15 percent.",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage__in=[Stage.ISSUED, Stage.CLOSED])
                | models.Q(issued_on__isnull=False, issued_by__isnull=False),
                name="subaward_issued_by_someone",
                violation_error_code="issued-by-nobody",
                violation_error_message="An issued subaward says who issued it and when.",
            ),
            models.CheckConstraint(
                condition=models.Q(issued_by=None) | ~models.Q(issued_by=models.F("drafted_by")),
                name="subaward_issued_by_another",
                violation_error_code="same-person",
                violation_error_message="Who drafted a subaward cannot issue it.",
            ),
        ]

    def __str__(self) -> str:
        return self.number


@tracked()
class FundingSplit(models.Model):
    """How much of a subaward one federal award pays; without an award, the state's own money."""

    subaward = models.ForeignKey(Subaward, models.CASCADE, related_name="splits")
    federal_award = models.ForeignKey(
        "grants.FederalAward", models.PROTECT, null=True, blank=True, related_name="splits"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "subaward__program__agency",
        "subrecipient": ("subaward__subrecipient", "subaward__allocation__party"),
    }

    class Meta:
        triggers = [
            amount_is_obligated(
                "splits_are_obligated",
                pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                "coalesce(NEW.subaward_id, OLD.subaward_id)",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subaward", "federal_award"],
                nulls_distinct=False,
                name="split_once_an_award",
                violation_error_code="award-twice",
                violation_error_message="A federal award pays one part of a subaward, not two.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="split_not_negative",
                violation_error_code="negative",
                violation_error_message="What a federal award pays of a subaward cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subaward}: {self.federal_award or 'state money'}"


class MoneySource(models.TextChoices):
    """Who pays a budget line."""

    FEDERAL = "federal", "Federal"
    STATE = "state", "State"
    CASH = "cash", "Cost share, cash"
    IN_KIND = "in_kind", "Cost share, in kind"


@tracked()
class BudgetLine(models.Model):
    """An approved cost category of a subaward in one version of its budget (2 CFR 200.308)."""

    subaward = models.ForeignKey(Subaward, models.CASCADE, related_name="budget_lines")
    version = models.PositiveSmallIntegerField(default=1)
    category = models.CharField(max_length=40)
    source = models.CharField(max_length=8, choices=MoneySource, default=MoneySource.FEDERAL)
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    objects = ScopedQuerySet.as_manager()
    reached_by = FundingSplit.reached_by

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["subaward", "version", "category", "source"],
                name="budget_line_once_a_version",
                violation_error_code="category-twice",
                violation_error_message="A budget has one line for a category and who pays it, not two.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="budget_line_not_negative",
                violation_error_code="negative",
                violation_error_message="A budget line cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subaward}, version {self.version}: {self.category}"


class AmendmentStage(models.TextChoices):
    """How far an amendment has come."""

    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"


@tracked()
class Amendment(Staged):
    """A change to an issued subaward: of its money, its budget, or its last day."""

    subaward = models.ForeignKey(Subaward, models.PROTECT, related_name="amendments")
    number = models.PositiveSmallIntegerField()
    splits = models.JSONField(
        blank=True, help_text="Change of each federal award's part: code of the award to dollars."
    )
    budget = models.JSONField(
        blank=True, help_text="The whole new budget: rows of category, source, dollars."
    )
    ends_on = models.DateField(null=True, blank=True, help_text="The new last day, if it changes.")
    effective_on = models.DateField()
    reason = models.TextField()
    stage = models.CharField(max_length=10, choices=AmendmentStage, default=AmendmentStage.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = FundingSplit.reached_by
    NEXT = {AmendmentStage.PROPOSED: {AmendmentStage.APPROVED, AmendmentStage.DECLINED}}

    class Meta:
        triggers = [
            fixed(
                "subaward", "number", "splits", "budget", "ends_on", "effective_on", "reason", "proposed_by"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subaward", "number"],
                name="amendment_number_once",
                violation_error_code="amended-already",
                violation_error_message="Someone proposed an amendment at the same time; look again.",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("proposed_by")),
                name="amendment_decided_by_another",
                violation_error_code="same-person",
                violation_error_message="Who proposed an amendment cannot decide on it.",
            ),
            models.CheckConstraint(
                condition=models.Q(stage=AmendmentStage.PROPOSED) | models.Q(decided_by__isnull=False),
                name="amendment_decided_by_someone",
                violation_error_code="decided-by-nobody",
                violation_error_message="A decided amendment says who decided.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subaward}, amendment {self.number}"


class PayeeRole(models.TextChoices):
    """What a payee is in one transaction (2 CFR 200.331)."""

    SUBRECIPIENT = "subrecipient", "Subrecipient"
    CONTRACTOR = "contractor", "Contractor"
    BENEFICIARY = "beneficiary", "Beneficiary"


@tracked()
class Determination(models.Model):
    """The recorded decision what a party is in one transaction, by its characteristics (2 CFR 200.331)."""

    program = models.ForeignKey("grants.Program", models.PROTECT, related_name="determinations")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="determinations")
    subaward = models.ForeignKey(
        Subaward, models.PROTECT, null=True, blank=True, related_name="determinations"
    )
    role = models.CharField(max_length=12, choices=PayeeRole)
    factors = models.JSONField(default=dict, blank=True, help_text="Characteristic to yes or no.")
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "program__agency"}

    def __str__(self) -> str:
        return f"{self.party}: {self.get_role_display().lower()}"


@tracked()
class Project(models.Model):
    """What a party does with its allocation or subaward, as it reports it by project."""

    code = models.CharField(max_length=80, unique=True)
    allocation = models.ForeignKey("grants.Allocation", models.PROTECT, related_name="projects")
    subaward = models.ForeignKey(Subaward, models.PROTECT, null=True, blank=True, related_name="projects")
    name = models.CharField(max_length=200)
    number = models.CharField("the party's own number", max_length=40, blank=True)
    expenditure_category = models.CharField(max_length=10, blank=True, help_text="Text: 1.1 is not 1.10.")
    description = models.TextField(blank=True)
    adopted_budget = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    completion = models.CharField(max_length=60, blank=True)
    source = models.TextField(blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "allocation__program__agency",
        "subrecipient": ("allocation__party", "subaward__subrecipient"),
    }

    class Meta:
        triggers = [fixed("code", "allocation", "subaward")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(adopted_budget=None) | models.Q(adopted_budget__gte=0),
                name="project_budget_not_negative",
                violation_error_code="negative",
                violation_error_message="The adopted budget of a project cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
