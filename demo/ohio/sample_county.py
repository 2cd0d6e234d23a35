"""A sample subaward for Franklin County: what a county clerk meets, from the workbook to the receipt.

No public source shows a report while it is due, so all of it is made up and marked so, in a program of its
own. Its days are set by the day of the first load: one quarter is reported and posted, the next one is due,
and the third is running.
"""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from demo.filings import Filers, opened
from demo.ohio.people import FRANKLIN, State, appointed_for
from demo.steps import Draft, Money
from grants.kernel.periods import months_later, quarter
from grants.kernel.roles import Role
from grants.parties.models import Party
from grants.programs.actions import Given
from grants.programs.models import Allocation, AllocationRound, Family, Program
from grants.subawards.actions import Budgeted, record_projects
from grants.subawards.models import MoneySource, Project, Subaward
from reporting.filings.reading import as_file

CODE, NUMBER, PROJECT = "sample-water", "SAMPLE-WATER-1", "SAMPLE-WATER-1-SEWER"
MADE_UP = "Made up for the demonstration"
_AMOUNT = Decimal("1250000.00")
_BUDGET = (
    Budgeted("Construction", Decimal("900000.00"), MoneySource.STATE),
    Budgeted("Engineering", Decimal("250000.00"), MoneySource.STATE),
    Budgeted("Equipment", Decimal("100000.00"), MoneySource.STATE),
)
_COSTS = (
    (19, "Engineering", "Sample Engineers", "48250.00"),
    (47, "Construction", "Sample Construction Company", "120400.55"),
    (61, "Construction", "Sample Construction Company", "88312.10"),
)


def load_sample_county(state: State) -> None:
    """The subaward with its project and budget, its periods through the running one, and one report."""
    today = timezone.localdate()
    subaward = _subaward(state, begins_on=first_day(today))
    begins_on = subaward.starts_on or today
    opened(state.budget, subaward.program, through=quarter(today).ends_on)
    filers = Filers(
        appointed_for(state, "franklin.preparer", FRANKLIN, Role.PREPARER),
        appointed_for(state, "franklin.certifier", FRANKLIN, Role.CERTIFIER),
        state.budget,
    )
    period = subaward.program.periods.get(starts_on=begins_on)
    filers.filed(subaward, period, lambda: (f"{NUMBER}-{period.code}.csv", _costs(begins_on)))


def first_day(today: date) -> date:
    """The first day of the quarter before the last one."""
    running = quarter(today).starts_on
    return months_later(running, -6)


def _subaward(state: State, *, begins_on: date) -> Subaward:
    found = Subaward.objects.filter(number=NUMBER).select_related("program").first()
    begins_on = (found and found.starts_on) or begins_on
    program = _program(state, begins_on)
    subaward = Subaward(
        number=NUMBER,
        subrecipient=Party.objects.get(code=FRANKLIN),
        title="Sewer extension on Sample Road",
        description=f"{MADE_UP}.",
        amount=_AMOUNT,
        starts_on=begins_on,
        ends_on=months_later(begins_on, 30) - timedelta(days=1),
        budget_starts_on=begins_on,
        budget_ends_on=months_later(begins_on, 30) - timedelta(days=1),
        source=MADE_UP,
        is_sample=True,
    )
    state.budget.issued([Draft(program, subaward, None, begins_on, f"{MADE_UP}.", _BUDGET)])
    kept = Subaward.objects.select_related("program").get(number=NUMBER)
    if not Project.objects.filter(code=PROJECT).exists():
        _record_project(state, kept)
    return kept


def _record_project(state: State, subaward: Subaward) -> None:
    project = Project(
        code=PROJECT,
        number="SEWER-1",
        name="Sewer extension on Sample Road",
        subaward=subaward,
        adopted_budget=_AMOUNT,
        source=MADE_UP,
    )
    allocation = Allocation.objects.get(pk=subaward.allocation_id)
    record_projects(allocation, [project], by=state.budget.proposes)


def _program(state: State, begins_on: date) -> Program:
    program = state.budget.program(
        Program(
            code=CODE,
            name="Sample water and sewer program",
            family=Family.OTHER,
            purpose="Shows how a county reports what it spends.",
            source=MADE_UP,
            note="Everything in this program is made up; none of its money counts with real money.",
            is_sample=True,
        )
    )
    state.budget.funded(program, [Money(_AMOUNT, None, begins_on, MADE_UP)])
    round = AllocationRound(code=CODE, name="Sample allocation", on=begins_on, source=MADE_UP)
    agency = state.budget.agency
    state.budget.allocated(program, round, lambda: {agency: Given(_AMOUNT, steps=["made up"])})
    return program


def _costs(begins_on: date) -> bytes:
    return as_file(
        [
            {
                "incurred_on": (begins_on + timedelta(days=days)).isoformat(),
                "project": "SEWER-1",
                "category": category,
                "payee": payee,
                "amount": amount,
            }
            for days, category, payee, amount in _COSTS
        ]
    )
