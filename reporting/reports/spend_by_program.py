"""Spend by program: what came in, what was passed down, what was spent, by program and by recipient."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, total
from grants.ledger.queries import Standing, standings
from grants.parties.models import Party
from grants.programs.models import Allocation, FederalAward, Program, Route
from grants.programs.queries import allocated_by_party, funded_by_award
from grants.subawards.models import Subaward
from reporting.blocks import (
    BarChart,
    Block,
    Column,
    Facts,
    FigureTable,
    Heading,
    LedgerTable,
    Notes,
    Prose,
    Value,
)
from reporting.report import REPORTS, Report
from reporting.tracing import traced

MONEY = ("funded", "allocated", "obligated", "spent", "paid")
_SAMPLE = "sample"
_SECTIONS = {
    Route.PASSED_DOWN.value: "Passed down by the state",
    Route.DIRECT.value: "Paid directly by the federal agency",
    _SAMPLE: "Sample programs: made up, not real money",
}
_STANDING_NOTES = (
    "Obligated is net of deobligations, paid is net of refunds. Left is what is funded and not yet spent.",
    (
        "Money paid directly by a federal agency does not pass through the state; it is never added to the "
        "money that does."
    ),
    (
        "Nothing spent, or an empty cell, means that no such line is recorded in these books, not that "
        "nothing was spent or paid."
    ),
)


def gather(programs: Sequence[Program], through: date, as_known_at: datetime) -> dict[str, Any]:
    """Figures of programs and of their recipients, in dollars, through a day as known at a moment."""
    keys = [program.pk for program in programs]
    funded = funded_by_award(keys, through=through, as_known_at=as_known_at)
    allocated = allocated_by_party(keys, through=through, as_known_at=as_known_at)
    lines = _by_recipient(keys, through, as_known_at)
    awards = FederalAward.objects.in_bulk({award for _, award in funded if award})
    parties = Party.objects.in_bulk({party for _, party in [*allocated, *lines] if party})
    agencies = dict(Party.objects.filter(programs__in=keys).values_list("pk", "name"))
    return {
        "through": through,
        "as_known_at": as_known_at,
        "programs": [
            {
                "code": program.code,
                "name": program.name,
                "agency": agencies[program.agency_id],
                "section": _SAMPLE if program.is_sample else program.route,
                "stage": program.get_stage_display(),
                "note": program.note,
                "money_from": _money_from(program, funded, awards),
                "funded": total(amount for (owner, _), amount in funded.items() if owner == program.pk),
                "state_money": funded.get((program.pk, None), ZERO),
                **_recipients(program, allocated, lines, parties),
            }
            for program in programs
        ],
    }


def _by_recipient(
    programs: list[int], through: date, as_known_at: datetime
) -> dict[tuple[int, int | None], Standing]:
    """The standing of each party in each program; None for lines of the program as a whole."""
    within: dict[str, list[int]] = {"program_id": programs}
    by_subaward = standings("subaward_id", through=through, as_known_at=as_known_at, where=within)
    within = within | {"subaward_id": []}
    by_allocation = standings("allocation_id", through=through, as_known_at=as_known_at, where=within)
    subawards = Subaward.objects.filter(pk__in=[key for key in by_subaward if key])
    found: dict[tuple[int, int | None], Standing] = {}
    for key, program, party in subawards.values_list("pk", "program_id", "subrecipient_id"):
        found[program, party] = found.get((program, party), Standing()).plus(by_subaward[key])
    owners = Allocation.objects.filter(pk__in=[key for key in by_allocation if key])
    for key, program, party in owners.values_list("pk", "program_id", "party_id"):
        found[program, party] = found.get((program, party), Standing()).plus(by_allocation[key])
    return found


def _money_from(
    program: Program, funded: dict[Any, Decimal], awards: dict[int, FederalAward]
) -> list[dict[str, Any]]:
    """What each award, or the state, put in: at most a line for each of ten, else one for all."""
    rows: list[dict[str, Any]] = [
        {
            "source": _named(awards[award]) if award else "State money",
            "fain": awards[award].fain or "not recorded" if award else "",
            "amount": amount,
        }
        for (owner, award), amount in funded.items()
        if owner == program.pk
    ]
    if len(rows) <= 10:
        return sorted(rows, key=lambda row: (-row["amount"], row["source"]))
    aln = ", ".join(sorted({awards[award].aln for owner, award in funded if owner == program.pk and award}))
    return [
        {
            "source": f"{len(rows):,} awards under {aln}",
            "fain": "",
            "amount": total(row["amount"] for row in rows),
        }
    ]


def _named(award: FederalAward) -> str:
    return f"{award.aln} {award.title}"


def _recipients(
    program: Program,
    allocated: dict[tuple[int, int], Decimal],
    lines: dict[tuple[int, int | None], Standing],
    parties: dict[int, Party],
) -> dict[str, Any]:
    """The rows of one program's recipients, by name and county, and their sums."""
    keys = {party for owner, party in [*allocated, *lines] if owner == program.pk and party}
    rows: list[dict[str, Any]] = []
    for party in sorted((parties[key] for key in keys), key=lambda p: (p.name, p.county_name, p.pk)):
        standing = lines.get((program.pk, party.pk), Standing())
        is_agency = party.pk == program.agency_id
        rows.append(
            {
                "name": f"{party.name}, to pass down" if is_agency else party.name,
                "party": party.code,
                "county": party.county_name,
                "allocated": allocated.get((program.pk, party.pk), ZERO),
                "obligated": standing.obligated,
                "spent": standing.spent,
                "paid": standing.paid,
            }
        )
    return {"recipients": rows, **{money: total(row[money] for row in rows) for money in MONEY[1:]}}


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """A summary by program with a chart, then the recipients of each program, then notes."""
    programs = figures["programs"]
    yield Heading("Spend by program")
    yield Facts(
        (
            ("Money incurred through", figures["through"]),
            ("As known at", figures["as_known_at"]),
            ("Programs", f"{len(programs):,}"),
        )
    )
    for section, title in _SECTIONS.items():
        chosen = [program for program in programs if program["section"] == section]
        if chosen:
            yield Heading(title, 2)
            yield _chart(title, chosen)
            yield _summary(title, chosen)
            yield from _state_money(chosen)
    yield Heading("By recipient", 2)
    for program in programs:
        yield from _program(program)
    yield Notes([*_STANDING_NOTES, *(f"{p['name']}: {p['note']}" for p in programs if p["note"])])


def _left(program: dict[str, Any]) -> Decimal:
    return program["funded"] - program["spent"]


def _chart(title: str, programs: list[dict[str, Any]]) -> BarChart:
    bars = [
        (
            program["name"],
            (
                program["spent"],
                max(program["obligated"] - program["spent"], ZERO),
                max(program["allocated"] - max(program["obligated"], program["spent"]), ZERO),
                max(program["funded"] - max(program["allocated"], program["spent"]), ZERO),
            ),
        )
        for program in programs
    ]
    spent, funded = total(program["spent"] for program in programs), total(p["funded"] for p in programs)
    largest = max(programs, key=lambda program: program["funded"])
    return BarChart(
        f"{title}: how far the money has come",
        f"Of {funded:,.2f} dollars funded, {spent:,.2f} are spent. The largest program is {largest['name']} "
        f"with {largest['funded']:,.2f}. The table below has every figure.",
        ("Spent", "Obligated, not spent", "Allocated, not obligated", "Funded, not allocated"),
        bars,
        has_table=False,
    )


def _summary(title: str, programs: list[dict[str, Any]]) -> FigureTable:
    headings = ("Funded", "Allocated", "Obligated", "Spent", "Paid", "Left")
    rows = [
        (p["name"], *(traced(p[money], money, program=p.get("code")) for money in MONEY), _left(p))
        for p in programs
    ]
    sums = [total(row[column] for row in rows) for column in range(1, 7)]
    return FigureTable(
        f"{title}, in dollars",
        (Column("Program", weight=2), *(Column(heading, "dollars") for heading in headings)),
        rows,
        ("Total", *sums),
    )


def _state_money(programs: list[dict[str, Any]]) -> Iterator[Block]:
    """A sentence on the state's own money, where there is some among what was funded."""
    own = total(program["state_money"] for program in programs)
    if own:
        funded = total(program["funded"] for program in programs)
        yield Prose(
            f"Of {funded:,.2f} dollars funded, {own:,.2f} are the state's own money; the rest is federal."
        )


def _program(program: dict[str, Any]) -> Iterator[Block]:
    """One program: where its money came from, and each of its recipients."""
    yield Heading(program["name"], 3)
    sources = [
        (
            f"{source['source']}{', FAIN ' + source['fain'] if source['fain'] else ''}",
            source["amount"],
        )
        for source in program["money_from"]
    ]
    yield Facts((("Agency", program["agency"]), ("Stage", program["stage"]), *sources))
    if not program["recipients"]:
        return
    columns, rows = MONEY[1:], program["recipients"]
    yield LedgerTable(
        f"{program['name']}: recipients, in dollars",
        (
            Column("Recipient", weight=2),
            Column("County"),
            *(Column(column.capitalize(), "dollars") for column in columns),
        ),
        [_recipient(row, program.get("code")) for row in rows],
        (
            f"Total of {len(rows):,}",
            None,
            *(traced(program[column], column, program=program.get("code")) for column in columns),
        ),
    )


def _recipient(row: dict[str, Any], program: str | None) -> tuple[Value, ...]:
    """A recipient's row; its figures lead to the lines of what the party itself received."""
    of = {"program": program, "party": row.get("party")}
    figures = (traced(row[column], column, **of) if row[column] else None for column in MONEY[1:])
    return (row["name"], row["county"], *figures)


REPORTS.add("spend-by-program", Report("Spend by program", "2 CFR 200.302(b)", gather, compose))
