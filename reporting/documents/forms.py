"""What is asked for when a report is issued at the desk."""

from django import forms
from django.utils import timezone

from grants.desk.forms import Confirm, Day
from reporting.documents.models import Format
from reporting.documents.subjects import reports_on, subject_of


class Issue(Confirm):
    """Which of the reports on the record, through which day, written how."""

    report = forms.ChoiceField()
    through = Day(initial=timezone.localdate, help_text="Money incurred up to and including this day.")
    format = forms.ChoiceField(choices=Format.choices)

    def prepare(self) -> None:
        """Offer the reports that can be made of the record."""
        self.fields["report"].choices = reports_on(subject_of(self.record))  # type: ignore[attr-defined]
