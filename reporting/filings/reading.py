"""Reading what was filed: first the gates, then its workbook and the books together."""

from collections.abc import Mapping, Sequence
from csv import writer
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Any

from grants.kernel.refusals import Problem, Refusal, Unreadable
from reporting.filings.judging import books_of, judged, spent_in
from reporting.layout import WORKBOOKS, Line, Reading
from reporting.problems import Found, Severity
from reporting.workbook import read_workbook

ENTERED = "quarterly-costs/1"
"""The layout of lines that are entered on the site instead of in a workbook."""


@dataclass(frozen=True)
class Judged:
    """What a file says, and everything that is wrong with it: its cells, its rows, and against the books."""

    layout: str
    figures: Mapping[str, Any]
    problems: tuple[Found, ...]
    lines: Sequence[Line]

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
    lines = reading.lines()
    problems = (*reading.problems, *judged(lines, books_of(subaward, period)))
    order = list(Severity)
    return Judged(
        layout=reading.layout,
        figures=reading.as_dict()["figures"],
        problems=tuple(sorted(problems, key=lambda problem: order.index(problem.severity))),
        lines=lines,
    )


def _refuse_another_layout(reading: Reading, period: Any) -> None:
    asked = period.layout.partition("/")[0]
    if asked and reading.layout.partition("/")[0] not in {asked, ENTERED.partition("/")[0]}:
        raise Refusal(
            f"{period} is reported in the workbook “{asked}”; this is “{reading.layout}”.",
            code="wrong-layout",
        )


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
