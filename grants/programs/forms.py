"""What is asked for when a program is funded or an allocation round is drafted at the desk."""

from copy import copy
from datetime import date
from typing import Any

from django import forms

from grants.desk.forms import Confirm, Day, Dollars, NewRecord
from grants.desk.told import Table
from grants.kernel.money import shown
from grants.kernel.refusals import Problem, Unreadable
from grants.parties.models import Party
from grants.programs.actions import Given
from grants.programs.clusters import cluster_choices
from grants.programs.input_files import Given as FromFile
from grants.programs.input_files import read_csv, read_json
from grants.programs.inputs import inputs_of
from grants.programs.method import METHODS, Inputs, Outcome
from grants.programs.models import AllocationRound, FederalAward, RoundStage
from grants.programs.samples import columns_table, sample_of

_TRANCHES = ("First tranche", "Second tranche")


def award_in_words(award: FederalAward) -> str:
    """An award as one tells it from others: number, title, recipient and amount."""
    amount = shown(award.amount) if award.amount is not None else "amount not recorded"
    return f"{award}: {award.title}, {award.recipient}, {amount}"


class AwardChoice(forms.ModelChoiceField):
    """A choice of federal awards, told in words."""

    def label_from_instance(self, award: Any) -> str:
        """Number, title, recipient and amount."""
        return award_in_words(award)


class AwardCorrection(NewRecord):
    """What is recorded of a federal award, as it should be, and why."""

    cluster = forms.ChoiceField(label="Program cluster", choices=cluster_choices, required=False)
    reason = forms.CharField(widget=forms.Textarea, help_text="Stands in the trail for good.")

    class Meta:
        model = FederalAward
        exclude = ("code", "agency", "recipient")

    def __init__(self, *args: Any, record: FederalAward, **given: Any) -> None:
        super().__init__(*args, record=record, instance=copy(record), **given)

    def perform(self, act: Any, record: FederalAward, *, by: Any) -> FederalAward:
        """Correct what differs."""
        given = dict(self.cleaned_data)
        reason = given.pop("reason")
        changes = {name: value for name, value in given.items() if value != getattr(record, name)}
        return act(record, changes=changes, reason=reason, by=by)


class Money(Confirm):
    """Federal or state money for a program."""

    amount = Dollars(max_digits=16, help_text="Dollars; a cut has a minus.")
    federal_award = AwardChoice(
        FederalAward.objects.none(), required=False, empty_label="The state's own money"
    )
    received_on = Day(initial=date.today)
    source = forms.CharField(widget=forms.Textarea, help_text="The letter, act or notice that says so.")

    def prepare(self) -> None:
        """The awards that the agency of the program keeps, or its parent."""
        awards = FederalAward.objects.visible_to(self.by)
        if self.record:
            agency = self.record.agency
            awards = awards.filter(agency__in=[agency.pk, agency.parent_id])
        self.fields["federal_award"].queryset = awards.select_related("recipient").order_by("code")  # type: ignore[attr-defined]


class Through(Confirm):
    """A last day."""

    through = Day()


class NewRound(NewRecord):
    """An allocation round: a method, and the file of places that it is run on."""

    method = forms.ChoiceField(choices=lambda: [(code, METHODS[code].title) for code in METHODS])
    file = forms.FileField(
        label="Places",
        help_text="A CSV with a row for each place, its columns as the table says for the method; or a JSON "
        "file of the whole round.",
    )
    amount = forms.CharField(required=False, help_text="With a CSV: the dollars to share out.")
    others = forms.CharField(
        label="Other inputs", required=False, widget=forms.Textarea,
        help_text="With a CSV: NAME=VALUE, one a line, such as base=1000.00.",
    )  # fmt: skip

    class Meta:
        model = AllocationRound
        fields = ("name", "code", "on", "supersedes", "source", "note")

    field_order = ("name", "code", "method", "file", "amount", "on", "others", "supersedes", "source", "note")

    def prepare(self) -> None:
        """A round supersedes an approved one of the same program."""
        approved = self.record.rounds.filter(stage=RoundStage.APPROVED)
        self.fields["supersedes"].queryset = approved  # type: ignore[attr-defined]

    def guide(self) -> list[Table]:
        """The columns that each method needs."""
        return [columns_table()]

    def samples(self) -> dict[str, str]:
        """A file of places for each method, with parties of the program or of the register."""
        known = Party.objects.visible_to(self.by)
        given = known.filter(allocations__program=self.record) if self.record.allocations.exists() else known
        codes = list(given.order_by("code").values_list("code", flat=True)[:2])
        return {code: sample_of(METHODS[code], codes) for code in METHODS}

    def perform(self, act: Any, record: Any, *, by: Any) -> AllocationRound:
        """Run the method and keep what it gives as a draft."""
        code, name = self.cleaned_data["method"], self.cleaned_data["file"].name
        given = self._given(name)
        try:
            inputs = inputs_of(code, given.document, rows=given.rows)
            outcome = inputs.outcome()
            shares = _by_party(inputs, outcome, by)
        except Unreadable as unreadable:
            raise Unreadable(
                Problem(p.message, p.file or name, p.row, p.column) for p in unreadable.problems
            ) from None
        round = self.instance
        round.method, round.inputs, round.returned = code, inputs.as_dict(), outcome.returned
        return act(record, round, shares, by=by)

    def _given(self, name: str) -> FromFile:
        """What the file gives, with the inputs that stand in the form."""
        try:
            text = self.cleaned_data["file"].read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Unreadable([Problem("This is not UTF-8 text. Save it as UTF-8.", name)]) from None
        if not name.lower().endswith(".csv"):
            return read_json(text, file=name)
        pairs = [line.partition("=") for line in self.cleaned_data["others"].splitlines() if line.strip()]
        options = {key.strip(): value.strip() for key, _, value in pairs}
        options |= {"amount": self.cleaned_data["amount"], "on": str(self.cleaned_data["on"])}
        return read_csv(text, file=name, options=options)


def _by_party(inputs: Inputs, outcome: Outcome, by: Any) -> dict[Party, Given]:
    """The shares by party, found by its code. Raises Unreadable for places that are not in the register."""
    codes = [share.id for share in outcome.shares]
    parties = {party.code: party for party in Party.objects.visible_to(by).filter(code__in=codes)}
    rows = {place.id: place for place in inputs.places}
    unknown = [code for code in codes if code not in parties]
    if unknown:
        raise Unreadable(
            Problem(f"There is no party “{code}” in the register.", row=rows[code].row, column="id")
            for code in unknown
        )
    return {
        parties[share.id]: Given(
            share.amount,
            tranches=list(zip(_TRANCHES, share.tranches, strict=False)),
            steps=share.steps,
            status=str(rows[share.id].fields.get("status") or "")[:60],
        )
        for share in outcome.shares
    }
