"""Documents: what was issued from a report, frozen with its figures."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.trail import append_only, tracked


class Format(models.TextChoices):
    """How a document is written."""

    PDF = "pdf", "PDF"
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel workbook"


MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@tracked(but_not=("content", "figures"))
class Document(models.Model):
    """An issued report: its bytes, their SHA-256, and the figures it was drawn from. It never changes."""

    number = models.CharField(max_length=40, unique=True)
    report = models.CharField(max_length=60, help_text="Code of the report.")
    title = models.CharField(max_length=200)
    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="documents")
    program = models.ForeignKey(
        "grants.Program", models.PROTECT, null=True, blank=True, related_name="documents"
    )
    subaward = models.ForeignKey(
        "grants.Subaward", models.PROTECT, null=True, blank=True, related_name="documents"
    )
    party = models.ForeignKey(
        "grants.Party",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="documents_about",
        help_text="The local government it concerns, which may read it.",
    )
    about = models.CharField(
        max_length=160, blank=True, db_index=True, help_text="What it is about: its kind and its key."
    )
    format = models.CharField(max_length=4, choices=Format)
    through = models.DateField(help_text="Money incurred up to and including this day.")
    as_known_at = models.DateTimeField(help_text="Money posted up to this moment.")
    figures = models.TextField(help_text="The figures, as canonical JSON.")
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "agency",
        "subrecipient": ("subaward__subrecipient", "subaward__allocation__party", "party"),
    }

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return self.number


@tracked()
class Withdrawal(models.Model):
    """That a document is not to be relied on any more, why, and what takes its place. The document stays."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="withdrawal")
    reason = models.TextField()
    replaced_by = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="replaces")
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    reached_by = {
        "agency": "document__agency",
        "subrecipient": tuple(f"document__{path}" for path in Document.reached_by["subrecipient"]),
    }

    class Meta:
        triggers = append_only()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(replaced_by=None) | ~models.Q(replaced_by=models.F("document")),
                name="document_replaced_by_another",
                violation_error_code="replaced-by-itself",
                violation_error_message="A document is replaced by another.",
            )
        ]

    def __str__(self) -> str:
        return f"Withdrawal of {self.document}"


class SignedCopy(models.Model):
    """A document with the state's signature after its bytes, which stand in it as they are; never changed."""

    document = models.OneToOneField(Document, models.PROTECT, related_name="signed")
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    signer = models.CharField(max_length=300, help_text="Whom the certificate names.")
    signed_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()
    reached_by = Withdrawal.reached_by
    is_sealed = True

    class Meta:
        triggers = append_only()
        verbose_name_plural = "signed copies"

    def __str__(self) -> str:
        return f"Signed copy of {self.document}"
