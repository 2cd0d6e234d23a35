"""Rules that many workbooks share, made to measure: each function returns one Rule.

All of them keep silent about blank and unreadable cells, which are told already. ``only_if`` limits a rule
to the rows for which it is true.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, shown
from grants.kernel.periods import long_date
from reporting.cells import shortened
from reporting.layout import Breach, Rows, Rule
from reporting.problems import Severity
from reporting.reading import same
from reporting.rows import Row

When = Callable[[Row], bool]
ERROR, WARNING = Severity.ERROR, Severity.WARNING


def always(row: Row) -> bool:
    """True of every row."""
    return True


def said(value: Any) -> str:
    """A value as a sentence shows it."""
    if isinstance(value, Decimal):
        return shown(value)
    return long_date(value) if isinstance(value, date) else f"“{shortened(str(value))}”"


def in_order(
    code: str,
    sheet: str,
    first: str,
    last: str,
    message: str,
    *,
    only_if: When = always,
    severity: Severity = ERROR,
    fix: str = "Correct the one that is wrong.",
    source: str = "",
) -> Rule:
    """``first`` may not be after, or more than, ``last``. ``message`` may show both as {first} and {last}."""

    def check(rows: Rows) -> Iterator[Breach]:
        table = rows[sheet]
        pairs = zip(table.values(first), table.values(last), strict=True)
        for at, (one, other) in enumerate(pairs):
            if one is not None and other is not None and one > other and only_if(table[at]):
                yield Breach(table[at], (first, last), message.format(first=said(one), last=said(other)))

    return Rule(code, check, fix, severity, source)


def adds_up(
    code: str, sheet: str, whole: str, parts: tuple[str, ...], of: str, *, severity: Severity = ERROR
) -> Rule:
    """``whole`` must be the sum of ``parts``; silent where one of them could not be read."""

    def check(rows: Rows) -> Iterator[Breach]:
        table = rows[sheet]
        here = tuple(part for part in parts if table.has(part))
        for row in table if here else ():
            if row[whole] is None or not row.is_readable(*here):
                continue
            added = sum((row[part] for part in here if row[part] is not None), ZERO)
            if row[whole] != added:
                message = f"The total is {shown(row[whole])}, but the {of} add up to {shown(added)}."
                yield Breach(row, (whole,), message)

    return Rule(code, check, f"Make the total the sum of the {of}.", severity)


def listed(
    code: str,
    sheet: str,
    name: str,
    where: str,
    names: tuple[str, ...],
    *,
    also: tuple[str, ...] = (),
    severity: Severity = ERROR,
    fix: str = "",
) -> Rule:
    """The value must stand in one of the columns ``names`` of sheet ``where``, or be one of ``also``."""

    def check(rows: Rows) -> Iterator[Breach]:
        table, other = rows[sheet], rows[where]
        if not other.is_readable(*(column for column in names if other.has(column))):
            return
        known = {same_code(value) for column in names for value in other.values(column) if value is not None}
        known |= {same(value) for value in also}
        values = table.values(name)
        strange = {value for value in set(values) - {None} if same_code(value) not in known}
        for at, value in enumerate(values) if strange else ():
            if value in strange:
                yield Breach(table[at], (name,), f"{said(value)} is not in the sheet {other.sheet}.")

    return Rule(code, check, fix or f"Add it to the sheet {where}, or correct it here.", severity)


def same_code(value: Any) -> str:
    """A code to compare by: without case, spaces and leading zeros."""
    return same(value).lstrip("0")


def unique(
    code: str, sheet: str, names: tuple[str, ...], what: str, *, severity: Severity = ERROR, fix: str = ""
) -> Rule:
    """No two rows may have the same values in ``names``; blank ones are not compared."""

    def check(rows: Rows) -> Iterator[Breach]:
        table = rows[sheet]
        first: dict[Any, int] = {}
        for at, key in enumerate(zip(*map(table.values, names), strict=True)):
            if None in key:
                continue
            before = first.setdefault(tuple(map(same, key)), at)
            if before != at:
                there = table[before].cell(names[0])
                yield Breach(table[at], names[:1], f"{what} {said(key[0])} stands already in {there}.")

    return Rule(code, check, fix or "Keep one of them, or give this one its own.", severity)


def needed(
    code: str,
    sheet: str,
    name: str,
    only_if: When,
    message: str,
    *,
    severity: Severity = ERROR,
    fix: str = "Fill it in.",
    source: str = "",
) -> Rule:
    """A cell that may not be blank in the rows for which ``only_if`` is true."""

    def check(rows: Rows) -> Iterator[Breach]:
        table = rows[sheet]
        if table.has(name):
            for at, value in enumerate(table.values(name)):
                if value is None and table[at].is_readable(name) and only_if(table[at]):
                    yield Breach(table[at], (name,), message)

    return Rule(code, check, fix, severity, source)


def holds(
    code: str,
    sheet: str,
    name: str,
    test: Callable[[Any, Row], bool],
    message: str,
    *,
    only_if: When = always,
    severity: Severity = ERROR,
    fix: str = "Correct it.",
    source: str = "",
) -> Rule:
    """Each filled cell must pass ``test``. ``message`` may show the cell as {value}."""

    def check(rows: Rows) -> Iterator[Breach]:
        table = rows[sheet]
        for at, value in enumerate(table.values(name)):
            if value is not None and only_if(table[at]) and not test(value, table[at]):
                yield Breach(table[at], (name,), message.format(value=said(value)))

    return Rule(code, check, fix, severity, source)


def patterned(code: str, sheet: str, name: str, pattern: str, what: str, *, only_if: When = always) -> Rule:
    """Each filled cell must match ``pattern`` as a whole; ``what`` names what is asked for."""
    whole = re.compile(pattern)
    return holds(
        code,
        sheet,
        name,
        lambda value, row: whole.fullmatch(value) is not None,
        f"{{value}} is not {what}.",
        only_if=only_if,
        fix=f"Write {what}.",
    )


def repeated_alike(
    code: str, sheet: str, key: tuple[str, ...], names: tuple[str, ...], *, severity: Severity = ERROR
) -> Rule:
    """Rows of one award must repeat its facts as the first of them has them."""

    def check(rows: Rows) -> Iterator[Breach]:
        table = rows[sheet]
        first: dict[Any, Row] = {}
        for row, award in zip(table, zip(*map(table.values, key), strict=True), strict=True):
            if None in award:
                continue
            leader = first.setdefault(award, row)
            for name in names:
                if leader is not row and row.has(name) and leader.has(name) and row[name] != leader[name]:
                    message = f"{said(row[name])} differs from {said(leader[name])} in {leader.cell(name)}."
                    yield Breach(row, (name,), f"The same award is told twice: {message}")

    return Rule(code, check, "Repeat the facts of the award alike on each of its rows.", severity)


def one_row(code: str, sheet: str) -> Rule:
    """The sheet must have exactly one row."""

    def check(rows: Rows) -> Iterator[Breach]:
        for row in rows[sheet][1:]:
            yield Breach(row, tuple(row.values)[:1], f"The sheet {row.sheet} may have one line only.")

    return Rule(code, check, "Delete the other lines.")
