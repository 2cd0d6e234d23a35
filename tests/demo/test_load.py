"""What the loaded demonstration holds, beside the lists read another way."""

import csv
import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F, Sum
from django.test import override_settings

from demo.ohio.figures import STATE_PROGRAMS
from demo.ohio.files import TABLES
from demo.ohio.load import load
from demo.ohio.neu import DISTRIBUTION, LISTED_ON, reallocation_of
from grants.broadband.models import ServiceArea, TractNeed
from grants.kernel.trail import TrailEntry
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind, Posting
from grants.ledger.queries import Standing, sums
from grants.parties.models import Party, User
from grants.programs.models import AllocationRound, FederalAward, Funding, Program, Share
from grants.subawards.models import Project, Subaward
from tests.demo.conftest import IN_THE_DEMONSTRATION
from tests.demo.test_breaking_off import UNBROKEN

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
        ("slfrf_counties", 2_270_470_641),
        ("slfrf_metropolitan", 2_175_200_110),
        ("orbeg_round_2", 94_500_000),
        ("orbeg_households", 35_351),
        ("hb614_rows", 151),
        ("announced_subawards", 56),
        ("tracts", 3168),
    ],
)
def test_the_figures_are_those_of_the_published_lists(figures, name, figure):
    assert figures[name] == figure


def test_a_load_in_one_go_gives_what_a_broken_off_one_gives(figures):
    assert {name: figures[name] for name in UNBROKEN} == UNBROKEN


def test_the_books_agree_with_themselves(figures):
    assert disagreements() == []


def test_a_second_load_changes_nothing(figures):
    def rows() -> dict[str, int]:
        tables = connection.introspection.table_names()
        kept = [model for model in apps.get_models() if model._meta.db_table in tables]
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


def test_the_published_reallocation_is_that_of_the_method_within_half_a_dollar(figures):
    rows = TABLES["neu"].rows(OHIO)
    worked = reallocation_of(rows)
    published = [row for row in rows if row["first_tranche_reallocation"]]
    assert len(published) == 2136
    differences = [abs(worked[row["row"]][0] - row["first_tranche_reallocation"]) for row in published]
    assert max(differences) <= Decimal("0.51")


def test_the_programs_say_where_printed_and_summed_totals_differ(figures):
    note = Program.objects.get(code="neu").note
    for amount in ("$843,726,952.00", "$843,726,939.00", "$842,866,429.00", "$842,866,441.00"):
        assert amount in note


QUARTERS = ("2021-12-31", "2022-03-31", "2022-06-30")
GOVERNMENTS = {
    "City Of Cincinnati, Ohio": "SLFRF-39061-15000",
    "Franklin County, Ohio": "SLFRF-39049",
    "Hamilton County, Ohio": "SLFRF-39061",
}


def reported(recipient: str, quarter: str, column: str, by: str) -> dict[str, Decimal]:
    """Sums of the list itself, to the cent; nothing where they are zero."""
    found: Counter = Counter()
    for row in listed("slfrf_project_expenditures_2021Q4_2022Q2"):
        if (row["recipient_name"], row["period_end"]) == (recipient, quarter):
            key = " ".join(row[by].split()).casefold()
            found[key] += Decimal(f"{float(row[column]):.2f}")
    return {key: amount for key, amount in found.items() if amount}


def posted(award: str, quarter: str, by: str) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Net obligations and expenditures of the books through a quarter, as known when it was posted."""
    year, month, _ = quarter.split("-")
    posting = Posting.objects.get(key=f"form:{award}-projects-{year}-Q{int(month) // 3}")
    known = standings_by(by, award, date.fromisoformat(quarter), posting.posted_at)
    return {k: s.obligated for k, s in known.items() if s.obligated}, {
        k: s.spent for k, s in known.items() if s.spent
    }


def standings_by(by: str, award: str, through: date, moment: datetime) -> dict[str, Standing]:
    key = FederalAward.objects.get(code=award).pk
    amounts: dict[str, Counter] = {}
    names = {project.pk: project.name.casefold() for project in Project.objects.all()}
    column = "project_id" if by == "project_name" else "category"
    rows = sums((column, "kind"), through=through, as_known_at=moment, where={"federal_award_id": [key]})
    for row in rows:
        group = names[row[column]] if by == "project_name" else row[column]
        amounts.setdefault(group, Counter())[row["kind"]] += row["amount"]
    return {group: Standing.of(kinds) for group, kinds in amounts.items()}


@pytest.mark.parametrize("by", ["project_name", "ec_code"])
@pytest.mark.parametrize("quarter", QUARTERS)
@pytest.mark.parametrize("recipient", GOVERNMENTS)
def test_what_was_known_of_a_quarter_is_what_was_reported_for_it(figures, recipient, quarter, by):
    obligated, spent = posted(GOVERNMENTS[recipient], quarter, by)
    assert obligated == reported(recipient, quarter, "total_cumulative_obligations", by)
    assert spent == reported(recipient, quarter, "total_cumulative_expenditures", by)


def test_corrections_of_reports_are_reversals_with_a_reason(figures):
    reversals = Posting.objects.filter(key__startswith="reversal:")
    assert reversals.exists()
    assert not reversals.filter(reason="").exists()
    assert Entry.objects.filter(amount__lt=0).count() == reversals.count()


def test_who_drafted_a_subaward_never_issued_it(figures):
    issued = Subaward.objects.filter(stage="issued")
    assert issued.filter(is_sample=False).count() == figures["subawards"] == 62
    assert issued.filter(is_sample=True).count() == figures["sample_subawards"] == 6
    assert not Subaward.objects.filter(drafted_by=F("issued_by")).exists()


def test_announced_subawards_are_those_of_the_list(figures):
    rows = listed("arpa_state_subawards_announced")
    kept = Subaward.objects.filter(program__code__in=STATE_PROGRAMS).values_list("amount", "source")
    assert Counter(kept) == Counter((Decimal(row["award_amount"]), row["source_address"]) for row in rows)


def test_state_money_is_kept_apart_from_federal_money(figures):
    real = Funding.objects.filter(federal_award=None, program__is_sample=False)
    state_money = real.values_list("program__code", "amount")
    assert dict(state_money) == {"violent-crime": Decimal("8000000.00"), "orbeg-1": Decimal("232000000.00")}


def test_a_place_in_two_counties_has_one_share_with_a_step_for_each_part(figures):
    share = Share.objects.get(round__code="crf-hb-614", allocation__party__name="Village of New Holland")
    assert share.amount == Decimal("30667.00")
    assert [step.split(":")[0] for step in share.steps] == [
        "listed for Fayette County as New Holland Village (part)",
        "listed for Pickaway County as New Holland Village (part)",
    ]


def test_what_h_b_614_gave_in_the_list_is_allocated(figures):
    rows = listed("crf_hb614_local_distributions_2020")
    assert figures["hb614_listed"] == sum(int(row["amount"]) for row in rows)


def test_a_broadband_award_serves_the_counties_announced(figures):
    for number, row in enumerate(listed("broadband_orbeg_round2_awards_2024"), start=1):
        area = ServiceArea.objects.get(subaward__number=f"ORBEG-2-{number}")
        assert set(area.counties.values_list("county_fips", flat=True)) == set(row["county_fips"].split("; "))
        assert area.households == int(row["households"])


def test_the_need_by_tract_adds_up_to_that_of_the_state(figures):
    sums_of_tracts = TractNeed.objects.aggregate(Sum("locations"), Sum("unserved"), Sum("underserved"))
    assert list(sums_of_tracts.values()) == [4_515_898, 135_692, 64_926]


def test_no_payment_is_made_up_where_no_list_tells_of_one(figures):
    assert set(Entry.objects.filter(kind=Kind.PAYMENT).values_list("program__code", flat=True)) == {"neu"}


def test_nothing_is_made_up_of_awards_whose_numbers_and_dates_no_list_gives(figures):
    assert not FederalAward.objects.exclude(fain="").exists()
    assert not FederalAward.objects.exclude(award_date=None).exists()
    franklin = FederalAward.objects.get(code="SLFRF-39049")
    assert "SLT-2870" in franklin.description


def test_everyone_of_the_demonstration_is_a_sample_with_one_role(figures):
    people = User.objects.annotate(roles=Count("memberships"))
    assert {(person.is_sample, person.roles) for person in people} == {(True, 1)}
    assert all(person.email.endswith("@sample.example") for person in people)
    made_up = Party.objects.filter(is_sample=True).values_list("code", flat=True)
    assert len(made_up) == 6
    assert all(code.startswith("OTHER-STATES") for code in made_up)


def test_people_of_development_see_its_programs_and_no_others(figures):
    officer = User.objects.get(email="development.program.officer@sample.example")
    seen = set(Program.objects.visible_to(officer).values_list("agency__code", flat=True))
    assert seen == {"OH-DEV"}


def test_the_command_ends_with_one_line_of_figures(figures):
    out = StringIO()
    with override_settings(**IN_THE_DEMONSTRATION):
        call_command("load_demo", stdout=out)
    lines = out.getvalue().splitlines()
    told = json.loads(lines[-1])
    assert told | {"trail": figures["trail"]} == figures
    assert told["trail"] == figures["trail"] + 1, "the report is issued once"
    assert any(line.startswith("Issued the spend report: ") for line in lines)
