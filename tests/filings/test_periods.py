"""Which periods a family reports, and on which day each report is due."""

from datetime import date
from itertools import pairwise

import pytest

from grants.kernel.periods import is_business_day
from grants.programs.models import Family
from reporting.filings.periods import SCHEDULES, Dated, half_year, periods_of


def of(family: str, since: date = date(2022, 1, 1), through: date = date(2023, 6, 30)) -> dict[str, Dated]:
    periods = periods_of(family, since=since, through=through, today=date(2026, 11, 24))
    return {each.code: each for each in periods}


@pytest.mark.parametrize(
    ("family", "code", "due_on", "why"),
    [
        (Family.CRF, "2020-Q2", date(2020, 9, 21), "Treasury put the first cycle off"),
        (Family.CRF, "2020-Q3", date(2020, 10, 13), "the 10th is a Saturday and the 12th is Columbus Day"),
        (Family.CRF, "2020-Q4", date(2021, 1, 11), "the 10th is a Sunday"),
        (Family.SLFRF, "2021-Q4", date(2022, 1, 31), "the first report, on a Monday"),
        (Family.SLFRF, "2022-Q1", date(2022, 5, 2), "April 30 is a Saturday"),
        (Family.SLFRF, "2022-Q3", date(2022, 10, 31), "the end of the month, not thirty days"),
        (Family.SLFRF, "2026-Q4", date(2027, 4, 30), "the last report has four months"),
        (Family.CPF, "2023-Q1", date(2023, 5, 1), "April 30 is a Sunday"),
        (Family.BEAD, "2023-H2", date(2023, 10, 30), "thirty days after September"),
        (Family.BEAD, "2023-H1", date(2023, 5, 1), "April 30 is a Sunday"),
        (
            Family.SLCGP,
            "2022-Q4",
            date(2023, 1, 30),
            "thirty days after the quarter, not the end of the month",
        ),
        (Family.SLCGP, "2022-Q1", date(2022, 5, 2), "April 30 is a Saturday"),
    ],
)
def test_a_report_is_due_on_the_day_that_the_law_gives(
    family: str, code: str, due_on: date, why: str
) -> None:
    periods = of(family, since=date(2022, 1, 1), through=date(2027, 12, 31))
    assert periods[code].due_on == due_on, why


@pytest.mark.parametrize("family", SCHEDULES)
def test_every_report_is_due_on_a_business_day_and_no_day_falls_between_two_periods(family: str) -> None:
    periods = list(of(family, through=date(2026, 12, 31)).values())
    assert all(is_business_day(each.due_on) for each in periods)
    for one, next_one in pairwise(periods):
        assert (next_one.period.starts_on - one.period.ends_on).days == 1


def test_the_first_period_begins_with_the_law_and_not_with_the_program() -> None:
    first_of_slfrf = next(iter(of(Family.SLFRF, since=date(2022, 5, 1)).values()))
    assert str(first_of_slfrf.period) == "March 3, 2021 to December 31, 2021"
    first_of_crf = next(iter(of(Family.CRF).values()))
    assert str(first_of_crf.period) == "March 1, 2020 to June 30, 2020"


def test_no_period_begins_after_the_last_day_to_spend() -> None:
    assert list(of(Family.CRF, through=date(2026, 12, 31)))[-1] == "2022-Q3"
    assert list(of(Family.SLFRF, through=date(2030, 12, 31)))[-1] == "2026-Q4"


def test_half_years_are_those_of_the_federal_year() -> None:
    assert list(of(Family.BEAD, since=date(2024, 12, 15), through=date(2025, 11, 1))) == [
        "2025-H1",
        "2025-H2",
        "2026-H1",
    ]
    assert half_year(date(2024, 2, 29)) == half_year(date(2023, 10, 1))


def test_nonentitlement_units_report_to_treasury_and_not_to_the_state() -> None:
    assert Family.NEU not in SCHEDULES
    assert set(SCHEDULES) == set(Family.values) - {Family.NEU}
