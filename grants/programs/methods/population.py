"""Shares in proportion to population."""

from collections.abc import Sequence
from decimal import Decimal

from grants.programs.method import METHODS, POPULATION, Method, Outcome, Place, Share
from grants.programs.proportion import in_proportion


def by_population(amount: Decimal, places: Sequence[Place]) -> Outcome:
    """The whole amount, shared out by population to the cent by largest remainder."""
    parts = in_proportion(amount, {place.id: place["population"] for place in places})
    shares = (Share(key, share, (parts.steps[key],)) for key, share in parts.amounts.items())
    return Outcome(amount, tuple(shares))


METHODS.add(
    "population",
    Method(
        title="By population",
        source="The method of 42 U.S.C. 803(b)(2)(C)(i), without its cap",
        allocate=by_population,
        places=(POPULATION,),
    ),
)
