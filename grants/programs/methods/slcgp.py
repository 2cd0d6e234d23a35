"""The pass-through of the State and Local Cybersecurity Grant Program: floors, and shares by population."""

from collections.abc import Sequence
from decimal import Decimal

from grants.kernel.money import floor_of, shown, total
from grants.kernel.refusals import Problem, Unreadable
from grants.programs.method import METHODS, POPULATION, Field, Method, Outcome, Place, Share
from grants.programs.proportion import Parts, in_proportion
from grants.programs.readers import flag


def pass_through_floors(award: Decimal, *, local_share: Decimal, rural_share: Decimal) -> dict[str, Decimal]:
    """The least for local governments, the least for rural areas within it, and the most the state may keep.

    All are of the whole federal award, not of the award less administration, nor is the rural floor of the
    local one. Floors round up to the cent. Source: 6 U.S.C. 665g(n)(2)(A) and (B).
    """
    local = floor_of(award, local_share)
    return {"local": local, "rural": floor_of(award, rural_share), "state_at_most": award - local}


def pass_through(
    amount: Decimal, places: Sequence[Place], *, local_share: Decimal, rural_share: Decimal
) -> Outcome:
    """The local floor of the award ``amount``, shared out by population, with the rural floor kept.

    If shares by population would give rural places less than their floor, the rural floor is shared by
    population among them, and the rest of the local floor among the others. What is above the local floor
    stays undistributed: the state may keep it, or give it too. Raises Unreadable when no rural place has
    people, for then the law's rural floor cannot be kept.
    """
    floors = pass_through_floors(amount, local_share=local_share, rural_share=rural_share)
    rural = {place.id: place["population"] for place in places if place["rural"]}
    others = {place.id: place["population"] for place in places if not place["rural"]}
    if floors["rural"] and not sum(rural.values()):
        message = f"No rural place has people, but at least {shown(floors['rural'])} must go to rural areas."
        raise Unreadable([Problem(message, column="rural")])
    parts = in_proportion(floors["local"], {**rural, **others}, among="all places")
    by_people = total(parts.amounts[key] for key in rural)
    floor = f"their floor of {shown(floors['rural'])}"
    reason = f"rural places get {shown(by_people)} by population, not below {floor}"
    if by_people < floors["rural"]:
        reason = f"by population rural places would get {shown(by_people)}, below {floor}"
        parts = _by_pots(floors, rural, others)
    shares = (Share(place.id, parts.amounts[place.id], (reason, parts.steps[place.id])) for place in places)
    return Outcome(amount, tuple(shares), floors=floors)


def _by_pots(floors: dict[str, Decimal], rural: dict[str, int], others: dict[str, int]) -> Parts:
    """The rural floor among rural places, the rest of the local floor among the others."""
    rest = floors["local"] - floors["rural"]
    return in_proportion(floors["rural"], rural, among="rural places") | in_proportion(
        rest, others, among="places that are not rural"
    )


METHODS.add(
    "slcgp",
    Method(
        title="State and Local Cybersecurity Grant Program",
        source="6 U.S.C. 665g(n)(2)",
        allocate=pass_through,
        places=(POPULATION, Field("rural", flag)),
        law={"local_share": "slcgp.local_share", "rural_share": "slcgp.rural_share"},
    ),
)
