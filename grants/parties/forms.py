"""What is asked for when parties, awards, programs and people are entered at the desk."""

from copy import copy
from typing import Any

from django import forms

from grants.desk.forms import Confirm, Day, NewRecord
from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.parties.models import Party, User
from grants.programs.clusters import cluster_choices
from grants.programs.models import FederalAward, Program


class NewParty(NewRecord):
    """A party for the register."""

    class Meta:
        model = Party
        exclude = ("kept_by", "is_sample")

    def prepare(self) -> None:
        """A parent is a party that the person sees."""
        self.fields["parent"].queryset = Party.objects.visible_to(self.by).order_by("name")  # type: ignore[attr-defined]
        self.search("parent", Party)

    def perform(self, act: Any, record: Party, *, by: User) -> Party:
        """Enter the one party. Refuses ``known-already`` when its code is in the register."""
        if not act(record, [self.instance], by=by):
            raise Refusal(f"“{self.instance.code}” is in the register already.", code="known-already")
        return self.instance


class Correction(NewRecord):
    """What is recorded of a party, as it should be, and why."""

    reason = forms.CharField(widget=forms.Textarea, help_text="Stands in the trail for good.")

    class Meta:
        model = Party
        exclude = ("code", "kept_by", "is_sample", "parent")

    def __init__(self, *args: Any, record: Party, **given: Any) -> None:
        super().__init__(*args, record=record, instance=copy(record), **given)

    def perform(self, act: Any, record: Party, *, by: User) -> Party:
        """Correct what differs."""
        given = dict(self.cleaned_data)
        reason = given.pop("reason")
        changes = {name: value for name, value in given.items() if value != getattr(record, name)}
        return act(record, changes=changes, reason=reason, by=by)


class NewAward(NewRecord):
    """A federal award for the books of an agency."""

    cluster = forms.ChoiceField(label="Program cluster", choices=cluster_choices, required=False)

    class Meta:
        model = FederalAward
        exclude = ("agency",)

    def prepare(self) -> None:
        """The recipient is a party that the person sees."""
        self.fields["recipient"].queryset = Party.objects.visible_to(self.by).order_by("name")  # type: ignore[attr-defined]
        self.search("recipient", FederalAward)


class NewProgram(NewRecord):
    """A program of an agency."""

    class Meta:
        model = Program
        exclude = ("agency", "stage", "is_sample")


class Appointment(Confirm):
    """Who acts for the party, as what, from when."""

    email = forms.EmailField(label="E-mail address of the person", help_text="She must have signed up.")
    role = forms.ChoiceField(choices=Role.choices)
    starts_on = Day(required=False, help_text="Today when left empty.")

    def clean_email(self) -> User:
        """The person with this address."""
        person = User.objects.filter(email__iexact=self.cleaned_data["email"], is_active=True).first()
        if person is None:
            raise forms.ValidationError("Nobody with this address has signed up.")
        return person

    def perform(self, act: Any, record: Party, *, by: User) -> Any:
        """Appoint the person found."""
        given = dict(self.cleaned_data)
        return act(record, person=given.pop("email"), **given, by=by)
