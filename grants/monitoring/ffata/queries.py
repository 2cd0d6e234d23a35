"""Which subawards must be reported under the Transparency Act, by when, and which were."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Sum

from grants.compliance.law import law
from grants.compliance.rules.ffata import ffata_duties
from grants.kernel.money import cents, from_cents
from grants.ledger.models import Entry, Kind
from grants.monitoring.ffata.models import FfataReport
from grants.parties.models import PartyKind
from grants.programs.models import FederalAward
from grants.subawards.models import Subaward

_COUNTED = {Kind.OBLIGATION: 1, Kind.DEOBLIGATION: -1}
_STATE = (PartyKind.STATE, PartyKind.STATE_AGENCY)


@dataclass(frozen=True)
class Reportable:
    """A subaward that must be reported under one award: since when, by when, with what, and when it was."""

    subaward: Subaward
    award: FederalAward
    triggered_on: date
    due_on: date
    amount: Decimal
    reported_on: date | None
    on: date

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been reported by now."""
        return self.reported_on is None and self.due_on < self.on


def reportable(
    person: Any, *, on: date, programs: Collection[int] | None = None, but_not_reported: bool = False
) -> list[Reportable]:
    """The first-tier subawards that a person sees and that must be reported, the earliest due first.

    ``but_not_reported`` leaves out those that have a report.
    """
    subawards = Subaward.objects.visible_to(person)
    if programs is not None:
        subawards = subawards.filter(program__in=programs)
    return reportable_among(subawards, on=on, but_not_reported=but_not_reported)


def reportable_among(
    subawards: QuerySet[Subaward],
    *,
    on: date,
    as_known_at: datetime | None = None,
    but_not_reported: bool = False,
) -> list[Reportable]:
    """Those of the subawards that are first-tier and must be reported, the earliest due first.

    The obligations of each add up by federal award, and the award's date chooses threshold and measure.
    """
    first_tier = subawards.filter(is_first_tier())
    lines = Entry.objects.filter(
        _large_enough(first_tier, on=on, but_not_reported=but_not_reported),
        kind__in=_COUNTED,
        incurred_on__lte=on,
        federal_award__award_date__isnull=False,
    ).order_by("incurred_on", "pk")
    if as_known_at:
        lines = lines.filter(posted_at__lte=as_known_at)
    rows = list(
        lines.values_list(
            "subaward_id", "federal_award_id", "incurred_on", "kind", "amount", "federal_award__award_date"
        )
    )
    if not rows:
        return []
    actions = pd.DataFrame(
        [
            (subaward, award, day, cents(amount) * _COUNTED[Kind(kind)], awarded_on)
            for subaward, award, day, kind, amount, awarded_on in rows
        ],
        columns=["subaward", "award", "incurred_on", "federal_amount", "awarded_on"],
    )
    actions["incurred_on"] = pd.to_datetime(actions.incurred_on)
    actions["awarded_on"] = pd.to_datetime(actions.awarded_on)
    return _with_reports(ffata_duties(actions, law), on)


def _large_enough(first_tier: QuerySet[Subaward], *, on: date, but_not_reported: bool) -> Q:
    """Lines of subawards whose obligations alone come to the lowest threshold there ever was."""
    least = min(edition.value for edition in law["ffata.subaward_threshold"].values)
    obligated = Entry.objects.filter(subaward__in=first_tier, kind=Kind.OBLIGATION, incurred_on__lte=on)
    if but_not_reported:
        made = FfataReport.objects.filter(
            subaward=OuterRef("subaward"), federal_award=OuterRef("federal_award")
        )
        obligated = obligated.filter(~Exists(made))
    pairs = (
        obligated.order_by()
        .values("subaward", "federal_award")
        .annotate(sum=Sum("amount", filter=Q(amount__gt=0)))
    )
    large = list(
        pairs.filter(sum__gte=least, federal_award__isnull=False).values_list("subaward", "federal_award")
    )
    awards: dict[int, list[int]] = {}
    for subaward, award in large:
        awards.setdefault(award, []).append(subaward)
    among = Q(pk__in=[])
    for award, subawards in awards.items():
        among |= Q(federal_award=award, subaward__in=subawards)
    return among


def is_first_tier() -> Q:
    """Subawards that the recipient of the federal award made itself."""
    return Q(allocation__party=F("subrecipient")) | Q(allocation__party__kind__in=_STATE)


def _with_reports(duties: pd.DataFrame, on: date) -> list[Reportable]:
    """The duties with their records, and the day of the first report of each."""
    rows: list[Any] = list(duties.itertuples())
    keys = [row.subaward for row in rows]
    subawards = Subaward.objects.select_related("subrecipient", "program").in_bulk(keys)
    awards = FederalAward.objects.in_bulk({row.award for row in rows})
    reports = FfataReport.objects.filter(subaward__in=keys).values_list("subaward", "federal_award")
    first = {(subaward, award): day for subaward, award, day in reports.annotate(day=Min("reported_on"))}
    found = [
        Reportable(
            subawards[row.subaward],
            awards[row.award],
            row.triggered_on.date(),
            row.due_on.date(),
            from_cents(int(row.amount_reported_first)),
            first.get((row.subaward, row.award)),
            on,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (each.due_on, each.subaward.number, each.award.pk))
