"""The filings of a period that were in force at a moment, with what was taken back of them by then."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet, Sum

from grants.kernel.money import ZERO
from grants.ledger.models import Entry
from reporting.filings.models import Filing, FilingContent
from reporting.lines import Lines
from reporting.rows import Table, rows_kept


@dataclass(frozen=True)
class InForce:
    """A posted filing: its number, its rows by sheet, and what was reversed since, by the place of its line.

    ``rows`` is None where none were kept when it was received.
    """

    key: int
    subaward: int
    layout: str
    rows: Mapping[str, Table] | None
    reversed: Mapping[str, Decimal]

    @property
    def number(self) -> str:
        """What people call it by."""
        return f"F-{self.key:06}"

    @cached_property
    def reversed_by_project(self) -> Mapping[str, Decimal]:
        """What was taken back of its expenditures, by the project that its line names, in dollars."""
        lines = Lines.kept(FilingContent.objects.values_list("lines", flat=True).get(filing=self.key))
        sums: dict[str, Decimal] = {}
        for line in lines if self.reversed else ():
            amount = self.reversed.get(f"{line.sheet}!{line.cell}"[:80], ZERO)
            if amount and line.kind == "expenditure":
                sums[line.project] = sums.get(line.project, ZERO) + amount
        return sums


def in_force(
    program: Any, period: str, known: datetime, *, families: Collection[str] = ()
) -> Iterator[InForce]:
    """The filings of a program and period as known at a moment, in the order in which they came.

    ``families`` limits them to layouts. Two queries, however many filings there are.
    """
    filings = _posted(program, period, known)
    chosen = [
        row
        for row in filings.values_list("pk", "subaward_id", "layout", "posting_id", "kept__rows").order_by(
            "pk"
        )
        if not families or row[2].partition("/")[0] in families
    ]
    taken = _reversed([row[3] for row in chosen], program, known)
    for key, subaward, layout, posting, rows in chosen:
        kept = rows_kept(rows) if rows is not None else None
        yield InForce(key, subaward, layout, kept, taken.get(posting, {}))


def filers_by(program: Any, known: datetime, families: Collection[str]) -> set[int]:
    """The subawards of a program that filed workbooks of some layouts, whenever, as known at a moment."""
    filings = Filing.objects.filter(subaward__program=program, posting__posted_at__lte=known)
    rows = filings.values_list("subaward_id", "layout").distinct().order_by()
    return {subaward for subaward, layout in rows if layout.partition("/")[0] in families}


def _posted(program: Any, period: str, known: datetime) -> QuerySet[Filing]:
    """Filings that were posted by then, and not replaced by one that was."""
    posted = Filing.objects.filter(
        subaward__program=program, period__code=period, posting__posted_at__lte=known
    )
    return posted.exclude(replaced_by__posting__posted_at__lte=known)


def _reversed(
    postings: Collection[int | None], program: Any, known: datetime
) -> dict[int, dict[str, Decimal]]:
    """What was reversed of the lines of some postings by a moment, by posting and place, in dollars."""
    lines = Entry.objects.filter(
        program=program, reverses__isnull=False, posted_at__lte=known, reverses__posting__in=postings
    )
    sums = lines.order_by().values_list("reverses__posting_id", "place").annotate(amount=Sum(-F("amount")))
    found: dict[int, dict[str, Decimal]] = {}
    for posting, place, amount in sums:
        found.setdefault(posting, {})[place] = amount
    return found
