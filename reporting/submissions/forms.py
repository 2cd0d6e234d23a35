"""What is asked for when the files of a federal report are made at the desk."""

from django import forms

from grants.desk.forms import Confirm
from reporting.export import EXPORTS


class Make(Confirm):
    """Which report, and of which period."""

    export = forms.ChoiceField(
        label="Report", choices=lambda: [(code, export.title) for code, export in EXPORTS.items()]
    )
    period = forms.CharField(max_length=20, help_text="2022-Q2: the year and the part of it.")
