"""What a person of a local government sees of her grants, in dollars; always within her reach."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from grants.compliance.attestation import questions_about
from grants.compliance.requirement import Side
from grants.kernel.roles import AT_THE_DESK
from grants.ledger.models import Entry
from grants.ledger.queries import Standing, standings
from grants.parties.models import Party
from grants.programs.models import Allocation
from grants.subawards.models import BudgetLine, Stage, Subaward
from reporting.filings.queries import Due, due_to

PAGE = 50


@dataclass(frozen=True)
class Page:
    """Some records in their order, and where the next ones begin: None when there are no more."""

    records: list[Any]
    after: str | None

    @classmethod
    def of(cls, found: Iterable[Any], place: Any) -> "Page":
        """The first ``PAGE`` of the records found; ``place`` says where one stands."""
        records = list(found)
        more = len(records) > PAGE
        return cls(records[:PAGE], place(records[PAGE - 1]) if more else None)


def parties_of(person: Any) -> models.QuerySet[Party]:
    """The parties that a person reports for: those of her memberships, and the ones under them."""
    held = person.memberships.current().exclude(role__in=AT_THE_DESK)
    parties = held.values("party")
    return Party.objects.filter(Q(pk__in=parties) | Q(parent__in=parties)).order_by("name", "pk")


def allocations_of(person: Any, party: Party) -> list[Allocation]:
    """The allocations of a party, each with its ``now``: the standing of all that draws on it."""
    found = Allocation.objects.visible_to(person).filter(party=party)
    allocations = list(
        found.select_related("program__agency", "standing").order_by("program__name", "program")
    )
    _with_standing(allocations, "allocation_id")
    return allocations


def subawards_to(person: Any, party: Party, *, after: str = "") -> Page:
    """Subawards that a party received, by number."""
    return _subawards(Subaward.objects.visible_to(person).filter(subrecipient=party), after)


def subawards_from(person: Any, party: Party, *, after: str = "") -> Page:
    """Subawards to others out of the allocations of a party, by number."""
    passed_on = Subaward.objects.visible_to(person).filter(allocation__party=party)
    return _subawards(passed_on.exclude(subrecipient=party), after)


def _subawards(found: models.QuerySet[Subaward], after: str) -> Page:
    rows = found.filter(number__gt=after.replace("\0", "")).exclude(stage="withdrawn").order_by("number")
    page = Page.of(
        rows.select_related("program", "subrecipient", "allocation__party")[: PAGE + 1],
        lambda subaward: subaward.number,
    )
    _with_standing(page.records, "subaward_id")
    return page


def _with_standing(records: list[Any], column: str) -> None:
    keys = [record.pk for record in records]
    known = standings(column, where={column: keys}) if keys else {}
    for record in records:
        record.now = known.get(record.pk, Standing())


def standing_of(subaward: Subaward) -> Standing:
    """Where a subaward stands today."""
    _with_standing([subaward], "subaward_id")
    return subaward.now  # type: ignore[attr-defined]


def lines_of(person: Any, subaward: Subaward, *, before: tuple[date, int] | None = None) -> Page:
    """Lines of a subaward, the newest day first; ``before`` is the day and key of the last one seen."""
    lines = Entry.objects.visible_to(person).filter(subaward=subaward)
    if before:
        day, key = before
        lines = lines.filter(Q(incurred_on__lt=day) | Q(pk__lt=key), incurred_on__lte=day)
    lines = lines.select_related("project", "posting").order_by("-incurred_on", "-pk")
    return Page.of(lines[: PAGE + 1], lambda line: f"{line.incurred_on}.{line.pk}")


@dataclass(frozen=True)
class Budgeted:
    """A line of the budget in force."""

    category: str
    source: str
    amount: Any


def budget_of(subaward: Subaward) -> list[Budgeted]:
    """The lines of the last version of a subaward's budget."""
    lines = list(BudgetLine.objects.filter(subaward=subaward).order_by("-version", "source", "category"))
    return [
        Budgeted(line.category, line.get_source_display(), line.amount)
        for line in lines
        if line.version == lines[0].version
    ]


def reports_of(person: Any, party: Party, *, on: date) -> list[Due]:
    """What subawards to a party or out of its allocations report, filed or not; the nearest due day first."""
    return due_to(person, on=on, need="view", among=Q(subrecipient=party) | Q(allocation__party=party))


def reports_for(person: Any, subaward: Subaward, *, on: date) -> list[Due]:
    """What one subaward has to report, filed or not; the nearest due day first."""
    return due_to(person, on=on, need="view", among=Q(pk=subaward.pk))


def unanswered(subaward: Subaward) -> int:
    """How many questions of the law its subrecipient has not answered yet; none before it is issued."""
    if subaward.stage != Stage.ISSUED:
        return 0
    asked = questions_about(subaward, Side.SUBRECIPIENT, today=timezone.localdate())
    return sum(each.answered is None for each in asked)
