"""The days that bind a program: by when its money must be obligated and spent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from grants.compliance.law import law
from grants.kernel.periods import long_date
from grants.programs.models import Family

SPEND = "Spend by"
_SLFRF = {"slfrf.obligated_by": "Obligate by", "slfrf.expended_by": SPEND}
DEADLINES: dict[str, Mapping[str, str]] = {
    Family.SLFRF: _SLFRF,
    Family.NEU: _SLFRF,
    Family.CPF: {"cpf.expended_by": SPEND},
    Family.CRF: {"crf.obligated_by": "Obligate by", "crf.expended_by": SPEND},
}
"""Families whose deadlines are legal numbers; for all others the federal award's last day counts."""


@dataclass(frozen=True)
class Deadline:
    """The next day by which something must be done, or the last one that has passed."""

    what: str
    on: date
    days: int

    def __str__(self) -> str:
        return f"{self.what} {long_date(self.on)}"

    @property
    def left(self) -> str:
        """How far off it is, in words."""
        if self.days == 0:
            return "today"
        count = abs(self.days)
        return f"{count:,} day{'' if count == 1 else 's'} {'left' if self.days > 0 else 'past'}"


def deadline_of(family: str, award_ends_on: date | None, *, today: date) -> Deadline | None:
    """The next legal deadline of a family, else the last one past; without law, the end of the award."""
    legal = DEADLINES.get(family, {})
    days = [(law[key].on(today), what) for key, what in legal.items()]
    if not days and award_ends_on:
        days = [(award_ends_on, "Award ends")]
    if not days:
        return None
    days.sort()
    on, what = next((known for known in days if known[0] >= today), days[-1])
    return Deadline(what, on, (on - today).days)


def spend_by(family: str, *ends: date | None, today: date) -> date | None:
    """The last day on which money may be spent: the earliest of the law's and of the days on which it ends.

    None when the law sets no day and none is recorded.
    """
    legal = [law[key].on(today) for key, what in DEADLINES.get(family, {}).items() if what == SPEND]
    return min((day for day in (*legal, *ends) if day), default=None)
