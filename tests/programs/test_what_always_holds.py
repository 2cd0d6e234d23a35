"""What holds for every round, whatever its amount and its places."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.programs.builders import accounted_for, run

MONEY = st.integers(0, 10**13).map(lambda cents: str(Decimal(cents) / 100))
PEOPLE = st.one_of(st.integers(0, 9), st.integers(0, 49_999))
STATUS = st.sampled_from(["eligible", "completed", "not completed", "ineligible", "transferred", "declined"])
OUT = ("not completed", "ineligible", "transferred", "declined")


def some_places(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to thirty places of different identifiers, at least one of them with people."""
    identified = st.fixed_dictionaries({"id": st.text("ABC", min_size=1, max_size=4), **fields})
    lists = st.lists(identified, min_size=1, max_size=30, unique_by=lambda place: place["id"])
    return lists.filter(lambda places: any(place["population"] for place in places))


@given(MONEY, some_places(population=PEOPLE))
def test_shares_by_population_sum_to_the_amount_and_are_within_a_cent_of_exact(amount, places):
    outcome = run("population", amount, places)
    assert outcome.total == Decimal(amount)
    people = sum(place["population"] for place in places)
    for share, place in zip(outcome.shares, places, strict=True):
        exact = Fraction(amount) * place["population"] / people
        assert abs(Fraction(share.amount) - exact) < Fraction(1, 100)
        assert share.amount >= 0


@given(MONEY, some_places(population=PEOPLE, reference_budget=MONEY, status=STATUS))
def test_neu_money_is_all_accounted_for_and_no_place_is_above_its_cap(amount, places):
    assume(any(p["population"] for p in places if p["status"] not in ("not completed", "ineligible")))
    outcome = run("neu", amount, places)
    assert accounted_for(outcome) == Decimal(amount)
    assert outcome.undistributed == 0
    assert outcome.returned >= 0
    for share, place in zip(outcome.shares, places, strict=True):
        assert share.amount >= 0
        assert share.amount * 4 <= Decimal(place["reference_budget"]) * 3
        assert share.amount == 0 or place["status"] not in OUT


@given(MONEY, some_places(population=PEOPLE, reference_budget=MONEY))
def test_tranches_sum_to_the_share_and_the_first_is_half_of_the_whole_rounded_up(amount, places):
    outcome = run("neu", amount, places)
    for share in outcome.shares:
        first, second = share.tranches
        assert first + second == share.amount
        assert abs(first - second) <= Decimal("0.01")
    firsts = sum(share.tranches[0] for share in outcome.shares)
    assert firsts - (outcome.total - firsts) in (Decimal("0.00"), Decimal("0.01"))


@given(MONEY, some_places(population=PEOPLE, reference_budget=MONEY, status=STATUS), st.randoms())
def test_the_order_of_places_does_not_matter(amount, places, random):
    assume(any(p["population"] for p in places if p["status"] not in ("not completed", "ineligible")))
    shuffled = places.copy()
    random.shuffle(shuffled)
    one, other = run("neu", amount, places), run("neu", amount, shuffled)
    assert {share.id: share for share in one.shares} == {share.id: share for share in other.shares}
    assert [share.id for share in other.shares] == [place["id"] for place in shuffled]


@given(MONEY, some_places(population=PEOPLE, rural=st.booleans()))
def test_slcgp_gives_the_local_floor_and_within_it_the_rural_floor(amount, places):
    assume(any(place["population"] for place in places if place["rural"]))
    outcome = run("slcgp", amount, places, on="2023-10-01")
    rural = [share.amount for share, place in zip(outcome.shares, places, strict=True) if place["rural"]]
    assert outcome.total * 5 >= Decimal(amount) * 4
    assert sum(rural) * 4 >= Decimal(amount)
    assert outcome.undistributed == outcome.floors["state_at_most"] >= 0
    assert all(share.amount >= 0 for share in outcome.shares)


@given(MONEY, some_places(population=st.just(1), potential=MONEY, status=STATUS, capped=st.booleans()))
def test_a_reallocation_is_whole_and_reaches_only_completed_places_below_their_cap(amount, places):
    takes = [place["status"] == "completed" and not place["capped"] for place in places]
    assume(any(t and Decimal(place["potential"]) for t, place in zip(takes, places, strict=True)))
    outcome = run("reallocation", amount, places)
    assert outcome.total == Decimal(amount)
    assert all(share.amount == 0 for share, t in zip(outcome.shares, takes, strict=True) if not t)


@given(MONEY, some_places(population=PEOPLE))
def test_nobody_gets_less_than_the_base(amount, places):
    base = Decimal(amount) // len(places)
    outcome = run("base-plus-population", amount, places, base=str(base))
    assert outcome.total == Decimal(amount)
    assert all(share.amount >= base for share in outcome.shares)
