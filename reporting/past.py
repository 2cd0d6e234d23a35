"""What a workbook is compared with beyond itself: earlier filings and the books, as plain tables.

A layout declares which tables are kept of each of its filings (``Kept``), and checks of a workbook against
those of earlier ones (``PastRule``). Whoever keeps the filings gathers a ``Past``; nothing here reads or
writes records, and an old workbook is never read again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from grants.kernel.money import ZERO
from reporting.problems import Collected, Found, Severity
from reporting.rows import Table

if TYPE_CHECKING:
    from reporting.layout import Breach, Reading, Workbook

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Kept:
    """A table that is kept of a filing for later ones: text, and the columns of ``money`` in dollars."""

    name: str
    rows_of: Callable[[Mapping[str, Table]], Iterable[Mapping[str, Any]]]
    money: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """What an earlier filing told: its period or its subaward, and the tables that were kept of it."""

    by: str
    tables: Tables


@dataclass(frozen=True)
class Past:
    """What was reported before a workbook, and what the books hold.

    ``filings`` are those of the same subaward and layout that count, oldest first; ``missing`` the periods
    before for which there is none. ``is_first`` says that nothing can have been reported before.
    ``elsewhere`` are filings of other subawards that name the same. ``received`` is what came in for the
    program, in dollars, and ``program_ends_on`` the last day of its money.
    """

    filings: tuple[Told, ...] = ()
    missing: tuple[str, ...] = ()
    is_first: bool = False
    elsewhere: tuple[Told, ...] = ()
    received: Decimal | None = None
    program_ends_on: date | None = None

    def rows(self, table: str) -> Iterator[Mapping[str, Any]]:
        """The rows of a table in all earlier filings, oldest first."""
        for told in self.filings:
            yield from told.tables.get(table, ())

    def last(self, table: str, key: str) -> dict[Any, Mapping[str, Any]]:
        """The newest row of a table for each value of ``key``."""
        return {row[key]: row for row in self.rows(table)}

    def total(self, table: str, key: tuple[str, ...], name: str) -> dict[tuple[Any, ...], Decimal]:
        """The sum of an amount over all earlier filings, by the columns of ``key``."""
        sums: dict[tuple[Any, ...], Decimal] = {}
        for row in self.rows(table):
            of = tuple(row[part] for part in key)
            sums[of] = sums.get(of, ZERO) + (row[name] or ZERO)
        return sums


@dataclass(frozen=True)
class PastRule:
    """A check of a workbook against what was reported before.

    ``check`` sees the rows of the workbook and the past, and returns the breaches. One that ``adds_up`` all
    earlier filings is not run while one of them is missing. As every rule it keeps silent about blank and
    unreadable cells.
    """

    code: str
    check: Callable[[Mapping[str, Table], Past], Iterable["Breach"]]
    fix: str
    severity: Severity = Severity.ERROR
    adds_up: bool = False
    source: str = field(default="")


def kept_of(workbook: "Workbook", rows: Mapping[str, Table]) -> dict[str, list[dict[str, Any]]]:
    """The tables to keep of a filing, ready for JSON: amounts as text with two decimals."""
    return {
        kept.name: [
            {name: _as_text(value) for name, value in row.items()} for row in kept.rows_of(rows)
        ]
        for kept in workbook.keeps
    }  # fmt: skip


def _as_text(value: Any) -> str | None:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return None if value is None else str(value)


def told_again(workbook: "Workbook", by: str, kept: Mapping[str, Sequence[Mapping[str, Any]]]) -> Told:
    """The tables that ``kept_of`` gave, with their amounts."""
    money = {each.name: each.money for each in workbook.keeps}
    return Told(
        by,
        {
            table: [
                {**row, **{name: Decimal(row[name]) for name in money.get(table, ()) if row.get(name)}}
                for row in rows
            ]
            for table, rows in kept.items()
        },
    )


def compared(reading: "Reading", workbook: "Workbook", past: Past) -> tuple[Found, ...]:
    """Everything in a workbook that contradicts what was reported before, errors first.

    A note tells which checks could not be run, and why.
    """
    problems = Collected()
    unexamined: set[str] = set()
    for rule in workbook.past_rules:
        if rule.adds_up and past.missing:
            unexamined.add(rule.code)
            continue
        for breach in rule.check(reading.rows, past):
            where = [cell for cell in map(breach.row.cell, breach.names) if cell]
            problems.add(rule.severity, breach.row.sheet, where, breach.message, rule.fix, rule.code)
    if unexamined:
        problems.add(
            Severity.NOTE,
            "",
            (),
            f"There is no report of {', '.join(past.missing)} to compare with, so that the sums of all "
            f"reports were not examined ({', '.join(sorted(unexamined))}).",
            "Nothing needs to be done, unless such a report should be here.",
            "filing-past-missing",
        )
    return problems.found()
