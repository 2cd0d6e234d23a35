"""By population, by list, base plus population, and the pass-through of SLCGP."""

from decimal import Decimal

import pytest

from grants.kernel.refusals import Unreadable
from grants.programs.method import METHODS
from grants.programs.methods.slcgp import pass_through_floors
from tests.programs.builders import a_place, amounts, places_of, run, steps_of

FLOORS = {"local_share": Decimal("0.80"), "rural_share": Decimal("0.25")}


def test_every_method_names_its_title_and_source():
    assert set(METHODS) == {
        "base-plus-population",
        "fixed",
        "neu",
        "population",
        "reallocation",
        "slcgp",
    }
    assert all(method.title and method.source for method in METHODS.values())


def test_equal_remainders_go_to_the_larger_population_then_to_the_smaller_identifier():
    assert amounts(run("population", "0.01", places_of({"C": 7, "B": 7}))) == {"C": "0.00", "B": "0.01"}
    assert amounts(run("population", "0.02", places_of({"A": 1, "B": 3}))) == {"A": "0.00", "B": "0.02"}


def test_a_share_says_how_it_came_about():
    outcome = run("population", "450000.00", places_of({"Manchester": 1850, "the rest": 4009436}))
    told = "population 1,850 of 4,011,286: $207.54 of $450,000.00"
    assert steps_of(outcome, "Manchester") == (f"{told}, the left-over cent included (largest remainder)",)
    assert steps_of(outcome, "the rest") == ("population 4,009,436 of 4,011,286: $449,792.46 of $450,000.00",)


def test_a_list_leaves_the_rest_undistributed_and_returns_nothing():
    outcome = run("fixed", "100.00", [{"id": "A", "amount": "30.00"}, {"id": "B", "amount": "20.50"}])
    assert amounts(outcome) == {"A": "30.00", "B": "20.50"}
    assert (outcome.undistributed, outcome.returned) == (Decimal("49.50"), Decimal("0.00"))
    assert outcome.as_dict()["undistributed"] == "49.50"


def test_a_list_of_more_than_there_is_is_refused():
    with pytest.raises(Unreadable, match=r"sums to \$100.01, \$0.01 more than the \$100.00 there is"):
        run("fixed", "100.00", [{"id": "A", "amount": "100.00"}, {"id": "B", "amount": "0.01"}])


def test_every_place_gets_its_base_and_the_rest_goes_by_population():
    outcome = run("base-plus-population", "100.00", places_of({"A": 1, "B": 3}), base="10.00")
    assert amounts(outcome) == {"A": "30.00", "B": "70.00"}
    assert steps_of(outcome, "A") == ("base: $10.00", "population 1 of 4: $20.00 of $80.00")


def test_a_place_may_have_a_base_of_its_own():
    places = [a_place("A", base="40.00"), a_place("B")]
    assert amounts(run("base-plus-population", "100.00", places, base="20.00")) == {
        "A": "60.00",
        "B": "40.00",
    }


def test_bases_of_more_than_there_is_are_refused():
    with pytest.raises(Unreadable, match=r"sum to \$20.02, more than the \$20.01"):
        run("base-plus-population", "20.01", places_of({"A": 1, "B": 3}), base="10.01")


def test_a_base_that_nobody_gives_is_asked_for_once():
    with pytest.raises(Unreadable) as unreadable:
        run("base-plus-population", "20.00", places_of({"A": 1, "B": 3}))
    assert [(problem.row, problem.column) for problem in unreadable.value.problems] == [(None, "base")]


def test_a_base_that_one_place_lacks_is_asked_for_there():
    with pytest.raises(Unreadable) as unreadable:
        run("base-plus-population", "20.00", [a_place("A", base="1.00"), a_place("B")])
    assert [(problem.row, problem.column) for problem in unreadable.value.problems] == [(2, "base")]


def test_both_floors_of_slcgp_are_of_the_whole_award():
    floors = pass_through_floors(Decimal("8037374.00"), **FLOORS)
    assert floors == {
        "local": Decimal("6429899.20"),
        "rural": Decimal("2009343.50"),
        "state_at_most": Decimal("1607474.80"),
    }


def test_the_law_of_fiscal_year_2024_gives_the_same_floors():
    places = [a_place("city", population=7, rural=False), a_place("town", population=3, rural=True)]
    outcome = run("slcgp", "8037374.00", places, on="2023-10-01")
    assert outcome.floors == pass_through_floors(Decimal("8037374.00"), **FLOORS)
    assert amounts(outcome) == {"city": "4420555.70", "town": "2009343.50"}
    assert outcome.undistributed == Decimal("1607474.80")


def test_floors_round_up_to_the_cent():
    floors = pass_through_floors(Decimal("0.01"), **FLOORS)
    assert (floors["local"], floors["rural"]) == (Decimal("0.01"), Decimal("0.01"))
    assert floors["state_at_most"] == 0


def test_rural_places_with_few_people_share_the_rural_floor():
    places = [
        a_place("city", population=900, rural=False),
        a_place("town", population=75, rural=True),
        a_place("village", population=25, rural=True),
    ]
    outcome = run("slcgp", "1000.00", places, on="2023-10-01")
    assert amounts(outcome) == {"city": "550.00", "town": "187.50", "village": "62.50"}
    assert outcome.undistributed == Decimal("200.00")
    assert outcome.as_dict()["floors"] == {"local": "800.00", "rural": "250.00", "state_at_most": "200.00"}
    assert steps_of(outcome, "town") == (
        "by population rural places would get $80.00, below their floor of $250.00",
        "population 75 of 100 of rural places: $187.50 of $250.00",
    )


def test_rural_places_with_many_people_keep_their_shares_by_population():
    places = [a_place("city", population=400, rural=False), a_place("town", population=600, rural=True)]
    outcome = run("slcgp", "1000.00", places, on="2023-10-01")
    assert amounts(outcome) == {"city": "320.00", "town": "480.00"}


def test_without_rural_people_the_rural_floor_cannot_be_kept():
    places = [a_place("city", rural=False), a_place("ghost town", population=0, rural=True)]
    with pytest.raises(Unreadable, match=r"at least \$250.00 must go to rural areas"):
        run("slcgp", "1000.00", places, on="2023-10-01")
