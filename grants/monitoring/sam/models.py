"""Who is excluded and whose registration lapses, by the files of SAM.gov (2 CFR 180.300)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import append_only, fixed, tracked


class ExtractKind(models.TextChoices):
    """What a file of SAM.gov lists."""

    EXCLUSIONS = "exclusions", "Exclusions"
    ENTITIES = "entities", "Registrations"


@tracked(but_not=("content",))
class SamExtract(models.Model):
    """A file of SAM.gov as it was uploaded, with what came of it. It never changes."""

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="sam_extracts")
    kind = models.CharField(max_length=10, choices=ExtractKind)
    name = models.CharField("file name", max_length=200)
    as_of = models.DateField("day on which SAM.gov made it")
    sha256 = models.CharField("SHA-256", max_length=64)
    content = models.BinaryField(help_text="The file's bytes, compressed.")
    rows = models.PositiveIntegerField()
    matched = models.PositiveIntegerField("parties found in it")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}

    class Meta:
        verbose_name = "file of SAM.gov"
        verbose_name_plural = "files of SAM.gov"
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "sha256"],
                name="sam_extract_once",
                violation_error_code="read-already",
                violation_error_message="This very file was read already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} as of {self.as_of}"


class MatchStage(models.TextChoices):
    """Whether a listed name is the party."""

    POSSIBLE = "possible", "Possible"
    CONFIRMED = "confirmed", "Excluded"
    DISMISSED = "dismissed", "Someone else"


@tracked()
class ExclusionMatch(Staged):
    """A party that may be on the list of exclusions. By name alone it is only possible: a person decides."""

    extract = models.ForeignKey(SamExtract, models.PROTECT, related_name="matches")
    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="+")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="exclusion_matches")
    is_by_uei = models.BooleanField("found by UEI")
    listed_name = models.CharField(max_length=300)
    listed = models.JSONField(help_text="The line of the file.")
    stage = models.CharField(max_length=9, choices=MatchStage, default=MatchStage.POSSIBLE)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_on = models.DateField(null=True, blank=True)
    reason = models.TextField("why", blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}
    NEXT = {
        MatchStage.POSSIBLE: {MatchStage.CONFIRMED, MatchStage.DISMISSED},
        MatchStage.CONFIRMED: {MatchStage.DISMISSED},
        MatchStage.DISMISSED: {MatchStage.CONFIRMED},
    }

    class Meta:
        verbose_name_plural = "exclusion matches"
        triggers = [fixed("extract", "agency", "party", "is_by_uei", "listed_name", "listed")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(stage=MatchStage.POSSIBLE)
                | (models.Q(decided_by__isnull=False, decided_on__isnull=False) & ~models.Q(reason="")),
                name="exclusion_decided_by_someone",
                violation_error_code="decided-by-nobody",
                violation_error_message="Who is excluded is decided by a person, with a reason.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_stage_display().lower()}"


class CheckMethod(models.TextChoices):
    """How it was verified that a party is not excluded (2 CFR 180.300)."""

    EXTRACT = "extract", "File of SAM.gov"
    SEARCH = "search", "Search in SAM.gov"
    CERTIFICATION = "certification", "Certification collected"
    CLAUSE = "clause", "Clause in the agreement"


class CheckResult(models.TextChoices):
    """What a check found."""

    CLEAR = "clear", "Not excluded"
    POSSIBLE = "possible", "Possibly excluded"
    EXCLUDED = "excluded", "Excluded"


@tracked()
class ExclusionCheck(models.Model):
    """That a party was checked against exclusions: on which day, how, and what was found."""

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="+")
    party = models.ForeignKey("grants.Party", models.PROTECT, related_name="exclusion_checks")
    checked_on = models.DateField(default=timezone.localdate)
    method = models.CharField(max_length=13, choices=CheckMethod)
    extract = models.ForeignKey(SamExtract, models.PROTECT, null=True, blank=True, related_name="checks")
    result = models.CharField(max_length=8, choices=CheckResult)
    source = models.CharField(max_length=200)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency", "subrecipient": "party"}

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["agency", "party", "checked_on"], name="exclusion_check_newest")]

    def __str__(self) -> str:
        return f"{self.party}, {self.checked_on}: {self.get_result_display().lower()}"
