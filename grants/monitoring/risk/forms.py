"""What is asked for when risk is assessed and conditions are imposed at the desk."""

from typing import Any

from django import forms

from grants.desk.forms import Confirm, Day, NewRecord
from grants.monitoring.risk.actions import RECONSIDERATION
from grants.monitoring.risk.models import RiskLevel, SpecificCondition
from grants.monitoring.risk.scoring import NOT_APPLICABLE, scheme


class Assessment(Confirm):
    """The factors that a person answers, one by one, and the risk of fraud."""

    def prepare(self) -> None:
        """A question and a note for each factor; last, fraud and the reason."""
        for factor in scheme().asked:
            choices = [("", "Choose"), *((code, words) for code, (words, _) in factor.answers.items())]
            self.fields[factor.code] = forms.ChoiceField(
                label=factor.title,
                help_text=factor.cites,
                choices=[*choices, (NOT_APPLICABLE, "Does not apply")],
            )
            self.fields[f"{factor.code}_note"] = forms.CharField(
                label=f"Note on: {factor.title}", required=False, help_text="Needed if it does not apply."
            )
        self.fields["fraud_risk"] = forms.ChoiceField(
            label="Risk of fraud", choices=RiskLevel.choices, help_text="2 CFR 200.332(c)"
        )
        self.fields["reason"] = forms.CharField(
            widget=forms.Textarea, help_text="What the answers rest on, and what was seen of fraud."
        )

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Assess."""
        given = self.cleaned_data
        codes = [factor.code for factor in scheme().asked]
        return act(
            record,
            answers={code: given[code] for code in codes},
            notes={code: given[f"{code}_note"] for code in codes},
            fraud_risk=given["fraud_risk"],
            reason=given["reason"],
            by=by,
        )


class Bands(Confirm):
    """From which score on a risk is medium, and from which high."""

    medium_from = forms.IntegerField(min_value=1, max_value=100)
    high_from = forms.IntegerField(min_value=1, max_value=100)
    reason = forms.CharField(widget=forms.Textarea)


class Condition(NewRecord):
    """The five things that a notice of a specific condition says."""

    class Meta:
        model = SpecificCondition
        fields = ("nature", "reason", "action_to_remove", "time_allowed", "reconsideration")

    def prepare(self) -> None:
        """How to ask for reconsideration, as it mostly is."""
        self.fields["reconsideration"].initial = RECONSIDERATION


class Notice(Confirm):
    """The day on which the subrecipient was told."""

    noticed_on = Day(label="Notice given on")
