"""Sharing money out in proportion to whole numbers, with a sentence for every part."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from grants.kernel.money import cents, shared_out, shown
from grants.kernel.refusals import Problem, Unreadable


@dataclass(frozen=True)
class Parts:
    """What falls to each place by its identifier, and the sentence that says how."""

    amounts: dict[str, Decimal]
    steps: dict[str, str]

    def __or__(self, others: "Parts") -> "Parts":
        return Parts(self.amounts | others.amounts, self.steps | others.steps)


def in_proportion(
    amount: Decimal,
    weights: Mapping[str, int],
    *,
    by: str = "population",
    among: str = "",
    write: Callable[[int], str] = "{:,}".format,
) -> Parts:
    """``amount`` shared out by largest remainder, ties to the larger weight, then to the smaller identifier.

    ``by`` names the weights in the sentences, ``among`` says whose they are, ``write`` writes one. Raises
    Unreadable when there is something to share and the weights sum to zero.
    """
    everything, pot = sum(weights.values()), cents(amount)
    if pot and not everything:
        message = f"The {by} of {among or 'all places'} is zero, so nothing can be shared out by it."
        raise Unreadable([Problem(message, column=by)])
    shares = shared_out(amount, weights)
    floors = {key: pot * weight // (everything or 1) for key, weight in weights.items()}
    left = pot - sum(floors.values())
    whole = f"of {write(everything)}{among and ' of '}{among}"
    sum_shown = shown(amount)
    up = f", one of {left:,} left-over cents included (largest remainders)"
    if left == 1:
        up = ", the left-over cent included (largest remainder)"
    steps = {}
    for key, weight in weights.items():
        share = shares[key]
        rounding = up if share * 100 > floors[key] else ""
        steps[key] = f"{by} {write(weight)} {whole}: {shown(share)} of {sum_shown}{rounding}"
    return Parts(shares, steps)
