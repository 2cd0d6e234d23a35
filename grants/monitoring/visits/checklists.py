"""How often subrecipients are looked at, and what is asked then, as data."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

ANSWERS = {"yes": "In order", "no": "Not in order", "not_applicable": "Does not apply"}
_MONTHS = 12


@dataclass(frozen=True)
class Question:
    """One area that is looked at, with its law."""

    code: str
    title: str
    cites: str


@dataclass(frozen=True)
class Checklist:
    """The questions of one kind of review, in one version."""

    version: str
    questions: tuple[Question, ...]


def checklist_of(kind: str) -> Checklist:
    """The checklist in force for a kind of review."""
    given = _read()["checklists"][kind]
    return Checklist(given["version"], tuple(Question(*each) for each in given["questions"]))


def reviews_of(level: str, year: int) -> list[tuple[str, date]]:
    """Kind and day of each review that a level of risk asks in a year, spread evenly over its months."""
    found = []
    for kind, count in _read()["reviews"][level].items():
        step = _MONTHS // max(count, 1)
        found += [(kind, date(year, step * (place + 1) - step // 2, 15)) for place in range(count)]
    return sorted(found, key=lambda review: review[1])


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "plan.toml").read_text(encoding="utf-8"))
