"""Checks of the awards together, of the coversheets and of the notes."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from grants.compliance.law import law
from grants.programs.clusters import NO_CLUSTER, OTHER_CLUSTER, STATE_CLUSTER
from reporting.exports.fac.award_checks import is_blank
from reporting.exports.fac.intake import COVER, Refused, Row, Submission, intake_check

VERSIONS = frozenset({*(f"1.0.{n}" for n in range(6)), *(f"1.1.{n}" for n in range(11))})
"""Templates that the Clearinghouse takes; see SOURCES.md."""
UEI = re.compile(r"(?!0)(?!.*\d{9})[A-HJ-NP-Z0-9]{12}")
_NOTES = "Notes: Coversheet"
_AGAIN = "Make the workbook again from the schedule."
_PARTY = "Correct the record of the party."


def whole(value: Any) -> int:
    """The amount in a cell; nothing for an empty or unreadable one."""
    return value if isinstance(value, int) else 0


def cluster_of(row: Row) -> tuple[str, str] | None:
    """What the total of a cluster is summed by; None for an award in no cluster."""
    name = str(row["cluster_name"] or "")
    if name == STATE_CLUSTER:
        return name, str(row["state_cluster_name"] or "").strip().upper()
    if name == OTHER_CLUSTER:
        return name, str(row["other_cluster_name"] or "").strip().upper()
    return None if name in ("", NO_CLUSTER) else (name, "")


def program_totals(rows: Any) -> Counter:
    """What was expended under each Assistance Listing."""
    totals: Counter = Counter()
    for row in rows:
        totals[row["federal_agency_prefix"], row["three_digit_extension"]] += whole(row["amount_expended"])
    return totals


def cluster_totals(rows: Any) -> Counter:
    """What was expended in each cluster."""
    totals: Counter = Counter()
    for row in rows:
        if cluster := cluster_of(row):
            totals[cluster] += whole(row["amount_expended"])
    return totals


@intake_check("FAC-019", "Take the newest template of the Clearinghouse.")
def versions_no_longer_taken(submission: Submission) -> Iterator[Refused]:
    """A template whose version is not in the list."""
    if submission.version not in VERSIONS:
        yield Refused(f"Templates of version “{submission.version}” are not taken.", sheet=COVER)


@intake_check("FAC-020", "Record the UEI of the party.")
def no_identifier(submission: Submission) -> Iterator[Refused]:
    """A coversheet without a UEI."""
    if is_blank(submission.uei):
        yield Refused("The UEI of the auditee is missing.", names=("auditee_uei",), sheet=COVER)


@intake_check("FAC-021", _PARTY)
def identifiers_of_another_form(submission: Submission) -> Iterator[Refused]:
    """A UEI that cannot be one."""
    if not is_blank(submission.uei) and not UEI.fullmatch(submission.uei):
        said = f"“{submission.uei}” is no UEI: 12 characters without I and O, not beginning with 0."
        yield Refused(said, names=("auditee_uei",), sheet=COVER)


@intake_check("FAC-023", _AGAIN)
def empty_rows(submission: Submission) -> Iterator[Refused]:
    """A row without any value between others."""
    for index, row in enumerate(submission.rows):
        if all(is_blank(row[name]) for name in ("program_name", "amount_expended", "federal_agency_prefix")):
            yield Refused("the row is empty.", index, ("federal_agency_prefix",))


@intake_check("FAC-025", "Ask the Clearinghouse how to submit so many awards.")
def more_awards_than_rows(submission: Submission) -> Iterator[Refused]:
    """More awards than the template has rows."""
    if len(submission.rows) > submission.most_rows:
        yield Refused(f"{len(submission.rows):,} awards do not go into {submission.most_rows:,} rows.")


@intake_check("FAC-042", _AGAIN)
def references_given_twice(submission: Submission) -> Iterator[Refused]:
    """Awards with the reference of another one."""
    counts = Counter(row["award_reference"] for row in submission.rows)
    for index, row in enumerate(submission.rows):
        if counts[row["award_reference"]] > 1:
            yield Refused("another award has the same reference.", index, ("award_reference",))


@intake_check("FAC-043", _AGAIN)
def references_out_of_order(submission: Submission) -> Iterator[Refused]:
    """References that do not count 1, 2, 3 in the order of the rows."""
    for index, row in enumerate(submission.rows):
        digits = str(row["award_reference"]).removeprefix("AWARD-")
        if not digits.isdecimal() or int(digits) != index + 1:
            yield Refused(f"it is award {index + 1:,} in order.", index, ("award_reference",))


@intake_check("FAC-047", _AGAIN)
def programs_that_do_not_foot(submission: Submission) -> Iterator[Refused]:
    """Totals of a program that are not the sum of its awards."""
    totals = program_totals(submission.rows)
    for index, row in enumerate(submission.rows):
        added = totals[row["federal_agency_prefix"], row["three_digit_extension"]]
        if row["federal_program_total"] != added:
            said = f"the awards of its listing add up to {added:,}."
            yield Refused(said, index, ("federal_program_total",))


@intake_check("FAC-048", _AGAIN)
def clusters_that_do_not_foot(submission: Submission) -> Iterator[Refused]:
    """Totals of a cluster that are not the sum of its awards; zero where there is none."""
    totals = cluster_totals(submission.rows)
    for index, row in enumerate(submission.rows):
        cluster = cluster_of(row)
        added = totals[cluster] if cluster else 0
        if row["cluster_total"] != added:
            yield Refused(f"the awards of its cluster add up to {added:,}.", index, ("cluster_total",))


@intake_check("FAC-049", _AGAIN)
def a_total_that_does_not_foot(submission: Submission) -> Iterator[Refused]:
    """A coversheet whose total is not the sum of all awards."""
    added = sum(whole(row["amount_expended"]) for row in submission.rows)
    if submission.total != added:
        said = f"The total is {submission.total}, and the awards add up to {added:,}."
        yield Refused(said, names=("total_amount_expended",), sheet=COVER)


@intake_check("FAC-051", _AGAIN)
def awards_with_other_parts(submission: Submission) -> Iterator[Refused]:
    """Awards with more or fewer parts than the sheet has columns."""
    for index, row in enumerate(submission.rows):
        if other := set(row) ^ set(submission.columns):
            yield Refused(f"it has more or fewer parts: {', '.join(sorted(other))}.", index)


@intake_check("FAC-059", "Look the listing up at SAM.gov, and correct the record of the award.")
def listings_not_in_the_catalog(submission: Submission) -> Iterator[Refused]:
    """Assistance Listings that the Clearinghouse does not list; made-up extensions aside."""
    for index, row in enumerate(submission.rows):
        listing = f"{row['federal_agency_prefix']}.{row['three_digit_extension']}"
        if re.fullmatch(r"\d{2}\.\d{3}", listing) and listing not in submission.catalog:
            said = "the Clearinghouse does not list this Assistance Listing."
            yield Refused(said, index, ("federal_agency_prefix", "three_digit_extension"))


@intake_check("FAC-060", "Give the name that the list has.")
def names_of_another_listing(submission: Submission) -> Iterator[Refused]:
    """Names of programs that are not the name of their listing."""
    for index, row in enumerate(submission.rows):
        listed = submission.catalog.get(f"{row['federal_agency_prefix']}.{row['three_digit_extension']}")
        if listed and _bare(row["program_name"]) != _bare(listed):
            yield Refused(f"the listing is called “{listed}”.", index, ("program_name",))


@intake_check("FAC-074", "Record it for the fiscal year, and make the workbook again.")
def notes_left_empty(submission: Submission) -> Iterator[Refused]:
    """Notes without their mandatory parts."""
    asked = (
        ("accounting_policies", submission.accounting_policies, "The significant accounting policies"),
        ("is_minimis_rate_used", submission.is_de_minimis_used, "Whether the de minimis rate was used"),
        ("rate_explained", submission.rate_explained, "The explanation of the rate"),
    )
    for name, value, says in asked:
        if is_blank(value):
            yield Refused(f"{says} is missing in the notes.", names=(name,), sheet=_NOTES)
    if submission.is_de_minimis_used not in ("", "Y", "N", "Both"):
        said = "Whether the de minimis rate was used is answered Y, N or Both."
        yield Refused(said, names=("is_minimis_rate_used",), sheet=_NOTES)
    for number, note in enumerate(submission.notes, 1):
        if is_blank(note.title) or is_blank(note.content) or note.has_table not in ("Y", "N"):
            yield Refused(f"Note {number} needs a title, a text, and Y or N for a table.", sheet=_NOTES)


@intake_check("FAC-078", _AGAIN)
def different_identifiers(submission: Submission) -> Iterator[Refused]:
    """Workbooks that name two parties."""
    if submission.notes_uei is not None and submission.notes_uei != submission.uei:
        yield Refused("The workbooks name two different UEIs.", names=("auditee_uei",), sheet=_NOTES)


@intake_check("FAC-091", "Choose the year in which federal money was expended.")
def no_award(submission: Submission) -> Iterator[Refused]:
    """A submission without any award."""
    if not submission.rows:
        yield Refused("No federal award was expended in the year.")


@intake_check("FAC-095", "Below the threshold no single audit is required, and none is submitted.")
def below_the_threshold(submission: Submission) -> Iterator[Refused]:
    """Awards and loan balances that together do not reach the threshold of the year."""
    threshold = law["single_audit.expended_threshold"].on(submission.year_starts_on)
    reached = sum(
        abs(whole(row["amount_expended"])) + abs(whole(row["loan_balance_at_audit_period_end"]))
        for row in submission.rows
    )
    if submission.rows and reached < threshold:
        said = f"{reached:,} dollars are less than the threshold of {threshold:,.0f} dollars."
        yield Refused(said, names=("total_amount_expended",), sheet=COVER)


def _bare(name: Any) -> str:
    """A name without capitals, marks and spaces, so that only words count."""
    return re.sub(r"[^A-Z0-9]", "", str(name or "").upper())
