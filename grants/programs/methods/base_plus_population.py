"""The same base for every place, and the rest in proportion to population."""

from collections.abc import Sequence
from decimal import Decimal

from grants.kernel.money import shown, total
from grants.kernel.refusals import Problem, Unreadable
from grants.programs.method import METHODS, POPULATION, Field, Method, Outcome, Place, Share
from grants.programs.proportion import in_proportion
from grants.programs.readers import money

BASE = Field("base", money, is_required=False)


def by_base_and_population(
    amount: Decimal, places: Sequence[Place], *, base: Decimal | None = None
) -> Outcome:
    """A base for each place, its own or else the one of the round; the rest by population.

    Raises Unreadable when the bases sum to more than there is, or a place has no base.
    """
    bases = _bases(places, base)
    spoken_for = total(bases.values())
    if spoken_for > amount:
        message = f"The bases sum to {shown(spoken_for)}, more than the {shown(amount)} there is."
        raise Unreadable([Problem(message, column="base")])
    parts = in_proportion(amount - spoken_for, {place.id: place["population"] for place in places})
    shares = (
        Share(key, bases[key] + share, (f"base: {shown(bases[key])}", parts.steps[key]))
        for key, share in parts.amounts.items()
    )
    return Outcome(amount, tuple(shares))


def _bases(places: Sequence[Place], base: Decimal | None) -> dict[str, Decimal]:
    bases = {place.id: base if place["base"] is None else place["base"] for place in places}
    missing = [place for place in places if bases[place.id] is None]
    if len(missing) == len(places):
        raise Unreadable([Problem("The base that every place gets is missing.", column="base")])
    if missing:
        says = "The base of this place is missing, and the round has none."
        raise Unreadable(Problem(says, row=place.row, column="base") for place in missing)
    return {key: given for key, given in bases.items() if given is not None}


METHODS.add(
    "base-plus-population",
    Method(
        title="A base for each place, the rest by population",
        source="The act or order that sets the base",
        allocate=by_base_and_population,
        places=(POPULATION, BASE),
        whole=(BASE,),
    ),
)
