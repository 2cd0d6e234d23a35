"""The outlook of subawards: how fast their money is spent, and who will not have spent it by the last day.

The forecast is a straight line: what was spent in the last whole months goes on evenly until the last day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Max

from grants.compliance.deadlines import spend_by
from grants.kernel.money import ZERO, cents, from_cents, shown, total
from grants.kernel.periods import long_date, month_start, months_later
from grants.ledger.models import Kind
from grants.ledger.queries import standings, sums
from grants.subawards.models import Stage, Subaward

MONTHS = 6
"""Whole months that the pace is taken from."""


@dataclass(frozen=True)
class Forecast:
    """Where money will stand on its last day, in dollars, as of ``today``.

    ``recent`` was spent in the ``days`` before this month. ``expected`` is what will be spent by ``last_on``
    at that pace, never more than is obligated; ``spent_on`` the day on which all is spent at that pace.
    """

    today: date
    last_on: date | None
    obligated: Decimal
    spent: Decimal
    recent: Decimal
    days: int
    expected: Decimal
    spent_on: date | None

    @property
    def left(self) -> Decimal:
        """What is obligated and not yet spent."""
        return self.obligated - self.spent

    @property
    def short(self) -> Decimal:
        """What will be left unspent on the last day."""
        return self.obligated - self.expected

    @property
    def will_miss(self) -> bool:
        """Whether money will be left on the last day, at this pace."""
        return self.last_on is not None and self.short > 0

    @property
    def a_month(self) -> Decimal:
        """The pace, in dollars a month of 365/12 days, rounded down to the cent."""
        return from_cents(cents(self.recent) * 365 // (12 * self.days)) if self.days else ZERO

    def left_on(self, day: date) -> Decimal:
        """What will be left unspent on a day from today on; nothing is spent after the last day."""
        until = min(day, self.last_on) if self.last_on else day
        days = max(0, (until - self.today).days)
        return self.left - from_cents(min(cents(self.left), cents(self.recent) * days // self.days))

    def __str__(self) -> str:
        pace = f"At {shown(self.a_month)} a month"
        if self.last_on is None:
            return "No last day is recorded."
        if not self.left:
            return "All is spent."
        if not self.recent:
            return f"No spending of the last {MONTHS} months is recorded; {shown(self.left)} is left."
        if not self.will_miss:
            return f"{pace} all is spent by {long_date(self.spent_on or self.last_on)}."
        left = f"{shown(self.short)} will be left on {long_date(self.last_on)}"
        return f"{pace} {left}."


@dataclass(frozen=True)
class Outlook(Forecast):
    """Where the money of a subaward will stand on its last day."""

    subaward: Subaward


def outlooks(
    subawards: Iterable[Subaward],
    *,
    today: date,
    through: date | None = None,
    as_known_at: datetime | None = None,
) -> list[Outlook]:
    """The outlook of each issued subaward among these, most money at stake first.

    Obligated and spent is what the lines say through a day and as known at a moment; all lines without. As
    many queries for many as for one.
    """
    issued = [each for each in subawards if each.stage == Stage.ISSUED]
    if not issued:
        return []
    keys = [each.pk for each in issued]
    ends = dict(
        Subaward.objects.filter(pk__in=keys).values_list("pk").annotate(Max("splits__federal_award__ends_on"))
    )
    families = dict(Subaward.objects.filter(pk__in=keys).values_list("pk", "program__family"))
    standing = standings("subaward_id", through=through, as_known_at=as_known_at, where={"subaward_id": keys})
    recent = _spent_lately(keys, today, as_known_at)
    found = []
    for each in issued:
        known = standing.get(each.pk)
        last_on = spend_by(families[each.pk], each.ends_on, ends[each.pk], today=today)
        obligated, spent = (known.obligated, known.spent) if known else (ZERO, ZERO)
        forecast = forecast_of(last_on, obligated, spent, recent.get(each.pk, ZERO), today=today)
        found.append(Outlook(**vars(forecast), subaward=each))
    return sorted(found, key=lambda each: (not each.will_miss, -each.short, each.subaward.number))


def forecast_of(
    last_on: date | None, obligated: Decimal, spent: Decimal, recent: Decimal, *, today: date
) -> Forecast:
    """The forecast of money of which ``recent`` was spent in the last whole months."""
    since = months_later(month_start(today), -MONTHS)
    days = (month_start(today) - since).days
    left, pace = cents(obligated - spent), max(0, cents(recent))
    remaining = max(0, (last_on - today).days) if last_on else 0
    expected = spent + from_cents(min(left, pace * remaining // days))
    spent_on = today + timedelta(days=-(-left * days // pace)) if pace else None
    return Forecast(today, last_on, obligated, spent, from_cents(pace), days, expected, spent_on)


def _spent_lately(keys: list[int], today: date, as_known_at: datetime | None) -> dict[int, Decimal]:
    """What each subaward spent in the last whole months."""
    until = month_start(today)
    since = months_later(until, -MONTHS)
    rows = sums(
        ("subaward_id", "month"),
        through=until - timedelta(days=1),
        as_known_at=as_known_at,
        where={"subaward_id": keys, "kind": [Kind.EXPENDITURE]},
    )
    found: dict[int, list[Decimal]] = {}
    for row in rows:
        if row["month"] >= since:
            found.setdefault(row["subaward_id"], []).append(row["amount"])
    return {key: total(amounts) for key, amounts in found.items()}
