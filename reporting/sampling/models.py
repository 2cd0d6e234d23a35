"""Samples: lines of the ledger drawn for testing, with all that is needed to draw them again."""

from django.conf import settings
from django.db import models

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.trail import append_only, tracked


class Method(models.TextChoices):
    """How a sample is selected."""

    SIMPLE = "simple", "Simple random"
    STRATIFIED = "stratified", "Stratified random"
    MONETARY = "monetary", "Monetary unit"


class Strata(models.TextChoices):
    """What the strata of a sample are."""

    AMOUNT = "amount", "Amount"
    KIND = "kind", "Kind of line"
    CATEGORY = "category", "Category"
    SUBAWARD = "subaward", "Subaward"
    FEDERAL_AWARD = "federal_award", "Federal award"


class ShareBy(models.TextChoices):
    """In proportion to what the strata share the lines to draw."""

    LINES = "lines", "Number of lines"
    DOLLARS = "dollars", "Dollars"


@tracked()
class Sample(models.Model):
    """Lines drawn out of a population; frozen with the population, the method and the seed.

    The population is the lines of some kinds that were incurred from ``since`` through ``through``, as known
    at a moment, in the order of their numbers; a line that was reversed by then, and its reversal, are not in
    it. ``terms`` are what the method was given, ``strata`` what each stratum held and gave, amounts as text.
    """

    number = models.CharField(max_length=40, unique=True)
    about = models.CharField(max_length=160, help_text="What it is about: its kind and its key.")
    purpose = models.CharField(max_length=300, blank=True, help_text="What is tested with it.")
    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="samples")
    program = models.ForeignKey(
        "grants.Program", models.PROTECT, null=True, blank=True, related_name="samples"
    )
    subaward = models.ForeignKey(
        "grants.Subaward", models.PROTECT, null=True, blank=True, related_name="samples"
    )
    party = models.ForeignKey(
        "grants.Party",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The local government from whose side it was drawn.",
    )
    kinds = models.JSONField("kinds of lines")
    since = models.DateField(null=True, blank=True, help_text="Incurred on this day or later.")
    through = models.DateField(help_text="Incurred up to and including this day.")
    as_known_at = models.DateTimeField(help_text="Posted up to this moment.")
    method = models.CharField(max_length=10, choices=Method)
    terms = models.JSONField()
    algorithm = models.CharField(max_length=40, help_text="How the numbers come out of the seed.")
    seed = models.CharField(max_length=100)
    population_lines = models.BigIntegerField("lines in the population")
    population_amount = models.DecimalField("dollars in the population", max_digits=20, decimal_places=2)
    strata = models.JSONField()
    lines = models.PositiveIntegerField("lines drawn")
    amount = models.DecimalField("dollars drawn", max_digits=20, decimal_places=2)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency", "subrecipient": "party"}

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return self.number


class SampledLine(models.Model):
    """A line of a sample: its place in the population, and how it was selected. It never changes."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="sampled")
    entry = models.ForeignKey("grants.Entry", models.DO_NOTHING, db_constraint=False, related_name="+")
    place = models.BigIntegerField(help_text="In the population, counted from 1.")
    draw = models.PositiveIntegerField(help_text="Its turn; 0 for what is taken with certainty.")
    stratum = models.CharField(max_length=200, blank=True)
    unit = models.DecimalField("dollar hit", max_digits=20, decimal_places=2, null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "sample__agency", "subrecipient": "sample__party"}
    is_sealed = True

    class Meta:
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["sample", "entry"],
                name="sampled_once",
                violation_error_code="sampled-already",
                violation_error_message="A line stands in a sample once.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sample}, line {self.entry_id}"

    @property
    def is_certain(self) -> bool:
        """Whether it was taken with certainty rather than drawn."""
        return self.draw == 0
