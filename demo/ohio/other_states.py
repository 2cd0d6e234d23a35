"""Workbooks that agencies of other states filed, received as they are. No money of Ohio is in them.

The award and the subawards that a filing needs are made up, so the program and all that is of it are samples.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path

from django.utils.text import slugify

from demo.filings import Content, Filers, opened
from demo.ohio.parties import register_others
from demo.ohio.people import State, appointed_for
from demo.steps import Draft, Money
from demo.tables import Row
from grants.kernel.periods import quarter
from grants.kernel.roles import Role
from grants.parties.models import Party, PartyKind
from grants.programs.actions import Given
from grants.programs.models import AllocationRound, Family, Program
from grants.subawards.models import Subaward

FOLDER = Path(__file__).parents[1] / "workbooks"
CODE = "other-states"
ABROAD = "OTHER-STATES"
_BEGAN = date(2020, 3, 1)
_EACH = Decimal("100000000.00")
_SPENT_BY = {"crf": date(2021, 12, 31), "cpf": date(2026, 12, 31), "slfrf": date(2026, 12, 31)}
"""Until when money of each fund may be spent: 42 U.S.C. 801(d), Treasury's guidance on 42 U.S.C. 804, 31 CFR
35.5."""


def filed_workbooks() -> list[Row]:
    """The files that somebody filed, as ``SOURCES.toml`` describes them."""
    listed = tomllib.loads((FOLDER / "SOURCES.toml").read_text(encoding="utf-8"))["file"]
    return [file for file in listed if "filer" in file]


def load_other_states(state: State) -> None:
    """The program, a party and a subaward for each filer, and the filings as far as the rules allow."""
    files = filed_workbooks()
    parties = _parties(state, files)
    filers = Filers(
        appointed_for(state, "other.states.preparer", ABROAD, Role.PREPARER),
        appointed_for(state, "other.states.certifier", ABROAD, Role.CERTIFIER),
        state.budget,
    )
    program = _program(state, len(files))
    drafts = [
        _draft(program, number, file, parties[_code(file)]) for number, file in enumerate(files, start=1)
    ]
    state.budget.issued(drafts)
    opened(state.budget, program, through=max(last_day(file["period"]) for file in files), layout="")
    for draft, file in zip(drafts, files, strict=True):
        subaward = Subaward.objects.get(number=draft.subaward.number)
        filers.filed(subaward, program.periods.get(code=file["period"]), partial(_content, file))


def last_day(code: str) -> date:
    """The last day of a quarter by its code, such as ``2020-Q3``."""
    year, _, number = code.partition("-Q")
    return quarter(date(int(year), int(number) * 3, 1)).ends_on


def _parties(state: State, files: list[Row]) -> Mapping[str, Party]:
    """The filers, under one party that stands for other states."""
    above = Party(code=ABROAD, kind=PartyKind.OTHER, name="Other states", is_sample=True)
    parent = register_others(state, [above])[ABROAD]
    return register_others(
        state,
        [
            Party(
                code=_code(file),
                kind=PartyKind.STATE_AGENCY,
                name=file["filer"],
                parent=parent,
                is_sample=True,
            )
            for file in files
        ],
    )


def _code(file: Row) -> str:
    return f"{ABROAD}-{slugify(file['filer'])}"[:60].rstrip("-")


def _program(state: State, count: int) -> Program:
    program = state.budget.program(
        Program(
            code=CODE,
            name="Files of other states",
            family=Family.OTHER,
            purpose="Shows what becomes of workbooks that agencies really filed.",
            source="github.com/usdigitalresponse and the U.S. Department of the Treasury",
            note="The workbooks are as they were filed or published, with their errors. Who received how "
            "much is made up, for a filing needs a subaward: none of it is money of Ohio.",
            is_sample=True,
        )
    )
    amount = _EACH * count
    state.budget.funded(program, [Money(amount, None, _BEGAN, "Made up, so that files can be received")])
    round = AllocationRound(code=CODE, name="Sample allocation", on=_BEGAN, source="Made up")
    agency = state.budget.agency
    state.budget.allocated(program, round, lambda: {agency: Given(amount, steps=["made up"])})
    return program


def _draft(program: Program, number: int, file: Row, party: Party) -> Draft:
    period = quarter(last_day(file["period"]))
    subaward = Subaward(
        number=f"SAMPLE-OS-{number}",
        subrecipient=party,
        title=f"Workbook {file['name']}",
        description=f"{file['is']}. The period is known from {file['known_from']}.",
        amount=_EACH,
        starts_on=min(_BEGAN, period.starts_on),
        ends_on=_SPENT_BY[file["name"].partition("-")[0]],
        source=file["from"],
        is_sample=True,
    )
    return Draft(program, subaward, None, period.starts_on, "Made up, so that its file can be received.")


def _content(file: Row) -> Content:
    return file["name"], (FOLDER / file["name"]).read_bytes()
