"""Risk and monitoring of the subrecipients of programs: how each is judged, and how it is watched."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from grants.kernel.money import total
from grants.ledger.queries import Standing, standings
from grants.monitoring.risk.models import ConditionStage, RiskLevel
from grants.programs.models import Program
from grants.subawards.models import Stage, Subaward
from reporting.blocks import Block, Column, Facts, FigureTable, Heading, LedgerTable, Notes, Prose
from reporting.report import REPORTS, Report
from reporting.reports.watching import watched
from reporting.reports.watching_blocks import watching_blocks

NOT_ASSESSED = "Not assessed"
LEVELS = (RiskLevel.HIGH.label, RiskLevel.MEDIUM.label, RiskLevel.LOW.label, NOT_ASSESSED)
_KEPT = ("subawards", "obligated", "in_force", "planned", "held", "read", "not_read")
_RECORDED = ("conditions", "plans", "visits", "reviews", "follow_ups")
_NOTES = (
    "A subrecipient stands once for each agency that passed money to it; issued and closed subawards count.",
    "The risk is that of the newest assessment through the day; it is the agency's, not the program's.",
    "Conditions, visits and readings stand as they were when this was issued.",
    "A report that is signed and that nobody has read is one of these subawards in any period.",
)


def gather(programs: Sequence[Program], through: date, as_known_at: datetime) -> dict[str, Any]:
    """Each subrecipient of the programs with all that is recorded of watching it; dollars through a day."""
    subawards = Subaward.objects.filter(program__in=programs, stage__in=(Stage.ISSUED, Stage.CLOSED))
    chosen = subawards.select_related("subrecipient", "program__agency").order_by("number")
    parts = []
    for is_sample in (False, True):
        some = [
            each
            for each in chosen
            if (each.is_sample or each.program.is_sample) is is_sample
            and each.subrecipient_id != each.program.agency_id
        ]
        parts.append({"is_sample": is_sample, "subrecipients": _told(some, through, as_known_at)})
    return {
        "through": through,
        "as_known_at": as_known_at,
        "programs": [each.name for each in programs],
        "parts": parts,
    }


def _told(subawards: list[Subaward], through: date, as_known_at: datetime) -> list[dict[str, Any]]:
    """The subrecipients of these subawards, in order of their names."""
    money: dict[int, Standing] = {}
    if subawards:
        where = {"subaward_id": [each.pk for each in subawards]}
        money = standings("subaward_id", through=through, as_known_at=as_known_at, where=where)
    rows = []
    for (agency, party), told in watched(subawards, through).items():
        theirs = [s for s in subawards if (s.program.agency_id, s.subrecipient_id) == (agency, party)]
        rows.append(
            {
                **told,
                "name": theirs[0].subrecipient.name,
                "agency": theirs[0].program.agency.name,
                "numbers": [each.number for each in theirs],
                "level": told["assessment"]["level"] if told["assessment"] else NOT_ASSESSED,
                "subawards": len(theirs),
                "obligated": total(money.get(each.pk, Standing()).obligated for each in theirs),
                "in_force": sum(row[2] == ConditionStage.IMPOSED.label for row in told["conditions"]),
                "planned": sum(each["is_planned"] for each in told["visits"]),
                "held": sum(each["is_held"] for each in told["visits"]),
                "read": len(told["reviews"]),
            }
        )
    return sorted(rows, key=lambda each: (each["name"], each["agency"]))


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """A summary by level, a row for each subrecipient, then each of which something is recorded."""
    yield Heading("Risk and monitoring of subrecipients")
    yield Facts(
        (
            ("Programs", "; ".join(figures["programs"])),
            ("Through", figures["through"]),
            ("As known at", figures["as_known_at"]),
        )
    )
    real, samples = figures["parts"]
    yield from _part(real["subrecipients"], "", 2)
    if samples["subrecipients"]:
        yield Heading("Samples: made up, not real", 2)
        yield from _part(samples["subrecipients"], ", samples", 3)
    yield Notes(_NOTES)


def _part(subrecipients: list[dict[str, Any]], which: str, level: int) -> Iterator[Block]:
    yield Heading("By level of risk", level)
    if not subrecipients:
        yield Prose("No subaward is issued in these programs, so there is no subrecipient to watch.")
        return
    by_level = [(name, *_sums([each for each in subrecipients if each["level"] == name])) for name in LEVELS]
    yield FigureTable(
        f"Subrecipients by level of risk{which}",
        (Column("Risk of noncompliance"), Column("Subrecipients", "count"), *_COLUMNS),
        by_level,
        ("Total", *_sums(subrecipients)),
    )
    yield Heading("Subrecipients", level)
    yield LedgerTable(
        f"Each subrecipient{which}",
        (Column("Subrecipient", weight=2), Column("Agency", weight=2), Column("Risk"), *_COLUMNS),
        [(each["name"], each["agency"], each["level"], *(each[name] for name in _KEPT))
         for each in subrecipients],
        ("Total", None, None, *_sums(subrecipients)[1:]),
    )  # fmt: skip
    recorded = [each for each in subrecipients if each["assessment"] or any(map(each.get, _RECORDED))]
    silent = len(subrecipients) - len(recorded)
    if silent:
        yield Prose(
            f"Of {silent:,} of {len(subrecipients):,} subrecipients nothing is recorded: no assessment of "
            "risk, plan, review, visit, condition or reading of a report (2 CFR 200.332(c), (e))."
        )
    for each in recorded:
        yield Heading(each["name"], level)
        yield Facts((("Agency", each["agency"]), ("Subawards", ", ".join(each["numbers"]))))
        yield from watching_blocks(each, level + 1)


_COLUMNS = (
    Column("Subawards", "count"),
    Column("Obligated ($)", "dollars"),
    Column("Conditions in force", "count"),
    Column("Visits planned", "count"),
    Column("Visits held", "count"),
    Column("Reports read", "count"),
    Column("Reports not read", "count"),
)


def _sums(subrecipients: list[dict[str, Any]]) -> list[Any]:
    """How many they are, and the sum of each column."""
    counts = {name: sum(each[name] for each in subrecipients) for name in _KEPT if name != "obligated"}
    obligated = total(each["obligated"] for each in subrecipients)
    return [len(subrecipients), *(counts.get(name, obligated) for name in _KEPT)]


REPORTS.add(
    "risk-and-monitoring",
    Report("Risk and monitoring of subrecipients", "2 CFR 200.332(c), (e), (f)", gather, compose),
)
