"""What is asked for when a report is issued at the desk."""

from django import forms
from django.utils import timezone

from grants.desk.forms import Confirm, Day, Reason
from reporting.documents.models import Document, Format
from reporting.documents.subjects import reports_on, subject_of


class Issue(Confirm):
    """Which of the reports on the record, through which day, written how."""

    report = forms.ChoiceField()
    through = Day(initial=timezone.localdate, help_text="Money incurred up to and including this day.")
    format = forms.ChoiceField(choices=Format.choices)

    def prepare(self) -> None:
        """Offer the reports that can be made of the record."""
        self.fields["report"].choices = reports_on(subject_of(self.record))  # type: ignore[attr-defined]


class Withdraw(Reason):
    """Why, and by which other document on the same it is replaced, if any."""

    replaced_by = forms.ModelChoiceField(
        Document.objects.none(), required=False, help_text="A later document about the same; blank for none."
    )

    def prepare(self) -> None:
        """Offer the later documents about the same that are in force."""
        later = Document.objects.visible_to(self.by).filter(
            about=self.record.about, pk__gt=self.record.pk, withdrawal=None
        )
        self.fields["replaced_by"].queryset = later.defer("content", "figures").order_by("pk")  # type: ignore[attr-defined]
