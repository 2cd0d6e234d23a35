"""Money is exact: what may be read as dollars, and how amounts are shared out."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grants.kernel.money import (
    NotMoney,
    cap_of,
    cents,
    dollars,
    floor_of,
    half_up,
    in_tranches,
    in_whole_dollars,
    part_of,
    shared_out,
    total,
)

amounts = some.decimals(min_value=0, max_value=10**9, places=2)
shares = some.fractions(min_value=0, max_value=1, max_denominator=1000)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("12.5", "12.50"), ("$1,234.56", "1234.56"), ("-$3", "-3.00"), (7, "7.00"), (Decimal("1E+2"), "100.00")],
)
def test_dollars_are_read_exactly(written: object, meant: str) -> None:
    assert str(dollars(written)) == meant


@pytest.mark.parametrize(
    "written",
    [
        0.1,
        True,
        None,
        "",
        "12.345",
        "1,5",
        "1_000",
        "1e3",
        "NaN",
        "Infinity",
        "١٢",
        "1000000000000",
        "12 50",
        "12,34.00",
    ],
)
def test_what_is_not_money_is_refused(written: object) -> None:
    with pytest.raises(NotMoney):
        dollars(written)


@given(amounts, shares)
def test_a_floor_is_the_least_and_a_cap_the_most_in_whole_cents(base: Decimal, share: Fraction) -> None:
    exact = Fraction(base) * share
    floor, cap, part = floor_of(base, share), cap_of(base, share), part_of(base, share)
    assert Fraction(floor) >= exact > Fraction(floor) - Fraction(1, 100)
    assert Fraction(cap) <= exact < Fraction(cap) + Fraction(1, 100)
    assert -Fraction(1, 200) < Fraction(part) - exact <= Fraction(1, 200)


@given(amounts, some.lists(some.integers(min_value=0, max_value=10**7), min_size=1).filter(any))
def test_shares_are_the_whole_and_within_a_cent_of_their_proportion(
    amount: Decimal, people: list[int]
) -> None:
    shared = shared_out(amount, dict(enumerate(people)))
    assert sum(shared.values()) == amount
    for key, share in shared.items():
        exact = Fraction(amount) * people[key] / sum(people)
        assert abs(Fraction(share) - exact) < Fraction(1, 100)


@given(some.lists(amounts, min_size=1))
def test_tranches_are_the_shares_and_split_in_total(parts: list[Decimal]) -> None:
    given_shares = dict(enumerate(parts))
    first, second = in_tranches(given_shares, sorted(given_shares))
    assert all(first[key] + second[key] == share for key, share in given_shares.items())
    assert cents(sum(first.values())) == -(-cents(sum(parts)) // 2)


def test_left_over_cents_go_to_the_larger_then_to_the_earlier_name() -> None:
    assert shared_out(Decimal("0.01"), {"b": 1, "a": 1}) == {"b": Decimal("0.00"), "a": Decimal("0.01")}


def test_nothing_can_be_shared_by_no_weight() -> None:
    with pytest.raises(ValueError, match="no weight"):
        shared_out(Decimal("1.00"), {"a": 0})


@given(some.lists(some.decimals(min_value=-(10**6), max_value=10**9, places=2), max_size=12))
def test_whole_dollars_add_up_and_are_less_than_a_dollar_away(parts: list[Decimal]) -> None:
    whole = in_whole_dollars(dict(enumerate(parts)))
    assert sum(whole.values()) == half_up(total(parts))
    assert all(abs(whole[n] - part) < 1 for n, part in enumerate(parts))


def test_dollars_too_far_from_the_amounts_are_refused() -> None:
    assert in_whole_dollars({"a": Decimal("1.40"), "b": Decimal("2.40")}, 5) == {"a": 2, "b": 3}
    with pytest.raises(ValueError, match="6 whole dollars"):
        in_whole_dollars({"a": Decimal("1.40"), "b": Decimal("2.40")}, 6)
