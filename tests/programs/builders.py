"""Inputs of allocation rounds, with sensible defaults."""

from decimal import Decimal
from typing import Any

from grants.programs.inputs import allocated
from grants.programs.method import Outcome

AWARD_DATE = "2021-05-10"


def a_place(id: str = "A", **fields: Any) -> dict[str, Any]:
    """A place with 100 people and a budget that no cap reaches, unless said otherwise."""
    return {"id": id, "population": 100, "reference_budget": "99999999.00", **fields}


def places_of(people: dict[str, int], **fields: Any) -> list[dict[str, Any]]:
    """Places by identifier and population."""
    return [a_place(id, population=population, **fields) for id, population in people.items()]


def run(method: str, amount: str, places: list[dict[str, Any]], **whole: Any) -> Outcome:
    """The outcome of a method on the law of the day of the NEU awards, unless ``on`` says otherwise."""
    return allocated(method, {"amount": amount, "on": AWARD_DATE, "places": places, **whole})


def amounts(outcome: Outcome) -> dict[str, str]:
    """Amounts by place, as text."""
    return {share.id: str(share.amount) for share in outcome.shares}


def tranche(outcome: Outcome, number: int) -> dict[str, str]:
    """One tranche by place, counted from 1, as text."""
    return {share.id: str(share.tranches[number - 1]) for share in outcome.shares}


def accounted_for(outcome: Outcome) -> Decimal:
    """All that became of the amount."""
    return outcome.total + outcome.returned + outcome.transferred + outcome.undistributed


def steps_of(outcome: Outcome, id: str) -> tuple[str, ...]:
    """How the share of one place came about."""
    return next(share.steps for share in outcome.shares if share.id == id)
