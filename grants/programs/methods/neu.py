"""Coronavirus local fiscal recovery money for nonentitlement units (NEU): shares, cap, return, tranches."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from grants.kernel.money import ZERO, cap_of, in_tranches, shown, total
from grants.kernel.refusals import Problem, Unreadable
from grants.programs.method import METHODS, POPULATION, Field, Method, Outcome, Place, Share, by_size
from grants.programs.proportion import Parts, in_proportion
from grants.programs.readers import Standing, money, standing_of, status

OUT_OF_BASE: dict[Standing | None, str] = {
    Standing.INELIGIBLE: "outside the population base; shares are recomputed over the places that take part",
    Standing.NOT_COMPLETED: "no completed request; shares are recomputed over the places that take part",
}
SIGNED_OVER = {Standing.TRANSFERRED, Standing.DECLINED}


def neu_shares(amount: Decimal, places: Sequence[Place], *, cap_share: Decimal) -> Outcome:
    """Both tranches of a state's NEU money: who takes part, shares by population, cap, tranches.

    A place that is ineligible, or whose request is not completed, leaves the population base before shares
    are computed. A place that transferred or declined its money by signed notice stays in the base: its
    capped share goes to the state (42 U.S.C. 803(c)(4)) and changes nobody else's. What is above a cap,
    ``cap_share`` of the budget rounded down, goes back to Treasury and is never shared out again
    (42 U.S.C. 803(b)(2)(C)(iii) and (iv)). ``amount`` is the state's total for both tranches, which are
    split in total, odd cents to the larger population.

    Raises Unreadable when a place of the base has no budget: its cap could not be judged.
    """
    base = [place for place in places if standing_of(place["status"]) not in OUT_OF_BASE]
    if lacking := [place for place in base if place["reference_budget"] is None]:
        says = "The reference budget is missing; without it the cap of this place cannot be judged."
        raise Unreadable(Problem(says, row=place.row, column="reference_budget") for place in lacking)
    people = {place.id: place["population"] for place in base}
    parts = in_proportion(amount, people, among="all that take part")
    exact = Fraction(cap_share)
    caps = {place.id: cap_of(place["reference_budget"], exact) for place in base}
    finals = {key: min(share, caps[key]) for key, share in parts.amounts.items()}
    paid = {place.id: finals[place.id] for place in base if standing_of(place["status"]) not in SIGNED_OVER}
    first, second = in_tranches(paid, by_size([place for place in base if place.id in paid]))
    rule = f"{(cap_share * 100).normalize():f} percent of its budget"
    worked = _Worked(parts, caps, finals, first, second, rule)
    return Outcome(
        amount,
        tuple(worked.share_of(place) for place in places),
        returned=amount - total(finals.values()),
        transferred=total(finals.values()) - total(paid.values()),
    )


@dataclass(frozen=True)
class _Worked:
    """The figures of a round by place, from which each place's share is told."""

    parts: Parts
    caps: dict[str, Decimal]
    finals: dict[str, Decimal]
    first: dict[str, Decimal]
    second: dict[str, Decimal]
    rule: str

    def share_of(self, place: Place) -> Share:
        """What a place gets, and how; nothing when it is out of the base or signed its share over."""
        if place.id not in self.finals:
            words = f"{place['status']}: {OUT_OF_BASE[standing_of(place['status'])]}"
            return Share(place.id, ZERO, (words,), (ZERO, ZERO))
        final, first_steps = self.finals[place.id], (self.parts.steps[place.id], self._against_cap(place))
        if place.id not in self.first:
            words = f"{place['status']}: {shown(final)} goes to the state (42 U.S.C. 803(c)(4))"
            return Share(place.id, ZERO, (*first_steps, words), (ZERO, ZERO))
        first, second = self.first[place.id], self.second[place.id]
        words = f"paid in two: {shown(first)} and {shown(second)}"
        return Share(place.id, final, (*first_steps, words), (first, second))

    def _against_cap(self, place: Place) -> str:
        share, cap = self.parts.amounts[place.id], self.caps[place.id]
        words = f"the cap of {shown(cap)}, {self.rule} of {shown(place['reference_budget'])}"
        if share > cap:
            return f"limited to {words}; {shown(share - cap)} goes back to Treasury"
        return f"{'at' if share == cap else 'below'} {words}"


METHODS.add(
    "neu",
    Method(
        title="Nonentitlement units of local government",
        source="42 U.S.C. 803(b)(2)(C)",
        allocate=neu_shares,
        places=(
            POPULATION,
            Field("reference_budget", money, is_required=False),
            Field("status", status, is_required=False, default="eligible"),
        ),
        law={"cap_share": "neu.budget_cap_share"},
    ),
)
