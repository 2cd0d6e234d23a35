"""What is asked for when a subaward is drafted, issued or amended at the desk."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from grants.desk.forms import AsksForAction, Confirm, Day, Dollars, NewRecord, dress
from grants.kernel.money import dollars
from grants.parties.models import Contact, Party
from grants.programs.models import FederalAward, Program
from grants.subawards.actions import Budgeted
from grants.subawards.characteristics import ANSWERS, characteristics, tally_of
from grants.subawards.models import Determination, MoneySource, Project, Subaward

_ROWS = 10


class BudgetRow(forms.Form):
    """A line of a budget."""

    category = forms.CharField(max_length=40)
    source = forms.ChoiceField(choices=MoneySource.choices, initial=MoneySource.FEDERAL)
    amount = Dollars(min_value=0)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for field in self.fields.values():
            dress(field)


BudgetRows = forms.formset_factory(BudgetRow, extra=_ROWS, max_num=50)


class PaidByAwards(AsksForAction):
    """A form with an amount for each federal award of a program, and rows of a budget."""

    def ask_awards(self, program: Program, says: str) -> None:
        """A field of dollars for each award that pays the program, and one for the state's own money."""
        awards = FederalAward.objects.filter(fundings__program=program).distinct().order_by("code")
        self.awards: dict[str, FederalAward | None] = {f"paid_by_{award.pk}": award for award in awards}
        if program.fundings.filter(federal_award=None).exists():
            self.awards["paid_by_state"] = None
        for name, award in self.awards.items():
            label = (
                f"{says} {award} ({award.aln} {award.title})" if award else f"{says} the state's own money"
            )
            self.fields[name] = Dollars(label=label, required=False)

    def ask_budget(self) -> None:
        """Rows of a budget, under the form."""
        self.budget = BudgetRows(self.data or None, prefix="budget")
        self.extra = (self.budget,)

    def splits(self) -> Mapping[FederalAward | None, Decimal]:
        """What each award pays, where anything was entered."""
        entered = {award: self.cleaned_data.get(name) for name, award in self.awards.items()}
        return {award: dollars(amount) for award, amount in entered.items() if amount}

    def lines(self) -> list[Budgeted]:
        """The lines of the budget that were filled in."""
        rows = [row.cleaned_data for row in self.budget if row.cleaned_data]
        return [Budgeted(row["category"], dollars(row["amount"]), row["source"]) for row in rows]


class Draft(PaidByAwards, NewRecord):
    """A subaward out of an allocation, with what each award pays and its budget."""

    class Meta:
        model = Subaward
        exclude = (
            "program", "allocation", "stage", "drafted_by", "issued_by", "issued_on", "is_sample",
        )  # fmt: skip

    def prepare(self) -> None:
        """Parties and officials that the person sees; the awards of the program."""
        self.fields["subrecipient"].queryset = Party.objects.visible_to(self.by).order_by("name")  # type: ignore[attr-defined]
        self.search("subrecipient", Subaward)
        self.fields["awarding_official"].queryset = Contact.objects.visible_to(self.by).order_by("name")  # type: ignore[attr-defined]
        self.ask_awards(self.record.program, "Paid by")
        self.ask_budget()

    def perform(self, act: Any, record: Any, *, by: Any) -> Subaward:
        """Draft it."""
        return act(record, self.instance, splits=self.splits(), budget=self.lines(), by=by)


class Issue(Confirm):
    """The day of issue."""

    issued_on = Day(required=False, help_text="Today when left empty.")
    memo = forms.CharField(max_length=300, required=False)


class Change(PaidByAwards, Confirm):
    """An amendment: dollars more or less from each award, the new budget, the new last day."""

    reason = forms.CharField(widget=forms.Textarea)
    effective_on = Day()
    ends_on = Day(required=False, label="New last day", help_text="Only if it changes.")

    def prepare(self) -> None:
        """The awards of the program; the whole new budget."""
        self.ask_awards(self.record.program, "More (or, with a minus, less) from")
        self.ask_budget()

    def perform(self, act: Any, record: Subaward, *, by: Any) -> Any:
        """Propose it."""
        kept = {name: self.cleaned_data[name] for name in ("reason", "effective_on", "ends_on")}
        return act(record, splits=self.splits(), budget=self.lines(), **kept, by=by)


class Role(NewRecord):
    """What a party is in one transaction, and why."""

    class Meta:
        model = Determination
        fields = ("party", "subaward", "role", "reason")

    def prepare(self) -> None:
        """Parties that the person sees, subawards of the program, and each characteristic; last, the role."""
        for each in characteristics():
            self.fields[each.code] = forms.ChoiceField(
                label=each.title,
                help_text=f"{each.cites}: yes speaks for a {each.role.label.lower()}.",
                choices=[("", "Choose"), *ANSWERS.items()],
                required=False,
            )
        self.fields["role"].required = False
        self.fields["role"].help_text = "Leave it empty to see what the answers speak for; you decide."
        self.fields["reason"].help_text = "The substance of the relationship decides, not what it is called."
        self.order_fields(["party", "subaward", *(each.code for each in characteristics()), "role", "reason"])
        self.fields["party"].queryset = Party.objects.visible_to(self.by).order_by("name")  # type: ignore[attr-defined]
        self.search("party", Determination)
        self.fields["subaward"].queryset = self.record.subawards.order_by("number")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The role must be chosen; until it is, what the answers suggest stands beside it."""
        given = super().clean() or {}
        said = {each.code: given.get(each.code, "") for each in characteristics()}
        if not given.get("role"):
            self.add_error("role", f"{tally_of(said).in_words} Choose the role and say why.")
        self.instance.factors = {code: answer for code, answer in said.items() if answer}
        return given


class NewProject(NewRecord):
    """What a party does with its allocation, or with a subaward of it."""

    class Meta:
        model = Project
        exclude = ("allocation",)

    def prepare(self) -> None:
        """A subaward out of this allocation."""
        self.fields["subaward"].queryset = self.record.subawards.order_by("number")  # type: ignore[attr-defined]

    def perform(self, act: Any, record: Any, *, by: Any) -> Project:
        """Keep the one project."""
        [project] = act(record, [self.instance], by=by)
        return project
