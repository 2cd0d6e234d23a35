"""How a sample is selected out of a population, in pure functions: the same seed selects the same places.

Terms as in audit practice (AICPA Audit Guide "Audit Sampling"; GAO Financial Audit Manual, sections 450 and
480): the population is the lines in the order of their numbers, the place of a line counts from 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grants.kernel.money import cents, from_cents, shared_out
from reporting.sampling.numbers import Numbers

CONFIDENCE_FACTORS: Mapping[int, Decimal] = {90: Decimal("2.31"), 95: Decimal("3.00")}
"""Factors for a confidence in percent where no misstatement is expected: the natural logarithm of the risk,
without its sign, rounded up to the cent of a unit (AICPA Audit Guide "Audit Sampling", confidence factors for
monetary unit sampling)."""


@dataclass(frozen=True)
class Selected:
    """A place of the population that was selected.

    ``draw`` is its turn, 0 for what is taken with certainty; ``unit`` the dollar that was hit, of all the
    dollars laid end to end.
    """

    place: int
    draw: int
    stratum: str = ""
    unit: Decimal | None = None

    @property
    def is_certain(self) -> bool:
        """Whether it was taken with certainty rather than drawn."""
        return self.draw == 0


def simple_random(population: int, size: int, numbers: Numbers) -> list[int]:
    """So many different places of a population, each equally likely, in the order of their draw.

    A place that is drawn again is passed over. All places in their order where ``size`` reaches them all.
    """
    if size >= population:
        return list(range(1, population + 1))
    drawn: dict[int, None] = {}
    while len(drawn) < size:
        drawn.setdefault(1 + numbers.below(population))
    return list(drawn)


def sizes_of_strata(counts: Mapping[str, int], weights: Mapping[str, Decimal], size: int) -> dict[str, int]:
    """How many lines to draw of each stratum: in proportion to its weight, by largest remainder.

    A stratum that would have to give more lines than it has is taken whole, and the others share the rest.
    Each gives at least one, so that the sizes may add up to a little more than ``size``.
    """
    whole: dict[str, int] = {}
    left = dict(weights)
    while left:
        rest = max(0, size - sum(whole.values()))
        shares = shared_out(from_cents(rest), {key: cents(weight) for key, weight in left.items()})
        wanted = {key: cents(share) for key, share in shares.items()}
        full = [key for key, count in wanted.items() if count >= counts[key]]
        if not full:
            return whole | {key: max(1, count) for key, count in wanted.items()}
        for key in full:
            whole[key] = counts[key]
            del left[key]
    return whole


def stratified(strata: Sequence[str], sizes: Mapping[str, int], seed: str) -> list[Selected]:
    """A simple random sample of each stratum, its numbers drawn from the stream of its name.

    ``strata`` says of each place which stratum it is in.
    """
    places: dict[str, list[int]] = {}
    for place, stratum in enumerate(strata, 1):
        places.setdefault(stratum, []).append(place)
    selected = []
    for stratum in sorted(places):
        inside = places[stratum]
        turns = simple_random(len(inside), sizes[stratum], Numbers(seed, stratum))
        is_whole = sizes[stratum] >= len(inside)
        selected += [
            Selected(inside[turn - 1], 0 if is_whole else draw, stratum) for draw, turn in enumerate(turns, 1)
        ]
    return selected


def monetary_units(amounts: Sequence[int], interval: int, numbers: Numbers) -> list[Selected]:
    """Every ``interval``-th dollar and the line it falls in, from a random start; all in cents.

    A line of the interval or more is taken with certainty. The others are laid end to end in the order of
    their places; the first unit taken is the random start, from 1 cent to the interval.
    """
    selected = [Selected(place, 0, "certain") for place, cent in enumerate(amounts, 1) if cent >= interval]
    unit, reached, draw = 1 + numbers.below(interval), 0, 0
    for place, amount in enumerate(amounts, 1):
        if amount >= interval:
            continue
        reached += amount
        if unit <= reached:
            draw += 1
            selected.append(Selected(place, draw, "random", from_cents(unit)))
            unit += interval
    return selected


def interval_for(population: Decimal, size: int) -> Decimal:
    """The sampling interval that takes so many units of a population of dollars, rounded down to the cent."""
    return from_cents(cents(population) // size)


def interval_of(tolerable: Decimal, confidence: int) -> Decimal:
    """The sampling interval for a tolerable misstatement at a confidence in percent, down to the cent.

    Tolerable misstatement divided by the confidence factor; no misstatement is expected.
    """
    top, bottom = CONFIDENCE_FACTORS[confidence].as_integer_ratio()
    return from_cents(cents(tolerable) * bottom // top)
