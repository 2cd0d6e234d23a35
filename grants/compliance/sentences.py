"""The sentence of a breach: what a rule says, filled with the figures of a row as people read them.

A field of the sentence is a column. ``{amount:$}`` is whole cents shown as dollars, ``{share:%}`` basis
points shown as percent, ``{places:n}`` a count; dates and texts need no mark. Of ``[It came on {came_on}.|It
has not come.]`` the first half is said where all its columns are known, and the second where one is not.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Set
from datetime import date
from decimal import Decimal
from string import Formatter
from typing import Any

import pandas as pd

from grants.kernel.money import from_cents, shown
from grants.kernel.periods import long_date

MISSING = "not recorded"

_EITHER = re.compile(r"\[([^][|]*)\|([^][|]*)\]")

Reading = tuple[Callable[[Any], Any], Callable[[Any], str]]


def fields_of(says: str) -> dict[str, str]:
    """The columns that a sentence needs, each with its mark. An unknown mark is a ValueError."""
    found = {name: mark or "" for _, name, mark, _ in Formatter().parse(says) if name is not None}
    unknown = sorted(set(found.values()) - set(READINGS))
    if unknown:
        raise ValueError(f"A sentence cannot show “{unknown[0]}”: {says}")
    return found


def told(says: str, rows: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each row its sentence, and the figures in it as plain values: dollars, dates, texts."""
    needed = fields_of(says)
    plain = says
    for name, mark in needed.items():
        plain = plain.replace(f"{{{name}:{mark}}}", f"{{{name}}}")
    columns = [_values(rows[name]) for name in needed]
    for values in zip(*columns, strict=True) if columns else _nothing(len(rows)):
        figures, words = {}, {}
        for (name, mark), value in zip(needed.items(), values, strict=True):
            kept, worded = READINGS[mark]
            figures[name] = None if value is None else kept(value)
            words[name] = MISSING if value is None else worded(figures[name])
        known = {name for name, figure in figures.items() if figure is not None}
        yield _chosen(plain, known).format_map(words), figures


def _chosen(says: str, known: Set[str]) -> str:
    """The sentence with one half of each alternative: the first if its columns are known."""

    def half(found: re.Match[str]) -> str:
        return found[1] if known >= fields_of(found[1]).keys() else found[2]

    return _EITHER.sub(half, says)


def _nothing(count: int) -> Iterable[tuple[()]]:
    return [()] * count


def _values(column: pd.Series) -> list[Any]:
    """The plain values of a column, None for what is missing."""
    return [None if missing else value for value, missing in zip(column.tolist(), column.isna(), strict=True)]


def _plain(value: Any) -> date | str:
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    if isinstance(value, str):
        return value
    raise TypeError(f"{value!r} needs a mark in the sentence: dollars, percent or count.")


def _worded(value: date | str) -> str:
    return value if isinstance(value, str) else long_date(value)


def _share(basis_points: int) -> Decimal:
    return Decimal(basis_points) / 10_000


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} percent"


READINGS: dict[str, Reading] = {
    "": (_plain, _worded),
    "$": (from_cents, shown),
    "%": (_share, _percent),
    "n": (int, "{:,}".format),
}
