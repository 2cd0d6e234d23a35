"""The score of a risk assessment: factors as data, weighed and added up. Pure: no records, no requests."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from grants.kernel.refusals import Refusal

MOST_POINTS = 3
NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Asked:
    """A factor that a person answers; each answer has its words and its points."""

    code: str
    title: str
    cites: str
    weight: int
    answers: Mapping[str, tuple[str, int]]


@dataclass(frozen=True)
class Computed:
    """A factor that the books answer: a figure, with the points from which step on."""

    code: str
    title: str
    cites: str
    unit: str
    weight: int
    steps: tuple[tuple[int, int], ...]

    def points(self, figure: Decimal | int) -> int:
        """The points of the highest step that the figure reaches."""
        return max((points for least, points in self.steps if figure >= least), default=0)


@dataclass(frozen=True)
class Proposal:
    """A specific condition that a level of risk suggests (2 CFR 200.208(c))."""

    nature: str
    action: str
    time: str


@dataclass(frozen=True)
class Scheme:
    """All factors of one version, the bands to begin with, and what each level suggests."""

    version: str
    medium_from: int
    high_from: int
    asked: tuple[Asked, ...]
    computed: tuple[Computed, ...]
    proposals: Mapping[str, tuple[Proposal, ...]]


@dataclass(frozen=True)
class Score:
    """What an assessment comes to; ``score`` is its points in percent of the most there could be."""

    answers: dict[str, dict[str, Any]]
    computed: dict[str, dict[str, Any]]
    score: int


@cache
def scheme() -> Scheme:
    """The factors in force."""
    read = tomllib.loads((Path(__file__).parent / "factors.toml").read_text(encoding="utf-8"))
    return Scheme(
        version=read["version"],
        medium_from=read["medium_from"],
        high_from=read["high_from"],
        asked=tuple(
            Asked(
                code,
                given["title"],
                given["cites"],
                given["weight"],
                {answer: (words, points) for answer, (words, points) in given["answers"].items()},
            )
            for code, given in read["asked"].items()
        ),
        computed=tuple(
            Computed(code, **{**given, "steps": tuple(tuple(step) for step in given["steps"])})
            for code, given in read["computed"].items()
        ),
        proposals={
            level: tuple(Proposal(**each) for each in given) for level, given in read["conditions"].items()
        },
    )


def scored(
    answers: Mapping[str, str],
    figures: Mapping[str, Decimal | int],
    *,
    notes: Mapping[str, str] | None = None,
    by: Scheme | None = None,
) -> Score:
    """The score of a person's answers and of the figures of the books, rounded down.

    A factor that does not apply counts neither way, and needs a note. Refuses ``not-answered`` for a factor
    left out, and ``no-note``.
    """
    factors, said = by or scheme(), notes or {}
    given: dict[str, dict[str, Any]] = {}
    reached = most = 0
    for factor in factors.asked:
        answer, note = answers.get(factor.code, ""), said.get(factor.code, "").strip()
        if answer == NOT_APPLICABLE:
            if not note:
                raise Refusal(f"Say why this does not apply: {factor.title}.", code="no-note")
            given[factor.code] = {"answer": answer, "points": None, "note": note}
            continue
        if answer not in factor.answers:
            raise Refusal(f"Answer this factor: {factor.title} ({factor.cites}).", code="not-answered")
        points = factor.answers[answer][1] * factor.weight
        given[factor.code] = {"answer": answer, "points": points, "note": note}
        reached, most = reached + points, most + MOST_POINTS * factor.weight
    told: dict[str, dict[str, Any]] = {}
    for figure in factors.computed:
        points = figure.points(figures[figure.code]) * figure.weight
        told[figure.code] = {"figure": str(figures[figure.code]), "points": points}
        reached, most = reached + points, most + MOST_POINTS * figure.weight
    return Score(given, told, reached * 100 // most)


def level_of(score: int, *, medium_from: int, high_from: int) -> str:
    """The level of a score; a score equal to where a band begins is in it."""
    if score >= high_from:
        return "high"
    return "medium" if score >= medium_from else "low"
