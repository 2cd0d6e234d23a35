"""How a sample is selected: by the seed alone, to the cent, and so that anyone can do it again."""

import hashlib
from collections import Counter
from decimal import Decimal

import pytest

from grants.kernel.money import cents
from grants.kernel.refusals import Refusal
from reporting.sampling.models import Method
from reporting.sampling.numbers import Numbers
from reporting.sampling.selection import (
    interval_for,
    interval_of,
    monetary_units,
    simple_random,
    sizes_of_strata,
    stratified,
)
from reporting.sampling.terms import Terms

SEED = "20240131 1742 9931"


def test_the_numbers_are_those_that_sha256_gives_by_hand() -> None:
    numbers = Numbers(SEED)
    by_hand = [int(hashlib.sha256(f"{SEED}||{n}".encode()).hexdigest(), 16) % 1_000 for n in (1, 2, 3)]
    assert [numbers.below(1_000) for _ in range(3)] == by_hand


def test_each_number_is_equally_likely() -> None:
    numbers = Numbers(SEED)
    found = Counter(numbers.below(6) for _ in range(6_000))
    expected = 1_000
    assert sum((found[n] - expected) ** 2 / expected for n in range(6)) < 20.52  # chi squared, 5 df, 0.1 %


def test_a_simple_sample_has_different_places_and_the_seed_alone_decides_them() -> None:
    drawn = simple_random(1_000, 60, Numbers(SEED))
    assert len(set(drawn)) == 60
    assert set(drawn) <= set(range(1, 1_001))
    assert simple_random(1_000, 60, Numbers(SEED)) == drawn
    assert simple_random(1_000, 60, Numbers(SEED + " ")) != drawn
    assert simple_random(1_000, 80, Numbers(SEED))[:60] == drawn


def test_who_asks_for_more_than_there_is_gets_all_of_it() -> None:
    assert simple_random(5, 9, Numbers(SEED)) == [1, 2, 3, 4, 5]


def test_strata_give_in_proportion_and_each_at_least_one() -> None:
    counts = {"a": 700, "b": 299, "c": 1}
    weights = {name: Decimal(count) for name, count in counts.items()}
    assert sizes_of_strata(counts, weights, 100) == {"a": 70, "b": 30, "c": 1}
    alike = dict.fromkeys("abc", Decimal(1))
    assert sizes_of_strata({"a": 900, "b": 1, "c": 99}, alike, 6) == {"a": 3, "b": 1, "c": 2}


def test_a_stratum_of_few_large_lines_is_taken_whole_and_the_rest_shared_by_the_others() -> None:
    counts = {"large": 3, "small": 500}
    sizes = sizes_of_strata(counts, {"large": Decimal("9000.00"), "small": Decimal("1000.00")}, 50)
    assert sizes == {"large": 3, "small": 47}


def test_a_stratified_sample_draws_within_each_stratum() -> None:
    strata = ["b" if place % 3 == 0 else "a" for place in range(1, 301)]
    selected = stratified(strata, {"a": 20, "b": 10}, SEED)
    assert Counter(each.stratum for each in selected) == {"a": 20, "b": 10}
    assert all(strata[each.place - 1] == each.stratum for each in selected)
    assert len({each.place for each in selected}) == 30
    assert not any(each.is_certain for each in selected)


def test_every_dollar_at_the_interval_is_hit_from_a_random_start() -> None:
    amounts = [cents(Decimal(n % 40 + 1)) for n in range(400)]
    interval = cents(Decimal("100.00"))
    selected = monetary_units(amounts, interval, Numbers(SEED))
    start = 1 + Numbers(SEED).below(interval)
    units = [cents(each.unit or Decimal(0)) for each in selected]
    assert units == list(range(start, sum(amounts) + 1, interval))
    for each, unit in zip(selected, units, strict=True):
        before = sum(amounts[: each.place - 1])
        assert before < unit <= before + amounts[each.place - 1]


def test_a_line_of_the_interval_or_more_is_taken_with_certainty_and_once() -> None:
    amounts = [9_999, 10_000, 25_000, 50, 9_951]
    selected = monetary_units(amounts, 10_000, Numbers(SEED))
    certain = [each.place for each in selected if each.is_certain]
    assert certain == [2, 3]
    assert len(selected) == len({each.place for each in selected})
    assert sum(not each.is_certain for each in selected) == 2  # 200.00 are left: two intervals


def test_the_interval_is_the_dollars_over_the_size_or_the_tolerable_misstatement_over_the_factor() -> None:
    assert interval_for(Decimal("1000.00"), 3) == Decimal("333.33")
    assert interval_of(Decimal("150000.00"), 95) == Decimal("50000.00")
    assert interval_of(Decimal("100000.00"), 90) == Decimal("43290.04")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"method": Method.SIMPLE}, "no-size"),
        ({"method": Method.SIMPLE, "size": 0}, "out-of-range"),
        ({"method": Method.SIMPLE, "size": 10_001}, "out-of-range"),
        ({"method": Method.STRATIFIED, "size": 5}, "no-strata"),
        ({"method": Method.MONETARY}, "one-of-three"),
        ({"method": Method.MONETARY, "size": 5, "interval": Decimal(1)}, "one-of-three"),
        ({"method": Method.MONETARY, "tolerable": Decimal(1), "confidence": 80}, "confidence-unknown"),
        ({"method": Method.SIMPLE, "size": 5, "bounds": (Decimal(2), Decimal(1))}, "bounds-not-rising"),
    ],
)
def test_terms_that_say_too_little_or_too_much_are_refused(given: dict, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        Terms(**given)
    assert refusal.value.code == code
