"""Reading the files of SAM.gov: one pass over the rows, found by UEI and by name. Pure: no records."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from grants.kernel.refusals import Problem, Unreadable

UEI = ("unique entity id", "uei", "unique_entity_id", "ueisam", "unique entity id (sam)")
NAME = ("name", "legal business name", "legal_business_name", "entity name")
EXPIRES = ("registration expiration date", "expiration date", "registration_expiration_date")
ENDS = ("termination date", "termination_date")
_DAYS = ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d")
_FILLING = frozenset({"the", "of", "inc", "llc", "corp", "co", "ltd", "corporation", "company"})


@dataclass(frozen=True)
class Listed:
    """A row of the file that may be about a party."""

    party: int
    is_by_uei: bool
    name: str
    row: dict[str, str]


@dataclass(frozen=True)
class Expiry:
    """The day on which a party's registration ends, as the file says."""

    party: int
    on: date


@dataclass(frozen=True)
class Read:
    """What came of a file: how many rows it has, and what it says of parties."""

    rows: int
    found: list[Any]


def plain(name: str) -> str:
    """A name without case, marks and the words that only fill: two that look alike may be one."""
    words = re.findall(r"[a-z0-9]+", name.casefold())
    return " ".join(sorted(word for word in words if word not in _FILLING))


def exclusions_in(
    text: Iterable[str], *, ueis: Mapping[str, int], names: Mapping[str, Sequence[tuple[int, bool]]], on: date
) -> Read:
    """The parties in a list of exclusions that are in force on a day: by UEI, else by the same name.

    ``names`` leads to parties, each with whether its UEI is known. Where both sides have a UEI and they
    differ, the same name means nothing.
    """
    rows, found = 0, []
    for number, cells in _rows(text, {"UEI": UEI, "name": NAME}):
        rows = number - 1
        uei, name = _cell(cells, UEI).upper(), _name(cells)
        ends = _cell(cells, ENDS)
        if ends and ends.casefold() != "indefinite" and _day(ends, number) < on:
            continue
        if party := ueis.get(uei):
            found.append(Listed(party, True, name, cells))
            continue
        namesakes = names.get(plain(name), ())
        found += [Listed(each, False, name, cells) for each, has_uei in namesakes if not (uei and has_uei)]
    return Read(rows, found)


def expiries_in(text: Iterable[str], *, ueis: Mapping[str, int]) -> Read:
    """The days on which registrations of parties end."""
    rows, found = 0, []
    for number, cells in _rows(text, {"UEI": UEI, "expiration date": EXPIRES}):
        rows = number - 1
        if party := ueis.get(_cell(cells, UEI).upper()):
            found.append(Expiry(party, _day(_cell(cells, EXPIRES), number)))
    return Read(rows, found)


def _rows(text: Iterable[str], needed: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by their headings in small letters, numbered as in the file. Raises Unreadable."""
    lines = csv.reader(text)
    try:
        headings = [heading.strip().casefold() for heading in next(lines, [])]
        lacking = [what for what, known in needed.items() if not set(known) & set(headings)]
        if lacking:
            raise Unreadable(Problem(f"There is no column with the {what}.", row=1) for what in lacking)
        for number, cells in enumerate(lines, start=2):
            if any(cells):
                yield number, dict(zip(headings, (cell.strip() for cell in cells), strict=False))
    except csv.Error as broken:
        raise Unreadable([Problem(f"This is not CSV: {broken}.", row=lines.line_num)]) from None


def _cell(cells: Mapping[str, str], known: tuple[str, ...]) -> str:
    return next((cells[heading] for heading in known if heading in cells), "")


def _name(cells: Mapping[str, str]) -> str:
    """The name, or for a person its parts."""
    parts = (cells.get(part, "") for part in ("prefix", "first", "middle", "last", "suffix"))
    return _cell(cells, NAME) or " ".join(filter(None, parts))


def _day(text: str, row: int) -> date:
    for written in _DAYS:
        try:
            return datetime.strptime(text, written).date()
        except ValueError:
            continue
    raise Unreadable([Problem(f"“{text}” is not a date.", row=row)])
