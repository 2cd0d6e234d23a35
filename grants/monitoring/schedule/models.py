"""What a party says in the notes to its schedule of expenditures of federal awards (2 CFR 200.510(b)(6))."""

from django.conf import settings
from django.db import models

from grants.kernel.scope import ScopedQuerySet
from grants.kernel.trail import fixed, tracked


class DeMinimis(models.TextChoices):
    """Whether the party elected the de minimis indirect cost rate, in the words of the Clearinghouse."""

    YES = "Y", "Yes"
    NO = "N", "No"
    BOTH = "Both", "For some awards"


@tracked()
class ScheduleNotes(models.Model):
    """The notes of an agency to its schedule of one fiscal year."""

    agency = models.ForeignKey("grants.Party", models.PROTECT, related_name="schedule_notes")
    year_ends_on = models.DateField("fiscal year ends on")
    accounting_policies = models.TextField("significant accounting policies")
    de_minimis = models.CharField("was the de minimis rate used?", max_length=4, choices=DeMinimis)
    rate_explained = models.TextField("explanation of the indirect cost rate")
    other = models.TextField("anything else that readers must know", blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "agency"}

    class Meta:
        verbose_name = "notes to a schedule"
        verbose_name_plural = "notes to schedules"
        triggers = [fixed("agency", "year_ends_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year_ends_on"],
                name="schedule_notes_once_a_year",
                violation_error_code="written-already",
                violation_error_message="The notes of this fiscal year are written already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency}, fiscal year to {self.year_ends_on}"
