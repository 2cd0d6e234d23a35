"""Shares given one by one, as a list in an act names them."""

from collections.abc import Sequence
from decimal import Decimal

from grants.kernel.money import shown, total
from grants.kernel.refusals import Problem, Unreadable
from grants.programs.method import AMOUNT, METHODS, Method, Outcome, Place, Share


def by_fixed_list(amount: Decimal, places: Sequence[Place]) -> Outcome:
    """The amount listed for each place; what the list leaves stays undistributed.

    Raises Unreadable when the list sums to more than there is.
    """
    listed = total(place["amount"] for place in places)
    if listed > amount:
        over = shown(listed - amount)
        message = f"The list sums to {shown(listed)}, {over} more than the {shown(amount)} there is."
        raise Unreadable([Problem(message, column="amount")])
    shares = (Share(place.id, place["amount"], (f"listed: {shown(place['amount'])}",)) for place in places)
    return Outcome(amount, tuple(shares))


METHODS.add(
    "fixed",
    Method(
        title="By a fixed list",
        source="The act or order that names the amounts",
        allocate=by_fixed_list,
        places=(AMOUNT,),
    ),
)
