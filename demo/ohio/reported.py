"""What the three governments reported by project, quarter by quarter, as lines to post and to reverse. Pure.

The reports are cumulative. A greater sum than before is a new line, incurred on the last day of the quarter.
A lesser sum of obligations is a deobligation. A lesser sum of expenditures is a correction: the newest lines
are reversed and the lesser amounts posted anew, on the days of the lines they replace. A project whose
category changed has its lines moved to the new one in the same way, and a project that is reported no longer
has nothing. So the sums as known after each quarter's posting are those of that quarter's report.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from demo.tables import Row
from grants.kernel.money import ZERO, total
from grants.ledger.models import Kind

OBLIGATED, EXPENDED = "total_cumulative_obligations", "total_cumulative_expenditures"


@dataclass(frozen=True)
class Reported:
    """A line that a quarter's report makes: which project, what, and the cell it comes from."""

    project: int
    quarter: str
    kind: Kind
    amount: Decimal
    on: date
    period: str
    category: str
    place: str
    memo: str


@dataclass
class Quarter:
    """What one quarter's report adds, and which earlier lines it reverses."""

    on: date
    lines: list[Reported] = field(default_factory=list)
    reversed: list[Reported] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The quarter as periods are called: ``2021-Q4``."""
        return quarter_code(self.on)


def quarter_code(day: date) -> str:
    """The calendar quarter of a day, as periods are called: ``2021-Q4``."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def told_apart(rows: Iterable[Row]) -> list[dict[date, Row]]:
    """Projects of one government, in order of first report: the row of each by the last day of the quarter.

    There are no project ids. Rows of one name are one project from quarter to quarter; where a quarter has
    several of one name, each continues the project whose adopted budget is nearest to its own.
    """
    by_name: dict[str, list[dict[date, Row]]] = {}
    ordered: list[dict[date, Row]] = []
    for on, rows_of_quarter in _by_quarter(rows):
        left: dict[str, list[Row]] = {}
        for row in rows_of_quarter:
            left.setdefault(row["project_name"].casefold(), []).append(row)
        for name, named in left.items():
            known = by_name.setdefault(name, [])
            for row, project in _matched(named, known):
                if project is None:
                    project = {}
                    known.append(project)
                    ordered.append(project)
                project[on] = row
    return ordered


def quarters_of(projects: Sequence[dict[date, Row]]) -> list[Quarter]:
    """What each quarter's report adds and reverses, over all projects of a government."""
    days = sorted({on for project in projects for on in project})
    quarters = [Quarter(on) for on in days]
    for number, project in enumerate(projects):
        books = _Project(number)
        for quarter in quarters:
            row = project.get(quarter.on)
            if row is not None or books.row is not None:
                books.report(quarter, row)
    return quarters


class _Project:
    """The lines of one project that stand, as reports come in."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.row: Row | None = None
        self.obligated = ZERO
        self.spent: list[Reported] = []

    def report(self, quarter: Quarter, row: Row | None) -> None:
        """Take in the report of a quarter; without a row the project is reported no longer."""
        self._obligations(quarter, row)
        self._expenditures(quarter, row)
        self.row = row if row is not None else self.row

    def _obligations(self, quarter: Quarter, row: Row | None) -> None:
        wanted = row[OBLIGATED] if row else ZERO
        if row and self.row and row["ec_code"] != self.row["ec_code"]:
            memo = f"Moved from category {self.row['ec_code']} to {row['ec_code']}."
            self._add(quarter, row, Kind.DEOBLIGATION, self.obligated, self.row["ec_code"], memo, "moved")
            self._add(quarter, row, Kind.OBLIGATION, wanted, row["ec_code"], memo)
        else:
            category = (row or self.row or {})["ec_code"]
            more = wanted - self.obligated
            kind = Kind.OBLIGATION if more > 0 else Kind.DEOBLIGATION
            memo = "" if row else f"Not in the report of {quarter.code} any more."
            self._add(quarter, row, kind, abs(more), category, memo)
        self.obligated = wanted

    def _expenditures(self, quarter: Quarter, row: Row | None) -> None:
        wanted = row[EXPENDED] if row else ZERO
        category = (row or self.row or {})["ec_code"]
        left, standing = wanted, []
        for line in self.spent:
            kept = min(line.amount, left)
            left -= kept
            if (kept, category) == (line.amount, line.category):
                standing.append(line)
                continue
            quarter.reversed.append(line)
            if kept:
                standing.append(self._anew(quarter, row, line, kept, category))
        self.spent = standing
        more = wanted - total(line.amount for line in standing)
        self.spent += self._add(quarter, row, Kind.EXPENDITURE, more, category, "")

    def _anew(
        self, quarter: Quarter, row: Row | None, line: Reported, amount: Decimal, category: str
    ) -> Reported:
        """The line that takes the place of one reversed, on the same day."""
        what = "moved to category " + category if amount == line.amount else "lowered"
        anew = replace(
            line,
            quarter=quarter.code,
            amount=amount,
            category=category,
            place=f"{self._cell(row, EXPENDED)}, for {line.period}",
            memo=f"In place of a line of {line.period}: {what} by the report of {quarter.code}.",
        )
        quarter.lines.append(anew)
        return anew

    def _add(
        self,
        quarter: Quarter,
        row: Row | None,
        kind: Kind,
        amount: Decimal,
        category: str,
        memo: str,
        note: str = "",
    ) -> list[Reported]:
        """A new line of the quarter, unless it would be of nothing."""
        if not amount:
            return []
        column = EXPENDED if kind == Kind.EXPENDITURE else OBLIGATED
        place = self._cell(row, column) + (f", {note}" if note else "")
        line = Reported(
            self.number, quarter.code, kind, amount, quarter.on, quarter.code, category, place, memo
        )
        quarter.lines.append(line)
        return [line]

    def _cell(self, row: Row | None, column: str) -> str:
        """The cell of the list; for a project reported no longer, its last one."""
        return f"row {(row or self.row or {})['row']}, {column}" + ("" if row else ", last report")


def _by_quarter(rows: Iterable[Row]) -> Iterator[tuple[date, list[Row]]]:
    """Rows by the last day of their quarter, earliest first, each in the order of the file."""
    found: dict[date, list[Row]] = {}
    for row in rows:
        found.setdefault(row["period_end"], []).append(row)
    yield from sorted(found.items())


def _matched(
    rows: Sequence[Row], projects: Sequence[dict[date, Row]]
) -> Iterator[tuple[Row, dict[date, Row] | None]]:
    """Each row with the project that it continues: the nearest budgets first; None for a new project."""
    pairs = sorted(
        ((abs(_budget(row) - _budget(_last(project))), at, number)
         for at, row in enumerate(rows) for number, project in enumerate(projects)),
    )  # fmt: skip
    continues: dict[int, int] = {}
    for _, at, number in pairs:
        if at not in continues and number not in continues.values():
            continues[at] = number
    for at, row in enumerate(rows):
        yield row, projects[continues[at]] if at in continues else None


def _last(project: dict[date, Row]) -> Row:
    return project[max(project)]


def _budget(row: Row) -> Any:
    return row["adopted_budget"] or ZERO
