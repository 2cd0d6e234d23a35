"""What is asked for when a package is gathered."""

from django import forms
from django.utils import timezone

from grants.desk.forms import Confirm, Day
from reporting.documents.subjects import reports_on, subject_of
from reporting.packages.models import Part


class Gather(Confirm):
    """Which parts and reports, through which day."""

    parts = forms.MultipleChoiceField(choices=Part.choices, initial=list(Part), required=False)
    reports = forms.MultipleChoiceField(required=False)
    through = Day(initial=timezone.localdate, help_text="Money incurred up to and including this day.")

    def prepare(self) -> None:
        """Offer the reports that can be made of the record."""
        self.fields["reports"].choices = reports_on(subject_of(self.record))  # type: ignore[attr-defined]
