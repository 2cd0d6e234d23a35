"""What the books lack for a rule to judge by: a column that it looks at and that is known of no row."""

from grants.compliance.books import Books
from grants.compliance.frames import FRAMES, Kind
from grants.compliance.places import OWNERS
from grants.compliance.rule import Rule

_MAY_LACK = (Kind.DAY, Kind.MONEY_IF_KNOWN, Kind.COUNT_IF_KNOWN)

CALLED = {
    "awarded_on": "the date of its federal award",
    "appropriated_on": "its federal fiscal year",
    "starts_on": "its first day",
    "ends_on": "its last day",
    "performs_from": "the first day of its work",
    "performs_to": "the last day of its work",
    "budget_from": "the first day of its budget period",
    "budget_to": "the last day of its budget period",
    "year_starts_on": "the first day of its fiscal year",
    "year_ends_on": "the last day of its fiscal year",
    "sam_expires_on": "the day on which its registration in SAM.gov ends",
    "report_received_on": "the day on which its report was received",
    "reports_due_on": "the day on which its final reports were due",
    "final_report_on": "the day of its final report",
    "indirect_rate": "its indirect cost rate",
    "reference_budget": "its yearly budget",
    "expended_elsewhere": "what was spent of other federal money",
    "download_mbps": "its speed down",
    "upload_mbps": "its speed up",
}
"""What a clerk calls a column, where its own name does not say it."""

SUBJECTS = {"award": "federal award", "report_due": "report", "allocation": "share of a round"}
"""What a clerk calls a row, where the name of the subject does not say it."""


def what_lacks(rule: Rule, books: Books) -> str:
    """A sentence on a column that a rule looks at and no row of the books has; nothing if there is none.

    A rule that looks at such a column and finds nothing has not shown that all is well.
    """
    for name, columns in rule.reads.items():
        rows = getattr(books, name)
        for column in sorted(columns - OWNERS.keys()):
            if FRAMES[name].columns[column] in _MAY_LACK and len(rows) and rows[column].isna().all():
                return f"No {_subject(name)} has {_called(name, column)} on record."
    return ""


def _subject(name: str) -> str:
    subject = FRAMES[name].subject
    return SUBJECTS.get(subject, subject.replace("_", " "))


def _called(name: str, column: str) -> str:
    if (name, column) == ("awards", "awarded_on"):
        return "the day on which it was made"
    if column in CALLED:
        return CALLED[column]
    if FRAMES[name].columns[column] is Kind.DAY:
        return f"the day on which it was {column.removesuffix('_on')}"
    return f"its {column.replace('_', ' ')}"
