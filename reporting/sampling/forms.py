"""What is asked for when a sample is drawn."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from grants.desk.forms import Confirm, Day, Dollars
from grants.kernel.money import NotMoney, dollars
from grants.ledger.models import Kind
from reporting.sampling.models import Method, ShareBy, Strata
from reporting.sampling.selection import CONFIDENCE_FACTORS
from reporting.sampling.terms import MOST, Terms

_EITHER = "For monetary unit sampling give one of these three: size, interval, tolerable misstatement."
_CONFIDENCES = [("", "–"), *((percent, f"{percent} percent") for percent in CONFIDENCE_FACTORS)]


class Draw(Confirm):
    """The population, the method and its terms, and a seed."""

    purpose = forms.CharField(max_length=300, required=False, help_text="What is tested with it.")
    kinds = forms.MultipleChoiceField(choices=Kind.choices, initial=[Kind.EXPENDITURE])
    since = Day(required=False, help_text="Incurred on this day or later; blank for all before.")
    through = Day(initial=timezone.localdate, help_text="Incurred up to and including this day.")
    method = forms.ChoiceField(choices=Method.choices)
    size = forms.IntegerField(min_value=1, max_value=MOST, required=False, help_text="Lines to draw.")
    interval = Dollars(required=False, label="Sampling interval ($)", help_text=_EITHER)
    tolerable = Dollars(required=False, label="Tolerable misstatement ($)")
    confidence = forms.TypedChoiceField(
        choices=_CONFIDENCES, coerce=int, empty_value=None, required=False, help_text="With the one above."
    )
    strata = forms.ChoiceField(
        choices=[("", "–"), *Strata.choices], required=False, help_text="For stratified sampling."
    )
    bounds = forms.CharField(
        required=False, label="Bounds of amounts ($)", help_text="Where strata divide: 1000; 10000; 100000"
    )
    share_by = forms.ChoiceField(
        choices=ShareBy.choices, label="Lines in proportion to", initial=ShareBy.LINES
    )
    seed = forms.CharField(
        max_length=100, required=False, help_text="Any digits, as rolled by dice; blank to have it made."
    )

    def clean_bounds(self) -> tuple[Decimal, ...]:
        """The amounts between the strata."""
        try:
            return tuple(dollars(part) for part in self.cleaned_data["bounds"].split(";") if part.strip())
        except NotMoney as wrong:
            raise forms.ValidationError(str(wrong)) from None

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Draw by the terms that the form holds."""
        given = dict(self.cleaned_data)
        terms = Terms(
            Method(given.pop("method")),
            size=given.pop("size"),
            interval=given.pop("interval"),
            tolerable=given.pop("tolerable"),
            confidence=given.pop("confidence"),
            bounds=given.pop("bounds"),
            strata=Strata(strata) if (strata := given.pop("strata")) else None,
            share_by=ShareBy(given.pop("share_by")),
        )
        return act(record, terms=terms, **given, by=by)
