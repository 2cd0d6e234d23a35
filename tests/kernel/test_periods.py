"""Periods and due days, to the day."""

from datetime import date

import pytest

from grants.kernel.periods import (
    Period,
    fiscal_year,
    month_end,
    months_later,
    next_business_day,
    quarter,
    quarters,
)


@pytest.mark.parametrize(
    ("day", "begins_in", "year"),
    [
        (date(2024, 9, 30), 10, Period(date(2023, 10, 1), date(2024, 9, 30))),
        (date(2024, 10, 1), 10, Period(date(2024, 10, 1), date(2025, 9, 30))),
        (date(2025, 6, 30), 7, Period(date(2024, 7, 1), date(2025, 6, 30))),
        (date(2024, 2, 29), 1, Period(date(2024, 1, 1), date(2024, 12, 31))),
        (date(2023, 3, 1), 3, Period(date(2023, 3, 1), date(2024, 2, 29))),
    ],
)
def test_a_fiscal_year_holds_its_first_and_last_day(day: date, begins_in: int, year: Period) -> None:
    assert fiscal_year(day, begins_in=begins_in) == year
    assert day in year


def test_quarters_follow_each_other_without_a_gap() -> None:
    found = list(quarters(date(2021, 11, 15), date(2022, 6, 30)))
    assert [str(period.ends_on) for period in found] == ["2021-12-31", "2022-03-31", "2022-06-30"]
    assert quarter(date(2022, 4, 1)) == Period(date(2022, 4, 1), date(2022, 6, 30))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 1, 15), 6, date(2026, 7, 15)),
        (date(2026, 1, 31), -2, date(2025, 11, 30)),
    ],
)
def test_months_later_stays_in_the_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 9, 12), date(2026, 9, 14)),
        (date(2026, 7, 3), date(2026, 7, 6)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2022, 12, 31), date(2023, 1, 3)),
        (date(2026, 4, 30), date(2026, 4, 30)),
    ],
)
def test_due_days_roll_over_weekends_and_federal_holidays(day: date, due: date) -> None:
    assert next_business_day(day) == due


def test_the_end_of_february_knows_leap_years() -> None:
    assert (month_end(date(2024, 2, 1)).day, month_end(date(2100, 2, 1)).day) == (29, 28)
