"""Subawards to be reported under the Transparency Act: which, by when, whether they were, and which not."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.compliance.law import law
from grants.kernel.money import ZERO, shown, total
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import sums
from grants.monitoring.ffata.models import FfataReport
from grants.monitoring.ffata.queries import Reportable, is_first_tier, reportable_among
from grants.programs.models import FederalAward, Program
from grants.subawards.models import FundingSplit, Stage, Subaward
from reporting.blocks import Block, Column, Facts, FigureTable, Heading, LedgerTable, Notes, Prose
from reporting.report import REPORTS, Report
from reporting.reports.pieces import NOT_RECORDED, known

_OBLIGATIONS = {Kind.OBLIGATION: 1, Kind.DEOBLIGATION: -1}
IN_TIME, LATE, OVERDUE, TO_COME = "Reported in time", "Reported late", "Overdue", "Not yet due"
NO_DATE = "The date of the federal award is not recorded, so nobody can tell which threshold counts."
_NOTES = (
    (
        "A first-tier subaward is reported at SAM.gov by the end of the month after the month of the action "
        "by which its federal money under one award reached the threshold (2 CFR part 170, appendix A)."
    ),
    "The federal award's date chooses the threshold, and whether actions add up or count each by itself.",
    "The duty stays when a subaward is reduced later.",
    "Only the first report of each subaward and award is held against the day it was due.",
)


def gather(programs: Sequence[Program], through: date, as_known_at: datetime) -> dict[str, Any]:
    """Every issued subaward with each federal award that pays it, and its duty through a day; dollars."""
    subawards = Subaward.objects.filter(program__in=programs, stage__in=(Stage.ISSUED, Stage.CLOSED))
    duties = reportable_among(subawards, on=through, as_known_at=as_known_at)
    made = _made(subawards, through)
    others = _others(subawards, duties, through, as_known_at)
    actions = _actions(duties, through, as_known_at)
    return {
        "through": through,
        "as_known_at": as_known_at,
        "programs": [each.name for each in programs],
        "parts": [
            {
                "is_sample": is_sample,
                "due": [_due(each) for each in duties if _is_sample(each.subaward) is is_sample],
                "actions": [row for sample, row in actions if sample is is_sample],
                "others": [row for sample, row in others if sample is is_sample],
                "made": [row for sample, row in made if sample is is_sample],
            }
            for is_sample in (False, True)
        ],
    }


def _is_sample(subaward: Subaward) -> bool:
    return subaward.is_sample or subaward.program.is_sample


def _due(duty: Reportable) -> dict[str, Any]:
    """A duty, and all that SAM.gov asks for."""
    subaward, award = duty.subaward, duty.award
    reported_on = duty.reported_on if duty.reported_on and duty.reported_on <= duty.on else None
    if reported_on:
        standing = IN_TIME if reported_on <= duty.due_on else LATE
    else:
        standing = OVERDUE if duty.due_on < duty.on else TO_COME
    return {
        "number": subaward.number,
        "subrecipient": subaward.subrecipient.name,
        "fain": known(award.fain),
        "triggered_on": duty.triggered_on,
        "due_on": duty.due_on,
        "amount": duty.amount,
        "reported_on": reported_on,
        "standing": standing,
        "uei": known(subaward.subrecipient.uei),
        "agency": known(award.agency_name),
        "description": known(subaward.description),
        "place": known(subaward.place_of_performance),
    }


def _actions(duties: Iterable[Reportable], through: date, as_known_at: datetime) -> list[tuple[bool, list]]:
    """The obligating actions of subawards that must be reported, each with the sum up to it."""
    owed = {(each.subaward.pk, each.award.pk): each for each in duties}
    lines = Entry.objects.filter(
        subaward__in={key for key, _ in owed},
        kind__in=_OBLIGATIONS,
        incurred_on__lte=through,
        posted_at__lte=as_known_at,
    ).order_by("incurred_on", "pk")
    rows: list[tuple[bool, list]] = []
    sum_of: dict[tuple[int, int], Decimal] = {}
    for line in lines.values("subaward_id", "federal_award_id", "incurred_on", "kind", "amount"):
        pair = (line["subaward_id"], line["federal_award_id"])
        if (duty := owed.get(pair)) is None:
            continue
        amount = line["amount"] * _OBLIGATIONS[Kind(line["kind"])]
        sum_of[pair] = sum_of.get(pair, ZERO) + amount
        told = [duty.subaward.number, known(duty.award.fain), line["incurred_on"],
                Kind(line["kind"]).label, amount, sum_of[pair]]  # fmt: skip
        rows.append((_is_sample(duty.subaward), told))
    return sorted(rows, key=lambda row: (row[1][0], row[1][1]))


def _others(
    subawards: Any, duties: Iterable[Reportable], through: date, as_known_at: datetime
) -> list[tuple[bool, dict[str, Any]]]:
    """Each further subaward and what pays it, with why it needs no report or why that cannot be told."""
    named = {each.pk: each for each in subawards.select_related("subrecipient", "program")}
    first_tier = set(subawards.filter(is_first_tier()).values_list("pk", flat=True))
    obligated = _obligated(list(named), through, as_known_at)
    splits = FundingSplit.objects.filter(subaward__in=named).values_list("subaward_id", "federal_award_id")
    pairs = {*splits, *obligated} - {(each.subaward.pk, each.award.pk) for each in duties}
    awards = FederalAward.objects.in_bulk({award for _, award in pairs if award})
    rows = []
    for key, award in pairs:
        subaward, amount = named[key], obligated.get((key, award), ZERO)
        why, is_known = _why(awards.get(award), key in first_tier, amount)
        row = {
            "number": subaward.number,
            "subrecipient": subaward.subrecipient.name,
            "award": awards[award].fain or awards[award].code if award else "State money",
            "obligated": amount,
            "why": why,
            "is_known": is_known,
        }
        rows.append((_is_sample(subaward), row))
    return sorted(rows, key=lambda row: (row[1]["number"], row[1]["award"]))


def _obligated(
    subawards: list[int], through: date, as_known_at: datetime
) -> dict[tuple[int, int | None], Decimal]:
    """Net obligations by subaward and federal award."""
    found: dict[tuple[int, int | None], Decimal] = {}
    if not subawards:
        return found
    where: dict[str, Collection[Any]] = {"subaward_id": subawards, "kind": list(_OBLIGATIONS)}
    by = ("subaward_id", "federal_award_id", "kind")
    for row in sums(by, through=through, as_known_at=as_known_at, where=where):
        pair = (row["subaward_id"], row["federal_award_id"])
        found[pair] = found.get(pair, ZERO) + row["amount"] * _OBLIGATIONS[Kind(row["kind"])]
    return found


def _why(award: FederalAward | None, is_first_tier: bool, obligated: Decimal) -> tuple[str, bool]:
    """Why there is no duty, and whether that is certain."""
    if award is None:
        return "It is paid with the state's own money.", True
    if not is_first_tier:
        return "Who passed it on does not hold the federal award; it is no first-tier subaward.", True
    if award.award_date is None:
        return NO_DATE, False
    if award.award_date < law["ffata.subaward_threshold"].values[0].starts_on:
        return "The federal award is older than the duty to report.", True
    if not obligated:
        return "Nothing is obligated under this award.", True
    threshold = law["ffata.subaward_threshold"].on(award.award_date)
    return f"It did not reach the threshold of {shown(Decimal(threshold))}.", True


def _made(subawards: Any, through: date) -> list[tuple[bool, list]]:
    """The reports that were recorded through the day."""
    reports = FfataReport.objects.filter(subaward__in=subawards, reported_on__lte=through)
    reports = reports.select_related("subaward__program", "federal_award").order_by("reported_on", "pk")
    return [
        (
            _is_sample(each.subaward),
            [each.subaward.number, known(each.federal_award.fain), each.reported_on, each.amount,
             each.confirmation],
        )
        for each in reports
    ]  # fmt: skip


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """The duties with their actions and reports, then what needs none, and what nobody can tell."""
    yield Heading("Subawards to be reported under the Transparency Act")
    yield Facts(
        (
            ("Programs", "; ".join(figures["programs"])),
            ("Through", figures["through"]),
            ("As known at", figures["as_known_at"]),
        )
    )
    real, samples = figures["parts"]
    yield from _part(real, 2)
    if samples["due"] or samples["others"]:
        yield Heading("Samples: made up, not real", 2)
        yield from _part(samples, 3)
    yield Notes(_NOTES)


def _part(part: dict[str, Any], level: int) -> Iterator[Block]:
    due, others = part["due"], part["others"]
    unsure = [each for each in others if not each["is_known"]]
    yield Heading("In short", level)
    yield Facts(
        (
            ("Subawards and awards looked at", len(due) + len(others)),
            ("To be reported", len(due)),
            *((name, sum(each["standing"] == name for each in due)) for name in _STANDINGS),
            ("Need no report", len(others) - len(unsure)),
            ("Cannot be told", len(unsure)),
        )
    )
    yield Heading("To be reported", level)
    if due:
        yield from _duties(part)
    else:
        yield Prose(_nothing_due(others, unsure))
    yield Heading("Cannot be told", level)
    if unsure:
        yield _table("Subawards of which the duty cannot be told", unsure, "What is lacking")
    else:
        yield Prose("Of every subaward it can be told whether it must be reported.")
    yield Heading("Need no report", level)
    sure = [each for each in others if each["is_known"]]
    if sure:
        yield _table("Subawards that need no report", sure, "Why")
    else:
        yield Prose("No subaward is known to need no report.")


_STANDINGS = (IN_TIME, LATE, OVERDUE, TO_COME)


def _nothing_due(others: list[Any], unsure: list[Any]) -> str:
    """What an empty list means, in a sentence."""
    if not others:
        return "No subaward is issued in these programs, so there is nothing to report."
    if unsure:
        return (
            "No subaward is known to be due for a report. That does not mean that none is: for "
            f"{len(unsure):,} of {len(others):,} nobody can tell, and they are listed below with what is "
            "lacking."
        )
    return f"None of {len(others):,} subawards must be reported; why, is told of each below."


def _duties(part: dict[str, Any]) -> Iterator[Block]:
    due = part["due"]
    yield LedgerTable(
        "Subawards to be reported, the earliest due first, in dollars",
        (
            Column("Subaward"), Column("Subrecipient", weight=2), Column("FAIN"),
            Column("Reached on", "date"), Column("Amount to report", "dollars"), Column("Due", "date"),
            Column("Reported", "date"), Column("Standing"),
        ),
        [
            (each["number"], each["subrecipient"], each["fain"], each["triggered_on"], each["amount"],
             each["due_on"], each["reported_on"], each["standing"])
            for each in due
        ],
        ("Total", None, None, None, total(each["amount"] for each in due), None, None, None),
    )  # fmt: skip
    yield LedgerTable(
        "What SAM.gov asks for",
        (
            Column("Subaward"), Column("UEI"), Column("Federal agency"), Column("Description", weight=2),
            Column("Place of performance"),
        ),
        [(each["number"], each["uei"], each["agency"], each["description"], each["place"]) for each in due],
    )  # fmt: skip
    yield LedgerTable(
        "Obligating actions of these subawards, in dollars",
        (
            Column("Subaward"), Column("FAIN"), Column("On", "date"), Column("Action"),
            Column("Amount", "dollars"), Column("Sum", "dollars"),
        ),
        part["actions"],
    )  # fmt: skip
    if not part["made"]:
        yield Prose(f"Reports made: {NOT_RECORDED}.")
        return
    yield FigureTable(
        "Reports made, in dollars",
        (
            Column("Subaward"), Column("FAIN"), Column("Reported", "date"), Column("Amount", "dollars"),
            Column("Confirmed as"),
        ),
        part["made"],
        ("Total", None, None, total(row[3] for row in part["made"]), None),
    )  # fmt: skip


def _table(caption: str, rows: list[dict[str, Any]], heading: str) -> LedgerTable:
    columns = (
        Column("Subaward"), Column("Subrecipient", weight=2), Column("Federal award"),
        Column("Obligated ($)", "dollars"), Column(heading, weight=3),
    )  # fmt: skip
    kept = ("number", "subrecipient", "award", "obligated", "why")
    totals = ("Total", None, None, total(each["obligated"] for each in rows), None)
    return LedgerTable(caption, columns, [tuple(each[name] for name in kept) for each in rows], totals)


REPORTS.add("ffata-list", Report("Subawards to be reported (FFATA)", "2 CFR part 170", gather, compose))
