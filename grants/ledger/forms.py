"""What is asked for when lines come into the ledger at the desk."""

from typing import Any

from django import forms

from grants.desk.forms import Confirm


class LinesFromFile(Confirm):
    """A CSV file of lines and why it is posted."""

    file = forms.FileField(
        label="CSV file of lines",
        help_text="Columns kind, incurred_on and amount; and subaward, allocation, federal_award, project, "
        "category, is_advance, payee, period or memo.",
    )
    reason = forms.CharField(widget=forms.Textarea, required=False)

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Post the file under its own name."""
        file = self.cleaned_data["file"]
        file.seek(0)
        return act(record, file.file, name=file.name, reason=self.cleaned_data["reason"], by=by)
