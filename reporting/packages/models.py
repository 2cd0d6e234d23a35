"""Packages: everything an auditor takes away about a subject, in one file that a stranger can check."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.stages import Staged
from grants.kernel.trail import fixed, tracked


class Part(models.TextChoices):
    """What a package may hold beside reports."""

    LEDGER = "ledger", "The ledger, as CSV and as an Excel workbook"
    FILINGS = "filings", "Filings as they were received"
    FINDINGS = "findings", "Findings"
    TRAIL = "trail", "The trail: who did what, when and why"


class Stage(models.TextChoices):
    """Whether a package can be taken away."""

    ASKED = "asked", "Being gathered"
    READY = "ready", "Ready"


@tracked()
class Package(Staged):
    """One file of reports, ledger, filings, findings and trail, through a day as known at a moment.

    A worker gathers it. What was asked for is fixed; the file is written once, and its SHA-256 kept. It holds
    what the person who asked may see, and is shown to those who see as much.
    """

    number = models.CharField(max_length=40, unique=True)
    about = models.CharField(max_length=160, help_text="What it is about: its kind and its key.")
    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="packages")
    program = models.ForeignKey(
        "grants.Program", models.PROTECT, null=True, blank=True, related_name="packages"
    )
    subaward = models.ForeignKey(
        "grants.Subaward", models.PROTECT, null=True, blank=True, related_name="packages"
    )
    party = models.ForeignKey(
        "grants.Party",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The local government from whose side it was asked for.",
    )
    parts = models.JSONField()
    reports = models.JSONField(help_text="Codes of the reports issued into it.")
    through = models.DateField(help_text="Money incurred up to and including this day.")
    as_known_at = models.DateTimeField(help_text="Money posted up to this moment.")
    entry_count = models.BigIntegerField("lines of the ledger")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    job = models.BigIntegerField(null=True, blank=True, help_text="The job of the worker that gathers it.")
    file = models.CharField(max_length=200, blank=True, help_text="Where the storage of files keeps it.")
    size = models.BigIntegerField("bytes", null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency", "subrecipient": "party"}
    NEXT = {Stage.ASKED: {Stage.READY}}

    class Meta:
        triggers = [
            fixed(
                "number", "about", "agency", "program", "subaward", "party", "parts", "reports", "through",
                "as_known_at", "asked_by", "asked_at",
            )
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage=Stage.READY) | ~Q(sha256="") & Q(size__isnull=False),
                name="package_ready_has_file",
                violation_error_code="no-file",
                violation_error_message="A package that is ready has its file.",
            )
        ]

    def __str__(self) -> str:
        return self.number
