"""What is asked for when subrecipients are watched, at the desk."""

from typing import Any

from django import forms

from grants.desk.forms import Confirm, Day, NewRecord
from grants.monitoring.visits.checklists import ANSWERS, checklist_of
from grants.monitoring.visits.models import FollowUp, ReportReview


class Year(Confirm):
    """The year to plan."""

    year = forms.IntegerField(min_value=2015, max_value=2100)


class Held(Confirm):
    """The checklist of the review, question by question, and its result."""

    def prepare(self) -> None:
        """An answer and a note for each question of the kind of review."""
        questions = checklist_of(self.record.kind).questions if self.record else ()
        self.codes = [question.code for question in questions]
        for question in questions:
            self.fields[question.code] = forms.ChoiceField(
                label=question.title, help_text=question.cites, choices=[("", "Choose"), *ANSWERS.items()]
            )
            self.fields[f"{question.code}_note"] = forms.CharField(
                label=f"Note on: {question.title}", required=False
            )
        self.fields["held_on"] = Day()
        self.fields["result"] = forms.CharField(widget=forms.Textarea)

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Keep it."""
        given = self.cleaned_data
        answers = {code: {"answer": given[code], "note": given[f"{code}_note"]} for code in self.codes}
        return act(record, answers=answers, held_on=given["held_on"], result=given["result"], by=by)


class PutRight(NewRecord):
    """What is wrong, by which rule, what must be done, by whom and when."""

    class Meta:
        model = FollowUp
        fields = ("subaward", "condition", "criteria", "cause", "questioned_cost", "plan", "owner", "due_on")

    def prepare(self) -> None:
        """Subawards of the party that the agency made."""
        owner = getattr(self.record, "audit", self.record)
        theirs = owner.party.subawards.filter(program__agency=owner.agency)
        self.fields["subaward"].queryset = theirs.order_by("number")  # type: ignore[attr-defined]


class MendBooks(NewRecord):
    """What must be done about a finding of the books; what is wrong and by which rule it says itself."""

    class Meta:
        model = FollowUp
        fields = ("condition", "criteria", "cause", "questioned_cost", "plan", "owner", "due_on")

    def prepare(self) -> None:
        """The words of the finding, to begin with."""
        known = {"condition": self.record.sentence, "criteria": self.record.cites, "plan": self.record.fix}
        for name, words in known.items():
            self.fields[name].initial = words


class Evidence(Confirm):
    """By what it is shown that it was put right."""

    evidence = forms.CharField(widget=forms.Textarea)


class Reading(NewRecord):
    """Which report was read, and what came of it."""

    class Meta:
        model = ReportReview
        fields = ("filing", "kind", "period", "result", "note")

    def prepare(self) -> None:
        """Filings of the subaward; their period need not be said again."""
        self.fields["filing"].queryset = self.record.filings.order_by("-pk")  # type: ignore[attr-defined]
        self.fields["period"].required = False
