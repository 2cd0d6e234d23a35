"""Which periods a program reports, and on which day each report is due: by family, from the law. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from grants.compliance.law import law
from grants.kernel.periods import Period, month_end, months_later, next_business_day, quarter
from grants.programs.models import Family


@dataclass(frozen=True)
class Dated:
    """A period with its code and the day on which its report is due."""

    code: str
    period: Period
    due_on: date


@dataclass(frozen=True)
class Schedule:
    """How a family reports.

    ``around`` gives the period that holds a day, ``due`` is the law's time to report. ``first_ends`` is the
    law's last day of a first period longer than the others, ``begins`` its first day; ``ends`` the law's last
    day to spend, after which no period begins. ``layout`` is the workbook that is asked for, without its
    version; without one any that is known will do, as that of capital projects depends on their use.
    """

    around: Callable[[date], Period]
    named: Callable[[Period], str]
    due: str
    begins: str = ""
    first_ends: str = ""
    ends: str = ""
    layout: str = "quarterly-costs"


def half_year(day: date) -> Period:
    """The half of the federal fiscal year that holds ``day``: October to March, or April to September."""
    if 4 <= day.month <= 9:
        return Period(date(day.year, 4, 1), date(day.year, 9, 30))
    began_in = day.year if day.month >= 10 else day.year - 1
    return Period(date(began_in, 10, 1), date(began_in + 1, 3, 31))


def quarter_code(period: Period) -> str:
    """A calendar quarter by its last day: ``2022-Q2``."""
    return f"{period.ends_on.year}-Q{(period.ends_on.month + 2) // 3}"


def half_year_code(period: Period) -> str:
    """A half of a federal fiscal year: ``2025-H1`` ends in March 2025, ``2025-H2`` in September."""
    return f"{period.ends_on.year}-H{1 if period.ends_on.month == 3 else 2}"


_BY_QUARTER = Schedule(quarter, quarter_code, "reports.quarterly_due_days")
SCHEDULES: dict[str, Schedule] = {
    Family.CRF: Schedule(
        quarter,
        quarter_code,
        "crf.report_due_days",
        begins="crf.covered_period_starts",
        first_ends="crf.first_period_ends",
        ends="crf.expended_by",
        layout="crf-agency",
    ),
    Family.SLFRF: Schedule(
        quarter,
        quarter_code,
        "slfrf.report_due_months",
        begins="slfrf.costs_from",
        first_ends="slfrf.first_period_ends",
        ends="slfrf.expended_by",
    ),
    Family.CPF: Schedule(quarter, quarter_code, "cpf.report_due_months", ends="cpf.expended_by", layout=""),
    Family.BEAD: Schedule(half_year, half_year_code, "reports.half_yearly_due_days"),
    Family.SDECGP: _BY_QUARTER,
    Family.MIDDLE_MILE: _BY_QUARTER,
    Family.SLCGP: _BY_QUARTER,
    Family.STATE_BROADBAND: _BY_QUARTER,
    Family.OTHER: _BY_QUARTER,
}
"""Families whose subrecipients report to the state. Nonentitlement units report to Treasury themselves."""


def periods_of(family: str, *, since: date, through: date, today: date) -> Iterator[Dated]:
    """The periods of a family from that which holds ``since`` to that which holds ``through``, in order.

    Where the law says when reporting began, that counts and not ``since``. No period begins after the last
    day on which money may be spent, as the law stands ``today``.
    """
    schedule = SCHEDULES[family]
    if schedule.first_ends:
        current = Period(law[schedule.begins].on(today), law[schedule.first_ends].on(today))
    else:
        current = schedule.around(since)
    until = min(through, law[schedule.ends].on(today)) if schedule.ends else through
    while current.starts_on <= until:
        yield Dated(schedule.named(current), current, due_on(schedule, current))
        current = schedule.around(current.ends_on + timedelta(days=1))


def due_on(schedule: Schedule, period: Period) -> date:
    """The day on which a report is due; a weekend or federal holiday moves it to the next business day."""
    number = law[schedule.due]
    time = int(number.on(period.starts_on))
    if number.unit.startswith("months"):
        return next_business_day(month_end(months_later(period.ends_on.replace(day=1), time)))
    return next_business_day(period.ends_on + timedelta(days=time))
