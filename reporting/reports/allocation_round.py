"""An allocation round with every step: what the method was given, and how each place's share came about."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, dollars, total
from grants.kernel.refusals import Unreadable
from grants.programs.inputs import allocated
from grants.programs.method import METHODS
from grants.programs.models import AllocationRound, RoundStage, Share
from grants.programs.queries import gift_of
from grants.programs.told import method_title
from reporting.blocks import Block, Column, Facts, FigureTable, Heading, LedgerTable, Notes, Prose
from reporting.report import REPORTS, Report
from reporting.reports.by_county import county_map

NOT_RECORDED = "not recorded"
_NOTES = (
    "Whole cents; what is left over in cents goes to the largest remainders, ties to the larger population.",
    "The inputs are those frozen with the round, and the steps those kept with each share.",
    "By the steps each share can be reckoned again by hand.",
)


def gather(round: AllocationRound, through: date, as_known_at: datetime) -> dict[str, Any]:
    """A round's inputs, shares and tranches, in dollars; approval as known at a moment."""
    shares = list(
        Share.objects.filter(round=round)
        .select_related("allocation__party")
        .prefetch_related("tranches")
        .order_by("allocation__party__county_name", "allocation__party__name", "pk")
    )
    given = round.inputs or {}
    fields = [field.name for field in METHODS[round.method].places] if round.method in METHODS else []
    inputs = {
        place["id"]: {
            name: str(place[name]) for name in dict.fromkeys([*fields, *sorted(place)]) if name in place
        }
        for place in given.get("places", [])
    }
    supersedes = round.supersedes
    return {
        "name": round.name,
        "program": round.program.name,
        "is_sample": round.program.is_sample,
        "method": method_title(round.method),
        "method_source": METHODS[round.method].source if round.method in METHODS else "",
        "on": round.on,
        "amount": dollars(given["amount"]) if "amount" in given else None,
        "given": total(share.amount for share in shares),
        "returned": round.returned,
        "law": {key: str(value) for key, value in given.get("law", {}).items()},
        "whole": {k: str(v) for k, v in given.items() if k not in ("amount", "on", "law", "places")},
        "source": round.source,
        "note": round.note,
        "people": _people(round, as_known_at),
        "supersedes": [supersedes.name, gift_of(supersedes).amount] if supersedes else None,
        "again": _again(round, shares),
        "places": [_place(share, inputs.get(share.allocation.party.code, {})) for share in shares],
    }


def _people(round: AllocationRound, as_known_at: datetime) -> list[list[Any]]:
    """How far the round had come at that moment, and by whom."""
    is_approved = bool(round.approved_at and round.approved_at <= as_known_at)
    next_one = round.superseded_by.filter(approved_at__lte=as_known_at).first()
    stage = round.get_stage_display()
    if round.stage in (RoundStage.APPROVED, RoundStage.SUPERSEDED):
        stage = "Approved" if is_approved else "Proposed"
    if next_one:
        stage = f"Superseded by “{next_one.name}”"
    return [
        ["Stage", stage],
        ["Proposed by", str(round.proposed_by) if round.proposed_by else NOT_RECORDED],
        ["Approved by", str(round.approved_by) if is_approved else "not yet approved"],
        *([["Approved at", round.approved_at]] if is_approved else []),
    ]


def _again(round: AllocationRound, shares: list[Share]) -> str:
    """Whether the method gives the same shares when it is run again on the frozen inputs."""
    if round.method not in METHODS or not (round.inputs or {}).get("places"):
        return "The inputs are not recorded, so the method cannot be run on them again."
    try:
        outcome = allocated(round.method, round.inputs)
    except Unreadable as unreadable:
        return f"The method cannot be run on the frozen inputs again: {unreadable.problems[0].message}"
    again = {share.id: share.amount for share in outcome.shares if share.amount}
    kept = {share.allocation.party.code: share.amount for share in shares if share.amount}
    if again == kept:
        return "Run again on the frozen inputs, the method gives every share to the cent."
    differ = sum(again.get(key) != kept.get(key) for key in again.keys() | kept.keys())
    return f"Run again on the frozen inputs, the method gives other shares for {differ:,} places."


def _place(share: Share, inputs: Mapping[str, Any]) -> dict[str, Any]:
    party = share.allocation.party
    return {
        "name": party.name,
        "county": party.county_name,
        "county_fips": party.county_fips,
        "status": share.status,
        "amount": share.amount,
        "steps": [str(step) for step in share.steps],
        "tranches": [
            [each.name, each.amount] for each in sorted(share.tranches.all(), key=lambda t: t.number)
        ],
        "inputs": [[name, value] for name, value in inputs.items() if name != "id"],
    }


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """The round in short, where the money goes by county and tranche, every step, then the inputs."""
    yield Heading("Allocation round")
    if figures["is_sample"]:
        yield Prose("This round is a sample. It is made up, and its money is not real.")
    yield Heading(figures["name"], 2)
    yield Facts(tuple(_facts(figures)))
    yield from _groups(figures["places"])
    yield Heading("What each place is given", 2)
    yield _shares(figures)
    yield Heading("How each share came about", 2)
    yield _steps(figures["places"])
    yield from _inputs(figures["places"])
    told = [figures["note"], f"Source: {figures['source']}" if figures["source"] else ""]
    yield Notes([*_NOTES, figures["again"], *filter(None, told)])


def _facts(figures: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    amount, given, returned = figures["amount"], figures["given"], figures["returned"]
    yield "Program", figures["program"]
    yield "Method", figures["method"]
    if figures["method_source"]:
        yield "Source of the method", figures["method_source"]
    yield "Law and round as of", figures["on"]
    for key, value in figures["law"].items():
        yield f"Number of the law: {_named(key)}", value
    for key, value in figures["whole"].items():
        yield _named(key), value
    yield "To be shared out ($)", NOT_RECORDED if amount is None else amount
    yield "Given ($)", given
    yield (
        "Places with a share",
        f"{sum(bool(p['amount']) for p in figures['places']):,} of {len(figures['places']):,}",
    )
    yield "Goes back by law ($)", returned
    if amount is not None and amount - given - returned:
        yield "Given to no place ($)", amount - given - returned
    if figures["supersedes"]:
        name, before = figures["supersedes"]
        yield f"Stands in place of “{name}”, which gave ($)", before
    for name, value in figures["people"]:
        yield name, value


def _named(key: str) -> str:
    return key.rsplit(".", 1)[-1].replace("_", " ").capitalize()


def _groups(places: list[dict[str, Any]]) -> Iterator[Block]:
    """Sums by status and by tranche, and a map by county."""
    statuses = dict.fromkeys(place["status"] for place in places)
    if len(statuses) > 1:
        rows = [
            (status or NOT_RECORDED, *_sum(p for p in places if p["status"] == status)) for status in statuses
        ]
        columns = (Column("Status"), Column("Places", "count"), Column("Given", "dollars"))
        yield FigureTable("Given by status, in dollars", columns, rows, ("Total", *_sum(places)))
    tranches: dict[str, list[Decimal]] = {}
    for place in places:
        for name, amount in place["tranches"] if place["amount"] else []:
            tranches.setdefault(name, []).append(amount)
    if tranches:
        columns = (Column("Tranche"), Column("Places", "count"), Column("Given", "dollars"))
        told = [(name, sum(bool(a) for a in amounts), total(amounts)) for name, amounts in tranches.items()]
        whole = total(row[2] for row in told)
        yield FigureTable("Given by tranche, in dollars", columns, told, ("Total", None, whole))
    counties: dict[str, Decimal] = {}
    for place in places:
        if place["county_fips"]:
            counties[place["county_fips"]] = counties.get(place["county_fips"], ZERO) + place["amount"]
    if len(counties) > 1 and (map := county_map("Given by county, in dollars", "Given", counties)):
        yield map


def _sum(places: Iterable[dict[str, Any]]) -> tuple[int, Decimal]:
    """How many places, and what they are given together."""
    kept = list(places)
    return len(kept), total(place["amount"] for place in kept)


def _shares(figures: dict[str, Any]) -> LedgerTable:
    """A row for each place: its tranches and its share."""
    places = figures["places"]
    names = list(dict.fromkeys(name for place in places for name, _ in place["tranches"]))
    has_status = any(place["status"] for place in places)
    rows = (
        (
            place["name"],
            place["county"] or NOT_RECORDED,
            *([place["status"] or NOT_RECORDED] if has_status else []),
            *(dict(place["tranches"]).get(name) for name in names),
            place["amount"],
        )
        for place in places
    )
    sums = (total(dict(place["tranches"]).get(name, ZERO) for place in places) for name in names)
    return LedgerTable(
        "Shares, in dollars",
        (
            Column("Place", weight=2),
            Column("County"),
            *([Column("Status")] if has_status else []),
            *(Column(name, "dollars") for name in names),
            Column("Share", "dollars"),
        ),
        rows,
        (f"Total of {len(places):,}", None, *([None] if has_status else []), *sums, figures["given"]),
    )


def _steps(places: list[dict[str, Any]]) -> LedgerTable:
    """The steps of each place, in their order."""
    rows = (
        (
            f"{place['name']}, {place['county']}" if place["county"] else place["name"],
            "; ".join(f"({n}) {step}" for n, step in enumerate(place["steps"], 1)) or NOT_RECORDED,
            place["amount"],
        )
        for place in places
    )
    columns = (Column("Place"), Column("Steps", weight=4), Column("Share", "dollars"))
    return LedgerTable("Steps of each share, in dollars", columns, rows)


def _inputs(places: list[dict[str, Any]]) -> Iterator[Block]:
    """What the method was given of each place, if that is more than the amount itself."""
    names = list(dict.fromkeys(name for place in places for name, _ in place["inputs"]))
    if names in ([], ["amount"]):
        return
    yield Heading("What the method was given", 2)
    yield LedgerTable(
        "Inputs, as they were frozen",
        (Column("Place", weight=2), Column("County"), *(Column(_named(name)) for name in names)),
        (
            (
                place["name"],
                place["county"],
                *(dict(place["inputs"]).get(name, NOT_RECORDED) for name in names),
            )
            for place in places
        ),
    )


REPORTS.add(
    "allocation-round",
    Report("Allocation round", "2 CFR 200.302(b)", gather, compose, about=("allocation_round",)),
)
