"""What the Federal Audit Clearinghouse would refuse: its rules as a list, and a check for each of ours."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from reporting.problems import Collected, Found, Severity

Row = Mapping[str, str | int | None]
FORM, COVER = "Form", "Coversheet"
_TABLE = Path(__file__).with_name("intake_rules.csv")
_FIRST_ROW = 2


@dataclass(frozen=True)
class IntakeRule:
    """A rule of intake as the Clearinghouse has it; ``here`` says what it is to us, and ``why``."""

    code: str
    area: str
    stage: str
    severity: str
    what_is_checked: str
    source_file: str
    active: str
    here: str
    why: str


def _read() -> dict[str, IntakeRule]:
    with _TABLE.open(newline="") as table:
        return {row["code"]: IntakeRule(**row) for row in csv.DictReader(table)}


INTAKE_RULES = _read()


@dataclass(frozen=True)
class Note:
    """A note to the schedule, as the second workbook has it."""

    title: str
    content: str
    has_table: str = "N"


@dataclass(frozen=True)
class Submission:
    """What both workbooks are to hold: values by the name that their template gives the cell or column.

    ``rows`` are the awards in the order of the sheet, with what its formulas compute. None is an empty cell.
    ``columns`` and ``cover`` say where the values stand; ``catalog`` has the name of each listing; ``made``
    the workbooks by the name of their section, once they are written.
    """

    uei: str
    rows: Sequence[Row]
    total: int | None
    year_starts_on: date
    accounting_policies: str = ""
    is_de_minimis_used: str = ""
    rate_explained: str = ""
    notes: Sequence[Note] = ()
    notes_uei: str | None = None
    catalog: Mapping[str, str] = field(default_factory=dict)
    clusters: Sequence[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    cover: Mapping[str, str] = field(default_factory=dict)
    most_rows: int = 0
    version: str = ""
    made: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Refused:
    """One thing that would be refused: of an award by its index, of both workbooks without one."""

    message: str
    index: int | None = None
    names: Sequence[str] = ()
    sheet: str = FORM


Check = Callable[[Submission], Iterator[Refused]]


@dataclass(frozen=True)
class IntakeCheck:
    """A rule's check, and what to do about what it finds."""

    check: Check
    fix: str


CHECKS: dict[str, IntakeCheck] = {}


def intake_check(code: str, fix: str) -> Callable[[Check], Check]:
    """Declare the check of a rule. Raises ValueError for a rule that the list has not as ours."""
    if INTAKE_RULES[code].here != "check" or code in CHECKS:
        raise ValueError(f"{code} is no check of ours, or has one already.")

    def declared(check: Check) -> Check:
        CHECKS[code] = IntakeCheck(check, fix)
        return check

    return declared


def refused(submission: Submission) -> tuple[Found, ...]:
    """Everything that the Clearinghouse would refuse, with the cells that cause it; errors first.

    A message begins with the award that it is about.
    """
    problems = Collected()
    for code in sorted(CHECKS):
        severity = Severity(INTAKE_RULES[code].severity)
        for each in CHECKS[code].check(submission):
            cells = _cells(submission, each)
            said = (
                each.message
                if each.index is None
                else f"{named(submission.rows[each.index])}: {each.message}"
            )
            problems.add(severity, each.sheet, cells, said, CHECKS[code].fix, code)
    return problems.found()


def named(row: Row) -> str:
    """An award as a message names it: its listing and what else identifies it."""
    listing = f"{row['federal_agency_prefix']}.{row['three_digit_extension']}"
    return " ".join(filter(None, (listing, str(row["additional_award_identification"] or ""))))


def _cells(submission: Submission, each: Refused) -> Iterable[str]:
    if each.index is None:
        return [submission.cover[name] for name in each.names]
    return [f"{submission.columns.get(name, 'A')}{each.index + _FIRST_ROW}" for name in each.names]
