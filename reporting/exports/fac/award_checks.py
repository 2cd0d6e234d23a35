"""Checks of single awards: what each row of the workbook must hold, and what its parts say of each other."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from grants.programs.clusters import NO_CLUSTER, OTHER_CLUSTER, STATE_CLUSTER
from reporting.exports.fac.intake import Refused, Row, Submission, intake_check

MIGRATED = "GSA_MIGRATION"
AMOUNTS = (
    "amount_expended",
    "federal_program_total",
    "cluster_total",
    "subrecipient_amount",
    "number_of_audit_findings",
)
FLAGS = ("is_guaranteed", "is_direct", "is_passed", "is_major")
OF_THE_AUDITOR = ("is_major", "number_of_audit_findings")
REQUIRED = (
    "award_reference",
    "federal_agency_prefix",
    "three_digit_extension",
    "program_name",
    "amount_expended",
    "cluster_name",
    "federal_program_total",
    "cluster_total",
    "is_guaranteed",
    "is_direct",
    "is_passed",
)
_SAYS = {
    "program_name": "the name of the program",
    "amount_expended": "the amount expended",
    "cluster_name": "its cluster, or that it is in none",
    "is_guaranteed": "whether it is a loan",
    "is_direct": "whether it came directly from the federal agency",
    "is_passed": "whether any was passed on to subrecipients",
    "federal_agency_prefix": "the first part of the Assistance Listing",
    "three_digit_extension": "the second part of the Assistance Listing",
}
_RECORD = "Correct the record of the federal award."
_WHOLE = "Give whole dollars."


def is_blank(value: Any) -> bool:
    """Whether a cell is empty."""
    return value is None or str(value).strip() == ""


def _per_row(
    code: str, fix: str, names: tuple[str, ...], message: str
) -> Callable[[Callable[[Row], bool]], Callable[[Row], bool]]:
    """Declare a check by what is true of a row in breach."""

    def declared(is_breach: Callable[[Row], bool]) -> Callable[[Row], bool]:
        def check(submission: Submission) -> Iterator[Refused]:
            for index, row in enumerate(submission.rows):
                if is_breach(row):
                    yield Refused(message, index, names)

        intake_check(code, fix)(check)
        return is_breach

    return declared


@intake_check("FAC-009", _WHOLE)
def amounts_with_cents(submission: Submission) -> Iterator[Refused]:
    """Amounts and counts that are no whole numbers."""
    for index, row in enumerate(submission.rows):
        for name in AMOUNTS:
            if not is_blank(row[name]) and not _is_whole(row[name]):
                yield Refused(f"“{row[name]}” is no whole number.", index, (name,))


@_per_row(
    "FAC-010",
    _WHOLE,
    ("loan_balance_at_audit_period_end",),
    "the balance of a loan is whole dollars, or N/A.",
)
def loan_balances_that_are_no_number(row: Row) -> bool:
    """Balances that are neither whole dollars, nor N/A, nor empty."""
    balance = row["loan_balance_at_audit_period_end"]
    return not is_blank(balance) and balance != "N/A" and not _is_whole(balance)


@_per_row(
    "FAC-011",
    _RECORD,
    ("cluster_name",),
    "whether it is in a cluster is not recorded; “N/A” stands for none.",
)
def clusters_left_empty(row: Row) -> bool:
    """Rows that do not say in which cluster they are."""
    return is_blank(row["cluster_name"])


@intake_check("FAC-028", "Write the real value.")
def marks_of_migration(submission: Submission) -> Iterator[Refused]:
    """The mark of the Clearinghouse's own migration, which no new submission may have."""
    for index, row in enumerate(submission.rows):
        if names := tuple(name for name, value in row.items() if value == MIGRATED):
            yield Refused("the mark of the Clearinghouse's own migration stands in it.", index, names)


@intake_check("FAC-029", "Record it, and make the workbook again.")
def cells_left_empty(submission: Submission) -> Iterator[Refused]:
    """Mandatory cells without a value. Those of the auditor count once one award has them."""
    is_begun = any(not is_blank(row[name]) for row in submission.rows for name in OF_THE_AUDITOR)
    for index, row in enumerate(submission.rows):
        for name in (*REQUIRED, *(OF_THE_AUDITOR if is_begun else ())):
            if is_blank(row[name]):
                yield Refused(f"{_SAYS.get(name, name.replace('_', ' '))} is missing.", index, (name,))


@intake_check("FAC-030", "Answer Y or N.")
def flags_that_are_neither_yes_nor_no(submission: Submission) -> Iterator[Refused]:
    """Answers other than Y and N."""
    for index, row in enumerate(submission.rows):
        for name in FLAGS:
            if not is_blank(row[name]) and row[name] not in ("Y", "N"):
                yield Refused(f"“{row[name]}” is neither Y nor N.", index, (name,))


@_per_row(
    "FAC-031",
    "Number the awards from AWARD-00001.",
    ("award_reference",),
    "its reference reads not AWARD-00001.",
)
def references_of_another_form(row: Row) -> bool:
    """References that are not AWARD- with four or five digits, not all of them zero."""
    return not re.fullmatch(r"AWARD-(?!0+$)(\d{4}|\d{5})", str(row["award_reference"] or ""))


@_per_row(
    "FAC-033",
    "Give the amount where money was passed on, and none where it was not.",
    ("is_passed", "subrecipient_amount"),
    "whether money was passed on to subrecipients, and how much, contradict each other.",
)
def passed_on_without_its_amount(row: Row) -> bool:
    """Money passed on without an amount, or an amount without money passed on."""
    return row["is_passed"] in ("Y", "N") and (row["is_passed"] == "Y") == is_blank(
        row["subrecipient_amount"]
    )


@intake_check("FAC-034", "Choose a cluster of the list, or N/A.")
def clusters_not_in_the_list(submission: Submission) -> Iterator[Refused]:
    """Names of clusters that the Clearinghouse does not know."""
    known = {*submission.clusters, NO_CLUSTER, STATE_CLUSTER, OTHER_CLUSTER}
    for index, row in enumerate(submission.rows):
        if not is_blank(row["cluster_name"]) and str(row["cluster_name"]).upper() not in known:
            yield Refused(f"there is no cluster “{row['cluster_name']}”.", index, ("cluster_name",))


@_per_row(
    "FAC-035",
    "Name the state's cluster, or choose another one.",
    ("cluster_name", "state_cluster_name"),
    "the name of a state cluster is given without one, or not given for one.",
)
def state_clusters_without_a_name(row: Row) -> bool:
    """A name of a state cluster, where and only where there is one."""
    return (row["cluster_name"] == STATE_CLUSTER) == is_blank(row["state_cluster_name"])


@_per_row(
    "FAC-036",
    "Name the other cluster, or choose one of the list.",
    ("cluster_name", "other_cluster_name"),
    "the name of another cluster is given without one, or not given for one.",
)
def other_clusters_without_a_name(row: Row) -> bool:
    """A name of another cluster, where and only where there is one."""
    return (row["cluster_name"] == OTHER_CLUSTER) == is_blank(row["other_cluster_name"])


@_per_row(
    "FAC-037",
    _RECORD,
    ("is_direct", "passthrough_name"),
    "it was not received directly, and from whom is missing.",
)
def received_from_nobody(row: Row) -> bool:
    """Indirect awards without the entity that passed them through."""
    return row["is_direct"] == "N" and is_blank(row["passthrough_name"])


@_per_row(
    "FAC-038",
    _RECORD,
    ("is_direct", "passthrough_name", "passthrough_identifying_number"),
    "it was received directly, and still names a pass-through entity or its number.",
)
def direct_and_passed_through(row: Row) -> bool:
    """Direct awards with a pass-through entity, even as N/A."""
    given = ("passthrough_name", "passthrough_identifying_number")
    return row["is_direct"] == "Y" and not all(is_blank(row[name]) for name in given)


@_per_row(
    "FAC-039",
    _RECORD,
    ("is_guaranteed", "loan_balance_at_audit_period_end"),
    "a loan has a balance at the end of the year, or N/A; what is no loan has none.",
)
def loans_without_their_balance(row: Row) -> bool:
    """Loans without a balance, and balances without a loan."""
    has_balance = not is_blank(row["loan_balance_at_audit_period_end"])
    return row["is_guaranteed"] in ("Y", "N") and (row["is_guaranteed"] == "Y") != has_balance


@_per_row(
    "FAC-041",
    "The auditor gives the kind of report of each major program, and of no other.",
    ("is_major", "audit_report_type"),
    "the kind of audit report and whether the program is major contradict each other.",
)
def major_programs_without_an_opinion(row: Row) -> bool:
    """Major programs without a kind of report, and others with one."""
    return row["is_major"] in ("Y", "N") and (row["is_major"] == "Y") == is_blank(row["audit_report_type"])


@_per_row(
    "FAC-044",
    _RECORD,
    ("federal_agency_prefix",),
    "the first part of its Assistance Listing is not two digits.",
)
def prefixes_of_another_form(row: Row) -> bool:
    """Agency prefixes that are not two digits."""
    return not re.fullmatch(r"\d{2}", str(row["federal_agency_prefix"] or ""))


@_per_row(
    "FAC-045",
    _RECORD,
    ("three_digit_extension",),
    "the second part of its Assistance Listing is neither three digits (with a letter or without), nor RD, "
    "nor U and two digits.",
)
def extensions_of_another_form(row: Row) -> bool:
    """Extensions that no listing has."""
    return not re.fullmatch(r"\d{3}[A-Za-z]?|RD\d?|U\d{2}", str(row["three_digit_extension"] or ""))


@_per_row(
    "FAC-046",
    "Record the FAIN of the award.",
    ("three_digit_extension", "additional_award_identification"),
    "its listing is not known, and nothing else identifies it.",
)
def unknown_listings_without_a_number(row: Row) -> bool:
    """Awards under RD or U without another identification."""
    is_unknown = re.fullmatch(r"RD\d?|U\d{2}", str(row["three_digit_extension"] or ""))
    return bool(is_unknown) and is_blank(row["additional_award_identification"])


@intake_check("FAC-050", "Give each pass-through entity its number, in the same order, with | between them.")
def entities_without_a_number_each(submission: Submission) -> Iterator[Refused]:
    """Several pass-through entities with another count of numbers."""
    names = ("passthrough_name", "passthrough_identifying_number")
    for index, row in enumerate(submission.rows):
        if not any(is_blank(row[name]) for name in names):
            many, numbers = (str(row[name]).split("|") for name in names)
            if len(many) != len(numbers):
                said = f"it has {len(many)} pass-through entities and {len(numbers)} numbers of theirs."
                yield Refused(said, index, names)


@_per_row(
    "FAC-052",
    "Count the findings.",
    ("number_of_audit_findings",),
    "the number of its audit findings is less than none.",
)
def findings_less_than_none(row: Row) -> bool:
    """Negative counts of findings."""
    count = row["number_of_audit_findings"]
    return isinstance(count, int) and count < 0


@_per_row("FAC-053", "Choose U, Q, A or D.", ("audit_report_type",), "its kind of audit report is unknown.")
def opinions_of_another_kind(row: Row) -> bool:
    """Kinds of report other than unmodified, qualified, adverse and disclaimer."""
    return not is_blank(row["audit_report_type"]) and row["audit_report_type"] not in ("U", "Q", "A", "D")


@_per_row("FAC-054", _RECORD, ("passthrough_name",), "one of the entities it was received from has no name.")
def entities_without_a_name(row: Row) -> bool:
    """An empty name among several pass-through entities."""
    names = row["passthrough_name"]
    return not is_blank(names) and any(is_blank(name) for name in str(names).split("|"))


@_per_row(
    "FAC-055",
    "Answer N where less than fifty cents were passed on.",
    ("is_passed", "subrecipient_amount"),
    "money was passed on to subrecipients, and the amount is zero.",
)
def nothing_passed_on(row: Row) -> bool:
    """An amount of zero, which the Clearinghouse takes for none."""
    return row["is_passed"] == "Y" and row["subrecipient_amount"] == 0


@_per_row(
    "FAC-057",
    "Look for payments under this award that belong to another year or award.",
    ("subrecipient_amount", "amount_expended"),
    "more was passed on to subrecipients than was expended.",
)
def more_passed_on_than_expended(row: Row) -> bool:
    """More passed on than expended, of awards that were expended at all."""
    passed, expended = row["subrecipient_amount"], row["amount_expended"]
    return isinstance(passed, int) and isinstance(expended, int) and passed > max(expended, 0)


@_per_row(
    "FAC-061",
    "Record the number that the pass-through entity gave.",
    ("is_direct", "passthrough_identifying_number"),
    "it was not received directly, and the number of the pass-through entity is missing.",
)
def received_without_a_number(row: Row) -> bool:
    """Indirect awards without the number of the entity that passed them through."""
    return row["is_direct"] == "N" and is_blank(row["passthrough_identifying_number"])


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) or bool(re.fullmatch(r"-?\d+", str(value)))
