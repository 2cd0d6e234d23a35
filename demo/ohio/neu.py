"""The nonentitlement units of Ohio: both rounds of the State's list of May 13, 2022, and what is paid.

The list says of itself that it "includes the initial first tranche payment and reallocation as well as the
expected second tranche amount", and that second payments follow when the State has the second half from
Treasury. So the initial payment and the reallocation payment of the first tranche are posted as paid; the
second tranche is obligated and not paid. The list gives no day of payment: lines carry its own date, by
which they had happened, and their memo says so.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from demo.ohio.parties import Register
from demo.ohio.people import State
from demo.steps import Money, Office
from demo.tables import Row
from grants.kernel.money import ZERO, shown, total
from grants.ledger.models import Kind
from grants.ledger.posting import Line
from grants.parties.models import Party
from grants.programs.actions import Given
from grants.programs.inputs import allocated
from grants.programs.models import AllocationRound, Family, FederalAward, Program

LISTED_ON = date(2022, 5, 13)
POTENTIAL, DISTRIBUTION = "neu-potential", "neu-distribution-2022-05-13"
PRINTED_POTENTIAL, PRINTED_TOTAL = Decimal("843726939.00"), Decimal("842866441.00")
UNCLAIMED = Decimal("1672624.00")
SOURCE = (
    "State of Ohio, Office of Budget and Management: ARPA Non-Entitlement Units of Local Government, First "
    "and Second Tranche Distributions, as of May 13, 2022"
)
_DAY_UNKNOWN = "by May 13, 2022; the list gives no day"


def load_neu(state: State, rows: list[Row], register: Register) -> None:
    """The program, its money, the potential round, the distribution that supersedes it, and its lines."""
    places = {
        register.printed(row["county_fips"], row["entity_name"], row["entity_type"]): row for row in rows
    }
    listed = total(row["potential_allocation"] for row in rows)
    award = state.budget.awards([_award(state, listed)])["SLFRF-OH-NEU"]
    program = state.budget.program(_program(rows))
    state.budget.funded(program, [Money(listed, award, LISTED_ON, SOURCE)])
    potential = AllocationRound(
        code=POTENTIAL, name="Potential allocations, before the cap", on=LISTED_ON, source=SOURCE
    )
    first = state.budget.allocated(program, potential, lambda: _potential(places))
    distribution = AllocationRound(
        code=DISTRIBUTION,
        name="Distribution as of May 13, 2022",
        on=LISTED_ON,
        source=SOURCE,
        supersedes=first,
        note="Both tranches as published; where the printed parts differ from the printed total by a dollar "
        "of rounding, the second tranche is the total less the first, and the step says what was printed.",
    )
    state.budget.allocated(program, distribution, lambda: _distribution(places))
    _post(state.budget, program, award, places)


def _award(state: State, listed: Decimal) -> FederalAward:
    return FederalAward(
        code="SLFRF-OH-NEU",
        aln="21.027",
        title="Coronavirus Local Fiscal Recovery Fund, nonentitlement units of Ohio",
        agency_name="Department of the Treasury",
        recipient=state.party,
        amount=listed,
        is_direct=True,
        is_covid=True,
        statute="42 U.S.C. 803(b)(2)",
        description="Treasury's aggregate for the nonentitlement units of the State. The list gives neither "
        f"a FAIN nor an award date. The amount is the sum of its rows; it prints {shown(PRINTED_POTENTIAL)}.",
        source=SOURCE,
    )


def _program(rows: list[Row]) -> Program:
    by_row = total(row["potential_allocation"] for row in rows)
    given = total(row["total_allocation"] or ZERO for row in rows)
    return Program(
        code="neu",
        name="Nonentitlement units of local government",
        family=Family.NEU,
        statute="42 U.S.C. 803(b)(2)(C)",
        purpose="Recovery money for cities, villages and townships that Treasury does not pay directly.",
        source=SOURCE,
        note=f"The rows of the State's list are whole dollars: they sum to {shown(by_row)} where the list "
        f"prints {shown(PRINTED_POTENTIAL)}, Treasury's aggregate, and to {shown(given)} where it prints "
        f"{shown(PRINTED_TOTAL)}. The list shows the first tranche as paid and the second as expected; it "
        "gives no days of payment, so lines carry the date of the list.",
    )


def _potential(places: Mapping[Party, Row]) -> dict[Party, Given]:
    """What each place could get at most, and how it stood."""
    says = "listed as its potential allocation, by population, before the cap of 75 percent of its budget: {}"
    return {
        party: Given(
            row["potential_allocation"],
            steps=(says.format(shown(row["potential_allocation"])), _application(row)),
            status=row["application_status_text"],
        )
        for party, row in places.items()
    }


def _distribution(places: Mapping[Party, Row]) -> dict[Party, Given]:
    """What each place was given, in its tranches, beside what the reallocation method makes of the list."""
    again = reallocation_of(list(places.values()))
    return {party: _given(row, again[row["row"]]) for party, row in places.items()}


def reallocation_of(rows: list[Row]) -> dict[int, tuple[Decimal, str]]:
    """What the method gives each row of the unclaimed money, and its sentence; by number of the row.

    The list has no budgets: a cap shows as a completed place that was given less than its potential.
    """
    listed = [
        {
            "id": str(row["row"]),
            "potential": str(row["potential_allocation"]),
            "status": row["application_status_text"],
            "capped": (row["total_allocation"] or row["potential_allocation"]) < row["potential_allocation"],
        }
        for row in rows
    ]
    outcome = allocated("reallocation", {"amount": str(UNCLAIMED), "on": LISTED_ON, "places": listed})
    return {int(share.id): (share.amount, share.steps[0]) for share in outcome.shares}


def _given(row: Row, again: tuple[Decimal, str]) -> Given:
    """One place's share of the distribution."""
    status = row["application_status_text"]
    amount = row["total_allocation"] or ZERO
    listed = f"potential allocation {shown(row['potential_allocation'])}; {_application(row)}"
    if not amount:
        return Given(ZERO, steps=(listed, f"{status}: nothing is distributed to it"), status=status)
    first, more = row["first_tranche_initial"], row["first_tranche_reallocation"] or ZERO
    second, printed = amount - first - more, row["second_tranche"]
    steps = [listed, f"first tranche {shown(first)}"]
    if more:
        steps.append(f"reallocation of unclaimed money {shown(more)}; the method gives {shown(again[0])}")
    steps.append(again[1])
    steps.append(f"second tranche {shown(printed)}, expected")
    if second != printed:
        steps.append(
            f"the printed parts differ from the printed total {shown(amount)} by rounding; the second "
            f"tranche is kept as {shown(second)}"
        )
    tranches = [("First tranche", first), ("Reallocation", more), ("Second tranche", second)]
    kept = [(name, part) for name, part in tranches if part]
    return Given(amount, tranches=kept, steps=steps, status=status)


def _application(row: Row) -> str:
    words = {"Y": "completed the application process", "N": "did not complete the application process",
             "T": "elected to transfer its allocation to the State"}  # fmt: skip
    return words[row["application_status"]]


def _post(office: Office, program: Program, award: FederalAward, places: Mapping[Party, Row]) -> None:
    """Obligations of what was distributed, and the payments of the first tranche."""

    def lines() -> list[Line]:
        allocations = dict(program.allocations.values_list("party_id", "pk"))
        columns = (
            (Kind.OBLIGATION, "total_allocation", "Distributed"),
            (Kind.PAYMENT, "first_tranche_initial", "First tranche paid"),
            (Kind.PAYMENT, "first_tranche_reallocation", "Reallocation of the first tranche paid"),
        )
        return [
            Line(
                kind=kind,
                amount=row[column],
                incurred_on=LISTED_ON,
                federal_award=award.pk,
                allocation=allocations[party.pk],
                payee=party.name if kind == Kind.PAYMENT else "",
                place=f"row {row['row']}, {column}",
                memo=f"{words} {_DAY_UNKNOWN}.",
            )
            for party, row in places.items()
            for kind, column, words in columns
            if row[column]
        ]

    office.posted(program, DISTRIBUTION, lines, reason=SOURCE)
