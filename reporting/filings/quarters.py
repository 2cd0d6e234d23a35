"""The money of a program by project, subaward and quarter, as tables whose rows and columns foot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, total
from grants.kernel.periods import quarter
from grants.ledger.models import Kind
from grants.ledger.queries import sums
from grants.programs.models import Allocation
from grants.subawards.models import Project, Subaward
from reporting.blocks import (
    Column,
    FigureTable,
    Value,
)
from reporting.filings.periods import quarter_code

_CELL = ("allocation_id", "subaward_id", "project_id", "month")
_REAL, _SAMPLE = False, True


@dataclass(frozen=True, order=True)
class Who:
    """Whose money a row is: a subaward's, or of an allocation spent by its party itself; and its project.

    ``key`` tells apart what bears the same names: Ohio has 37 townships called Jackson.
    """

    subaward: str
    party: str
    project: str = ""
    key: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Cell:
    """Dollars of one row in one quarter, which is named by its first day."""

    who: Who
    quarter: date
    amount: Decimal
    is_sample: bool = _REAL


def by_quarter(
    program: Any,
    *,
    person: Any,
    kind: Kind = Kind.EXPENDITURE,
    has_projects: bool = True,
) -> list[FigureTable]:
    """The money of one kind by quarter in which it was incurred, reversals taken out, in dollars.

    A row for each project of a subaward, or for each subaward only; of what ``person`` may see. Real and
    sample money stand in tables of their own.
    """
    cells = cells_of(program, person=person, kind=kind, has_projects=has_projects)
    return [
        table_of([cell for cell in cells if cell.is_sample is is_sample], f"{mark}{kind.label}", has_projects)
        for is_sample, mark in ((_REAL, ""), (_SAMPLE, "Sample, not real: "))
        if any(cell.is_sample is is_sample for cell in cells)
    ]


def cells_of(program: Any, *, person: Any, kind: Kind, has_projects: bool) -> list[Cell]:
    """The sums that ``person`` may see, by row and month, from the kept balances; four queries."""
    subawards = Subaward.objects.visible_to(person).filter(program=program).select_related("subrecipient")
    allocations = Allocation.objects.visible_to(person).filter(program=program).select_related("party")
    names = _Names(
        {subaward.pk: subaward for subaward in subawards},
        {allocation.pk: allocation for allocation in allocations},
        _projects(program) if has_projects else {},
    )
    rows = sums(_CELL, where={"program_id": [program.pk], "kind": [kind]})
    return [
        Cell(who, quarter(row["month"]).starts_on, row["amount"], program.is_sample or is_sample)
        for row in rows
        for who, is_sample in names.of(row)
    ]


def _projects(program: Any) -> dict[int, str]:
    return dict(Project.objects.filter(allocation__program=program).values_list("pk", "name"))


@dataclass(frozen=True)
class _Names:
    """What a person may see of a program, by key."""

    subawards: dict[int, Subaward]
    allocations: dict[int, Allocation]
    projects: dict[int, str]

    def of(self, row: dict[str, Any]) -> list[tuple[Who, bool]]:
        """Whose money a sum is, and whether it is made up; nothing when the person may not see it."""
        project = self.projects.get(row["project_id"], "")
        key = (row["allocation_id"] or 0, row["project_id"] or 0 if self.projects else 0)
        if row["subaward_id"]:
            subaward = self.subawards.get(row["subaward_id"])
            if subaward is None:
                return []
            return [(Who(subaward.number, str(subaward.subrecipient), project, key), subaward.is_sample)]
        allocation = self.allocations.get(row["allocation_id"])
        return [(Who("", str(allocation.party), project, key), False)] if allocation else []


def table_of(cells: Iterable[Cell], caption: str, has_projects: bool) -> FigureTable:
    """The cells as a table: a column for each quarter in which there is any money, and totals. Pure."""
    amounts: dict[Who, dict[date, Decimal]] = {}
    for cell in cells:
        row = amounts.setdefault(cell.who, {})
        row[cell.quarter] = row.get(cell.quarter, ZERO) + cell.amount
    quarters = sorted({day for row in amounts.values() for day in row})
    names = ("Subaward", "Party", "Project") if has_projects else ("Subaward", "Party")
    rows = [
        [*_named(who)[: len(names)], *_footed([row.get(day, ZERO) for day in quarters])]
        for who, row in sorted(amounts.items())
    ]
    feet = [total(row.get(day, ZERO) for row in amounts.values()) for day in quarters]
    return FigureTable(
        caption,
        (
            *map(Column, names),
            *(Column(quarter_code(quarter(day)), "dollars") for day in quarters),
            Column("Total", "dollars"),
        ),
        rows,
        ("Total", *[""] * (len(names) - 1), *_footed(feet)),
    )


def _named(who: Who) -> list[Value]:
    return [who.subaward, who.party, who.project]


def _footed(amounts: Sequence[Decimal]) -> tuple[Decimal, ...]:
    return (*amounts, total(amounts))
