"""Money that some places did not claim, shared out among those that completed their request."""

from collections.abc import Sequence
from decimal import Decimal

from grants.kernel.money import ZERO, cents, from_cents, shown
from grants.programs.method import METHODS, Field, Method, Outcome, Place, Share
from grants.programs.proportion import in_proportion
from grants.programs.readers import Standing, flag, money, standing_of, status


def reallocated(amount: Decimal, places: Sequence[Place]) -> Outcome:
    """``amount`` in proportion to the potential allocations of completed places that are not capped."""
    takers = {place.id: cents(place["potential"]) for place in places if not _reason_against(place)}
    parts = in_proportion(
        amount, takers, by="potential", among="completed places below their cap", write=_written
    )
    shares = []
    for place in places:
        if reason := _reason_against(place):
            shares.append(Share(place.id, ZERO, (reason,)))
        else:
            shares.append(Share(place.id, parts.amounts[place.id], (parts.steps[place.id],)))
    return Outcome(amount, tuple(shares))


def _reason_against(place: Place) -> str:
    """Why the place has no part in what is shared out again; empty when it has."""
    if standing_of(place["status"]) != Standing.COMPLETED:
        return f"{place['status']}: no part in what is shared out again"
    return "held at its cap: no part in what is shared out again" if place["capped"] else ""


def _written(potential: int) -> str:
    return shown(from_cents(potential))


METHODS.add(
    "reallocation",
    Method(
        title="Unclaimed shares, pro rata to potential allocations",
        source="Treasury guidance on nonentitlement units: unclaimed shares go to those that take part",
        allocate=reallocated,
        places=(
            Field("potential", money),
            Field("status", status),
            Field("capped", flag, is_required=False, default=False),
        ),
    ),
)
