"""How watching over one subrecipient is laid out, in every report that tells of it."""

from collections.abc import Iterator
from typing import Any

from reporting.blocks import Block, Column, Facts, FigureTable, FindingList, Heading, LedgerTable, Prose
from reporting.reports.pieces import NOT_RECORDED, follow_ups_found, known


def watching_blocks(told: dict[str, Any], level: int) -> Iterator[Block]:
    """Risk, conditions, plan and visits, reports read, and what must be put right."""
    yield Heading("Risk", level)
    yield from _risk(told["assessment"])
    yield Heading("Specific conditions", level)
    if told["conditions"]:
        yield FigureTable(
            "Specific conditions (2 CFR 200.208)",
            (
                Column("Subaward"), Column("What is asked", weight=3), Column("Stage"),
                Column("Notice", "date"), Column("Ended", "date"),
            ),
            told["conditions"],
        )  # fmt: skip
    else:
        yield Prose(f"Specific conditions: {NOT_RECORDED}.")
    yield Heading("Plan, reviews and visits", level)
    yield from _visits(told)
    yield Heading("Reports read", level)
    yield from _reviews(told)
    yield Heading("To be put right", level)
    if told["follow_ups"]:
        yield FindingList("To be put right", follow_ups_found(told["follow_ups"]))
    else:
        yield Prose("Nothing is recorded that must be put right.")


def _risk(assessment: dict[str, Any] | None) -> Iterator[Block]:
    if assessment is None:
        yield Prose(f"Assessment of risk (2 CFR 200.332(c)): {NOT_RECORDED}.")
        return
    yield Facts(
        (
            ("Risk of noncompliance", assessment["level"]),
            ("Risk of fraud", assessment["fraud_risk"]),
            ("Score", f"{assessment['score']} of 100"),
            ("Medium from, high from", f"{assessment['medium_from']}, {assessment['high_from']}"),
            ("Assessed on", assessment["assessed_on"]),
            ("Assessed by", assessment["assessed_by"]),
            ("Reason", known(assessment["reason"])),
        )
    )
    yield LedgerTable(
        f"Factors, version {assessment['scheme']} (2 CFR 200.332(c))",
        (
            Column("Factor", weight=2), Column("Answer or figure", weight=2), Column("Points", "count"),
            Column("Note"),
        ),
        assessment["factors"],
    )  # fmt: skip


def _visits(told: dict[str, Any]) -> Iterator[Block]:
    if told["plans"]:
        columns = (Column("Year"), Column("Risk"), Column("Made by", weight=2))
        rows = [(str(year), level, by) for year, level, by in told["plans"]]
        yield FigureTable("Monitoring plans", columns, rows)
    else:
        yield Prose(f"Monitoring plan: {NOT_RECORDED}.")
    if not told["visits"]:
        yield Prose(f"Reviews and visits: {NOT_RECORDED}.")
        return
    yield FigureTable(
        "Reviews and visits",
        (
            Column("Kind"), Column("Planned for", "date"), Column("Status"), Column("Held", "date"),
            Column("By"), Column("Result", weight=2),
        ),
        [
            (each["kind"], each["planned_for"], each["status"], each["held_on"], each["held_by"],
             each["result"])
            for each in told["visits"]
        ],
    )  # fmt: skip


def _reviews(told: dict[str, Any]) -> Iterator[Block]:
    if told["not_read"]:
        yield Prose(f"Signed reports that nobody has read: {told['not_read']:,} (2 CFR 200.332(e)(1)).")
    if not told["reviews"]:
        yield Prose(f"Reading of its reports: {NOT_RECORDED}.")
        return
    yield LedgerTable(
        "Reports read (2 CFR 200.332(e)(1))",
        (
            Column("Subaward"), Column("Period"), Column("Report"), Column("Result"),
            Column("Note", weight=2), Column("On", "date"), Column("By"),
        ),
        told["reviews"],
    )  # fmt: skip
