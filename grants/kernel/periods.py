"""Periods that money is reported by, and the days on which things fall due. Dates only, never moments."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import holidays


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of days, first and last included."""

    starts_on: date
    ends_on: date

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def __str__(self) -> str:
        return f"{self.starts_on:%B} {self.starts_on.day}, {self.starts_on.year} to {long_date(self.ends_on)}"


def long_date(day: date) -> str:
    """A date as people read it: ``June 30, 2022``."""
    return f"{day:%B} {day.day}, {day.year}"


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_start(day: date) -> date:
    """The first day of the month of ``day``."""
    return day.replace(day=1)


def months_later(day: date, months: int) -> date:
    """The same day ``months`` later, or the last day of that month when it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def fiscal_year(day: date, *, begins_in: int) -> Period:
    """The fiscal year that holds ``day``, when years begin on the first of month ``begins_in`` (1 to 12).

    The federal year begins in October, Ohio's in July.
    """
    first = date(day.year if day.month >= begins_in else day.year - 1, begins_in, 1)
    return Period(first, months_later(first, 12) - timedelta(days=1))


def quarter(day: date) -> Period:
    """The calendar quarter that holds ``day``: the quarters of federal financial reports."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return Period(first, month_end(months_later(first, 2)))


def quarters(since: date, until: date) -> Iterator[Period]:
    """The calendar quarters from that of ``since`` to that of ``until``, in order."""
    current = quarter(since)
    while current.starts_on <= until:
        yield current
        current = quarter(current.ends_on + timedelta(days=1))


def is_business_day(day: date) -> bool:
    """Whether ``day`` is neither on a weekend nor a federal holiday (5 U.S.C. 6103)."""
    return day.weekday() < 5 and day not in _FEDERAL


def next_business_day(day: date) -> date:
    """``day`` itself if it is a business day, else the first one after it."""
    while not is_business_day(day):
        day += timedelta(days=1)
    return day


_FEDERAL = holidays.country_holidays("US")
