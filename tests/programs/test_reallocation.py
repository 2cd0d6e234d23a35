"""What Ohio's places did not claim, as the state published it on May 13, 2022."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from grants.programs.method import Outcome
from tests.programs.builders import amounts, run, steps_of

OHIO = Path(__file__).parents[2] / "demo" / "ohio" / "neu_allocations_2022-05-13.csv"
UNCLAIMED = "1672624.00"


@pytest.fixture(scope="module")
def published() -> list[dict[str, str]]:
    with OHIO.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def outcome(published: list[dict[str, str]]) -> Outcome:
    places = [
        {
            "id": row["row_number"],
            "potential": row["potential_allocation"],
            "status": row["application_status_text"],
            "capped": is_capped(row),
        }
        for row in published
    ]
    return run("reallocation", UNCLAIMED, places)


def is_capped(row: dict[str, str]) -> bool:
    """The list has no budgets: a cap shows as a completed place that was given less than its potential."""
    given = row["total_allocation"]
    return bool(given) and int(given) < int(row["potential_allocation"])


def test_six_completed_places_of_ohio_were_held_at_their_caps(published):
    capped = [row for row in published if is_capped(row)]
    assert len(capped) == 6
    assert all(row["application_status_text"] == "completed" for row in capped)
    assert all(row["first_tranche_reallocation"] == "" for row in capped)


def test_each_place_of_ohio_gets_its_published_reallocation(published, outcome):
    """The published figures are whole dollars, so each may differ by half a dollar and a rounding cent."""
    shares = {share.id: share.amount for share in outcome.shares}
    compared = 0
    for row in published:
        if row["first_tranche_reallocation"]:
            difference = shares[row["row_number"]] - Decimal(row["first_tranche_reallocation"])
            assert abs(difference) <= Decimal("0.51"), row
            compared += 1
    assert compared == 2136


def test_the_other_places_of_ohio_get_nothing_and_are_told_why(published, outcome):
    others = [row["row_number"] for row in published if not row["first_tranche_reallocation"]]
    reasons = {id: steps_of(outcome, id)[0] for id in others}
    assert len(others) == 60
    assert {amounts(outcome)[id] for id in others} == {"0.00"}
    assert sum(reason.startswith("not completed:") for reason in reasons.values()) == 49
    assert sum(reason.startswith("transferred to the State:") for reason in reasons.values()) == 5
    assert sum(reason.startswith("held at its cap:") for reason in reasons.values()) == 6


def test_all_that_ohio_had_to_share_again_is_shared(outcome):
    assert (outcome.total, outcome.undistributed) == (Decimal(UNCLAIMED), Decimal("0.00"))
