"""The NEU round: 2,196 places as in Ohio, 10,000, and 40,000 as in the whole country, under a second."""

from random import Random

from benchmarks.measure import seconds, slope_told, told
from grants.programs.inputs import allocated

SIZES = (2_196, 10_000, 40_000)


def run() -> bool:
    """Judge the inputs and run the round, with the steps of every place in words."""
    times = {}
    holds = []
    for size in SIZES:
        given = a_round(size)
        times[size] = seconds(lambda given=given: allocated("neu", given), runs=3)
        holds.append(told("NEU round", size, ours=times[size], limit=1.0))
    return all([*holds, slope_told("NEU round", times)])


def a_round(size: int) -> dict[str, object]:
    """Inputs of a round of so many places; a tenth have a budget that caps them, some are ineligible."""
    chance = Random(size)
    return {
        "amount": "843726952.00",
        "on": "2021-05-10",
        "places": [_a_place(number, chance) for number in range(size)],
    }


def _a_place(number: int, chance: Random) -> dict[str, object]:
    budget = chance.randint(1, 10) * (10**7 if number % 10 else 10**4)
    return {
        "id": f"P{number:06}",
        "population": chance.randint(20, 50_000),
        "reference_budget": f"{budget}.{number % 100:02}",
        "status": "completed" if number % 50 else "ineligible",
    }
