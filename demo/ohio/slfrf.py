"""Recovery money that Treasury pays directly: 88 counties, 35 cities and 3 townships of Ohio."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from demo.ohio.parties import Register, bare
from demo.ohio.people import State
from demo.steps import Money
from demo.tables import Row
from grants.kernel.money import shown
from grants.parties.models import Party, PartyKind
from grants.programs.actions import Given
from grants.programs.models import AllocationRound, Family, FederalAward, Program, Route

COUNTIES, METROPOLITAN = "slfrf-counties", "slfrf-metropolitan"
TITLE = "Coronavirus Local Fiscal Recovery Fund"
_STATE = re.compile(r", (?:ohio|oh)$", re.IGNORECASE)


@dataclass(frozen=True)
class _List:
    """One of Treasury's two lists of direct payments."""

    code: str
    name: str
    statute: str
    on: date
    day: str

    @property
    def source(self) -> str:
        return f"U.S. Department of the Treasury: {TITLE}, {self.name.lower()}, {self.day}"


_OF_COUNTIES = _List(
    COUNTIES, "Fiscal recovery money to counties", "42 U.S.C. 803(b)(3)", date(2021, 5, 10), "May 10, 2021"
)
_OF_CITIES = _List(
    METROPOLITAN,
    "Fiscal recovery money to metropolitan cities",
    "42 U.S.C. 803(b)(1)",
    date(2021, 5, 31),
    "May 2021 (the day is not given: the month's last day is kept)",
)


def load_slfrf(state: State, lists: Mapping[str, list[Row]], register: Register) -> dict[str, FederalAward]:
    """Both programs with an award, funding and share for each recipient; the awards by party code."""
    numbers = award_numbers(lists["reporting_status"])
    counties = {register.by_code[f"C{row['fips']}"]: row["allocation"] for row in lists["county_allocations"]}
    cities = {
        register.at(row["county_fips"], row["place_fips"], row["city_name_treasury"]): row["allocation"]
        for row in lists["metropolitan_allocations"]
    }
    awards = _load(state, _OF_COUNTIES, counties, numbers)
    return awards | _load(state, _OF_CITIES, cities, numbers)


def award_numbers(rows: list[Row]) -> dict[tuple[bool, str], str]:
    """Treasury's award number by whether the recipient is a county and by its bare name."""
    numbers = {}
    for row in rows:
        name = _STATE.sub("", row["recipient_name"])
        numbers["county" in name.lower(), bare(name)] = row["slt_award_number"]
    return numbers


def award_code(party: Party) -> str:
    """The key of the award made directly to a local government: FIPS codes, as in the register."""
    return f"SLFRF-{party.code[1:]}"


def _load(
    state: State, given: _List, amounts: Mapping[Party, Decimal], numbers: Mapping[tuple[bool, str], str]
) -> dict[str, FederalAward]:
    awards = state.budget.awards([_award(party, given, amounts[party], numbers) for party in amounts])
    program = state.budget.program(
        Program(
            code=given.code,
            name=given.name,
            family=Family.SLFRF,
            route=Route.DIRECT,
            statute=given.statute,
            purpose="Recovery money that Treasury pays to each government; the State passes none of it.",
            source=given.source,
            note="Paid by Treasury directly to each recipient. The lists give no FAIN and no days of "
            "payment, so no payments are posted.",
        )
    )
    state.budget.funded(
        program,
        [
            Money(amount, awards[award_code(party)], given.on, f"{given.source}: {party}")
            for party, amount in amounts.items()
        ],
    )
    round = AllocationRound(code=given.code, name=given.name, on=given.on, source=given.source)
    says = "listed by Treasury: {}"
    state.budget.allocated(
        program,
        round,
        lambda: {
            party: Given(amount, steps=(says.format(shown(amount)),)) for party, amount in amounts.items()
        },
    )
    return {party.code: awards[award_code(party)] for party in amounts}


def _award(
    party: Party, given: _List, amount: Decimal, numbers: Mapping[tuple[bool, str], str]
) -> FederalAward:
    number = numbers.get((party.kind == PartyKind.COUNTY, bare(party.name)), "")
    return FederalAward(
        code=award_code(party),
        aln="21.027",
        title=f"{TITLE}: {party}",
        agency_name="Department of the Treasury",
        recipient=party,
        amount=amount,
        is_direct=True,
        is_covid=True,
        statute=given.statute,
        description=f"Award number {number} in Treasury's list of recovery plans." if number else "",
        source=given.source,
    )
