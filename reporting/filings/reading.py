"""Reading what was filed: first the gates, then its workbook and the books together."""

from collections.abc import Iterator, Mapping, Sequence
from csv import writer
from dataclasses import dataclass, field
from decimal import Decimal
from io import StringIO
from typing import Any

from grants.kernel.periods import long_date
from grants.kernel.refusals import Problem, Refusal, Unreadable
from reporting.filings.blocked import blocked
from reporting.filings.judging import books_of, judged, spent_in
from reporting.filings.past import past_of
from reporting.layout import WORKBOOKS, Reading
from reporting.lines import Lines
from reporting.past import compared, kept_of
from reporting.problems import Found, Severity
from reporting.rows import as_kept
from reporting.workbook import read_workbook

ENTERED = "quarterly-costs/1"
"""The layout of lines that are entered on the site instead of in a workbook."""


@dataclass(frozen=True)
class Judged:
    """What a file says, and everything that is wrong with it: its cells, its rows, and against the books."""

    layout: str
    figures: Mapping[str, Any]
    problems: tuple[Found, ...]
    lines: Lines
    told: Mapping[str, Any] = field(default_factory=dict)
    rows: str | None = None

    @property
    def spent(self) -> Decimal:
        """What it reports as spent, in dollars."""
        return spent_in(self.lines)

    def count(self, severity: Severity) -> int:
        """How many problems weigh so much."""
        return sum(problem.severity is severity for problem in self.problems)


def read(content: bytes, name: str, *, subaward: Any, period: Any) -> Judged:
    """Read and judge a file that is filed for a subaward and period; nothing is written.

    Raises Unreadable for what is no workbook that is known here. Refuses ``wrong-layout`` for one that the
    period does not ask for.
    """
    reading = read_workbook(content, name)
    if not reading.layout:
        raise Unreadable(Problem(f"{each.message} {each.fix}".strip(), name) for each in reading.problems)
    _refuse_another_layout(reading, period)
    lines = Lines.of(reading.lines())
    is_ours = _family(reading.layout) == _family(ENTERED)
    has_days_judged = is_ours and any(row["period_ends_on"] for row in reading.rows.get("Cover", ()))
    books = books_of(subaward, period)
    workbook = WORKBOOKS[reading.layout]
    problems = (
        *reading.problems,
        *_of_another(reading, subaward, period),
        *compared(reading, workbook, past_of(reading, subaward, period)),
        *judged(lines, books, is_by_budget=is_ours, has_days_judged=has_days_judged),
        *blocked(lines, books, subaward=subaward, period=period),
    )
    order = list(Severity)
    return Judged(
        layout=reading.layout,
        figures=reading.as_dict()["figures"],
        problems=tuple(sorted(problems, key=lambda problem: order.index(problem.severity))),
        lines=lines,
        told=kept_of(workbook, reading.rows),
        rows=as_kept(reading.rows) if workbook.keeps_rows else None,
    )


def _refuse_another_layout(reading: Reading, period: Any) -> None:
    asked = _family(period.layout)
    if asked and _family(reading.layout) not in {asked, _family(ENTERED)}:
        raise Refusal(
            f"{period} is reported in the workbook “{asked}”; this is “{reading.layout}”.",
            code="wrong-layout",
        )


def _family(layout: str) -> str:
    """A layout without its version."""
    return layout.partition("/")[0]


def _of_another(reading: Reading, subaward: Any, period: Any) -> Iterator[Found]:
    """The cells of a cover that name another subaward or another last day than what it is filed for.

    A last day within the period may be a slip, or the day on which the books were closed: a warning.
    """
    fix = "Choose the workbook of this subaward and period, or correct the cover."
    for row in reading.rows.get("Cover", ()):
        number, ends_on = row["subaward"], row["period_ends_on"]
        if number and number.casefold() != subaward.number.casefold():
            says = f"The workbook is that of subaward {number}; it is filed for {subaward}."
            yield Found(Severity.ERROR, row.sheet, row.cell("subaward"), says, fix, "filing-another-subaward")
        if ends_on and ends_on != period.ends_on:
            is_within = period.starts_on <= ends_on < period.ends_on
            severity = Severity.WARNING if is_within else Severity.ERROR
            says = f"The workbook is of the period that ends on {long_date(ends_on)}; this is {period.code}."
            yield Found(severity, row.sheet, row.cell("period_ends_on"), says, fix, "filing-another-period")


def as_file(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Lines entered on the site as the CSV file that they would be: keys are the columns of the layout.

    Raises Unreadable for a column that there is not. So they are kept, read and judged as any file is.
    """
    workbook = WORKBOOKS[ENTERED]
    columns = workbook.sheet(workbook.csv_sheet).columns
    known = {column.name for column in columns}
    unknown = sorted({name for row in rows for name in row} - known)
    if unknown:
        raise Unreadable(Problem("There is no such column.", column=name) for name in unknown)
    text = StringIO()
    rows_out = writer(text, lineterminator="\r\n")
    rows_out.writerow(column.heading for column in columns)
    rows_out.writerows([row.get(column.name, "") for column in columns] for row in rows)
    return text.getvalue().encode()
