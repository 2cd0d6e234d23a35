"""Coronavirus Relief Fund money that the State gave to local governments in three distributions of 2020."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from demo.ohio.parties import KINDS, Register, other_code, register_others
from demo.ohio.people import State
from demo.steps import Money
from demo.tables import Row
from grants.kernel.money import shown, total
from grants.parties.models import Party
from grants.programs.actions import Given
from grants.programs.models import AllocationRound, Family, FederalAward, Program

HB_614 = "crf-hb-614"


@dataclass(frozen=True)
class _Distribution:
    """One of the three distributions; ``begins`` is how the list names it."""

    code: str
    begins: str
    name: str
    on: date


_DISTRIBUTIONS = (
    _Distribution("crf-hb-481", "H.B. 481", "H.B. 481 distribution", date(2020, 6, 30)),
    _Distribution("crf-controlling-board", "Controlling Board", "Controlling Board round", date(2020, 8, 31)),
    _Distribution(HB_614, "H.B. 614", "H.B. 614 distribution", date(2020, 10, 2)),
)


def load_crf(state: State, lists: Mapping[str, list[Row]], register: Register) -> None:
    """Three funded programs, and the shares of H.B. 614 that could be found."""
    award = state.budget.awards([_award(state)])["CRF-OH"]
    for distribution in _DISTRIBUTIONS:
        row = next(row for row in lists["crf_rounds"] if row["distribution"].startswith(distribution.begins))
        program = state.budget.program(_program(distribution, row, lists["hb614"]))
        source = f"{row['distribution']}: {row['source_address']}"
        state.budget.funded(program, [Money(row["amount"], award, distribution.on, source)])
        if distribution.code == HB_614:
            round = AllocationRound(
                code=HB_614,
                name="H.B. 614 distribution, the 13 counties found",
                on=distribution.on,
                source="Amounts of H.B. 614 (133rd General Assembly) as announced by members and reported",
                note="A place in several counties has one share, with a step for its part in each.",
            )
            state.budget.allocated(program, round, lambda: shares(state, lists["hb614"], register))


def shares(state: State, rows: list[Row], register: Register) -> dict[Party, Given]:
    """One share for each party, with a step for each of its rows.

    What matches no local government is registered as an organization of its own.
    """
    unknown = {row["row"] for row in rows if _local(row, register) is None}
    others = register_others(state, [_other(row) for row in rows if row["row"] in unknown])
    by_party: dict[Party, list[Row]] = {}
    for row in rows:
        party = _local(row, register) or others[_other(row).code]
        by_party.setdefault(party, []).append(row)
    return {
        party: Given(total(row["amount"] for row in parts), steps=[_step(row) for row in parts])
        for party, parts in by_party.items()
    }


def _local(row: Row, register: Register) -> Party | None:
    return register.named(row["county_fips"], KINDS[row["entity_type"]], row["entity_name"])


def _other(row: Row) -> Party:
    return Party(
        code=other_code(row["county_fips"], row["entity_name"]),
        kind=KINDS[row["entity_type"]],
        name=row["entity_name"],
        county_fips=row["county_fips"],
        county_name=row["county"],
    )


def _step(row: Row) -> str:
    return f"listed for {row['county']} County as {row['entity_name']}: {shown(row['amount'])}"


def _award(state: State) -> FederalAward:
    return FederalAward(
        code="CRF-OH",
        aln="21.019",
        title="Coronavirus Relief Fund: State of Ohio",
        agency_name="Department of the Treasury",
        recipient=state.party,
        is_direct=True,
        is_covid=True,
        statute="42 U.S.C. 801",
        description="The State's exact amount, its FAIN and the award date were not found.",
        source="State of Ohio, announcements of 2020",
    )


def _program(distribution: _Distribution, row: Row, listed: list[Row]) -> Program:
    note = "Shares and payments of this distribution were not found; only its money is kept."
    if distribution.code == HB_614:
        found = total(line["amount"] for line in listed)
        note = (
            f"{len(listed)} amounts in 13 counties could be found, {shown(found)} in all; only Ottawa and "
            "Erie counties are complete. No payments were found, so none are posted."
        )
    if distribution.code != HB_614:
        note += (
            f" Of its date only the month is known: {distribution.on:%B %Y}, of which the last day is kept."
        )
    return Program(
        code=distribution.code,
        name=f"Coronavirus relief: {distribution.name}",
        family=Family.CRF,
        statute="42 U.S.C. 801",
        purpose=row["distribution"],
        source=row["source_address"],
        note=note,
    )
