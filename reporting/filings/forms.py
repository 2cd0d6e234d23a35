"""What the pages of filings ask for: a workbook, or lines typed in; each calls its action."""

import csv
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from itertools import islice
from typing import Any

from django import forms

from grants.kernel.refusals import Problem, Refusal, Unreadable
from reporting.filings.blank import categories_of, payees_of, projects_of
from reporting.filings.models import Filing
from reporting.filings.reading import ENTERED
from reporting.gates import LARGEST_FILE
from reporting.layout import WORKBOOKS, Column

ROWS_AT_FIRST, MOST_ROWS = 5, 100


class Asks(forms.Form):
    """A form whose action may say no: then the reason, or every problem, stands on the page."""

    problems: Sequence[Problem] = ()

    def attempt(self, act: Callable[..., Any], *args: Any, **given: Any) -> Any:
        """What the action returns; None when it said no."""
        try:
            return act(*args, **given)
        except Refusal as refusal:
            self.add_error(None, refusal.reason)
        except Unreadable as unreadable:
            self.problems = unreadable.problems
        return None


class Upload(Asks):
    """The workbook to file."""

    workbook = forms.FileField(
        label="Workbook",
        max_length=200,
        allow_empty_file=True,
        help_text=f"Excel or CSV, up to {LARGEST_FILE // 1_000_000} MB; it is checked before it counts.",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.csv"}),
        error_messages={"max_length": "The file's name is too long; shorten it to 200 characters."},
    )

    def clean_workbook(self) -> Any:
        """The file, refused by its size before it is read into memory."""
        file = self.cleaned_data["workbook"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                f"The file has {file.size:,} bytes; {LARGEST_FILE:,} are the most that can be filed. "
                "Take out pictures and unused sheets."
            )
        return file


class Certify(Asks):
    """The signature under a filing."""

    version = forms.CharField(widget=forms.HiddenInput)
    agrees = forms.BooleanField(
        label="I have read this text and sign it.",
        error_messages={"required": "Tick the box to sign."},
    )


def columns() -> Sequence[Column]:
    """The columns of lines that are typed in."""
    workbook = WORKBOOKS[ENTERED]
    return workbook.sheet(workbook.csv_sheet).columns


def picks_of(subaward: Any) -> Mapping[str, Sequence[str]]:
    """What the browser offers to pick from, by what a column ``picks``; anything else may be typed too."""
    return {
        "categories": categories_of(subaward),
        "payees": payees_of(subaward),
        "projects": projects_of(subaward),
    }


class Entry(forms.Form):
    """One line typed in. It is judged as the row of a workbook is, so nothing is judged here."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        for column in columns():
            field: forms.Field = forms.CharField(max_length=2_000, strip=True)
            if column.one_of and not column.is_many:
                choices = [("", ""), *((value, value) for value in column.one_of)]
                field.widget = forms.Select(choices=choices)
            elif column.picks:
                field.widget.attrs["list"] = f"picks-{column.picks}"
            field.required, field.label = False, column.heading
            self.fields[column.name] = field


Entries = forms.formset_factory(Entry, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True)


def rows_for(given: Sequence[Mapping[str, str]], *, more: int = 0) -> Any:
    """A form with these rows and some blank ones, ready to type in."""
    blank = more or max(1, ROWS_AT_FIRST - len(given))
    return Entries(initial=[*given, *[{}] * blank][:MOST_ROWS])


def given_so_far(entries: Any) -> list[Mapping[str, str]]:
    """What was typed, as it was typed, row by row."""
    return [{name: form[name].data or "" for name in form.fields} for form in entries.forms]


def typed(entries: Any) -> list[Mapping[str, str]]:
    """The lines typed in; rows left blank are none."""
    return [form.cleaned_data for form in entries.forms if any(form.cleaned_data.values())]


def is_typed(filing: Filing) -> bool:
    """Whether the lines of a filing can be corrected on the site: those of a short CSV file."""
    is_csv = filing.layout == ENTERED and filing.name.lower().endswith(".csv")
    return is_csv and filing.line_count <= MOST_ROWS


def typed_before(filing: Filing | None) -> list[Mapping[str, str]]:
    """The lines of a filing that was typed in, to be corrected; none for a workbook."""
    if filing is None or not is_typed(filing):
        return []
    names = {column.heading: column.name for column in columns()}
    rows = csv.DictReader(StringIO(bytes(filing.kept.content).decode("utf-8-sig", "replace")))
    return [
        {names[heading]: value for heading, value in row.items() if heading in names}
        for row in islice(rows, MOST_ROWS)
    ]
