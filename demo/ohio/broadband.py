"""Broadband in Ohio: both ORBEG rounds, the BEAD allocation, and how many locations lack service."""

from collections.abc import Mapping
from datetime import date

from demo.ohio.parties import Register, other_code, register_others
from demo.ohio.people import State
from demo.steps import Draft, Money
from demo.tables import Row
from grants.broadband.actions import record_service_area, record_tract_needs
from grants.broadband.models import ServiceArea, TractNeed
from grants.kernel.money import shown, total
from grants.parties.models import Party, PartyKind
from grants.programs.actions import Given
from grants.programs.models import AllocationRound, Family, FederalAward, Program
from grants.subawards.models import Subaward

ROUND_1, ROUND_2, BEAD = "orbeg-1", "orbeg-2", "bead"
COUNTED_ON = date(2024, 6, 30)
COUNTED_BY = "Federal Communications Commission, Broadband Data Collection, filing of June 2024, by tract"
NOTICE_ON = date(2023, 6, 26)
RELEASE = "Ohio Department of Development, press release of August 21, 2024"


def load_broadband(state: State, lists: Mapping[str, list[Row]], register: Register) -> None:
    """Round 1 as state money, round 2 with its awards and areas, the BEAD allocation, and the need."""
    rounds = {row["program_round"]: row for row in lists["broadband_rounds"]}
    _load_round_1(state, rounds["ORBEG Round 1"])
    _load_round_2(state, lists["orbeg"], register)
    allocation = next(row for row in lists["bead"] if row["state_abbr"] == "OH")
    _load_bead(state, allocation, rounds["BEAD final proposal (provisional)"])
    _load_need(state, lists["tracts"], register)


def _load_round_1(state: State, row: Row) -> None:
    program = state.development.program(
        Program(
            code=ROUND_1,
            name="Ohio Residential Broadband Expansion Grant, round 1",
            family=Family.STATE_BROADBAND,
            purpose=f"Money of the {row['funding']}.",
            source="State of Ohio, announcement of March 18, 2022, as reported",
            note=f"State money, rounded as announced: {row['note']}.",
        )
    )
    money = Money(row["amount"], None, row["announced"].on, f"{row['program_round']}: {row['funding']}")
    state.development.funded(program, [money])


def _load_round_2(state: State, rows: list[Row], register: Register) -> None:
    """Six subawards to providers, each with its counties, households and least speeds."""
    award = state.development.awards([_capital_projects_award(state)])["CPF-OH"]
    amount, on = total(row["award_amount"] for row in rows), rows[0]["announced"].on
    program = state.development.program(
        Program(
            code=ROUND_2,
            name="Ohio Residential Broadband Expansion Grant, round 2",
            family=Family.CPF,
            statute="42 U.S.C. 804",
            purpose="Broadband service for households that lack it.",
            source=RELEASE,
            note="Each amount is for all counties of its award together; how it is split among them is not "
            "published. Neither is what providers report to the State: no report of theirs is filed here.",
        )
    )
    state.development.funded(program, [Money(amount, award, on, RELEASE)])
    round = AllocationRound(code=ROUND_2, name="Allocation to the agency", on=on, source=RELEASE)
    steps = [f"the sum of the six awards announced: {shown(amount)}"]
    agency = state.development.agency
    state.development.allocated(program, round, lambda: {agency: Given(amount, steps=steps)})
    providers = register_others(state, [_provider(row) for row in rows])
    drafts = [_draft(program, number, row, providers, award) for number, row in enumerate(rows, start=1)]
    state.development.issued(drafts)
    _record_areas(state, drafts, rows, register)


def _capital_projects_award(state: State) -> FederalAward:
    return FederalAward(
        code="CPF-OH",
        aln="21.029",
        title="Coronavirus Capital Projects Fund: State of Ohio",
        agency_name="Department of the Treasury",
        recipient=state.party,
        is_direct=True,
        is_covid=True,
        statute="42 U.S.C. 804",
        description="Treasury announced $77.5 million for broadband and $85.0 million for community "
        "campuses, rounded; the exact amount, the FAIN and the award date were not found.",
        source="U.S. Department of the Treasury, press release jy1692",
    )


def _provider(row: Row) -> Party:
    return Party(code=other_code("", row["awardee"]), kind=PartyKind.PROVIDER, name=row["awardee"])


def _draft(
    program: Program, number: int, row: Row, providers: Mapping[str, Party], award: FederalAward
) -> Draft:
    counties = ", ".join(row["counties"])
    subaward = Subaward(
        number=f"ORBEG-2-{number}",
        subrecipient=providers[other_code("", row["awardee"])],
        title=f"Broadband in {counties}",
        amount=row["award_amount"],
        place_of_performance=f"Counties: {counties}",
        source=RELEASE,
    )
    return Draft(program, subaward, award, row["announced"].on, f"Announced {row['announced']}.")


def _record_areas(state: State, drafts: list[Draft], rows: list[Row], register: Register) -> None:
    numbers = [draft.subaward.number for draft in drafts]
    subawards = Subaward.objects.select_related("program").in_bulk(numbers, field_name="number")
    known = set(
        ServiceArea.objects.filter(subaward__number__in=numbers).values_list("subaward_id", flat=True)
    )
    for number, row in zip(numbers, rows, strict=True):
        if subawards[number].pk in known:
            continue
        down, up = row["minimum_speed_mbps"]
        record_service_area(
            subawards[number],
            ServiceArea(households=row["households"], download_mbps=down, upload_mbps=up),
            counties=[register.by_code[f"C{fips}"] for fips in row["county_fips"]],
            by=state.development.proposes,
        )


def _load_bead(state: State, allocation: Row, provisional: Row) -> None:
    """The program with its money; who is awarded was not final when its figure was reported."""
    source = "NTIA, notice of allocation, June 26, 2023"
    award = FederalAward(
        code="BEAD-OH",
        aln="11.035",
        title="Broadband Equity, Access, and Deployment: State of Ohio",
        agency_name="National Telecommunications and Information Administration",
        recipient=state.party,
        amount=allocation["allocation"],
        is_direct=True,
        is_covid=False,
        statute="47 U.S.C. 1702",
        source=source,
    )
    award = state.development.awards([award])["BEAD-OH"]
    program = state.development.program(
        Program(
            code=BEAD,
            name="Broadband Equity, Access, and Deployment",
            family=Family.BEAD,
            statute="47 U.S.C. 1702",
            purpose="Broadband service for locations without it.",
            source=source,
            note=f"The final proposal of September 2025 put the need at {shown(provisional['amount'])}, "
            f"provisionally: {provisional['note']}.",
        )
    )
    state.development.funded(program, [Money(allocation["allocation"], award, NOTICE_ON, source)])


def _load_need(state: State, rows: list[Row], register: Register) -> None:
    if TractNeed.objects.filter(as_of=COUNTED_ON).count() >= len(rows):
        return
    needs = [
        TractNeed(
            geoid=row["GEOID"],
            county=register.by_code[f"C{row['CountyGEOID']}"],
            as_of=COUNTED_ON,
            locations=row["TotalBSLs"],
            unserved=row["UnservedBSLs"],
            underserved=row["UnderservedBSLs"],
            served=row["ServedBSLs"],
            source=COUNTED_BY,
        )
        for row in rows
    ]
    record_tract_needs(state.party, needs, by=state.administrator)
