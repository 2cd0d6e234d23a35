"""What the loaded demonstration holds, beside the lists read another way."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import F, Sum
from django.test import override_settings

from demo.ohio.load import load
from demo.ohio.neu import DISTRIBUTION, LISTED_ON
from grants.kernel.trail import TrailEntry
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind
from grants.parties.models import Party
from grants.programs.models import AllocationRound, Program, Share
from tests.demo.conftest import IN_THE_DEMONSTRATION

pytestmark = pytest.mark.django_db

OHIO = Path(__file__).parents[2] / "demo" / "ohio"


def listed(name: str) -> list[dict[str, str]]:
    with (OHIO / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def neu_list() -> list[dict[str, str]]:
    return listed("neu_allocations_2022-05-13")


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("local_governments", 2322),
        ("counties", 88),
        ("neu_places", 2196),
        ("neu_completed", 2142),
        ("neu_potential", 843_726_952),
        ("neu_total", 842_866_429),
    ],
)
def test_the_figures_are_those_of_the_published_lists(figures, name, figure):
    assert figures[name] == figure


def test_the_books_agree_with_themselves(figures):
    assert disagreements() == []


def test_a_second_load_changes_nothing(figures):
    def rows() -> dict[str, int]:
        kept = [model for model in apps.get_models() if model._meta.managed]
        return {model._meta.label: model._base_manager.count() for model in kept}

    before = rows()
    with override_settings(**IN_THE_DEMONSTRATION):
        again = load()
    assert again == figures
    assert rows() == before


def test_who_proposed_a_round_never_approved_it(figures):
    rounds = AllocationRound.objects.filter(stage__in=["approved", "superseded"])
    assert rounds.exists()
    assert not rounds.filter(proposed_by=F("approved_by")).exists()


def test_every_line_and_round_of_the_books_has_its_action_in_the_trail(figures):
    told = set(TrailEntry.objects.filter(verb="round.approve").values_list("subject_id", flat=True))
    assert told == set(AllocationRound.objects.values_list("pk", flat=True))
    assert not TrailEntry.objects.filter(by__is_sample=False).exists()


def test_a_place_is_paid_its_first_tranche_and_not_its_second(figures, neu_list):
    row = next(row for row in neu_list if row["entity_name"] == "Village of Manchester")
    party = Party.objects.get(name=row["entity_name"], county_fips=row["county_fips"])
    kept = Entry.objects.filter(program__code="neu", allocation__party=party)
    sums = dict(kept.values_list("kind").annotate(sum=Sum("amount")).order_by())
    assert sums[Kind.PAYMENT] == int(row["first_tranche_initial"]) + int(row["first_tranche_reallocation"])
    assert sums[Kind.OBLIGATION] == int(row["total_allocation"])
    assert set(kept.values_list("incurred_on", flat=True)) == {LISTED_ON}


def test_all_that_is_paid_to_places_is_the_first_tranche_of_the_list(figures, neu_list):
    parts = ("first_tranche_initial", "first_tranche_reallocation")
    assert figures["neu_paid"] == sum(int(row[part] or 0) for row in neu_list for part in parts)


def test_every_share_has_its_steps_and_tranches_that_are_the_share(figures):
    shares = Share.objects.filter(round__code=DISTRIBUTION).annotate(parts=Sum("tranches__amount"))
    assert all(share.steps for share in shares)
    assert {share.parts - share.amount for share in shares if share.amount} == {Decimal(0)}
    assert {share.parts for share in shares if not share.amount} == {None}


def test_the_programs_say_where_printed_and_summed_totals_differ(figures):
    note = Program.objects.get(code="neu").note
    for amount in ("$843,726,952.00", "$843,726,939.00", "$842,866,429.00", "$842,866,441.00"):
        assert amount in note
