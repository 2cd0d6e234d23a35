"""A brief of a program on two pages, in plain words: what came, where it went, what it did, and by when."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from grants.broadband.models import ServiceArea
from grants.kernel.money import ZERO, shown, total
from grants.kernel.periods import long_date
from grants.parties.models import Party
from grants.programs.models import Program
from grants.subawards.models import Project, Stage, Subaward
from reporting.blocks import BarChart, Block, Column, Facts, FigureTable, Heading, Map, Notes, Prose
from reporting.report import REPORTS, Report
from reporting.reports import burn_down, spend_by_program
from reporting.reports.by_county import county_map

MONEY = ("allocated", "obligated", "spent", "paid")
_RECIPIENTS, _LETTERS, _PURPOSE = 6, 70, 320
"""What two pages have room for: recipients, letters of a name, letters of the purpose."""

_NOTES = (
    "“Set aside” is what was allocated; “promised” is what is obligated, net of what was taken back.",
    "Nothing spent or paid means that nothing is recorded in these books, not that nothing was spent.",
)


def gather(programs: Sequence[Program], through: date, as_known_at: datetime) -> dict[str, Any]:
    """The figures of programs together, in dollars; samples only where there is nothing else."""
    real = [program for program in programs if not program.is_sample]
    chosen = real or list(programs)
    spend = spend_by_program.gather(chosen, through, as_known_at)["programs"]
    parts = [
        part
        for part in burn_down.gather(chosen, through, as_known_at)["parts"]
        if part["is_sample"] == (not real)
    ]
    return {
        "through": through,
        "as_known_at": as_known_at,
        "name": chosen[0].name if len(chosen) == 1 else f"{len(chosen):,} programs",
        "purpose": chosen[0].purpose if len(chosen) == 1 else "",
        "is_sample": not real,
        "left_out": len(programs) - len(chosen),
        "funded": total(each["funded"] for each in spend),
        "state_money": total(each["state_money"] for each in spend),
        **{money: total(each[money] for each in spend) for money in MONEY},
        "recipients": _recipients(spend),
        "counties": _counties(spend, chosen),
        "did": _did(chosen, through, is_sample=not real),
        "deadlines": _deadlines(parts),
        "outlook": _outlook(parts),
    }


def _recipients(spend: list[dict[str, Any]]) -> list[list[Any]]:
    """What each recipient has in all of the programs: the larger of set aside and promised, and spent."""
    found: dict[tuple[str, str], list[Decimal]] = {}
    for program in spend:
        for row in program["recipients"]:
            kept = found.setdefault((row["name"], row["county"]), [ZERO, ZERO])
            kept[0] += _given(row)
            kept[1] += row["spent"]
    named: list[list[Any]] = [
        [name, county, *amounts] for (name, county), amounts in found.items() if any(amounts)
    ]
    own = [row for row in named if not row[0].endswith(", to pass down")]
    return sorted(own, key=lambda row: (-row[2], row[0], row[1]))


def _given(row: dict[str, Any]) -> Decimal:
    return max(row["allocated"], row["obligated"])


def _counties(spend: list[dict[str, Any]], programs: list[Program]) -> dict[str, Decimal]:
    """What went to the recipients of each county, by FIPS code; those without a county are left out."""
    agencies = {program.agency_id for program in programs}
    keepers = agencies | {program.agency.parent_id for program in programs if program.agency.parent_id}
    known = Party.objects.filter(kept_by__in=keepers).exclude(county_fips="").exclude(county_name="")
    codes = dict(known.values_list("county_name", "county_fips"))
    found: dict[str, Decimal] = {}
    for program in spend:
        for row in program["recipients"]:
            if (code := codes.get(row["county"])) and not row["name"].endswith(", to pass down"):
                found[code] = found.get(code, ZERO) + _given(row)
    return found


def _did(programs: list[Program], through: date, *, is_sample: bool) -> dict[str, int]:
    """How many awards, projects and households the books know of."""
    issued = Subaward.objects.filter(
        program__in=programs, stage__in=(Stage.ISSUED, Stage.CLOSED), issued_on__lte=through
    )
    if not is_sample:
        issued = issued.filter(is_sample=False)
    areas = ServiceArea.objects.filter(subaward__in=issued)
    return {
        "awards": issued.count(),
        "projects": Project.objects.filter(allocation__program__in=programs).count(),
        "households": areas.aggregate(Sum("households"))["households__sum"] or 0,
    }


def _deadlines(parts: list[dict[str, Any]]) -> list[list[Any]]:
    """What the law asks by when, the earliest first, each once."""
    found = {(day, what) for part in parts for what, day in part["deadlines"]}
    return [[what, day] for day, what in sorted(found)]


def _outlook(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The last day, and what will be left on it at the pace of late; None where it is not known."""
    rows = [row for part in parts for row in part["forecasts"]]
    shorts = [row["short"] for row in rows]
    lasts = [row["last_on"] for row in rows if row["last_on"]]
    return {
        "last_on": max(lasts, default=None),
        "a_month": total(row["a_month"] for row in rows),
        "short": total(shorts) if rows and None not in shorts else None,
    }


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """Page one: what came, how far it is, and by when. Page two: where it went and what it did."""
    yield Heading(f"Brief: {_cut(figures['name'], 2 * _LETTERS)}")
    if figures["is_sample"]:
        yield Prose("This program is a sample. It is made up, and its money is not real.")
    if figures["purpose"]:
        yield Prose(_cut(figures["purpose"], _PURPOSE))
    yield Heading("What came", 2)
    yield Prose(_came(figures))
    yield Heading("How far it is", 2)
    if figures["funded"]:
        yield _how_far(figures)
    yield Facts(
        (
            ("Set aside for recipients ($)", figures["allocated"]),
            ("Promised ($)", figures["obligated"]),
            ("Spent ($)", figures["spent"]),
            ("Paid out ($)", figures["paid"]),
            ("Promised and not yet spent ($)", figures["obligated"] - figures["spent"]),
        )
    )
    yield Heading("By when", 2)
    yield from _by_when(figures)
    yield Heading("Where it went", 2, begins_page=True)
    yield from _where(figures)
    yield Heading("What it did", 2)
    yield Prose(_what_it_did(figures["did"]))
    left = figures["left_out"]
    apart = f"{left:,} sample program{'' if left == 1 else 's'}, made up and not real, not counted here."
    yield Notes([*_NOTES, *([apart] if left else [])])


def _cut(text: str, letters: int) -> str:
    """The text, or as many of its words as there is room for."""
    text = " ".join(text.split())
    if len(text) <= letters:
        return text
    kept = text[:letters].rsplit(" ", 1)[0]
    return f"{kept}…"


def _came(figures: dict[str, Any]) -> str:
    funded, own = figures["funded"], figures["state_money"]
    if not funded:
        return "No money is recorded for it yet."
    whose = f"{shown(funded - own)} from the federal government"
    if own == funded:
        whose = "all of it the state's own money"
    elif own:
        whose += f" and {shown(own)} of the state's own"
    return f"{shown(funded)} came by {long_date(figures['through'])}: {whose}."


def _how_far(figures: dict[str, Any]) -> BarChart:
    funded, allocated, obligated, spent = (figures[m] for m in ("funded", "allocated", "obligated", "spent"))
    stretches = (
        spent,
        max(obligated - spent, ZERO),
        max(allocated - max(obligated, spent), ZERO),
        max(funded - max(allocated, obligated, spent), ZERO),
    )
    return BarChart(
        "Of the money that came",
        f"One bar: of {shown(funded)} that came, {shown(spent)} is spent and {shown(obligated)} is promised.",
        ("Spent", "Promised, not spent", "Set aside, not promised", "Not set aside"),
        [("Money", stretches)],
        has_table=False,
    )


def _by_when(figures: dict[str, Any]) -> Iterator[Block]:
    told, through = figures["outlook"], figures["through"]
    deadlines = [
        (what, f"{long_date(day)}{_away((day - through).days)}") for what, day in figures["deadlines"]
    ]
    yield Facts((*deadlines[:4], ("Last day to spend", told["last_on"] or "not recorded")))
    if told["short"] is None:
        yield Prose(
            "Whether all will be spent in time cannot be told: nothing is promised, or a day is missing."
        )
    elif not told["short"]:
        yield Prose(f"At {shown(told['a_month'])} a month, all that is promised will be spent in time.")
    elif not told["a_month"]:
        yield Prose(
            f"No spending of late is recorded. As the books stand, {shown(told['short'])} will be left on "
            "the last day."
        )
    else:
        yield Prose(
            f"At {shown(told['a_month'])} a month, {shown(told['short'])} will be left on the last day."
        )


def _away(days: int) -> str:
    return f" ({abs(days):,} day{'' if abs(days) == 1 else 's'} {'ahead' if days >= 0 else 'past'})"


def _where(figures: dict[str, Any]) -> Iterator[Block]:
    rows = figures["recipients"]
    if not rows:
        yield Prose("No recipient is recorded yet.")
        return
    counties = f" in {len(figures['counties']):,} counties" if len(figures["counties"]) > 1 else ""
    yield Prose(f"It went to {len(rows):,} recipient{'' if len(rows) == 1 else 's'}{counties}.")
    if map := _map(figures["counties"]):
        yield map
    first = rows[:_RECIPIENTS]
    rest = rows[_RECIPIENTS:]
    told = [
        (_cut(f"{name}, {county}" if county and county not in name else name, _LETTERS), given, spent)
        for name, county, given, spent in first
    ]
    if rest:
        told.append((f"{len(rest):,} others", total(row[2] for row in rest), total(row[3] for row in rest)))
    yield FigureTable(
        "Who received most, in dollars",
        (
            Column("Recipient", weight=2),
            Column("Set aside or promised", "dollars"),
            Column("Spent", "dollars"),
        ),
        told,
        ("Total", total(row[2] for row in rows), total(row[3] for row in rows)),
    )


def _map(counties: dict[str, Decimal]) -> Map | None:
    if len(counties) < 2:
        return None
    return county_map(
        "Money by county of the recipient", "Set aside or promised", counties, height=250.0, has_table=False
    )


def _what_it_did(did: dict[str, int]) -> str:
    words = {"awards": "award", "projects": "project", "households": "household that is to get broadband"}
    told = [
        f"{did[name]:,} {word if did[name] == 1 else _plural(name)}"
        for name, word in words.items()
        if did[name]
    ]
    if not told:
        return "What it did, beyond where the money went, is not recorded."
    return f"The books know of {', '.join(told[:-1]) + ' and ' if len(told) > 1 else ''}{told[-1]}."


def _plural(name: str) -> str:
    return "households that are to get broadband" if name == "households" else name


REPORTS.add(
    "program-brief",
    Report("Program brief", "2 CFR 200.329", gather, compose),
)
