"""What the Federal Audit Clearinghouse would refuse of an agency's schedule, before it is submitted."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from grants.kernel.periods import Period
from grants.parties.models import Party
from reporting.blocks import Block, Column, Facts, FigureTable, FindingList, Found, Heading, Notes, Prose
from reporting.exports.fac.intake import INTAKE_RULES
from reporting.exports.fac.of_schedule import submission_of
from reporting.exports.fac.workbooks import judged
from reporting.report import REPORTS, Report
from reporting.reports.schedule_lines import schedule_of, summed
from reporting.reports.schedule_of_expenditures import titled

UNKNOWN = "not recorded"
_NOTES = (
    (
        "Amounts are whole dollars, as the Clearinghouse takes them. Each is less than two dollars from what "
        "the books have, and their sum is that of the books, rounded half up."
    ),
    (
        "Which programs are major, the opinions on them and the number of findings stay empty in the "
        "workbook: they are the auditor's. Once one award has them, every award must."
    ),
    "Source: 2 CFR 200.512(b); rules of intake of the Federal Audit Clearinghouse, GSA-TTS/FAC at fe766b09.",
)


def gather(agency: Party, through: date, as_known_at: datetime) -> dict[str, Any]:
    """The schedule of an agency for the fiscal year of a day, and what of it would be refused."""
    figures = schedule_of(agency, through, as_known_at)
    given = submission_of(figures)
    _, found = judged(given)
    rows = [
        [row["award_reference"], row["amount_expended"], row["subrecipient_amount"] or 0]
        for row in given.rows
    ]
    return {**figures, "rows": rows, "refused": [each.as_dict() for each in found]}


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """Whose submission it is, what would be refused with its cells, and the awards in whole dollars."""
    refused = figures["refused"]
    errors = sum(each["severity"] == "error" for each in refused)
    yield Heading("Submission to the Federal Audit Clearinghouse")
    yield Facts(
        (
            ("Auditee", figures["agency"]),
            ("UEI", figures["uei"] or UNKNOWN),
            ("Fiscal year", str(Period(figures["year_starts_on"], figures["year_ends_on"]))),
            ("Expended through", figures["through"]),
            ("Awards", f"{len(figures['rows']):,}"),
            ("Would be refused", f"{errors:,}"),
            ("Should be looked at", f"{len(refused) - errors:,}"),
        )
    )
    yield Heading("What the Clearinghouse would refuse", 2)
    if refused:
        yield FindingList(
            "By rule of intake, with the cells of the workbooks", [_found(each) for each in refused]
        )
    else:
        yield Prose("Nothing.")
    if figures["rows"]:
        yield Heading("Awards in whole dollars", 2)
        yield _awards(figures)
    yield Notes(_NOTES)


def _found(each: dict[str, str]) -> Found:
    rule = INTAKE_RULES[each["rule"]]
    place = " ".join(filter(None, (each["sheet"], each["cells"])))
    weight = "would be refused" if each["severity"] == "error" else "should be looked at"
    return Found(f"{rule.code}: {rule.what_is_checked}", each["message"], place, "", weight, fix=each["fix"])


def _awards(figures: dict[str, Any]) -> FigureTable:
    columns = (
        Column("Reference"),
        Column("Award", weight=2),
        Column("In the books", "dollars"),
        Column("Passed on", "count"),
        Column("Expended", "count"),
    )
    rows = [
        (reference, f"{line['aln']} {titled(line)}", line["expended"], passed, expended)
        for (reference, expended, passed), line in zip(figures["rows"], figures["lines"], strict=True)
    ]
    passed, expended = (sum(row[place] for row in figures["rows"]) for place in (2, 1))
    totals = ("Total", None, summed(figures["lines"])[1], passed, expended)
    return FigureTable("Rows of the federal awards workbook, in dollars", columns, rows, totals)


REPORTS.add(
    "audit-submission",
    Report("Audit clearinghouse pre-check", "2 CFR 200.512(b)", gather, compose, about=("agency",)),
)
