"""What a CSV of ledger lines looks like: its columns in words, and a sample to begin from."""

import csv
import io
from typing import Any

from django.utils import timezone

from grants.desk.told import Table
from grants.ledger.files import OPTIONAL, REQUIRED, YES_OR_NO
from grants.ledger.models import Kind

_SAYS = {
    "kind": f"What the line is, one of: {', '.join(Kind.values)}.",
    "incurred_on": "The day of the cost or payment, such as 2026-03-31.",
    "amount": "Dollars above zero, such as 1234.50.",
    "subaward": "The number of an issued subaward of this program.",
    "allocation": "Without a subaward: the code of the party that uses its own allocation.",
    "federal_award": "FAIN or code of the award that pays; only needed where several do.",
    "project": "The code of a project.",
    "category": "A category of the budget.",
    "is_advance": f"Of payments: {', '.join(filter(None, YES_OR_NO))}.",
    "payee": "Who was paid.",
    "period": "The code of the reporting period.",
    "memo": "A remark.",
}


def columns_table() -> Table:
    """Every column that a file of lines may have."""
    rows = [
        (column, "needed" if column in REQUIRED else "may be left out", _SAYS[column])
        for column in (*REQUIRED, *OPTIONAL)
    ]
    return Table("Columns of the file, in any order", ("Column", "", "What it holds"), rows)


def sample_for(program: Any) -> str:
    """A CSV with every column and a line of a subaward of the program, or of an allocation of it."""
    subaward = program.subawards.filter(stage="issued").order_by("pk").first()
    allocation = program.allocations.select_related("party").order_by("pk").first()
    award = subaward and subaward.splits.order_by("pk").first().federal_award
    line = {
        "kind": Kind.EXPENDITURE,
        "incurred_on": timezone.localdate().isoformat(),
        "amount": "0.01",
        "subaward": subaward.number if subaward else "",
        "allocation": allocation.party.code if allocation and not subaward else "",
        "federal_award": (award.fain or award.code) if award else "",
        "memo": "a sample line; put your own in its place",
    }
    written = io.StringIO()
    rows = csv.DictWriter(written, (*REQUIRED, *OPTIONAL), restval="", lineterminator="\n")
    rows.writeheader()
    rows.writerow(line)
    return written.getvalue()
