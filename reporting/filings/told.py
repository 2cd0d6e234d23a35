"""What the desk tells of a filing before it is accepted or returned."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from grants.desk.told import Table, Told
from grants.kernel.periods import long_date
from reporting.filings.models import Filing, Stage
from reporting.filings.queries import history_of
from reporting.filings.receipt import totals_of

_COLUMNS = ("What", "Project", "Category", "Amount ($)")


def told_of_filing(filing: Filing, *, with_facts: bool) -> Told:
    """What it reports, of which subaward and period, who signed, and what gives pause."""
    way = (reverse("filings:original", args=[filing.pk]), "The file as it came")
    table = Table("What it reports", _COLUMNS, totals_of(filing), way)
    return Told(_facts(filing) if with_facts else (), (table,), list(_pause(filing)))


def _facts(filing: Filing) -> list[tuple[str, Any]]:
    subaward, period = filing.subaward, filing.period
    standing = subaward.standing
    sample = " (sample, not real)" if subaward.is_sample or subaward.program.is_sample else ""
    days = f"{long_date(period.starts_on)} to {long_date(period.ends_on)}"
    return [
        ("Subaward", f"{subaward}, {subaward.title}{sample}"),
        ("Subrecipient", str(subaward.subrecipient)),
        ("Period", f"{period.code}, {days}"),
        ("Reported as spent", filing.spent),
        ("Obligated to the subaward", standing.obligated),
        ("Spent before, as posted", standing.expended),
        ("Prepared by", str(filing.prepared_by)),
        ("Certified by", str(filing.certified_by or "nobody yet")),
    ]


def _pause(filing: Filing) -> Iterator[str]:
    if filing.is_late:
        yield f"It was signed after {long_date(filing.period.due_on)}, the day it was due."
    if filing.errors:
        noun = "error" if filing.errors == 1 else "errors"
        yield f"It has {filing.errors:,} {noun}; the sums are of what can be read."
    if filing.warnings:
        noun = "warning" if filing.warnings == 1 else "warnings"
        acknowledged = f"acknowledged by {filing.acknowledged_by or 'nobody yet'}"
        yield f"{filing.warnings:,} {noun} found, {acknowledged}."
    earlier = history_of(filing.subaward, filing.period).filter(stage=Stage.POSTED).exclude(pk=filing.pk)
    for posted in earlier:
        yield f"It takes the place of {posted.number}, whose lines will be reversed."
