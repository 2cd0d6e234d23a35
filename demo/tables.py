"""Reading the lists of the demonstration: declared columns of a CSV, and every problem told at once."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from grants.kernel.money import CENT, dollars
from grants.kernel.periods import month_end
from grants.kernel.refusals import Problem, Unreadable
from grants.programs.input_files import read_file
from grants.programs.readers import written_out

Row = dict[str, Any]
"""The cells of a line by their headings, read; ``row`` is where it stands in the file."""

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,20})?", re.ASCII)
FLOAT_NOISE = Decimal("0.000001")


@dataclass(frozen=True)
class Column:
    """A heading, and how its cells are read; a blank cell is a problem unless there is a default."""

    heading: str
    reader: Callable[[str], Any]
    is_required: bool = True
    default: Any = None


@dataclass(frozen=True)
class Table:
    """A file of the demonstration.

    ``key`` names the columns that together stand only once; ``whole`` the one that is the sum of ``parts``.
    """

    file: str
    columns: Sequence[Column]
    key: tuple[str, ...] = ()
    whole: str = ""
    parts: tuple[str, ...] = ()

    def rows(self, folder: Path) -> list[Row]:
        """The lines of the file. Raises Unreadable with every problem, its row and its column."""
        given = read_file(folder / self.file, options={})
        lines = given.document["places"]
        problems = list(self._absent(lines))
        if not problems:
            rows = [self._row(row, cells, problems) for row, cells in zip(given.rows, lines, strict=True)]
            problems.extend(self._repeated(rows))
            problems.extend(self._that_do_not_add_up(rows))
        if problems:
            raise Unreadable(replace(problem, file=self.file) for problem in problems)
        return rows

    def _absent(self, lines: Sequence[Mapping[str, str]]) -> Iterable[Problem]:
        if not lines:
            yield Problem("There are no rows.")
            return
        for column in self.columns:
            if column.heading.lower() not in lines[0]:
                yield Problem("This column is missing.", row=1, column=column.heading)

    def _row(self, row: int, cells: Mapping[str, str], problems: list[Problem]) -> Row:
        found: Row = {"row": row}
        for column in self.columns:
            text = cells.get(column.heading.lower(), "").strip()
            found[column.heading] = column.default
            try:
                if text:
                    found[column.heading] = column.reader(text)
                elif column.is_required:
                    problems.append(Problem("This cell is empty.", row=row, column=column.heading))
            except ValueError as wrong:
                problems.append(Problem(str(wrong), row=row, column=column.heading))
        return found

    def _repeated(self, rows: Iterable[Row]) -> Iterable[Problem]:
        seen: dict[tuple[Any, ...], int] = {}
        for found in rows:
            key = tuple(found[heading] for heading in self.key)
            if key and key in seen:
                says = f"{written_out(', '.join(map(str, key)))} already stands in row {seen[key]}."
                yield Problem(says, row=found["row"], column=self.key[-1])
            seen.setdefault(key, found["row"])

    def _that_do_not_add_up(self, rows: Iterable[Row]) -> Iterable[Problem]:
        for found in rows if self.whole else ():
            numbers = [found[heading] for heading in (self.whole, *self.parts)]
            if None not in numbers and numbers[0] != sum(numbers[1:]):
                says = f"{numbers[0]:,} is not the sum of {', '.join(self.parts)}: {sum(numbers[1:]):,}."
                yield Problem(says, row=found["row"], column=self.whole)


def text(given: str) -> str:
    """Words on one line."""
    return " ".join(given.split())


@dataclass(frozen=True, order=True)
class Known:
    """A day as far as it is known: the day itself, or the last one of the month or year that is given."""

    on: date
    given: str

    def __str__(self) -> str:
        if self.given == self.on.isoformat():
            return f"on {self.given}"
        return f"in {self.given} (the day is not known, the last one is kept)"


def known_day(given: str) -> Known:
    """A date of which a year (``2023``), a month (``2022-09``) or a day is known."""
    parts = _DATE.fullmatch(given)
    if parts is None:
        raise ValueError(f"{written_out(given)} is not a year, a month such as 2022-09, or a day.")
    year, month, day = (int(part or 0) for part in parts.groups())
    if not month:
        return Known(date(year, 12, 31), given)
    first = date(year, month, 1)
    return Known(first.replace(day=day) if day else month_end(first), given)


def known_days(given: str) -> tuple[Known, ...]:
    """Dates set apart by strokes, such as ``2022-09 / 2023-03``."""
    return tuple(known_day(part.strip()) for part in given.split("/"))


def one_of(*words: str) -> Callable[[str], str]:
    """A reader of one of these words, and no other."""

    def read(given: str) -> str:
        if given not in words:
            raise ValueError(f"{written_out(given)} is not one of: {', '.join(words)}.")
        return given

    return read


def codes(given: str) -> tuple[str, ...]:
    """Codes or names set apart by semicolons."""
    return tuple(part.strip() for part in given.split(";"))


def speeds(given: str) -> tuple[int, int]:
    """Download and upload in megabits a second, such as ``100/100``."""
    try:
        down, up = (int(part) for part in given.split("/"))
    except ValueError:
        raise ValueError(f"{written_out(given)} is not a speed such as 100/20.") from None
    return down, up


def dollars_from_float(given: str) -> Decimal:
    """An amount that its publisher kept as a binary number: ``1493803.6300000001`` is 1,493,803.63.

    What is further from whole cents than such a number can be is refused, as is an amount below zero.
    """
    if not _NUMBER.fullmatch(given):
        raise ValueError(f"{written_out(given)} is not an amount of money.")
    exact = Decimal(given)
    near = exact.quantize(CENT)
    amount = dollars(near if abs(exact - near) < FLOAT_NOISE else exact)
    if amount < 0:
        raise ValueError(f"{written_out(given)} is negative; the amount must be zero or more.")
    return amount


def altered(folder: Path) -> Iterable[Problem]:
    """A problem for each file of ``SOURCES.toml`` that is not, byte for byte, what was published."""
    for name, source in sources(folder).items():
        path = folder / name
        if not path.is_file():
            yield Problem("This file is not there.", file=name)
        elif hashlib.sha256(path.read_bytes()).hexdigest() != source["sha256"]:
            yield Problem("This file is not, byte for byte, the one that SOURCES.toml names.", file=name)


def sources(folder: Path) -> dict[str, dict[str, Any]]:
    """What is known of each file, by its name."""
    return tomllib.loads((folder / "SOURCES.toml").read_text(encoding="utf-8"))
