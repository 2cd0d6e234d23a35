"""What an agency expended of each federal award in a fiscal year, for its schedule (2 CFR 200.510)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO
from grants.kernel.periods import Period
from grants.ledger.queries import sums
from grants.programs.models import Allocation
from grants.subawards.models import Subaward

SIGNS = {"payment": 1, "refund": -1}


@dataclass(frozen=True)
class Expended:
    """Dollars of one award in one program: own costs, and what was passed on to subrecipients.

    ``to_others`` was paid to parties that hold an allocation of their own and have no subaward, such as
    nonentitlement units: they report it to the federal agency themselves, and it is no part of the schedule.
    """

    own: Decimal = ZERO
    passed_on: Decimal = ZERO
    to_others: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What counts as expended."""
        return self.own + self.passed_on

    def plus(self, other: "Expended") -> "Expended":
        """Both together."""
        return Expended(
            self.own + other.own, self.passed_on + other.passed_on, self.to_others + other.to_others
        )


def expended_by(
    agency: Any,
    programs: Collection[int],
    year: Period,
    *,
    through: date | None = None,
    as_known_at: datetime | None = None,
) -> dict[tuple[int, int], Expended]:
    """What an agency expended in programs of its own in a fiscal year, by program and federal award.

    Its own costs count when incurred, what it passes on to a subrecipient when paid out, less refunds
    (2 CFR 200.502). The state's own money does not count, nor what a federal agency paid to others directly.
    """
    mine = set(Allocation.objects.filter(program__in=programs, party=agency).values_list("pk", flat=True))
    theirs = Subaward.objects.filter(program__in=programs).exclude(subrecipient=agency)
    received = set(theirs.values_list("pk", flat=True))
    by = ("program_id", "federal_award_id", "subaward_id", "allocation_id", "kind", "month")
    last = min(through or year.ends_on, year.ends_on)
    rows = sums(by, through=last, as_known_at=as_known_at, where={"program_id": programs})
    found: dict[tuple[int, int], Expended] = {}
    for row in rows:
        if row["month"] < year.starts_on or row["federal_award_id"] is None:
            continue
        key = row["program_id"], row["federal_award_id"]
        found[key] = found.get(key, Expended()).plus(_counted(row, mine, received))
    return {key: each for key, each in found.items() if each != Expended()}


def _counted(row: dict[str, Any], mine: set[int], received: set[int]) -> Expended:
    """What a sum of lines counts as, by its kind and by whose it is."""
    is_own = row["allocation_id"] is None or row["allocation_id"] in mine
    if row["kind"] in SIGNS:
        amount = row["amount"] * SIGNS[row["kind"]]
        if row["subaward_id"] in received:
            return Expended(passed_on=amount)
        return Expended() if row["subaward_id"] or is_own else Expended(to_others=amount)
    if row["kind"] == "expenditure" and row["subaward_id"] not in received and is_own:
        return Expended(own=row["amount"])
    return Expended()
