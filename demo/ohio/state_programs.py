"""Programs of the State on its own recovery money, and the 56 subawards whose exact amounts were announced.

Of most announcements only the month or the year is known: the last day of it is kept, and the memo says so.
A program's first money carries the day of its first announced subaward where that is earlier.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils import timezone

from demo.filings import opened
from demo.ohio.parties import Register, other_code, register_others
from demo.ohio.people import State
from demo.steps import Draft, Money, Office
from demo.tables import Row
from grants.kernel.money import shown, total
from grants.parties.models import Party, PartyKind
from grants.programs.actions import Given
from grants.programs.models import AllocationRound, Family, FederalAward, Program
from grants.subawards.models import Subaward

STATE_AWARD = "SLFRF-OH"
SOURCE = "State of Ohio, announcements of 2021 to 2024, as reported"


@dataclass(frozen=True)
class _StateProgram:
    """One program; ``state_money`` is the part of its first amount that is not federal, as its note says."""

    code: str
    begins: str
    prefix: str
    is_of_development: bool = False
    state_money: Decimal = Decimal(0)

    def office(self, state: State) -> Office:
        return state.development if self.is_of_development else state.public_safety


PROGRAMS = (
    _StateProgram("first-responders", "Ohio First Responder Recruitment", "OFR"),
    _StateProgram("violent-crime", "Ohio Violent Crime Reduction", "VCR", state_money=Decimal("8000000.00")),
    _StateProgram("ohio-builds-water", "Ohio BUILDS Water", "OBW", is_of_development=True),
)


def load_state_programs(state: State, lists: Mapping[str, list[Row]], register: Register) -> None:
    """Each program with its money, the allocation of it to its agency, and its announced subawards."""
    kept_by_the_state = replace(state.budget, agency=state.party)  # programs of several agencies draw on it
    award = kept_by_the_state.awards([_award(state)])[STATE_AWARD]
    for given in PROGRAMS:
        rows = [row for row in lists["state_programs"] if row["program"].startswith(given.begins)]
        announced = [row for row in lists["subawards"] if row["program"].startswith(given.begins)]
        office = given.office(state)
        program = office.program(_program(given, rows, announced))
        for number, money in enumerate(_money(given, rows, announced, award), start=1):
            office.funded(program, money)
            _allocate(office, program, number, money)
        office.issued(_drafts(state, given, program, announced, award, register))


def open_reporting(state: State) -> None:
    """The reporting periods of the programs of the State that have subawards, through today."""
    today = timezone.localdate()
    reporting = Program.objects.filter(subawards__isnull=False, is_sample=False).distinct()
    for program in reporting.order_by("code"):
        office = next(each for each in state.offices if each.agency.pk == program.agency_id)
        opened(office, program, through=today)


def _award(state: State) -> FederalAward:
    return FederalAward(
        code=STATE_AWARD,
        aln="21.027",
        title="Coronavirus State Fiscal Recovery Fund: State of Ohio",
        agency_name="Department of the Treasury",
        recipient=state.party,
        is_direct=True,
        is_covid=True,
        statute="42 U.S.C. 802",
        description="Award number SLT-0803 in Treasury's list of recovery plans. The exact amount (nearly "
        "$5.4 billion), the FAIN and the award date were not found.",
        source="U.S. Department of the Treasury, list of recovery plans of February 2, 2022",
    )


def _program(given: _StateProgram, rows: list[Row], announced: list[Row]) -> Program:
    found = total(row["award_amount"] for row in announced)
    own = (
        f" {shown(given.state_money)} is the State's own; which subawards it pays is not published, and all "
    )
    own += "are kept as federal."
    words = "; ".join(f"{row['program']}: {row['note']} {row['detail']}".strip() for row in rows)
    return Program(
        code=given.code,
        name=rows[0]["program"].partition(" rounds ")[0],
        family=Family.SLFRF,
        statute="42 U.S.C. 802",
        purpose=words,
        source=SOURCE,
        note=f"{len(announced)} subawards, {shown(found)}, whose exact amounts could be read; more were "
        "made. Amounts of the program are rounded as announced. Of most announcements only the month or the "
        f"year is known, and its last day is kept.{own if given.state_money else ''} What subrecipients "
        "report to the State is not published: of their reports, none is filed here.",
    )


def _money(
    given: _StateProgram, rows: list[Row], announced: list[Row], award: FederalAward
) -> Iterator[list[Money]]:
    """The money of each announcement: what the program began with, and each increase."""
    first = min(row["announced"].on for row in announced)
    for at, row in enumerate(rows):
        begun, *raised = row["date"]
        begun_on = min(begun.on, first) if at == 0 else begun.on
        state_money = given.state_money if at == 0 else Decimal(0)
        announced_as = f"{row['program']}: announced {begun}"
        if begun_on < begun.on:
            announced_as += ", or rather the day of its first announced subaward"
        money = [Money(row["amount"] - state_money, award, begun_on, announced_as)]
        if state_money:
            from_state = f"{announced_as}, of the state operating budget"
            money.append(Money(state_money, None, begun_on, from_state))
        yield money
        if row["amount_revised"] is not None:
            more = row["amount_revised"] - row["amount"]
            yield [Money(more, award, raised[0].on, f"{row['program']}: raised {raised[0]}")]


def _allocate(office: Office, program: Program, number: int, money: list[Money]) -> None:
    """Allocate money to the program's own agency, which makes the subawards."""
    amount = total(line.amount for line in money)
    name = "Allocation to the agency" if number == 1 else "Further allocation to the agency"
    round = AllocationRound(
        code=f"{program.code}-{number}", name=f"{name}, {number}", on=money[0].on, source=SOURCE
    )
    steps = [f"{line.source}: {shown(line.amount)}" for line in money]
    office.allocated(program, round, lambda: {office.agency: Given(amount, steps=steps)})


def _drafts(
    state: State,
    given: _StateProgram,
    program: Program,
    announced: list[Row],
    award: FederalAward,
    register: Register,
) -> list[Draft]:
    """The announced subawards, numbered in the order of the list."""
    local = {row["row"]: _local(row, register) for row in announced}
    others = register_others(state, [_other(state, row) for row in announced if local[row["row"]] is None])
    return [
        Draft(
            program,
            Subaward(
                number=f"{given.prefix}-{number:03}",
                subrecipient=local[row["row"]] or others[other_code(row["county_fips"], row["subrecipient"])],
                title=row["purpose"][:200],
                description=f"Round {row['round']}." if row["round"] else "",
                amount=row["award_amount"],
                place_of_performance=f"{row['county']} County" if row["county"] else "",
                source=row["source_address"],
            ),
            award,
            row["announced"].on,
            f"Announced {row['announced']}.",
        )
        for number, row in enumerate(announced, start=1)
    ]


def _local(row: Row, register: Register) -> Party | None:
    """The local government itself, where its name alone is announced."""
    kind = PartyKind.COUNTY if row["subrecipient"].endswith(" County") else PartyKind.MUNICIPALITY
    return register.in_county(row["county_fips"], kind, row["subrecipient"])


def _other(state: State, row: Row) -> Party:
    is_of_the_state = row["subrecipient"].startswith("Ohio Department of ")
    return Party(
        code=other_code(row["county_fips"], row["subrecipient"]),
        kind=PartyKind.STATE_AGENCY if is_of_the_state else PartyKind.OTHER,
        name=row["subrecipient"],
        parent=state.party if is_of_the_state else None,
        county_fips=row["county_fips"],
        county_name=row["county"],
    )
