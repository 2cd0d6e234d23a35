"""Federal awards, the programs they pay for, and the shares that a program allocates."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import append_only, fixed, tracked
from grants.ledger.triggers import POSTED_NOW
from grants.programs.triggers import (
    ALLOCATE_WHAT_IS_APPROVED,
    COUNT_FUNDING,
    FREEZE_A_ROUND,
    KEEP_SHARES_OF_A_ROUND,
    KEEP_TRANCHES_OF_A_SHARE,
    STAND_A_PROGRAM,
    STAND_AN_ALLOCATION,
)


class Family(models.TextChoices):
    """The federal program that a program belongs to; rules apply by family."""

    CRF = "crf", "Coronavirus Relief Fund"
    SLFRF = "slfrf", "State and Local Fiscal Recovery Funds"
    NEU = "neu", "SLFRF, non-entitlement units"
    CPF = "cpf", "Capital Projects Fund"
    BEAD = "bead", "Broadband Equity, Access, and Deployment"
    SDECGP = "sdecgp", "State Digital Equity Capacity Grant Program"
    MIDDLE_MILE = "middle-mile", "Middle Mile"
    SLCGP = "slcgp", "State and Local Cybersecurity Grant Program"
    STATE_BROADBAND = "state-broadband", "State broadband program"
    OTHER = "other", "Other"


@tracked()
class FederalAward(models.Model):
    """What a federal agency awards: the state's award, or one made directly to a local government."""

    code = models.CharField(max_length=60, unique=True, help_text="The key in this system.")
    fain = models.CharField("FAIN", max_length=255, blank=True, help_text="Blank while it is not known.")
    aln = models.CharField(
        "Assistance Listing",
        max_length=6,
        validators=[RegexValidator(r"^\d\d\.\w{3}$", "An Assistance Listing reads like 21.027.")],
    )
    title = models.CharField(max_length=200)
    agency_name = models.CharField("federal agency", max_length=200)
    recipient = models.ForeignKey(
        "grants.Party", models.PROTECT, related_name="federal_awards", help_text="Who was awarded."
    )
    agency = models.ForeignKey(
        "grants.Party",
        models.PROTECT,
        related_name="kept_awards",
        help_text="The state agency that keeps this record.",
    )
    description = models.TextField(blank=True)
    statute = models.CharField(max_length=200, blank=True)
    award_date = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_research = models.BooleanField("research and development", default=False)
    appropriated_on = models.DateField(
        null=True,
        blank=True,
        help_text="First day of the federal fiscal year whose appropriation pays it.",
    )
    is_multi_entity = models.BooleanField("made to several entities together", default=False)
    has_pass_through_exemption = models.BooleanField("exempt from passing money through", default=False)
    has_cost_share_waiver = models.BooleanField("cost share is waived", default=False)
    is_covid = models.BooleanField("COVID-19 money", null=True, blank=True)
    is_direct = models.BooleanField("received directly from the federal agency", null=True, blank=True)
    received_from = models.CharField("pass-through entity it was received from", max_length=200, blank=True)
    received_number = models.CharField("number that entity gave it", max_length=255, blank=True)
    cluster = models.CharField(
        "program cluster", max_length=100, blank=True, help_text="N/A for none; blank while it is not known."
    )
    cluster_name = models.CharField("name of a cluster not in the list", max_length=100, blank=True)
    is_loan = models.BooleanField("loan or loan guarantee", null=True, blank=True)
    loan_balance = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    loan_balance_on = models.DateField("day of the loan balance", null=True, blank=True)
    source = models.TextField(blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency", "subrecipient": "recipient", "shown_to": "agency__children"}

    class Meta:
        triggers = [fixed("code", "agency", "recipient")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_direct=False) & ~models.Q(received_from="")
                | ~models.Q(is_direct=False) & models.Q(received_from="", received_number=""),
                name="federal_award_received_from",
                violation_error_code="received-from",
                violation_error_message="Name the pass-through entity of an award that was not received "
                "directly, and of no other.",
            ),
            models.CheckConstraint(
                condition=models.Q(loan_balance=None, loan_balance_on=None)
                | models.Q(is_loan=True, loan_balance__gte=0, loan_balance_on__isnull=False),
                name="federal_award_loan_balance",
                violation_error_code="loan-balance",
                violation_error_message="The balance of a loan is not negative, and has its day.",
            ),
            models.UniqueConstraint(
                fields=["fain"],
                condition=~models.Q(fain=""),
                name="federal_award_fain_once",
                violation_error_code="fain-known",
                violation_error_message="An award with this FAIN is recorded already.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount=None) | models.Q(amount__gte=0),
                name="federal_award_not_negative",
                violation_error_code="negative",
                violation_error_message="The amount of an award cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return self.fain or self.code


class ProgramStage(models.TextChoices):
    """How far a program has come."""

    DRAFT = "draft", "Draft"
    OPEN = "open", "Open"
    LAPSED = "lapsed", "Lapsed or terminated"
    CLOSED = "closed", "Closed"


class Route(models.TextChoices):
    """How the money reaches those who spend it."""

    PASSED_DOWN = "passed_down", "Passed down by the state"
    DIRECT = "direct", "Paid directly by the federal agency"


@tracked()
class Program(Staged):
    """What an agency does with money of one or more awards."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    family = models.CharField(max_length=20, choices=Family)
    route = models.CharField(max_length=20, choices=Route, default=Route.PASSED_DOWN)
    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="programs")
    stage = models.CharField(max_length=10, choices=ProgramStage, default=ProgramStage.DRAFT)
    statute = models.CharField(max_length=200, blank=True)
    purpose = models.TextField(blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True, help_text="A sentence that every report of the program carries.")
    is_sample = models.BooleanField("sample, not real", default=False)

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "agency",
        "subrecipient": ("allocations__party", "allocations__subawards__subrecipient"),
    }
    NEXT = {
        ProgramStage.DRAFT: {ProgramStage.OPEN},
        ProgramStage.OPEN: {ProgramStage.LAPSED, ProgramStage.CLOSED},
        ProgramStage.LAPSED: {ProgramStage.CLOSED},
    }

    class Meta:
        triggers = [STAND_A_PROGRAM, fixed("code", "agency", "route")]

    def __str__(self) -> str:
        return self.name


@tracked()
class Funding(models.Model):
    """Federal or state money put into a program. Never changed: an increase or a cut is another line."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="fundings")
    federal_award = models.ForeignKey(
        FederalAward,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fundings",
        help_text="Empty for the state's own money.",
    )
    amount = models.DecimalField(max_digits=16, decimal_places=2, help_text="Dollars; a cut is negative.")
    received_on = models.DateField()
    source = models.TextField()
    posted_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "program__agency"}

    class Meta:
        verbose_name_plural = "funding"
        triggers = [*append_only(), COUNT_FUNDING, POSTED_NOW]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(amount=0),
                name="funding_not_zero",
                violation_error_code="zero",
                violation_error_message="A line of funding is more or less than zero.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.program}: {self.federal_award or 'state money'}"


class RoundStage(models.TextChoices):
    """How far an allocation round has come."""

    DRAFT = "draft", "Draft"
    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


@tracked()
class AllocationRound(Staged):
    """One run of an allocation method on frozen inputs, proposed by one person, approved by another."""

    code = models.SlugField(max_length=60, unique=True)
    program = models.ForeignKey(Program, models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=200)
    method = models.CharField(max_length=40)
    on = models.DateField("date of the law and of the round")
    inputs = models.JSONField(blank=True, help_text="What the method was given, unchanged.")
    returned = models.DecimalField(max_digits=16, decimal_places=2, default=0, help_text="Goes back by law.")
    stage = models.CharField(max_length=10, choices=RoundStage, default=RoundStage.DRAFT)
    supersedes = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    source = models.TextField(blank=True)
    note = models.TextField(blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "program__agency"}
    NEXT = {
        RoundStage.DRAFT: {RoundStage.PROPOSED, RoundStage.WITHDRAWN},
        RoundStage.PROPOSED: {RoundStage.APPROVED, RoundStage.WITHDRAWN},
        RoundStage.APPROVED: {RoundStage.SUPERSEDED},
    }

    class Meta:
        triggers = [FREEZE_A_ROUND, ALLOCATE_WHAT_IS_APPROVED]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("proposed_by")),
                name="round_approved_by_another",
                violation_error_code="same-person",
                violation_error_message="Who proposed a round cannot approve it.",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage__in=[RoundStage.APPROVED, RoundStage.SUPERSEDED])
                | models.Q(approved_by__isnull=False, proposed_by__isnull=False, approved_at__isnull=False),
                name="round_approved_by_someone",
                violation_error_code="not-approved",
                violation_error_message="An approved round says who proposed it, who approved it and when.",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~models.Q(stage=RoundStage.WITHDRAWN),
                name="round_superseded_once",
                violation_error_code="superseded-already",
                violation_error_message="Another round is to supersede that one already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked()
class Allocation(models.Model):
    """The part of a program that one party may spend or pass on, whatever number of rounds made it up."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="allocations")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="allocations")

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "program__agency", "subrecipient": "party"}

    class Meta:
        triggers = [STAND_AN_ALLOCATION, fixed("program", "party")]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "party"],
                name="allocation_once_a_party",
                violation_error_code="allocated-already",
                violation_error_message="This party has an allocation in the program already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} in {self.program}"


class Share(models.Model):
    """What one round gives to one allocation, and how it came about, step by step in words."""

    round = models.ForeignKey(AllocationRound, models.PROTECT, related_name="shares")
    allocation = models.ForeignKey(Allocation, models.PROTECT, related_name="shares")
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    status = models.CharField(max_length=60, blank=True)
    steps = models.JSONField(default=list, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "round__program__agency", "subrecipient": "allocation__party"}
    is_sealed = True

    class Meta:
        triggers = [*append_only(), KEEP_SHARES_OF_A_ROUND]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "allocation"],
                name="share_once_a_round",
                violation_error_code="share-twice",
                violation_error_message="A round gives a party one share, not two.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="share_not_negative",
                violation_error_code="negative",
                violation_error_message="A share cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.allocation}: {self.round}"


class Tranche(models.Model):
    """One of the part-payments of a share."""

    share = models.ForeignKey(Share, models.PROTECT, related_name="tranches")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    amount = models.DecimalField(max_digits=16, decimal_places=2)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "share__round__program__agency", "subrecipient": "share__allocation__party"}
    is_sealed = True

    class Meta:
        triggers = [*append_only(), KEEP_TRANCHES_OF_A_SHARE]
        constraints = [
            models.UniqueConstraint(
                fields=["share", "number"],
                name="tranche_number_once",
                violation_error_code="tranche-twice",
                violation_error_message="A share has one tranche of each number.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="tranche_not_negative",
                violation_error_code="negative",
                violation_error_message="A tranche cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share}, {self.name}"
