"""The amounts that a filing reports, kept by column, so that many thousands of them cost little."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, overload

import orjson


@dataclass(frozen=True)
class Line:
    """One amount of a filing as the ledger will know it, and the cell it comes from.

    ``kind`` is a kind of ledger entry: ``obligation``, ``expenditure``, ``cost-share``, ``payment`` or
    ``program-income``. ``incurred_on`` is None when the layout has no date for it: the period decides.
    ``is_individual`` marks payments to individuals, which go to Treasury in a file of their own.
    """

    kind: str
    amount: Decimal
    sheet: str
    cell: str
    project: str = ""
    category: str = ""
    payee: str = ""
    award: str = ""
    description: str = ""
    incurred_on: date | None = None
    is_aggregate: bool = False
    is_individual: bool = False


NAMES = tuple(field.name for field in fields(Line))
_OTHERWISE = {field.name: field.default for field in fields(Line)}
_FACTS = attrgetter(*NAMES)


class Lines(Sequence[Line]):
    """Lines in the order of a file, held by column; each becomes a ``Line`` only when it is asked for."""

    def __init__(self, columns: Mapping[str, list[Any]]) -> None:
        """``columns`` are of one length, by names of ``Line``; one that is left out holds what that has."""
        self._length = len(next(iter(columns.values()), ()))
        self._columns = dict(columns)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Lines":
        """The same lines by column."""
        if isinstance(lines, Lines):
            return lines
        columns = map(list, zip(*map(_FACTS, lines), strict=True))
        return cls(dict(zip(NAMES, columns, strict=False)))

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> "Lines": ...
    def __getitem__(self, index: int | slice) -> "Line | Lines":
        if isinstance(index, slice):
            return Lines({name: column[index] for name, column in self._columns.items()})
        return Line(**{name: column[index] for name, column in self._columns.items()})

    def __iter__(self) -> Iterator[Line]:
        return map(Line, *map(self.column, NAMES))

    def column(self, name: str) -> list[Any]:
        """The values of one field, one for each line."""
        found = self._columns.get(name)
        return [_OTHERWISE[name]] * self._length if found is None else found

    def chosen(self, places: Sequence[int]) -> "Lines":
        """The lines at some places, each once and counted from 0, in the order of the file."""
        if len(places) == self._length:
            return self
        return Lines({name: [column[at] for at in places] for name, column in self._columns.items()})

    def repeated(self, places: Sequence[int], amounts: Sequence[Decimal]) -> "Lines":
        """The lines at some places, one of them perhaps more than once, each with another amount."""
        columns = {name: [column[at] for at in places] for name, column in self._columns.items()}
        return Lines(columns | {"amount": list(amounts)})

    def followed_by(self, others: "Lines") -> "Lines":
        """These lines, and then the others."""
        if not len(self) or not len(others):
            return self if len(self) else others
        return Lines({name: [*self.column(name), *others.column(name)] for name in NAMES})

    def as_kept(self) -> str:
        """The lines as JSON by column, amounts and days as text; what all of them share stands once."""
        kept: dict[str, Any] = {"lines": self._length}
        for name, column in self._columns.items():
            first = column[0] if column else None
            if column and column.count(first) == len(column):
                kept[name] = str(first) if name == "amount" else first
            else:
                kept[name] = list(map(str, column)) if name == "amount" else list(column)
        return orjson.dumps(kept).decode()

    @classmethod
    def kept(cls, text: str) -> "Lines":
        """The lines that ``as_kept`` gave, or that were kept one by one before there were columns."""
        found = orjson.loads(text)
        if isinstance(found, list):
            found = {name: [row.get(name, _OTHERWISE[name]) for row in found] for name in NAMES} | {
                "lines": len(found)
            }
        length = found.pop("lines")
        columns = {name: of if isinstance(of, list) else [of] * length for name, of in found.items()}
        if "amount" in columns:
            columns["amount"] = list(map(Decimal, columns["amount"]))
        if "incurred_on" in columns:
            days = {day: day and date.fromisoformat(day) for day in set(columns["incurred_on"])}
            columns["incurred_on"] = list(map(days.__getitem__, columns["incurred_on"]))
        return cls(columns)
