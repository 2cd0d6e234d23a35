"""The desk's first page: where each program's money stands, how long there is left, what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import Any

from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone

from grants.compliance.deadlines import Deadline, deadline_of
from grants.desk.waiting import waiting_for
from grants.kernel.money import ZERO, total
from grants.ledger.models import ProgramStanding
from grants.ledger.queries import Standing, standings
from grants.programs.models import Funding, Program, Route
from grants.subawards.models import Subaward
from grants.subawards.outlook import Outlook, outlooks


@dataclass(frozen=True)
class Part:
    """A stretch of a bar: what it shows, where it begins and how long it is, in thousandths of the whole."""

    kind: str
    starts: int
    length: int


@dataclass(frozen=True)
class Figures:
    """Dollars of one program, or of several together."""

    funded: Decimal
    allocated: Decimal
    obligated: Decimal
    spent: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        """What was funded and is not spent."""
        return self.funded - self.spent

    @property
    def bar(self) -> list[Part]:
        """Spent, obligated beyond that, allocated beyond that, of what is funded; each up to the whole."""
        parts, begun = [], 0
        for kind in ("spent", "obligated", "allocated"):
            reached = max(begun, self._thousandths(getattr(self, kind)))
            if reached > begun:
                parts.append(Part(kind, begun, reached - begun))
            begun = reached
        return parts

    @property
    def percent_spent(self) -> str:
        """The share of the funding that is spent, in percent with one decimal, rounded down."""
        return self._percent(self.spent)

    @property
    def percent_obligated(self) -> str:
        """The share of the funding that is obligated, in percent with one decimal, rounded down."""
        return self._percent(self.obligated)

    def _percent(self, amount: Decimal) -> str:
        tenths = int(amount * 1000 / self.funded) if self.funded else 0
        return f"{Decimal(tenths) / 10:f}"

    def _thousandths(self, amount: Decimal) -> int:
        return min(1000, max(0, int(amount * 1000 / self.funded))) if self.funded else 0

    def __add__(self, other: "Figures") -> "Figures":
        names = ("funded", "allocated", "obligated", "spent", "paid")
        return Figures(*(total((getattr(self, name), getattr(other, name))) for name in names))


@dataclass(frozen=True)
class Line:
    """A program with its figures and its deadline, if one is known."""

    program: Program
    figures: Figures
    deadline: Deadline | None


@dataclass(frozen=True)
class Table:
    """Programs that may be added up: one way of the money, and never sample with real."""

    title: str
    lines: list[Line]

    @property
    def total(self) -> Figures:
        """All of them together."""
        return reduce(lambda one, other: one + other, (line.figures for line in self.lines))


def figures_that_matter(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The figures of the desk's first page, within the person's reach, in dollars."""
    lines = lines_of(request.user, today=timezone.localdate())
    return {
        **context,
        "tables": _tables(lines),
        "missing": who_will_miss(request.user, today=timezone.localdate()),
        "waiting": waiting_for(request),
        "title": "Where the money stands",
    }


def lines_of(person: Any, *, today: date) -> list[Line]:
    """A line for each program whose standing ``person`` may see, by urgency.

    As many queries for many as for one.
    """
    shown = ProgramStanding.objects.visible_to(person)
    programs = list(Program.objects.filter(standing__in=shown).select_related("standing").order_by("name"))
    keys = [program.pk for program in programs]
    known = standings("program_id", where={"program_id": keys}) if keys else {}
    awarded = Funding.objects.filter(program__in=keys).values_list("program")
    ends = dict(awarded.annotate(Max("federal_award__ends_on")))
    lines = [
        Line(
            program,
            _figures(program, known.get(program.pk, Standing())),
            deadline_of(program.family, ends.get(program.pk), today=today),
        )
        for program in programs
    ]
    return sorted(lines, key=_urgency)


@dataclass(frozen=True)
class Missing:
    """Subawards whose money will not be spent by the last day at their pace: the gravest, and how many."""

    first: list[Outlook]
    count: int
    short: Decimal


def who_will_miss(person: Any, *, today: date, most: int = 10) -> Missing:
    """The real subawards within a person's reach that will have money left on their last day."""
    issued = Subaward.objects.visible_to(person).filter(is_sample=False, program__is_sample=False)
    late = [each for each in outlooks(issued.select_related("subrecipient"), today=today) if each.will_miss]
    return Missing(late[:most], len(late), total(each.short for each in late))


def _urgency(line: Line) -> tuple[int, int]:
    """The nearest deadline first, then programs without one, then those whose deadline has passed."""
    if line.deadline is None:
        return 1, 0
    return (0, line.deadline.days) if line.deadline.days >= 0 else (2, -line.deadline.days)


def _figures(program: Program, standing: Standing) -> Figures:
    kept = program.standing
    return Figures(
        kept.funded or ZERO, kept.allocated or ZERO, standing.obligated, standing.spent, standing.paid
    )


def _tables(lines: Iterable[Line]) -> list[Table]:
    """The lines by way of the money, sample ones apart."""
    tables: dict[str, list[Line]] = {}
    titles = {
        Route.PASSED_DOWN: "Passed down by the state",
        Route.DIRECT: "Paid directly by federal agencies",
    }
    for line in lines:
        sample = "Sample, not real: " if line.program.is_sample else ""
        tables.setdefault(f"{sample}{titles[Route(line.program.route)]}", []).append(line)
    order = [f"{sample}{title}" for sample in ("", "Sample, not real: ") for title in titles.values()]
    return [Table(title, tables[title]) for title in order if title in tables]
