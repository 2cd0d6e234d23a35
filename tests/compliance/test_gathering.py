"""The books out of the database: what the rules see is what the records and the ledger say."""

from datetime import date
from decimal import Decimal

import pytest

from grants.compliance.actions import approve_policy, draft_figures
from grants.compliance.figures import figures_of
from grants.compliance.frames import FRAMES
from grants.compliance.gathering import books_of
from grants.compliance.models import Policy
from grants.compliance.monitored import MONITORED
from grants.compliance.rule import RULES, reads_of
from grants.compliance.sources import SOURCES
from grants.kernel.money import cents
from grants.ledger.models import Entry, Kind
from tests.builders import Office

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", list(FRAMES))
def test_every_column_of_a_frame_has_its_source_and_can_be_read(name):
    assert set((SOURCES | MONITORED)[name].columns) == set(FRAMES[name].columns)
    books_of(reads={name: frozenset(FRAMES[name].columns)})


def test_costs_are_the_lines_of_the_ledger_to_the_cent():
    office = Office()
    subaward = office.a_subaward("1000.00")
    office.posts(subaward, Kind.EXPENDITURE, "12.34", on=date(2022, 5, 1))
    office.posts(subaward, Kind.EXPENDITURE, "0.01", on=date(2022, 5, 2))
    costs = books_of().expenditures
    lines = Entry.objects.filter(kind=Kind.EXPENDITURE)
    assert costs.amount.to_dict() == {line.pk: cents(line.amount) for line in lines}
    assert [day.date() for day in costs.incurred_on] == [date(2022, 5, 1), date(2022, 5, 2)]
    assert set(costs.subaward) == {subaward.pk}
    assert books_of(as_of=date(2022, 5, 1)).expenditures.amount.tolist() == [1234]


def test_a_subaward_has_its_dates_its_award_and_where_it_stands():
    office = Office()
    subaward = office.a_subaward("1000.00")
    office.posts(subaward, Kind.EXPENDITURE, "600.00", on=date(2022, 5, 1))
    row = books_of().subawards.loc[subaward.pk]
    award = subaward.splits.get().federal_award
    assert (row.number, row.award, row.amount, row.expended) == (subaward.number, award.pk, 100_000, 60_000)
    assert row.awarded_on.date() == award.award_date
    assert row.is_first_tier


def test_what_was_passed_down_has_its_subaward_and_the_day_of_its_issue():
    office = Office()
    subaward = office.a_subaward("1000.00")
    (row,) = books_of().passed_down.itertuples()
    assert (row.subaward, row.award) == (subaward.pk, subaward.splits.get().federal_award_id)
    assert (row.passed_on.date(), row.amount) == (subaward.issued_on, 100_000)


def test_a_program_has_figures_from_the_first_day_of_those_that_the_state_approved():
    office = Office()
    program = office.a_program(family="state-broadband", code="ORBEG_2")
    policy = Policy(
        parameters={
            "min_download_mbps": "100", "min_upload_mbps": "20", "max_grant_percent": "75",
            "challenge_window_days": "30", "completion_months": "24", "service_years": "5",
            "report_frequency": "Quarterly", "payment_method": "By milestones",
        },
        cites="State statute", reason="As enacted", starts_on=date(2026, 1, 2),
    )  # fmt: skip
    draft = draft_figures(office.agency, policy, program=program, by=office.program_officer)

    def has_them(day):
        there = bool(books_of(as_of=day).programs.has_figures[program.pk])
        assert there == (figures_of(program, on=day) is not None)
        return there

    assert not has_them(date(2026, 1, 2))
    approve_policy(draft, by=office.fiscal_officer)
    assert not has_them(date(2026, 1, 1))
    assert has_them(date(2026, 1, 2))


def test_only_the_subawards_and_columns_asked_for_are_read():
    office = Office()
    one, other = office.a_subaward("1000.00"), office.a_subaward("2000.00")
    books = books_of(subawards=[one.pk], reads={"subawards": frozenset({"amount"}), "programs": frozenset()})
    assert books.subawards.amount.to_dict() == {one.pk: 100_000}
    assert list(books.subawards.columns) == ["amount"]
    assert set(books.programs.index) == {one.program_id}
    both = books_of(programs=[one.program_id, other.program_id], reads={"subawards": frozenset({"amount"})})
    assert set(both.subawards.index) == {one.pk, other.pk}


def test_a_text_with_quotes_commas_and_lines_comes_as_it_is():
    office = Office()
    subaward = office.a_subaward("1000.00")
    payee = 'Smith, "Sons"\nand NULL'
    office.posts(subaward, Kind.EXPENDITURE, "1.00", on=date(2022, 5, 1), payee=payee)
    assert books_of(reads={"expenditures": frozenset({"payee"})}).expenditures.payee.tolist() == [payee]


def test_amounts_beyond_what_a_float_can_hold_are_exact():
    office = Office()
    award = office.an_award(amount=Decimal("90071992547409.93"))
    assert books_of().awards.amount.loc[award.pk] == 9_007_199_254_740_993


def test_all_rules_can_read_what_they_declare():
    books_of(reads=reads_of(RULES))
