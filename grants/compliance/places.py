"""Where a breach stands: its subaward, program, award and party, its agency, and what to call it."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd
from django.apps import apps

from grants.compliance.books import Books
from grants.compliance.frames import FRAME_OF
from grants.compliance.rule import Breach
from grants.kernel.money import from_cents, shown
from grants.kernel.periods import long_date

OWNERS = {"subaward": "Subaward", "program": "Program", "award": "FederalAward", "party": "Party"}
WORDS = {
    "expenditure": "Cost",
    "ffata_report": "Transparency Act report",
    "report_due": "Report",
    "budget_line": "Budget line",
    "passed_down": "Money passed through",
    "cost_share": "Cost share",
    "contribution": "Cost share",
    "financial_report": "Federal financial report",
}
"""What a clerk calls a row of the books, where the name of its kind is not the word."""
NAMED_BY = ("title", "name", "period", "category", "code", "number")


@dataclass(frozen=True)
class Place:
    """Keys of what a breach belongs to, as far as known, and its subject in words."""

    subject: str
    subaward: int | None
    program: int | None
    award: int | None
    party: int | None
    agency: int | None
    family: str
    awarded_on: date | None = None


def places_of(breaches: Sequence[Breach], books: Books) -> list[Place]:
    """The place of each breach, in their order; five questions to the database, however many there are."""
    by_kind: dict[str, list[int]] = {}
    for number, breach in enumerate(breaches):
        by_kind.setdefault(breach.subject, []).append(number)
    keys = {owner: [None] * len(breaches) for owner in OWNERS}  # type: dict[str, list[int | None]]
    for kind, numbers in by_kind.items():
        ids = [breaches[number].id for number in numbers]
        for owner in OWNERS:
            for number, key in zip(numbers, _owners(books, kind, ids, owner), strict=True):
                keys[owner][number] = key
    known = _Known(keys)
    days = _days_of_award(books, keys)
    found = [
        replace(known.place(*each), awarded_on=day)
        for *each, day in zip(*(keys[owner] for owner in OWNERS), days, strict=True)
    ]
    for kind, numbers in by_kind.items():
        rows = getattr(books, FRAME_OF[kind]).loc[[breaches[number].id for number in numbers]]
        for number, words in zip(numbers, _words(kind, rows), strict=True):
            found[number] = known.named(found[number], kind, words)
    return found


def _owners(books: Books, kind: str, ids: list[Any], owner: str) -> list[int | None]:
    """The key of the ``owner`` that each row of a kind leads to, by the shortest way; None without one."""
    way = _way(books, kind, owner)
    if way is None:
        return [None] * len(ids)
    keys = pd.Series(ids, dtype=object)
    for frame, column in way:
        keys = getattr(books, frame)[column].astype(object).reindex(keys)
    return [None if pd.isna(key) else key for key in keys.tolist()]


def _days_of_award(books: Books, keys: dict[str, list[int | None]]) -> list[date | None]:
    """The date of the federal award that chooses the edition of the law, where it is known."""
    found: list[date | None] = [None] * len(keys["subaward"])
    for owner, frame in (("award", books.awards), ("subaward", books.subawards)):
        if "awarded_on" in frame:
            days = frame.awarded_on.reindex(pd.Index(keys[owner], dtype=object)).tolist()
            found = [before if pd.isna(day) else day.date() for before, day in zip(found, days, strict=True)]
    return found


def _way(books: Books, kind: str, owner: str) -> list[tuple[str, str]] | None:
    waiting: deque[tuple[str, list[tuple[str, str]]]] = deque([(kind, [])])
    seen = {kind}
    while waiting:
        at, way = waiting.popleft()
        if at == owner:
            return way
        frame = FRAME_OF[at]
        for column in getattr(books, frame).columns:
            if column in FRAME_OF and column not in seen:
                seen.add(column)
                waiting.append((column, [*way, (frame, column)]))
    return None


class _Known:
    """What the database knows of the owners of breaches."""

    def __init__(self, keys: dict[str, list[int | None]]) -> None:
        subawards = _rows("Subaward", keys["subaward"], "number", "subrecipient__name", "program")
        programs = {*keys["program"], *(row[2] for row in subawards.values())}
        self._subawards = subawards
        self._programs = _rows("Program", programs, "name", "agency", "family")
        self._awards = _rows("FederalAward", keys["award"], "fain", "code", "agency")
        self._parties = _rows("Party", keys["party"], "name", "kept_by")

    def place(self, subaward: int | None, program: int | None, award: int | None, party: int | None) -> Place:
        """The place that these keys make; a key that the database does not know is left out."""
        subaward = subaward if subaward in self._subawards else None
        if subaward is not None:
            program = self._subawards[subaward][2]
        program = program if program in self._programs else None
        award = award if award in self._awards else None
        party = party if party in self._parties else None
        family = ""
        if program is not None:
            _, agency, family = self._programs[program]
        elif award is not None:
            agency = self._awards[award][2]
        else:
            agency = self._parties[party][1] if party is not None else None
        return Place("", subaward, program, award, party, agency, family)

    def named(self, place: Place, kind: str, words: str) -> Place:
        """The place with its subject in words."""
        of = f", {self._of_subaward(place.subaward)}" if place.subaward is not None else ""
        if kind == "subaward":
            says = f"S{self._of_subaward(place.subaward)[1:]}"
        elif kind == "award" and place.award is not None:
            says = f"Federal award {' '.join(name for name in self._awards[place.award][:2] if name)}"
        elif kind == "program" and place.program is not None:
            says = f"Program {self._programs[place.program][0]}"
        elif kind == "party" and place.party is not None:
            says = self._parties[place.party][0]
        else:
            who = "" if of or place.party is None else f", {self._parties[place.party][0]}"
            says = f"{words}{of or who}"
        return replace(place, subject=says[:300])

    def _of_subaward(self, key: int | None) -> str:
        if key is None:
            return "subaward"
        number, name, _ = self._subawards[key]
        return f"subaward {number} to {name}"


def _rows(model: str, keys: Iterable[int | None], *fields: str) -> dict[int, tuple[Any, ...]]:
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    rows = apps.get_model("grants", model)._base_manager.filter(pk__in=wanted)
    return {key: tuple(values) for key, *values in rows.values_list("pk", *fields)}


def _words(kind: str, rows: pd.DataFrame) -> list[str]:
    """What a clerk calls each row: ``Cost of $10.00 on June 30, 2025``, ``Report 2025-Q2``."""
    word = WORDS.get(kind, kind.replace("_", " ").capitalize())
    names = next((rows[column].tolist() for column in NAMED_BY if column in rows), [""] * len(rows))
    days = next(
        (rows[column] for column in ("incurred_on", "paid_on", "reported_on") if column in rows), None
    )
    if days is None or "amount" not in rows:
        return [f"{word} {name}".strip() for name in names]
    return [
        f"{word} of {shown(from_cents(amount))}{'' if pd.isna(day) else f' on {long_date(day)}'}"
        for amount, day in zip(rows.amount.tolist(), days, strict=True)
    ]
