"""The report of an allocation round: every place, every step, and the method run again."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from grants.ledger.queries import moment_known
from grants.parties.models import Party
from grants.programs.actions import Given, approve_round, draft_round, propose_round
from grants.programs.inputs import allocated, inputs_of
from grants.programs.models import AllocationRound, Tranche
from reporting.blocks import Facts, FigureTable, LedgerTable, Map, Notes
from reporting.reports.allocation_round import compose, gather
from tests.builders import Office, a_party

pytestmark = pytest.mark.django_db

DAY = date(2022, 6, 30)
PLACES = (
    ("39053", "Gallia", 3400, "9000.00"),
    ("39085", "Lake", 1201, "500.10"),
    ("39085", "Lake", 77, "77.77"),
)


def a_neu_round(office: Office, **given: Any) -> AllocationRound:
    """A round of three places by population with a cap, kept as the method gives it."""
    parties = {
        party.code: (party, population, budget)
        for fips, county, population, budget in PLACES
        for party in [a_party(keeper=office.agency, county_fips=fips, county_name=county)]
    }
    inputs = inputs_of("neu", {
        "amount": "5000.01",
        "on": "2021-08-01",
        "places": [
            {"id": code, "population": people, "reference_budget": budget, "status": "completed"}
            for code, (_, people, budget) in parties.items()
        ],
    }).as_dict()  # fmt: skip
    outcome = allocated("neu", inputs)
    round = AllocationRound(
        code=f"neu-{len(AllocationRound.objects.all())}", name="NEU", method="neu", on=date(2021, 8, 1),
        inputs=inputs, returned=outcome.returned, **given,
    )  # fmt: skip
    shares: dict[Party, Given] = {
        parties[share.id][0]: Given(
            share.amount, status="completed", steps=share.steps,
            tranches=list(zip(("First tranche", "Second tranche"), share.tranches, strict=True)),
        )
        for share in outcome.shares
    }  # fmt: skip
    return draft_round(given.get("program") or office.a_program(), round, shares, by=office.program_officer)


def an_approved_one(office: Office) -> AllocationRound:
    round = propose_round(a_neu_round(office), by=office.program_officer)
    return approve_round(round, by=office.fiscal_officer)


def figures_of(round: AllocationRound) -> dict[str, Any]:
    return gather(round, DAY, moment_known())


def facts_of(figures: dict[str, Any]) -> dict[str, Any]:
    return dict(next(block for block in compose(figures) if isinstance(block, Facts)).pairs)


def tables(figures: dict[str, Any], kind: type) -> dict[str, Any]:
    return {block.caption: block for block in compose(figures) if isinstance(block, kind)}


def test_shares_and_what_is_returned_are_all_of_the_money_to_the_cent(office: Office) -> None:
    round = an_approved_one(office)
    figures = figures_of(round)
    (in_books,) = round.shares.aggregate(Sum("amount")).values()
    assert figures["given"] == in_books == sum(place["amount"] for place in figures["places"])
    assert figures["amount"] == figures["given"] + figures["returned"] == Decimal("5000.01")
    assert figures["returned"] > 0  # two places are above their cap


def test_the_tranches_are_those_of_the_books_and_sum_to_the_shares(office: Office) -> None:
    round = an_approved_one(office)
    table = tables(figures_of(round), FigureTable)["Given by tranche, in dollars"]
    rows = Tranche.objects.filter(share__round=round).values_list("name").annotate(Sum("amount"))
    assert {name: amount for name, _, amount in table.rows} == dict(rows)
    assert table.totals[-1] == figures_of(round)["given"]


def test_every_place_tells_every_step(office: Office) -> None:
    round = an_approved_one(office)
    rows = list(tables(figures_of(round), LedgerTable)["Steps of each share, in dollars"].rows)
    assert len(rows) == 3
    for share in round.shares.select_related("allocation__party"):
        (row,) = [row for row in rows if row[0].startswith(share.allocation.party.name)]
        assert row[2] == share.amount
        for number, step in enumerate(share.steps, 1):
            assert f"({number}) {step}" in row[1]


def test_the_method_run_again_gives_the_same_shares_and_other_inputs_are_found_out(office: Office) -> None:
    round = a_neu_round(office)
    assert "gives every share to the cent" in figures_of(round)["again"]
    round.inputs["places"][0]["population"] += 1
    assert "other shares" in figures_of(round)["again"]
    round.inputs = {}
    assert "not recorded" in figures_of(round)["again"]


def test_the_inputs_are_those_that_were_frozen(office: Office) -> None:
    figures = figures_of(an_approved_one(office))
    rows = list(tables(figures, LedgerTable)["Inputs, as they were frozen"].rows)
    assert sorted(row[2] for row in rows) == sorted(str(people) for _, _, people, _ in PLACES)
    assert facts_of(figures)["Number of the law: Budget cap share"] == "0.75"


def test_who_proposed_and_who_approved_is_told_as_it_was_known(office: Office) -> None:
    round = propose_round(a_neu_round(office), by=office.program_officer)
    before = moment_known()
    round = approve_round(round, by=office.fiscal_officer)
    earlier, now = facts_of(gather(round, DAY, before)), facts_of(figures_of(round))
    assert (earlier["Stage"], earlier["Approved by"]) == ("Proposed", "not yet approved")
    assert (now["Stage"], now["Approved by"]) == ("Approved", str(office.fiscal_officer))
    assert now["Proposed by"] == str(office.program_officer)


def test_a_round_says_what_the_one_it_supersedes_gave_and_that_one_says_so(office: Office) -> None:
    first = office.allocated(office.a_program(), {a_party(): "70.00"})
    second = office.allocated(first.program, {a_party(): "30.00"}, supersedes=first)
    first.refresh_from_db()
    assert facts_of(figures_of(second))[f"Stands in place of “{first.name}”, which gave ($)"] == Decimal(
        "70.00"
    )
    assert facts_of(figures_of(first))["Stage"] == f"Superseded by “{second.name}”"


def test_money_by_county_is_on_a_map_and_adds_up(office: Office) -> None:
    figures = figures_of(an_approved_one(office))
    (map,) = [block for block in compose(figures) if isinstance(block, Map)]
    assert sum(value for _, _, value in map.areas) == figures["given"]
    assert [name for _, name, _ in map.areas] == ["Gallia", "Lake"]


def test_what_has_no_source_and_no_note_tells_neither(office: Office) -> None:
    (notes,) = [block for block in compose(figures_of(a_neu_round(office))) if isinstance(block, Notes)]
    assert not any(sentence.startswith("Source:") for sentence in notes.sentences)
