"""What is asked for when a report is ordered or scheduled."""

from typing import Any

from django import forms

from reporting.documents.forms import Issue
from reporting.ordering.models import Each


class Order(Issue):
    """The same as for a report that is issued at once."""


class Schedule(Issue):
    """Which report, how often, and who is written to."""

    through = None  # type: ignore[assignment]
    each = forms.ChoiceField(choices=Each.choices, label="At the end of each")
    recipients = forms.CharField(
        widget=forms.Textarea, help_text="E-mail addresses of people who sign in here, one a line."
    )

    def clean_recipients(self) -> list[str]:
        """The addresses."""
        written: Any = self.cleaned_data["recipients"]
        return written.replace(",", " ").split()
