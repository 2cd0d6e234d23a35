"""Rows that were read from a sheet, kept by column, each knowing its cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, overload

import orjson


@dataclass
class Table(Sequence["Row"]):
    """The rows of one sheet. ``columns`` holds the values by name; a blank or unreadable cell is None.

    ``sheet`` is the name the file gives it. ``letters`` says in which column of the sheet a name stands
    (a name whose column is absent has none), ``numbers`` the row of the sheet. In a block of labels beside
    values, which has one row, ``letters`` holds the whole cell, such as ``B3``.
    """

    sheet: str
    letters: dict[str, str] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    unread: dict[str, set[int]] = field(default_factory=dict)
    is_block: bool = False

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> "Row": ...
    @overload
    def __getitem__(self, index: slice) -> list["Row"]: ...
    def __getitem__(self, index: int | slice) -> "Row | list[Row]":
        if isinstance(index, slice):
            return [Row(self, place) for place in range(*index.indices(len(self)))]
        return Row(self, range(len(self))[index])

    def __iter__(self) -> Iterator["Row"]:
        return (Row(self, index) for index in range(len(self)))

    def has(self, *names: str) -> bool:
        """Whether the sheet has all these columns."""
        return all(name in self.letters for name in names)

    def is_readable(self, *names: str) -> bool:
        """Whether the sheet has all these columns and each of their cells could be read."""
        return self.has(*names) and not any(self.unread.get(name) for name in names)

    def values(self, name: str) -> list[Any]:
        """The values of a column, one per row; all None when the sheet has no such column."""
        return self.columns.get(name) or [None] * len(self.numbers)


class Row:
    """One row of a table: ``row["amount"]`` is a value, ``row.cell("amount")`` where it stands."""

    __slots__ = ("_index", "_table")

    def __init__(self, table: Table, index: int) -> None:
        self._table = table
        self._index = index

    def __getitem__(self, name: str) -> Any:
        column = self._table.columns.get(name)
        return column[self._index] if column else None

    @property
    def sheet(self) -> str:
        """The name of the sheet, as the file gives it."""
        return self._table.sheet

    @property
    def number(self) -> int:
        """The row of the sheet, counted from 1."""
        return self._table.numbers[self._index]

    @property
    def values(self) -> Mapping[str, Any]:
        """The values by name; blank and unreadable cells are None."""
        return {name: column[self._index] for name, column in self._table.columns.items()}

    def cell(self, name: str) -> str:
        """The cell of a value, such as ``C5``; empty when the sheet has no such column."""
        letter = self._table.letters.get(name, "")
        return letter if self._table.is_block or not letter else f"{letter}{self.number}"

    def has(self, *names: str) -> bool:
        """Whether all these cells are filled and could be read: then rules about them may speak."""
        return all(self[name] is not None for name in names)

    def is_readable(self, *names: str) -> bool:
        """Whether none of these cells was unreadable or its column absent; they may be blank."""
        table, index = self._table, self._index
        return all(name in table.letters and index not in table.unread.get(name, ()) for name in names)


def as_kept(rows: Mapping[str, Table]) -> str:
    """The rows of every sheet as JSON by column, all values as text; what is blank throughout is left out."""
    return orjson.dumps(
        {
            name: {
                "sheet": table.sheet,
                "letters": {column: table.letters[column] for column in kept if column in table.letters},
                "numbers": table.numbers,
                "columns": kept,
            }
            for name, table in rows.items()
            if len(table) and (kept := _kept_columns(table))
        }
    ).decode()


def rows_kept(text: str) -> dict[str, Table]:
    """The rows that ``as_kept`` gave, by sheet: amounts as ``1234.50``, days as ``2022-06-30``, all text."""
    return {name: Table(**kept) for name, kept in orjson.loads(text).items()}


def as_text(value: Any) -> str | None:
    """A value as it is kept: an amount with its decimals, a day as ``2022-06-30``."""
    match value:
        case None | str():
            return value
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
    return str(value)


def _kept_columns(table: Table) -> dict[str, list[str | None]]:
    return {
        name: list(map(as_text, column))
        for name, column in table.columns.items()
        if any(value is not None for value in column)
    }
