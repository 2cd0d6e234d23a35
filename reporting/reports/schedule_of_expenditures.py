"""The schedule of expenditures of federal awards of an agency, with its notes (2 CFR 200.510(b))."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from grants.kernel.money import shown, total
from grants.kernel.periods import Period
from grants.parties.models import Party
from reporting.blocks import Block, Column, Facts, FigureTable, Heading, Notes, Prose, Row
from reporting.report import REPORTS, Report
from reporting.reports.schedule_lines import cluster_named, schedule_of, section_of, summed

UNKNOWN = "not recorded"
DIRECT = "Directly from the federal agency"
_ANSWERS = {"Y": "It was used.", "N": "It was not used.", "Both": "It was used for some awards.", "": UNKNOWN}
_BASIS = (
    "The schedule counts what the books of the agency hold. Its own costs count when they were incurred, "
    "and money passed on to a subrecipient when it was paid out, less what came back (2 CFR 200.502). The "
    "state's own money is not in it."
)
_NO_OTHERS = "Money that a federal agency paid to others directly is in their schedules, not in this one."


def gather(agency: Party, through: date, as_known_at: datetime) -> dict[str, Any]:
    """The awards that an agency expended in its fiscal year that ``through`` falls in, and its notes."""
    return schedule_of(agency, through, as_known_at)


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """The schedule by cluster, agency, listing and award; its sums; the notes; samples apart."""
    yield Heading("Schedule of expenditures of federal awards")
    yield Facts(_identity(figures))
    if not figures["lines"]:
        yield Prose("No federal money is recorded as expended in this part of the year.")
    else:
        yield Heading("Awards", 2)
        yield schedule_table("Awards by cluster, federal agency and Assistance Listing", figures["lines"])
        yield from _sums(figures["lines"])
    yield from _others(figures["to_others"])
    if figures["samples"]:
        yield Heading("Samples: made up, not real money", 2)
        yield schedule_table("Sample awards, in no total above", figures["samples"])
    yield from _notes(figures)


def _identity(figures: dict[str, Any]) -> list[tuple[str, Any]]:
    is_whole = figures["through"] == figures["year_ends_on"]
    year = Period(figures["year_starts_on"], figures["year_ends_on"])
    return [
        ("Auditee", figures["agency"]),
        ("UEI", figures["uei"] or UNKNOWN),
        ("EIN", figures["ein"] or UNKNOWN),
        ("Fiscal year", str(year)),
        ("Expended through", figures["through"]),
        ("Covers", "The whole fiscal year" if is_whole else "A part of the fiscal year"),
        ("Passed on to subrecipients ($)", summed(figures["lines"])[0]),
        ("Expended ($)", summed(figures["lines"])[1]),
    ]


def schedule_table(caption: str, lines: list[dict[str, Any]]) -> FigureTable:
    """Awards with subtotals by federal agency within each cluster, and of each cluster."""
    rows: list[Row] = []
    for (section, name), of_cluster in groupby(lines, lambda line: (section_of(line), cluster_named(line))):
        chosen = list(of_cluster)
        title = {"none": "Awards in no cluster", "unknown": "Awards whose cluster is not recorded"}
        rows.append(Row((title.get(section, name),), "section"))
        for agency, of_agency in groupby(chosen, lambda line: line["federal_agency"]):
            awards = list(of_agency)
            rows.append(Row((agency or UNKNOWN,), "section", 1))
            for listing, of_listing in groupby(awards, lambda line: line["aln"]):
                rows += _of_listing(listing, list(of_listing))
            rows.append(_subtotal(f"Total {agency or UNKNOWN}", awards, 1))
        rows.append(_subtotal(f"Total {title.get(section, name)}", chosen, 0))
    columns = (
        Column("Award", weight=3),
        Column("Listing", weight=0.7),
        Column("Number", weight=1.2),
        Column("Received from", weight=1.3),
        Column("Passed on", "dollars"),
        Column("Expended", "dollars"),
    )
    passed, expended = summed(lines)
    return FigureTable(f"{caption}, in dollars", columns, rows, ("Total", None, None, None, passed, expended))


def _of_listing(listing: str, lines: list[dict[str, Any]]) -> list[Row]:
    rows = [
        Row(
            (
                titled(line),
                listing,
                line["fain"] or UNKNOWN,
                _received(line),
                line["passed_on"] or None,
                line["expended"],
            ),
            level=2,
        )
        for line in lines
    ]
    return rows if len(rows) == 1 else [*rows, _subtotal(f"Total {listing}", lines, 2)]


def _subtotal(title: str, lines: list[dict[str, Any]], level: int) -> Row:
    passed, expended = summed(lines)
    return Row((title, None, None, None, passed or None, expended), "subtotal", level)


def titled(line: dict[str, Any]) -> str:
    """An award by its title; COVID-19 money begins with that word."""
    name = f"COVID-19: {line['title']}" if line["is_covid"] else line["title"]
    return f"{name} (loan)" if line["is_loan"] else name


def _received(line: dict[str, Any]) -> str:
    if line["is_direct"] is None:
        return UNKNOWN
    if line["is_direct"]:
        return DIRECT
    return f"{line['received_from']}, number {line['received_number'] or UNKNOWN}"


def _sums(lines: list[dict[str, Any]]) -> Iterator[Block]:
    """The same money by Assistance Listing, whatever its cluster."""
    by_listing: dict[str, list[dict[str, Any]]] = {}
    for line in sorted(lines, key=lambda line: line["aln"]):
        by_listing.setdefault(line["aln"], []).append(line)
    rows = [(listing, len(chosen), *summed(chosen)) for listing, chosen in by_listing.items()]
    columns = (
        Column("Listing"),
        Column("Awards", "count"),
        Column("Passed on", "dollars"),
        Column("Expended", "dollars"),
    )
    yield FigureTable(
        "Totals by Assistance Listing, in dollars", columns, rows, ("Total", len(lines), *summed(lines))
    )


def _others(paid: list[dict[str, Any]]) -> Iterator[Block]:
    if paid:
        yield Heading("Paid to others for their own awards", 2)
        yield Prose(
            "These parties are no subrecipients: they report the money themselves. It is in no total here."
        )
        yield FigureTable(
            "Paid in the year, in dollars",
            (Column("Award", weight=3), Column("Paid", "dollars")),
            [(each["award"], each["amount"]) for each in paid],
            ("Total", total(each["amount"] for each in paid)),
        )


def notes_of(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """Title and text of each further note: how amounts are counted, loans, others, and what else is said."""
    notes = [("Basis of presentation", _BASIS), ("Loans and loan guarantees", _loans(figures["lines"]))]
    if figures["to_others"]:
        paid = shown(total(each["amount"] for each in figures["to_others"]))
        text = f"{paid} was paid to parties that report it themselves; it is not in the schedule."
        notes.append(("Money paid to others for their own awards", text))
    if figures["other"]:
        notes.append(("Other", figures["other"]))
    return notes


def _loans(lines: list[dict[str, Any]]) -> str:
    loans = [line for line in lines if line["is_loan"]]
    unknown = sum(line["is_loan"] is None for line in lines)
    said = [
        f"{line['aln']} {line['title']}: {_balance(line)} outstanding at the end of the fiscal year."
        for line in loans
    ]
    if not lines:
        said.append("The schedule has no award.")
    elif unknown:
        said.append(f"Whether it is a loan is {UNKNOWN} of {unknown:,} of {len(lines):,} awards.")
    elif not loans:
        said.append("No award of the schedule is a loan or a loan guarantee.")
    return " ".join(said)


def _balance(line: dict[str, Any]) -> str:
    return UNKNOWN if line["loan_balance"] is None else shown(line["loan_balance"])


def _notes(figures: dict[str, Any]) -> Iterator[Block]:
    yield Heading("Notes to the schedule", 2)
    yield Facts(
        (
            ("Significant accounting policies", figures["accounting_policies"] or UNKNOWN),
            ("De minimis indirect cost rate", _ANSWERS[figures["is_de_minimis_used"]]),
            ("Explanation of the rate", figures["rate_explained"] or UNKNOWN),
        )
    )
    for title, text in notes_of(figures):
        yield Heading(title, 3)
        yield Prose(text)
    yield Notes([_NO_OTHERS, "Source: 2 CFR 200.502, 200.510(b)."], "About this document")


REPORTS.add(
    "schedule-of-expenditures",
    Report(
        "Schedule of expenditures of federal awards", "2 CFR 200.510(b)", gather, compose, about=("agency",)
    ),
)
