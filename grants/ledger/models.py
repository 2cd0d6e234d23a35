"""The ledger: lines of money that are only ever added, and the standings kept beside them."""

from collections.abc import Collection
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from grants.kernel.money import shown
from grants.kernel.periods import long_date
from grants.kernel.scope import ScopedQuerySet, leads_to
from grants.kernel.trail import append_only, never_emptied, tracked
from grants.ledger.triggers import (
    KEEP_STANDINGS,
    ONLY_BY_TRIGGERS,
    POSTED_NOW,
    WAIT_FOR_REPORTS,
    amount_is_obligated,
)


class Kind(models.TextChoices):
    """What a line of the ledger is."""

    OBLIGATION = "obligation", "Obligation"
    DEOBLIGATION = "deobligation", "Deobligation"
    EXPENDITURE = "expenditure", "Expenditure"
    COST_SHARE = "cost_share", "Cost share"
    PROGRAM_INCOME = "program_income", "Program income"
    PAYMENT = "payment", "Payment"
    REFUND = "refund", "Refund"
    INTEREST = "interest", "Interest"
    DRAWDOWN = "drawdown", "Drawdown"


NEEDS_ALLOCATION = (Kind.OBLIGATION, Kind.DEOBLIGATION, Kind.EXPENDITURE, Kind.PAYMENT, Kind.REFUND)
"""Kinds of lines that spend what was allocated."""


class PostingKind(models.TextChoices):
    """Where the lines of a posting come from."""

    FILE = "file", "File"
    FILING = "filing", "Filing"
    FORM = "form", "Form"
    API = "api", "API"
    ACTION = "action", "Action in the books"


@tracked()
class Posting(models.Model):
    """Lines that came into the ledger together: from one file, form, call or action, whole or not at all."""

    key = models.CharField(max_length=120, unique=True, help_text="What may come in only once.")
    program = models.ForeignKey("grants.Program", models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=10, choices=PostingKind)
    name = models.CharField(max_length=200, help_text="The file's name, or what was done.")
    sha256 = models.CharField("SHA-256 of the file", max_length=64, blank=True)
    reason = models.TextField(blank=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "program__agency"}

    class Meta:
        triggers = [*append_only(), WAIT_FOR_REPORTS, POSTED_NOW]

    def __str__(self) -> str:
        return self.name


def _unguarded(to: str, **options: Any) -> models.ForeignKey:
    """A reference from a line of the ledger, held by the balances' own foreign keys and the posting trigger.

    One check for each cell of the balances instead of one for each line: see ``KEEP_STANDINGS``.
    """
    return models.ForeignKey(
        to, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="entries", **options
    )


class EntryQuerySet(ScopedQuerySet):
    """Lines of the ledger: very many, of which a person may reach all or a handful."""

    def leading_to(self, path: str, parties: Collection[int]) -> Q:
        """By the keys of what lines belong to, looked up first: so an index finds them, however few they are.

        A line of a subaward draws on the allocation of that subaward and is found by it; by its allocation
        is found what has no subaward.
        """
        step, _, rest = path.partition("__")
        owner: Any = self.model._meta.get_field(step).related_model
        keys = owner._base_manager.filter(leads_to(owner, rest, parties)).values_list("pk", flat=True)
        found = Q(**{f"{step}__in": list(keys)})
        return found & Q(subaward=None) if step == "allocation" else found


class Entry(models.Model):
    """One line of money. Never changed and never deleted: a correction is a reversal and a new line.

    The amount is in dollars and above zero; a reversal carries the opposite of the line it reverses.
    """

    posting = _unguarded("grants.Posting")
    kind = models.CharField(max_length=14, choices=Kind)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    incurred_on = models.DateField()
    posted_at = models.DateTimeField()
    program = _unguarded("grants.Program")
    federal_award = _unguarded("grants.FederalAward", null=True)
    allocation = _unguarded("grants.Allocation", null=True)
    subaward = _unguarded("grants.Subaward", null=True)
    project = _unguarded("grants.Project", null=True)
    category = models.CharField(max_length=40, blank=True)
    is_advance = models.BooleanField(default=False)
    payee = models.CharField(max_length=200, blank=True)
    period = models.CharField(max_length=20, blank=True, help_text="Code of the period it was reported for.")
    place = models.CharField(
        max_length=80, blank=True, help_text="Cell, row or field of the posting's source."
    )
    memo = models.CharField(max_length=300, blank=True)
    reverses = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="reversals"
    )

    objects = EntryQuerySet.as_manager()
    reached_by = {
        "agency": "program__agency",
        "subrecipient": ("subaward__subrecipient", "subaward__allocation__party", "allocation__party"),
    }
    is_sealed = True
    UPHELD = {
        "spent_within_split": (
            "over-obligated",
            "More would be spent of one federal award than it pays of the subaward.",
        ),
        "entry_agrees_with_its_records": (
            "disagrees",
            (
                "A line does not agree with its records: the subaward must be issued, the federal award must "
                "pay for it, the project must belong to it, and a new obligation needs an open program."
            ),
        ),
    }

    class Meta:
        verbose_name_plural = "entries"
        triggers = [*append_only(), WAIT_FOR_REPORTS, KEEP_STANDINGS]
        indexes = [
            models.Index(fields=["program", "incurred_on"], name="entry_program_and_day"),
            models.Index(
                fields=["subaward", "incurred_on"], condition=~Q(subaward=None), name="entry_subaward_and_day"
            ),
            models.Index(
                fields=["allocation", "incurred_on"],
                condition=Q(subaward=None),
                name="entry_allocation_and_day",
            ),
            BrinIndex(fields=["posting"], name="entry_posting"),
            BrinIndex(fields=["posted_at"], name="entry_posted_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="entry_amount_sign",
                violation_error_code="amount-not-positive",
                violation_error_message="An amount in the ledger is above zero; only a reversal is below.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=NEEDS_ALLOCATION) | Q(allocation__isnull=False),
                name="entry_draws_on_an_allocation",
                violation_error_code="no-allocation",
                violation_error_message="Obligations, expenditures and payments draw on an allocation.",
            ),
            models.CheckConstraint(
                condition=Q(is_advance=False) | Q(kind__in=[Kind.PAYMENT, Kind.REFUND]),
                name="entry_advance_is_a_payment",
                violation_error_code="not-a-payment",
                violation_error_message="Only a payment or a refund is an advance.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="entry_kind_known",
                violation_error_code="kind-unknown",
                violation_error_message="This is not a kind of line.",
            ),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="entry_reversed_once",
                violation_error_code="reversed-already",
                violation_error_message="This line has been reversed already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {shown(self.amount)} on {long_date(self.incurred_on)}"


class Balance(models.Model):
    """The sum of the lines of one cell and month; kept by a trigger, never written by hand."""

    program = models.ForeignKey("grants.Program", models.PROTECT, related_name="+", db_index=False)
    federal_award = models.ForeignKey("grants.FederalAward", models.PROTECT, null=True, related_name="+")
    allocation = models.ForeignKey("grants.Allocation", models.PROTECT, null=True, related_name="+")
    subaward = models.ForeignKey("grants.Subaward", models.PROTECT, null=True, related_name="+")
    project = models.ForeignKey("grants.Project", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind)
    is_advance = models.BooleanField()
    category = models.CharField(max_length=40, blank=True)
    month = models.DateField(help_text="First day of the month in which the lines were incurred.")
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    lines = models.BigIntegerField()

    objects = ScopedQuerySet.as_manager()
    reached_by = Entry.reached_by
    CELL = ("program", "federal_award", "allocation", "subaward", "project", "kind", "is_advance", "category")

    class Meta:
        triggers = [ONLY_BY_TRIGGERS, never_emptied()]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "program",
                    "subaward",
                    "allocation",
                    "month",
                    "kind",
                    "category",
                    "project",
                    "federal_award",
                    "is_advance",
                ],
                nulls_distinct=False,
                name="balance_cell",
                violation_error_code="balance-twice",
                violation_error_message="The books keep one balance for each cell and month.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program}, {self.kind}, {self.month}"


class SubawardStanding(models.Model):
    """Where a subaward stands, kept by triggers; its constraints are the invariants of the books.

    Obligated is net of deobligations, paid net of refunds; advanced is what was paid before its cost.
    """

    subaward = models.OneToOneField(
        "grants.Subaward", models.CASCADE, primary_key=True, related_name="standing"
    )
    obligated = models.DecimalField(max_digits=20, decimal_places=2)
    expended = models.DecimalField(max_digits=20, decimal_places=2)
    cost_shared = models.DecimalField(max_digits=20, decimal_places=2)
    earned = models.DecimalField("program income", max_digits=20, decimal_places=2)
    paid = models.DecimalField(max_digits=20, decimal_places=2)
    advanced = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        triggers = [
            ONLY_BY_TRIGGERS,
            never_emptied(),
            amount_is_obligated("obligated_is_amount", pgtrigger.UpdateOf("obligated"), "NEW.subaward_id"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(expended__lte=F("obligated")),
                name="spent_within_obligated",
                violation_error_code="over-obligated",
                violation_error_message="More would be spent than is obligated to the subaward.",
            ),
            models.CheckConstraint(
                condition=Q(paid__lte=F("expended") + F("advanced")),
                name="paid_within_spent",
                violation_error_code="over-spent",
                violation_error_message="More would be paid than is spent, beyond the advances agreed.",
            ),
            models.CheckConstraint(
                condition=Q(paid__lte=F("obligated")),
                name="paid_within_obligated",
                violation_error_code="over-obligated",
                violation_error_message="More would be paid than is obligated to the subaward.",
            ),
        ]

    def __str__(self) -> str:
        return f"Standing of {self.subaward}"


class AllocationStanding(models.Model):
    """Where an allocation stands: what it holds, what was subawarded from it, what its party used itself.

    Subawarded is what is obligated to subawards, obligated what its party obligated itself, both net.
    """

    allocation = models.OneToOneField(
        "grants.Allocation", models.CASCADE, primary_key=True, related_name="standing"
    )
    allocated = models.DecimalField(max_digits=20, decimal_places=2)
    subawarded = models.DecimalField(max_digits=20, decimal_places=2)
    obligated = models.DecimalField("obligated by its party itself", max_digits=20, decimal_places=2)
    spent = models.DecimalField("spent by its party itself", max_digits=20, decimal_places=2)
    paid = models.DecimalField("paid to its party itself", max_digits=20, decimal_places=2)

    class Meta:
        triggers = [ONLY_BY_TRIGGERS, never_emptied()]
        constraints = [
            models.CheckConstraint(
                condition=Q(allocated__gte=F("subawarded") + F("obligated")),
                name="subawarded_within_allocated",
                violation_error_code="over-allocated",
                violation_error_message="More would be obligated than is allocated.",
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=F("subawarded") + F("spent")),
                name="spent_within_allocated",
                violation_error_code="over-allocated",
                violation_error_message="More would be spent than is allocated.",
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=F("subawarded") + F("paid")),
                name="paid_within_allocated",
                violation_error_code="over-allocated",
                violation_error_message="More would be paid than is allocated.",
            ),
        ]

    def __str__(self) -> str:
        return f"Standing of {self.allocation}"


class ProgramStanding(models.Model):
    """What a program was given and what it has allocated."""

    program = models.OneToOneField(
        "grants.Program", models.CASCADE, primary_key=True, related_name="standing"
    )
    funded = models.DecimalField(max_digits=20, decimal_places=2)
    allocated = models.DecimalField(max_digits=20, decimal_places=2)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "program__agency"}

    class Meta:
        triggers = [ONLY_BY_TRIGGERS, never_emptied()]
        constraints = [
            models.CheckConstraint(
                condition=Q(allocated__lte=F("funded")),
                name="allocated_within_funded",
                violation_error_code="over-funded",
                violation_error_message="More would be allocated than the program is funded with.",
            ),
        ]

    def __str__(self) -> str:
        return f"Standing of {self.program}"


class AwardStanding(models.Model):
    """What one federal award (or the state itself) put into a program, and what of it is obligated."""

    program = models.ForeignKey("grants.Program", models.CASCADE, related_name="award_standings")
    federal_award = models.ForeignKey(
        "grants.FederalAward", models.PROTECT, null=True, related_name="standings"
    )
    funded = models.DecimalField(max_digits=20, decimal_places=2)
    obligated = models.DecimalField(max_digits=20, decimal_places=2)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "program__agency"}

    class Meta:
        triggers = [ONLY_BY_TRIGGERS, never_emptied()]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "federal_award"],
                nulls_distinct=False,
                name="award_standing_once",
                violation_error_code="standing-twice",
                violation_error_message="The books keep one standing for each award of a program.",
            ),
            models.CheckConstraint(
                condition=Q(obligated__lte=F("funded")),
                name="obligated_within_funded",
                violation_error_code="over-funded",
                violation_error_message="More would be obligated of an award than it gives the program.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.federal_award or 'State money'} in {self.program}"
