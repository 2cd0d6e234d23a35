"""Spend by subrecipient: of each, its subawards with what was obligated, spent and paid, and what is left."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from grants.kernel.money import ZERO, shown, total
from grants.ledger.queries import Standing, standings
from grants.programs.models import Program
from grants.subawards.models import Stage, Subaward
from reporting.blocks import (
    BarChart,
    Block,
    Column,
    Facts,
    FigureTable,
    Heading,
    LedgerTable,
    Notes,
    Prose,
    Row,
)
from reporting.report import REPORTS, Report

MONEY = ("obligated", "spent", "paid")
_LARGEST = 10
_NOTES = (
    "Obligated is net of deobligations, paid is net of refunds. Left is what is obligated and not yet spent.",
    (
        "Nothing spent or paid means that no such line is recorded in these books, not that nothing was "
        "spent or paid."
    ),
    "A subaward stands here once it is issued; names and last days are those of the day of issue.",
)


def gather(programs: Sequence[Program], through: date, as_known_at: datetime) -> dict[str, Any]:
    """Figures of each subaward, in dollars through a day as known at a moment, by subrecipient."""
    keys = [program.pk for program in programs]
    within = {"program_id": keys}
    known = standings("subaward_id", through=through, as_known_at=as_known_at, where=within)
    apart = standings(
        "program_id", through=through, as_known_at=as_known_at, where={**within, "subaward_id": []}
    )
    issued = Subaward.objects.filter(program__in=keys, stage__in=(Stage.ISSUED, Stage.CLOSED))
    chosen = issued.filter(issued_on__lte=through) | issued.filter(pk__in=[key for key in known if key])
    rows = [
        _row(subaward, known.get(subaward.pk, Standing()))
        for subaward in chosen.select_related("subrecipient", "program")
    ]
    rows.sort(key=lambda row: (row["subrecipient"], row["county"], row["party"], row["number"]))
    return {
        "through": through,
        "as_known_at": as_known_at,
        "programs": [program.name for program in programs],
        "subawards": rows,
        "apart": [
            {"program": program.name, "is_sample": program.is_sample, **_money(apart[program.pk])}
            for program in programs
            if program.pk in apart and any(_money(apart[program.pk]).values())
        ],
    }


def _row(subaward: Subaward, standing: Standing) -> dict[str, Any]:
    party = subaward.subrecipient
    return {
        "party": party.code,
        "subrecipient": party.name,
        "county": party.county_name,
        "number": subaward.number,
        "title": subaward.title,
        "program": subaward.program.name,
        "last_on": subaward.ends_on,
        "is_sample": subaward.is_sample or subaward.program.is_sample,
        **_money(standing),
    }


def _money(standing: Standing) -> dict[str, Decimal]:
    return {"obligated": standing.obligated, "spent": standing.spent, "paid": standing.paid}


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """Subrecipients of real money with a chart of the largest, samples, and what is under no subaward."""
    yield Heading("Spend by subrecipient")
    programs = figures["programs"]
    yield Facts(
        (
            ("Money incurred through", figures["through"]),
            ("As known at", figures["as_known_at"]),
            ("Programs", programs[0] if len(programs) == 1 else f"{len(programs):,}"),
        )
    )
    for is_sample, title in ((False, "Subrecipients"), (True, "Sample subawards: made up, not real money")):
        chosen = [row for row in figures["subawards"] if row["is_sample"] == is_sample]
        if chosen or not is_sample:
            yield Heading(title, 2)
            yield from _subrecipients(title, chosen)
    yield from _apart(figures["apart"])
    yield Notes(_NOTES)


def _subrecipients(title: str, rows: list[dict[str, Any]]) -> Iterator[Block]:
    if not rows:
        yield Prose("No subaward is issued.")
        return
    groups = [list(group) for _, group in groupby(rows, key=lambda row: row["party"])]
    spent, obligated, left = (total(amounts) for amounts in zip(*map(_three, rows), strict=True))
    yield Prose(
        f"{len(groups):,} subrecipient{_s(groups)} with {len(rows):,} subaward{_s(rows)}: of "
        f"{shown(obligated)} obligated, {shown(spent)} is recorded as spent and {shown(left)} is left."
    )
    yield _chart(title, groups)
    yield _table(title, groups, rows)


def _table(title: str, groups: list[list[dict[str, Any]]], rows: list[dict[str, Any]]) -> LedgerTable:
    """Every subaward; the program and the last day of each only where they say something."""
    told = {
        "program": len({row["program"] for row in rows}) > 1,
        "last_on": any(row["last_on"] for row in rows),
    }
    columns = {"program": Column("Program", weight=2), "last_on": Column("Last day", "date")}
    kept = [name for name in columns if told[name]]
    return LedgerTable(
        f"{title} and their subawards, in dollars",
        (
            Column("Subrecipient and subaward", weight=2),
            *(columns[name] for name in kept),
            *(Column(money.capitalize(), "dollars") for money in (*MONEY, "left")),
        ),
        _lines(groups, kept),
        (f"Total of {len(rows):,}", *[None] * len(kept), *_sums(rows)),
    )


def _s(many: Sequence[Any]) -> str:
    return "" if len(many) == 1 else "s"


def _three(row: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    return row["spent"], row["obligated"], row["obligated"] - row["spent"]


def _sums(rows: Sequence[dict[str, Any]]) -> tuple[Decimal, ...]:
    """Obligated, spent, paid and left of these subawards together."""
    money = tuple(total(row[name] for row in rows) for name in MONEY)
    return (*money, money[0] - money[1])


def _lines(groups: list[list[dict[str, Any]]], kept: list[str]) -> Iterator[Row]:
    """Each subrecipient with its subawards under it, and their sums where there are several."""
    for group in groups:
        first = group[0]
        county = f", {first['county']}" if first["county"] else ""
        yield Row((f"{first['subrecipient']}{county}",), "section")
        for row in group:
            told = [row[name] or "not recorded" for name in kept]
            yield Row((f"{row['number']} {row['title']}", *told, *_sums([row])), level=1)
        if len(group) > 1:
            yield Row((f"{len(group):,} subawards", *[None] * len(kept), *_sums(group)), "subtotal")


def _chart(title: str, groups: list[list[dict[str, Any]]]) -> BarChart:
    """The subrecipients with most money obligated."""
    first = sorted(groups, key=lambda group: -_sums(group)[0])[:_LARGEST]
    bars = [
        (group[0]["subrecipient"], (spent, max(obligated - spent, ZERO)))
        for group in first
        for obligated, spent, _, _ in [_sums(group)]
    ]
    name, (spent, left) = bars[0]
    return BarChart(
        f"{title}: the {len(bars)} with most money"
        if len(groups) > len(bars)
        else f"{title}: how far they are",
        f"{len(bars)} bar{_s(bars)}, the longest first: {name} with {shown(spent + left)}, of which "
        f"{shown(spent)} is spent. The table below has every figure.",
        ("Spent", "Obligated, not spent"),
        bars,
        has_table=False,
    )


def _apart(rows: list[dict[str, Any]]) -> Iterator[Block]:
    """What the programs' lines say that is under no subaward: with it, this report adds up to the ledger."""
    for is_sample in (False, True):
        chosen = [row for row in rows if row["is_sample"] == is_sample]
        if chosen:
            yield Heading(f"Money under no subaward{' (sample)' if is_sample else ''}", 2)
            yield Prose(
                "Lines of allocations that their parties spend themselves, or of a program as a whole. They "
                "are not in the totals above."
            )
            yield FigureTable(
                f"Lines under no subaward, in dollars{' (sample)' if is_sample else ''}",
                (Column("Program", weight=2), *(Column(money.capitalize(), "dollars") for money in MONEY)),
                [(row["program"], *(row[money] for money in MONEY)) for row in chosen],
                ("Total", *_sums(chosen)[:3]),
            )


REPORTS.add(
    "spend-by-subrecipient",
    Report("Spend by subrecipient", "2 CFR 200.302(b), 200.332(b)", gather, compose),
)
