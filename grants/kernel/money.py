"""Exact dollars: reading them, and sharing them out so that the parts are the whole."""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from heapq import nsmallest
from typing import TypeVar

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
LARGEST = Decimal("999999999999.99")

Key = TypeVar("Key", bound=Hashable)


class NotMoney(ValueError):
    """A text or number that is not an amount of dollars and whole cents."""


_WRITTEN = re.compile(r"-?\$?(\d{1,15}|\d{1,3}(,\d{3})+)(\.\d*)?", re.ASCII)


def dollars(given: object) -> Decimal:
    """The amount in dollars, with exactly two decimals.

    Takes Decimal, int, or text such as ``1,234.5`` or ``$12``. Refuses floats, more than two decimals,
    and anything beyond 999,999,999,999.99, with NotMoney.
    """
    if isinstance(given, str):
        text = given.strip()
        if not _WRITTEN.fullmatch(text):
            raise NotMoney(f"“{given}” is not an amount of money; write it as 1234.50.")
        amount = Decimal(text.replace(",", "").replace("$", ""))
    elif isinstance(given, Decimal | int) and not isinstance(given, bool):
        amount = Decimal(given)
    else:
        raise NotMoney(f"{given!r} is not an exact amount; write it as text, such as 12.50.")
    if not amount.is_finite() or not -LARGEST <= amount <= LARGEST:
        raise NotMoney(f"“{given}” is not an amount of money that can be kept.")
    exact = amount.quantize(CENT)
    if exact != amount:
        raise NotMoney(f"“{given}” has more than two decimals; amounts are whole cents.")
    return exact


def cents(amount: Decimal) -> int:
    """The amount in whole cents. Raises NotMoney if it has a fraction of a cent."""
    count = int(amount * 100)
    if count != amount * 100:
        raise NotMoney(f"“{amount}” has a fraction of a cent.")
    return count


def from_cents(count: int) -> Decimal:
    """Whole cents as dollars."""
    return (Decimal(count) / 100).quantize(CENT)


def shown(amount: Decimal) -> str:
    """Dollars as people read them: ``$1,234.50``, and ``-$1,234.50`` below zero."""
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


def floor_of(base: Decimal, share: Decimal | Fraction) -> Decimal:
    """The least that satisfies "not less than ``share`` of ``base``", rounded up to the cent."""
    top, bottom = _exact_cents(base, share)
    return from_cents(-(-top // bottom))


def cap_of(base: Decimal, share: Decimal | Fraction) -> Decimal:
    """The most that satisfies "not more than ``share`` of ``base``", rounded down to the cent."""
    top, bottom = _exact_cents(base, share)
    return from_cents(top // bottom)


def part_of(base: Decimal, share: Decimal | Fraction) -> Decimal:
    """``share`` of ``base``, rounded half up to the cent."""
    top, bottom = _exact_cents(base, share)
    return from_cents((2 * top + bottom) // (2 * bottom))


def _exact_cents(base: Decimal, share: Decimal | Fraction) -> tuple[int, int]:
    """``share`` of ``base`` in cents, as numerator and denominator."""
    (top, bottom), (part, whole) = base.as_integer_ratio(), share.as_integer_ratio()
    return top * part * 100, bottom * whole


def half_of(amount: Decimal) -> Decimal:
    """Half of an amount, rounded down to the cent."""
    return (amount / 2).quantize(CENT, ROUND_DOWN)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of amounts in dollars; zero dollars for none."""
    return sum(amounts, ZERO)


def shared_out(amount: Decimal, weights: Mapping[Key, int | Decimal]) -> dict[Key, Decimal]:
    """The amount split in proportion to whole or decimal weights, by largest remainder, to the cent.

    Each share is floored to the cent; cents left over go to the largest remainders, ties to the larger
    weight, then to the smaller key. The shares always sum to ``amount``. Raises ValueError for a negative
    amount, a negative weight, or weights that are all zero while there is something to share.
    """
    if amount < 0:
        raise ValueError("A negative amount cannot be shared out.")
    exact = _whole_numbers(weights)
    if any(weight < 0 for weight in exact.values()):
        raise ValueError("A weight cannot be negative.")
    everything, pot = sum(exact.values()), cents(amount)
    if not everything:
        if pot:
            raise ValueError("There is no weight to share the amount by.")
        return dict.fromkeys(weights, ZERO)
    floors = {key: divmod(pot * weight, everything) for key, weight in exact.items()}
    left = pot - sum(whole for whole, _ in floors.values())
    first = nsmallest(left, floors, key=lambda key: (-floors[key][1], -exact[key], key))
    extra = set(first)
    return {key: from_cents(whole + (key in extra)) for key, (whole, _) in floors.items()}


def in_whole_dollars(amounts: Mapping[Key, Decimal], whole: int | None = None) -> dict[Key, int]:
    """The amounts in whole dollars that add up to ``whole``, by largest remainder.

    ``whole`` is the sum rounded half up to the dollar, or given, and then less than a dollar from it. Each
    amount is floored; dollars left over go to the largest remainders, ties to the larger amount, then to the
    smaller key. An amount without cents stays what it is. Raises ValueError for a ``whole`` too far away.
    """
    exact = {key: cents(amount) for key, amount in amounts.items()}
    floors = {key: divmod(amount, 100) for key, amount in exact.items()}
    if whole is None:
        whole = half_up(total(amounts.values()))
    left = whole - sum(dollar for dollar, _ in floors.values())
    odd = [key for key, (_, rest) in floors.items() if rest]
    if not 0 <= left <= len(odd):
        raise ValueError(f"The amounts cannot be {whole:,} whole dollars.")
    extra = set(nsmallest(left, odd, key=lambda key: (-floors[key][1], -exact[key], key)))
    return {key: dollar + (key in extra) for key, (dollar, _) in floors.items()}


def half_up(amount: Decimal) -> int:
    """The amount in whole dollars, rounded half up."""
    return (cents(amount) + 50) // 100


def _whole_numbers(weights: Mapping[Key, int | Decimal]) -> dict[Key, int]:
    """The same proportions as whole numbers, so that no division is ever rounded."""
    decimals = [weight for weight in weights.values() if isinstance(weight, Decimal)]
    places = max((-int(weight.as_tuple().exponent) for weight in decimals), default=0)
    scale = 10 ** max(places, 0)
    return {key: int(weight * scale) for key, weight in weights.items()}


def in_tranches(shares: Mapping[Key, Decimal], order: Sequence[Key]) -> tuple[dict[Key, Decimal], ...]:
    """Two halves of every share, split in total rather than place by place.

    The first half of the whole is half of the sum rounded up to the cent. Each share gets its half rounded
    down; the cents still missing go to shares with an odd cent, in ``order``. The second half is the rest.
    """
    first = {key: half_of(share) for key, share in shares.items()}
    wanted = (cents(total(shares.values())) + 1) // 2
    missing = wanted - cents(total(first.values()))
    odd = [key for key in order if cents(shares[key]) % 2]
    for key in odd[:missing]:
        first[key] += CENT
    return first, {key: share - first[key] for key, share in shares.items()}
