"""How the dossier of a subaward is laid out: its life in order, each part as its own report tells it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from grants.kernel.money import total
from reporting.blocks import Block, Column, Facts, FigureTable, Heading, LedgerTable, Notes, Prose
from reporting.reports import budget_against_actual, closeout, compliance_blocks, subaward_agreement
from reporting.reports.pieces import NOT_RECORDED, SAMPLE, beneath, known
from reporting.reports.watching_blocks import watching_blocks

_NOTES = (
    "“Not recorded” stands where these books have nothing. It does not mean that nothing was done.",
    "Money counts through the day and as known at the moment in the foot; all else stands as when issued.",
    "A hash is the SHA-256 of the bytes that were received or issued; whoever has them can compute it again.",
    "Every line of the ledger names the file, form or call that it came from. None is ever changed.",
)


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """Award and agreement, amendments, money, filings, watching, audits, findings, closeout, ledger."""
    yield Heading(f"Dossier of subaward {figures['number']}")
    if figures["is_sample"]:
        yield Prose(SAMPLE)
    yield from _origin(figures["origin"])
    yield from beneath(subaward_agreement.body(figures["agreement"]))
    yield from _table(
        "Amendments",
        (
            Column("Amendment"), Column("Effective", "date"), Column("Stage"),
            Column("Change ($)", "dollars"), Column("New last day", "date"), Column("Reason", weight=2),
            Column("Decided by"), Column("Decided", "date"),
        ),
        figures["amendments"],
    )  # fmt: skip
    yield from _money(figures)
    yield from _filings(figures["filings"])
    yield Heading("Exclusion checks and reports under the Transparency Act", 2)
    yield from _before(figures)
    yield Heading("Risk and monitoring", 2)
    yield from watching_blocks(figures["watching"], 3)
    yield from _audits(figures["audits"])
    yield from beneath(compliance_blocks.part_blocks({**figures["compliance"], "name": "Compliance"}), 0)
    yield from beneath(closeout.body(figures["closeout"]))
    yield from _ledger(figures["lines"])
    yield from _table(
        "Documents issued on it",
        (
            Column("Document"), Column("Title", weight=2), Column("Through", "date"),
            Column("Issued", "date"), Column("SHA-256", weight=2),
        ),
        figures["documents"],
    )  # fmt: skip
    yield Notes(_NOTES)


def _table(
    title: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]], totals: Sequence[Any] = ()
) -> Iterator[Block]:
    """A part that is one table, or says that nothing is recorded."""
    yield Heading(title, 2)
    if rows:
        yield LedgerTable(title, columns, rows, totals)
    else:
        yield Prose(f"{title}: {NOT_RECORDED}.")


def _origin(origin: dict[str, Any]) -> Iterator[Block]:
    yield Heading("From application to award", 2)
    yield Facts(
        (
            ("Application", NOT_RECORDED),
            ("Allocation", origin["allocation"]),
            ("Drafted by", origin["drafted_by"]),
            ("Issued by", known(origin["issued_by"])),
            ("Issued on", known(origin["issued_on"])),
            ("Determined to be a (2 CFR 200.331)", known(origin["role"])),
            ("Reason for it", known(origin["role_reason"])),
            ("Determined by", known(origin["role_by"])),
            ("Source", known(origin["source"])),
        )
    )


def _money(figures: dict[str, Any]) -> Iterator[Block]:
    yield Heading("Money by quarter", 2)
    rows = figures["quarters"]
    if rows:
        yield FigureTable(
            "Money by quarter in which it was incurred, in dollars",
            (
                Column("Quarter"),
                *(Column(name, "dollars") for name in ("Obligated", "Spent", "Paid", "Cost share")),
                Column("Program income", "dollars"),
            ),
            rows,
            ("Total", *(total(row[place] for row in rows) for place in range(1, 6))),
        )
    else:
        yield Prose(f"Lines of the ledger: {NOT_RECORDED}.")
    yield from _without_notes(beneath(budget_against_actual.compose(figures["budget"])))


def _without_notes(blocks: Iterable[Block]) -> Iterator[Block]:
    return (block for block in blocks if not isinstance(block, Notes))


def _filings(filings: list[dict[str, Any]]) -> Iterator[Block]:
    """Each filing in a table of who did what, and its hash in another."""
    yield Heading("Filings", 2)
    if not filings:
        yield Prose(f"Filings: {NOT_RECORDED}.")
        return
    yield LedgerTable(
        "Filings, and who answers for them",
        (
            Column("Filing"), Column("Period"), Column("Stage"), Column("Spent ($)", "dollars"),
            Column("Prepared by"), Column("Received", "date"), Column("Certified by"),
            Column("Certified", "date"), Column("Accepted or returned by"), Column("On", "date"),
        ),
        [
            (each["number"], each["period"], each["stage"], each["spent"], each["prepared_by"],
             each["received_on"], known(each["certified_by"]), each["certified_on"],
             known(each["decided_by"]), each["decided_on"])
            for each in filings
        ],
    )  # fmt: skip
    yield LedgerTable(
        "Their files",
        (Column("Filing"), Column("File", weight=2), Column("Text certified"), Column("SHA-256", weight=3)),
        [(each["number"], each["name"], known(each["word"]), each["sha256"]) for each in filings],
    )


def _before(figures: dict[str, Any]) -> Iterator[Block]:
    if figures["checks"]:
        yield FigureTable(
            "Exclusion checks (2 CFR 180.300)",
            (Column("Day", "date"), Column("How"), Column("Result"), Column("Source", weight=2),
             Column("By")),
            figures["checks"],
        )  # fmt: skip
    else:
        yield Prose(f"Exclusion checks (2 CFR 180.300): {NOT_RECORDED}.")
    if figures["ffata"]:
        yield FigureTable(
            "Reports under the Transparency Act (2 CFR part 170)",
            (Column("FAIN"), Column("Reported", "date"), Column("Amount ($)", "dollars"),
             Column("Confirmed as")),
            figures["ffata"],
        )  # fmt: skip
    else:
        yield Prose(f"Reports under the Transparency Act (2 CFR part 170): {NOT_RECORDED}.")


def _audits(audits: list[dict[str, Any]]) -> Iterator[Block]:
    yield Heading("Audit findings and management decisions", 2)
    if not audits:
        yield Prose(f"Audit findings on this subaward: {NOT_RECORDED}.")
        return
    yield FigureTable(
        "Audit findings and the decision on each (2 CFR 200.521)",
        (
            Column("Reference"), Column("Year to", "date"), Column("What was found", weight=2),
            Column("Questioned ($)", "dollars"), Column("Decision"), Column("Decided", "date"),
            Column("By"), Column("Reasons", weight=2),
        ),
        [
            (each["reference"], each["year_ends_on"], f"{each['requirement']}: {each['summary']}",
             each["questioned_cost"], known(each["decision"]), each["decided_on"],
             known(each["decided_by"]), each["reasons"])
            for each in audits
        ],
    )  # fmt: skip


def _ledger(lines: list[list[Any]]) -> Iterator[Block]:
    yield from _table(
        "Lines of the ledger",
        (
            Column("Line"), Column("On", "date"), Column("Kind"), Column("Amount ($)", "dollars"),
            Column("Award"), Column("Category"), Column("Payee"), Column("From", weight=2),
            Column("Reverses"),
        ),
        lines,
    )  # fmt: skip
