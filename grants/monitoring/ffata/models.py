"""Reports of subawards under the Transparency Act that were made (2 CFR part 170)."""

from django.conf import settings
from django.db import models

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.trail import append_only, tracked


@tracked()
class FfataReport(models.Model):
    """That a first-tier subaward was reported: when, with what amount, and how it was confirmed."""

    subaward = models.ForeignKey("grants.Subaward", models.PROTECT, related_name="ffata_reports")
    federal_award = models.ForeignKey("grants.FederalAward", models.PROTECT, related_name="ffata_reports")
    reported_on = models.DateField()
    amount = models.DecimalField("amount reported", max_digits=14, decimal_places=2)
    confirmation = models.CharField("report number returned by the system", max_length=60)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "subaward__program__agency", "subrecipient": "subaward__subrecipient"}

    class Meta:
        verbose_name = "FFATA report"
        triggers = append_only()
        constraints = [
            models.UniqueConstraint(
                fields=["subaward", "federal_award", "confirmation"],
                name="ffata_report_once",
                violation_error_code="reported-already",
                violation_error_message="This report is recorded already.",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="ffata_amount_not_negative",
                violation_error_code="negative",
                violation_error_message="A reported amount cannot be negative.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subaward}, {self.confirmation}"
