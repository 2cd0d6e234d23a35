"""What a CSV of places looks like for each allocation method: its columns, and a sample to begin from."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

from django.utils.html import format_html

from grants.desk.told import Table
from grants.programs import readers
from grants.programs.method import METHODS, Field, Method

_VALUES: dict[Callable[[object], Any], tuple[str, str]] = {
    readers.count: ("3400", "1200"),
    readers.money: ("7000.00", "5000.00"),
    readers.status: ("completed", "completed"),
    readers.flag: ("yes", "no"),
}


def columns_table() -> Table:
    """Each method with the columns that it needs, those that it can do without, and its other inputs."""
    rows = [
        (
            method.title,
            ", ".join(("id", *_named(method.places, is_required=True))),
            ", ".join(_named(method.places, is_required=False)),
            ", ".join(field.name for field in method.whole),
            format_html('<a href="sample/{}.csv">Sample CSV</a>', code),
        )
        for code, method in METHODS.items()
    ]
    columns = ("Method", "Columns", "Further columns", "Other inputs", "To begin from")
    return Table(
        "What the CSV of each method holds; “id” is the code of a party in the register", columns, rows
    )


def sample_of(method: Method, codes: Sequence[str]) -> str:
    """A CSV of places that the method can be run on, for the parties with these codes."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    rows.writerow(["id", *(field.name for field in method.places)])
    for number, code in enumerate(codes[:2]):
        rows.writerow([code, *(_VALUES[field.reader][number] for field in method.places)])
    return written.getvalue()


def _named(fields: Sequence[Field], *, is_required: bool) -> list[str]:
    return [field.name for field in fields if field.is_required == is_required]
