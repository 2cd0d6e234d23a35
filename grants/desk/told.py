"""What a page tells of a record before someone decides on it: figures, tables, and what gives pause."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows under headings; a cell that is a Decimal is dollars. ``way`` leads to all rows: address, words."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    way: tuple[str, str] | None = None

    @property
    def headings(self) -> list[tuple[str, bool]]:
        """Each heading, and whether dollars stand under it."""
        first = self.rows[0] if self.rows else ()
        return [(name, isinstance(cell, Decimal)) for name, cell in zip_longest(self.columns, first)]


@dataclass(frozen=True)
class Told:
    """What is decided on: figures with their words, tables, and sentences that give pause.

    ``lacks`` lists what the law asks for and is not recorded, under the sentence ``lacking``.
    """

    facts: Sequence[tuple[str, Any]] = ()
    tables: Sequence[Table] = ()
    warnings: Sequence[str] = ()
    lacks: Sequence[str] = ()
    lacking: str = ""
