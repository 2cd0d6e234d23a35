"""What is asked for when findings are worked off and policies are drafted at the desk."""

from typing import Any

from django import forms

from grants.compliance.figures import FIGURES
from grants.compliance.models import Policy, Severity
from grants.compliance.own_rules import FORMS, WHERE
from grants.compliance.rule import RULES
from grants.desk.forms import AsksForAction, Confirm, Day
from grants.programs.models import Family, Program

_KINDS = [(code, form.title) for code, form in FORMS.items()]


class Acknowledge(Confirm):
    """What one makes of a finding."""

    sentence = forms.CharField(
        label="What you make of it", widget=forms.Textarea, help_text="One sentence; the auditors read it."
    )


class Plan(Confirm):
    """What will be done, by whom and until when."""

    plan = forms.CharField(label="What will be done", widget=forms.Textarea)
    owner = forms.CharField(label="Who does it", max_length=120)
    due_on = Day(label="Until")


class Done(Confirm):
    """What shows that it is done."""

    evidence = forms.CharField(
        label="What shows that it is done", widget=forms.Textarea, help_text="The document, entry or letter."
    )
    done_on = Day(label="Done on", required=False, help_text="Today if left empty.")


class NewDay(Confirm):
    """Another day, and why."""

    due_on = Day(label="New day")
    reason = forms.CharField(widget=forms.Textarea)


class AskWaiver(Confirm):
    """Why a finding may stand, and until when."""

    reason = forms.CharField(widget=forms.Textarea, help_text="Who decides on it reads this.")
    until = Day(label="Until")


class Decide(Confirm):
    """Why it is decided so."""

    reason = forms.CharField(widget=forms.Textarea, required=False)


class _Drafts(AsksForAction, forms.Form):
    """A policy to draft, from a day on, for a reason."""

    reason = forms.CharField(widget=forms.Textarea, help_text="Stands beside every finding it changes.")
    starts_on = Day(label="In force from")
    ends_on = Day(label="In force until", required=False, help_text="Empty: until a later version.")

    def policy(self, **given: Any) -> Policy:
        """The policy that the form describes."""
        days = {name: self.cleaned_data[name] for name in ("reason", "starts_on", "ends_on")}
        return Policy(**days, **given)


class DraftSeverity(_Drafts):
    """A rule of the law, and how grave the state takes it."""

    rule = forms.ChoiceField(label="Rule")
    severity = forms.TypedChoiceField(label="Taken as", choices=Severity.choices, coerce=int)
    field_order = ("rule", "severity")

    def prepare(self) -> None:
        """Offer every rule by what it finds."""
        field: Any = self.fields["rule"]
        field.choices = sorted(((code, f"{rule.title} ({code})") for code, rule in RULES.items()), key=_words)

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Draft it."""
        given = {name: self.cleaned_data[name] for name in ("rule", "severity")}
        return act(record, self.policy(**given), by=by)


class DraftOwnRule(_Drafts):
    """A rule of the state's own: its form, its words, and the parameters that the form asks for."""

    form = forms.ChoiceField(
        label="Kind of rule", choices=[(code, form.title) for code, form in FORMS.items()]
    )
    rule = forms.CharField(label="Code", max_length=80, initial="own-", help_text="Like own-travel-limit.")
    title = forms.CharField(label="What is found, in a few words", max_length=200)
    cites = forms.CharField(label="By which law or guide", max_length=300)
    fix = forms.CharField(label="What to do about it", widget=forms.Textarea)
    severity = forms.TypedChoiceField(label="Taken as", choices=Severity.choices, coerce=int)
    program = forms.CharField(label=WHERE["program"].label, required=False)
    family = forms.ChoiceField(
        label="Family of programs", choices=[("", "All"), *Family.choices], required=False
    )
    field_order = ("form", "rule", "title", "cites", "fix", "severity")

    def prepare(self) -> None:
        """Add a field for every parameter that some form asks for; which form says so beside it."""
        for name in dict.fromkeys(name for form in FORMS.values() for name in form.asks):
            users = [form.title.lower() for form in FORMS.values() if name in form.asks]
            label = next(form.asks[name].label for form in FORMS.values() if name in form.asks)
            self.fields[name] = forms.CharField(
                label=label.partition(";")[0], required=False, help_text=f"For: {'; '.join(users)}."
            )

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Draft it."""
        words = ("form", "rule", "title", "cites", "fix", "severity")
        given = {name: self.cleaned_data[name] for name in words}
        asked = {name for form in FORMS.values() for name in form.asks} | set(WHERE)
        parameters = {name: self.cleaned_data[name] for name in asked if self.cleaned_data[name]}
        return act(record, self.policy(**given, parameters=parameters), by=by)


class DraftFigures(_Drafts):
    """The figures of a program of the state's own."""

    program = forms.ModelChoiceField(Program.objects.none(), label="Program")
    cites = forms.CharField(label="By which law or guide", max_length=300)
    field_order = ("program", "cites")

    def prepare(self) -> None:
        """A field for each figure; the programs are those of the agency."""
        programs: Any = self.fields["program"]
        programs.queryset = Program.objects.filter(agency=self.record).order_by("name")
        for name, asked in FIGURES.items():
            self.fields[name] = forms.CharField(label=asked.label, required=not asked.is_optional)

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Draft them."""
        parameters = {name: self.cleaned_data[name] for name in FIGURES if self.cleaned_data[name]}
        policy = self.policy(cites=self.cleaned_data["cites"], parameters=parameters)
        return act(record, policy, program=self.cleaned_data["program"], by=by)


def _words(choice: tuple[str, str]) -> str:
    return choice[1]
