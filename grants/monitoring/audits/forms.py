"""What is asked for about single audits at the desk."""

from typing import Any

from django import forms

from grants.desk.forms import Confirm, Day, Dollars, NewRecord
from grants.monitoring.audits.models import AuditFinding, AuditKind, ManagementDecision


class Through(Confirm):
    """Fiscal years that ended by a day."""

    through = Day(label="Fiscal years that ended by")


class Declaration(Confirm):
    """What was spent of federal money that these books do not hold."""

    amount = Dollars(min_value=0, max_digits=16, label="Federal dollars spent elsewhere in the year")
    source = forms.CharField(max_length=200, help_text="Who said so, and where it stands.")


class Report(Confirm):
    """The report as the Federal Audit Clearinghouse accepted it."""

    kind = forms.ChoiceField(choices=AuditKind.choices)
    fac_report_id = forms.CharField(label="Report id of the Clearinghouse", max_length=40)
    fac_accepted_on = Day(label="Accepted on")
    report_received_on = Day(label="Auditor's report received on", required=False)
    was_major_program = forms.NullBooleanField(
        label="Our money was tested as a major program", required=False
    )


class Exemption(Confirm):
    """Why no audit was required."""

    statement = forms.CharField(widget=forms.Textarea)


class Finding(NewRecord):
    """A finding of the report."""

    class Meta:
        model = AuditFinding
        exclude = ("audit",)

    def prepare(self) -> None:
        """Subawards of this agency to the audited party."""
        theirs = self.record.party.subawards.filter(program__agency=self.record.agency)
        self.fields["subaward"].queryset = theirs.order_by("number")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A finding on one of our subawards concerns our money, ticked or not."""
        given = super().clean() or self.cleaned_data
        given["is_ours"] = bool(given.get("is_ours") or given.get("subaward"))
        return given


class Verdict(NewRecord):
    """A management decision, with all that it must say."""

    class Meta:
        model = ManagementDecision
        exclude = ("finding", "decided_by")
