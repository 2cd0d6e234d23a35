"""The population of a sample: which lines of the ledger it is drawn from, and in which order."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from grants.kernel.money import cents, from_cents, shown
from grants.ledger.models import Entry
from reporting.sampling.models import Strata
from reporting.standpoint import Subject, lines_about

_COLUMN = {
    Strata.KIND: "kind",
    Strata.CATEGORY: "category",
    Strata.SUBAWARD: "subaward__number",
    Strata.FEDERAL_AWARD: "federal_award__code",
}


@dataclass(frozen=True)
class Population:
    """Lines of some kinds about a subject, incurred within days, as known at a moment."""

    subject: Subject
    kinds: Sequence[str]
    since: date | None
    through: date
    as_known_at: datetime

    def lines(self, person: Any) -> models.QuerySet[Entry]:
        """The lines that ``person`` may see, by number: neither reversed by that moment nor reversals."""
        entries: Any = Entry.objects
        known = entries.visible_to(person).filter(
            lines_about(self.subject),
            kind__in=list(self.kinds),
            incurred_on__lte=self.through,
            posted_at__lte=self.as_known_at,
            reverses=None,
        )
        if self.since:
            known = known.filter(incurred_on__gte=self.since)
        reversed_since = Entry.objects.filter(reverses=OuterRef("pk"), posted_at__lte=self.as_known_at)
        return known.exclude(Exists(reversed_since)).order_by("pk")


@dataclass
class Frame:
    """A population as it is read: keys and cents of its lines in their order, and the stratum of each."""

    keys: array = field(default_factory=lambda: array("q"))
    amounts: array = field(default_factory=lambda: array("q"))
    strata: list[str] = field(default_factory=list)

    @property
    def amount(self) -> Decimal:
        """All its dollars."""
        return from_cents(sum(self.amounts))


def frame_of(
    lines: models.QuerySet[Entry], strata: str | None = None, bounds: Sequence[Decimal] = ()
) -> Frame:
    """The frame of a population; sixteen bytes a line are held, and a word for its stratum where asked."""
    frame, names = Frame(), _names_between(bounds)
    column = _COLUMN.get(Strata(strata)) if strata else None
    columns = ("pk", "amount", *([column] if column else []))
    for pk, amount, *rest in lines.values_list(*columns).iterator(chunk_size=10_000):
        frame.keys.append(pk)
        frame.amounts.append(cents(amount))
        if rest:
            frame.strata.append(str(rest[0] or "(none)"))
        elif strata:
            frame.strata.append(names[sum(amount >= bound for bound in bounds)])
    return frame


def _names_between(bounds: Sequence[Decimal]) -> list[str]:
    """The names of the strata that amounts in order divide, with a number so that they sort by size."""
    if not bounds:
        return ["1. every amount"]
    ends = [f"under {shown(bounds[0])}"]
    ends += [f"{shown(low)} to under {shown(high)}" for low, high in pairwise(bounds)]
    ends.append(f"{shown(bounds[-1])} and over")
    return [f"{place}. {end}" for place, end in enumerate(ends, 1)]
