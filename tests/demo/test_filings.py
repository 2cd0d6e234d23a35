"""Files of other states and a sample county: what is made up is marked, and stays out of what is real."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum
from django.utils import timezone

from demo.ohio.other_states import FOLDER, filed_workbooks
from demo.ohio.sample_county import NUMBER, first_day
from grants.ledger.models import Entry
from grants.parties.models import User
from grants.programs.models import Program
from grants.subawards.models import Subaward
from reporting.filings.dashboard import board_of
from reporting.filings.models import Filing, ReportingPeriod
from reporting.filings.queries import due_to
from reporting.reports.spend_by_program import gather

pytestmark = pytest.mark.django_db


def auditor() -> User:
    return User.objects.get(email="auditor@sample.example")


def test_each_workbook_that_somebody_filed_is_a_filing_of_its_bytes(figures):
    kept = Filing.objects.filter(period__program__code="other-states").select_related("kept", "period")
    assert {(filing.name, filing.period.code) for filing in kept} == {
        (file["name"], file["period"]) for file in filed_workbooks()
    }
    for filing in kept:
        assert bytes(filing.kept.content) == (FOLDER / filing.name).read_bytes()


def test_a_file_with_errors_keeps_them_and_one_without_is_posted(figures):
    kept = Filing.objects.filter(period__program__code="other-states")
    assert {(bool(filing.errors), filing.stage) for filing in kept} == {(True, "draft"), (False, "posted")}
    broadband = kept.get(name__startswith="cpf-1A")
    assert broadband.spent == Decimal("25471.00")
    lines = Entry.objects.filter(posting=broadband.posting)
    assert lines.aggregate(Sum("amount"))["amount__sum"] == broadband.spent


def test_what_is_made_up_stands_in_sample_programs_alone(figures):
    samples = {"other-states", "sample-water"}
    assert set(Program.objects.filter(is_sample=True).values_list("code", flat=True)) == samples
    made_up = Subaward.objects.filter(is_sample=True)
    assert set(made_up.values_list("program__code", flat=True)) == samples
    assert not Subaward.objects.filter(program__code__in=samples, is_sample=False).exists()


def test_the_report_of_the_state_keeps_samples_out_of_its_totals(figures):
    programs = list(Program.objects.filter(code__in=["neu", "other-states", "sample-water"]))
    told = gather(programs, timezone.localdate(), timezone.now())["programs"]
    sections = {line["name"]: line["section"] for line in told}
    real = sections.pop("Nonentitlement units of local government")
    assert len(set(sections.values())) == 1
    assert real not in sections.values()


def test_the_clerk_of_franklin_has_a_quarter_to_file_and_one_behind_her(figures):
    clerk = User.objects.get(email="franklin.preparer@sample.example")
    owed = due_to(clerk, on=timezone.localdate())
    assert {due.subaward.number for due in owed} == {NUMBER}
    assert [due.is_filed for due in owed] == [True, False, False]
    assert owed[1].period.ends_on < timezone.localdate() <= owed[2].period.ends_on


@pytest.mark.parametrize(
    ("today", "begins"),
    [("2026-11-24", "2026-04-01"), ("2027-01-01", "2026-07-01"), ("2026-03-31", "2025-07-01")],
)
def test_the_sample_begins_two_quarters_before_the_running_one(today, begins):
    assert first_day(date.fromisoformat(today)) == date.fromisoformat(begins)


def test_the_programs_of_the_state_have_the_quarters_of_their_law(figures):
    of_water = ReportingPeriod.objects.filter(program__code="ohio-builds-water").order_by("starts_on")
    first = of_water.first()
    assert (first.code, first.due_on, first.layout) == ("2021-Q4", date(2022, 1, 31), "quarterly-costs")
    reporting = ReportingPeriod.objects.filter(program__is_sample=False)
    assert set(reporting.values_list("program__code", flat=True)) == {
        "first-responders",
        "violent-crime",
        "ohio-builds-water",
        "orbeg-2",
    }
    board = board_of(of_water.get(code="2024-Q1"), on=timezone.localdate(), person=auditor())
    assert board.real.due == len(board.rows) > 0
    assert board.sample is None
