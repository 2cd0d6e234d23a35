"""What is asked for when a report is issued at the desk."""

from django import forms
from django.utils import timezone

from grants.desk.forms import Confirm, Day
from reporting.documents.models import Format
from reporting.report import reports_about


class Issue(Confirm):
    """Which report, through which day, written how."""

    report = forms.ChoiceField(choices=lambda: reports_about("programs"))
    through = Day(initial=timezone.localdate, help_text="Money incurred up to and including this day.")
    format = forms.ChoiceField(choices=Format.choices)


class IssueOnSubaward(Issue):
    """Which report on one subaward."""

    report = forms.ChoiceField(choices=lambda: reports_about("subaward"))
