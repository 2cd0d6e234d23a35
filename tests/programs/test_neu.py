"""Allocations to nonentitlement units of local government, 42 U.S.C. 803(b)(2)(C)."""

from decimal import Decimal

import pytest

from grants.kernel.refusals import Unreadable
from grants.programs.method import Place
from grants.programs.methods.neu import neu_shares
from tests.programs.builders import a_place, amounts, places_of, run, steps_of, tranche


def test_left_over_cents_go_to_the_largest_remainders_and_tranches_are_split_in_total():
    """Rounding every half up would pay 1,575,000.02 out of a first tranche of 1,575,000.01."""
    people = {"NEU-01": 12500, "NEU-02": 8731, "NEU-03": 4210, "NEU-04": 999, "NEU-05": 317}
    outcome = run("neu", "3150000.01", places_of(people))
    assert amounts(outcome) == {
        "NEU-01": "1471577.53",
        "NEU-02": "1027867.48",
        "NEU-03": "495627.31",
        "NEU-04": "117608.48",
        "NEU-05": "37319.21",
    }
    assert tranche(outcome, 1) == {
        "NEU-01": "735788.77",
        "NEU-02": "513933.74",
        "NEU-03": "247813.66",
        "NEU-04": "58804.24",
        "NEU-05": "18659.60",
    }
    assert tranche(outcome, 2) == {
        "NEU-01": "735788.76",
        "NEU-02": "513933.74",
        "NEU-03": "247813.65",
        "NEU-04": "58804.24",
        "NEU-05": "18659.61",
    }
    assert outcome.total == Decimal("3150000.01")
    assert sum(share.tranches[0] for share in outcome.shares) == Decimal("1575000.01")
    assert [id for id in people if "one of 3 left-over cents" in steps_of(outcome, id)[0]] == [
        "NEU-02",
        "NEU-04",
        "NEU-05",
    ]


def test_what_is_over_a_cap_goes_back_to_treasury_and_to_no_other_place():
    places = [
        a_place("NEU-A", population=20000, reference_budget="9000000.00"),
        a_place("NEU-B", population=15000, reference_budget="1234567.89"),
        a_place("NEU-C", population=5000, reference_budget="2000000.00"),
    ]
    outcome = run("neu", "8000000.00", places)
    assert amounts(outcome) == {"NEU-A": "4000000.00", "NEU-B": "925925.91", "NEU-C": "1000000.00"}
    assert outcome.returned == Decimal("2074074.09")
    assert tranche(outcome, 1) == {"NEU-A": "2000000.00", "NEU-B": "462962.96", "NEU-C": "500000.00"}
    assert tranche(outcome, 2) == {"NEU-A": "2000000.00", "NEU-B": "462962.95", "NEU-C": "500000.00"}
    over_the_cap = (
        "limited to the cap of $925,925.91, 75 percent of its budget of $1,234,567.89; "
        "$2,074,074.09 goes back to Treasury"
    )
    assert steps_of(outcome, "NEU-B") == (
        "population 15,000 of 40,000 of all that take part: $3,000,000.00 of $8,000,000.00",
        over_the_cap,
        "paid in two: $462,962.96 and $462,962.95",
    )


def test_an_ineligible_place_leaves_the_base_before_shares_and_caps():
    """NEU-Q is below its cap while NEU-S is counted, and above it afterwards."""
    places = [
        a_place("NEU-P", population=6100, reference_budget="4100000.00", status="eligible"),
        a_place("NEU-Q", population=3300, reference_budget="1000000.00", status="eligible"),
        a_place("NEU-R", population=600, reference_budget="900000.00", status="eligible"),
        a_place("NEU-S", population=2400, reference_budget="5000000.00", status="eligible"),
    ]
    first_pass = {"NEU-P": "1229838.71", "NEU-Q": "665322.58", "NEU-R": "120967.74", "NEU-S": "483870.97"}
    assert amounts(run("neu", "2500000.00", places)) == first_pass
    places[3]["status"] = "ineligible (dissolved)"
    outcome = run("neu", "2500000.00", places)
    assert amounts(outcome) == {
        "NEU-P": "1525000.00",
        "NEU-Q": "750000.00",
        "NEU-R": "150000.00",
        "NEU-S": "0.00",
    }
    assert outcome.returned == Decimal("75000.00")
    assert outcome.total == Decimal("2425000.00")
    assert steps_of(outcome, "NEU-S")[0].startswith("ineligible (dissolved): outside the population base")


def test_a_place_whose_request_is_not_completed_leaves_the_base():
    outcome = run("neu", "300.00", [a_place("A"), a_place("B"), a_place("C", status="Not completed")])
    assert amounts(outcome) == {"A": "150.00", "B": "150.00", "C": "0.00"}


def test_a_place_that_signed_its_money_over_changes_no_other_share():
    places = [a_place("A"), a_place("B"), a_place("C", status="transferred to the State")]
    outcome = run("neu", "300.00", places)
    assert amounts(outcome) == {"A": "100.00", "B": "100.00", "C": "0.00"}
    assert (outcome.transferred, outcome.returned) == (Decimal("100.00"), Decimal("0.00"))
    assert outcome.as_dict()["transferred"] == "100.00"
    assert "goes to the state" in steps_of(outcome, "C")[-1]


def test_only_the_share_below_its_cap_can_be_signed_over():
    places = [a_place("A"), a_place("B", status="declined", reference_budget="100.00")]
    outcome = run("neu", "400.00", places)
    assert (outcome.transferred, outcome.returned) == (Decimal("75.00"), Decimal("125.00"))


def test_without_a_budget_the_cap_of_a_place_that_takes_part_cannot_be_judged():
    places = [a_place("A", reference_budget=None), a_place("B"), {"id": "C", "population": 1}]
    with pytest.raises(Unreadable) as unreadable:
        run("neu", "1.00", places)
    assert [(problem.row, problem.column) for problem in unreadable.value.problems] == [
        (1, "reference_budget"),
        (3, "reference_budget"),
    ]


def test_a_place_outside_the_base_needs_no_budget():
    places = [a_place("A"), {"id": "B", "population": 5, "status": "ineligible"}]
    assert amounts(run("neu", "1.00", places)) == {"A": "1.00", "B": "0.00"}


def test_a_round_in_which_nobody_takes_part_is_told():
    with pytest.raises(Unreadable, match="population of all that take part is zero"):
        run("neu", "1.00", [a_place(status="ineligible")])


def test_the_law_is_read_on_the_day_of_the_award():
    with pytest.raises(Unreadable, match="there is no value before March 11, 2021") as unreadable:
        run("neu", "1.00", [a_place()], on="2021-03-10")
    assert [problem.column for problem in unreadable.value.problems] == ["on"]


def test_the_cap_is_rounded_down_to_the_cent():
    place = Place(
        "A",
        {"population": 1, "reference_budget": Decimal("0.03"), "status": "completed"},
    )
    outcome = neu_shares(Decimal("0.03"), [place], cap_share=Decimal("0.5"))
    assert (outcome.total, outcome.returned) == (Decimal("0.01"), Decimal("0.02"))
