"""Forms of the desk: they read what an action asks for, and call it; they never save."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from unfold.widgets import CHECKBOX_CLASSES, FILE_CLASSES, INPUT_CLASSES, SELECT_CLASSES, TEXTAREA_CLASSES

from grants.desk.told import Table
from grants.kernel.refusals import Problem, Refusal, Unreadable

_LOOKS: Sequence[tuple[type[forms.Widget], Sequence[str]]] = (
    (forms.CheckboxInput, CHECKBOX_CLASSES),
    (forms.FileInput, FILE_CLASSES),
    (forms.Select, [*SELECT_CLASSES, "w-full"]),
    (forms.Textarea, TEXTAREA_CLASSES),
    (forms.Widget, INPUT_CLASSES),
)


@dataclass(frozen=True)
class Waiting:
    """What a form gives when the action was queued: where to see how it goes."""

    address: str


class Day(forms.DateField):
    """A date, picked with the browser's own calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class Dollars(forms.DecimalField):
    """An amount in dollars and whole cents."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"max_digits": 14, "decimal_places": 2, **given})
        self.widget.attrs.update(inputmode="decimal", step="0.01")


class AsksForAction(forms.BaseForm):
    """What every form of a button has: the record, the person, and a way to call the action.

    ``record`` is None while the same action is done to several records at once.
    """

    problems: Sequence[Problem] = ()
    extra: Sequence[forms.BaseFormSet] = ()

    def __init__(self, *args: Any, record: Any = None, by: Any = None, **given: Any) -> None:
        self.record, self.by = record, by
        super().__init__(*args, **given)
        self.prepare()
        for field in self.fields.values():
            dress(field)

    def guide(self) -> Sequence[Table]:
        """Tables that say what a file for the form holds."""
        return ()

    def samples(self) -> Mapping[str, str]:
        """Files to begin from: name without its ending, and the text of a CSV."""
        return {}

    def prepare(self) -> None:
        """Narrow the choices to what the person may see of the record."""

    def search(self, name: str, among: type[models.Model]) -> None:
        """Have a record searched for, as one is too many to list; ``name`` is a field of ``among`` too."""
        field: Any = self.fields[name]
        field.widget = AutocompleteSelect(among._meta.get_field(name), admin.site)
        field.widget.is_required = field.required
        field.widget.choices = field.choices

    def is_valid(self) -> bool:
        """Whether the form and its rows can be read."""
        return all([super().is_valid(), *(rows.is_valid() for rows in self.extra)])

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Call the action with what the form holds, as keywords."""
        return act(record, **self.cleaned_data, by=by)

    def attempt(self, act: Any, record: Any, *, by: Any) -> Any:
        """What the action returns; None when it said no, which then stands on the form."""
        try:
            return self.perform(act, record, by=by)
        except Refusal as refusal:
            self.add_error(None, refusal.reason)
        except ValidationError as invalid:
            for name, sentences in _by_field(invalid):
                known = name if name in self.fields else None
                told = sentences if known or name == NON_FIELD_ERRORS else [f"{name}: {s}" for s in sentences]
                self.add_error(known, told)
        except Unreadable as unreadable:
            self.problems = unreadable.problems
        return None

    def sentences(self) -> list[str]:
        """Everything that was said against it, for a place where no form stands."""
        return [str(said) for told in self.errors.values() for said in told] + list(map(str, self.problems))


def _by_field(invalid: ValidationError) -> Iterable[tuple[str, list[str]]]:
    if hasattr(invalid, "error_dict"):
        return invalid.message_dict.items()
    return [(NON_FIELD_ERRORS, invalid.messages)]


def dress(field: forms.Field) -> None:
    """Give a field the look of the desk, and dates the browser's own calendar."""
    if type(field) is forms.DateField:
        field.widget = Day.widget
    if isinstance(field.widget, AutocompleteSelect):
        return
    for kind, look in _LOOKS:
        if isinstance(field.widget, kind):
            field.widget.attrs["class"] = " ".join(look)
            break
    if isinstance(field.widget, forms.Textarea):
        field.widget.attrs["rows"] = 3


class Confirm(AsksForAction, forms.Form):
    """Nothing to fill in; only to confirm."""


class Reason(Confirm):
    """Why it is done."""

    reason = forms.CharField(widget=forms.Textarea, help_text="Stands in the trail for good.")


class NewRecord(AsksForAction, forms.ModelForm):
    """A record to be made by an action, which takes it after the record of the page."""

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Call the action with the new record."""
        return act(record, self.instance, by=by)
