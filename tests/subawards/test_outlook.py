"""The outlook of subawards: their pace, and whether their money will be spent by the last day."""

from datetime import date
from decimal import Decimal

import pytest

from grants.compliance.deadlines import spend_by
from grants.desk.home import who_will_miss
from grants.ledger.models import Kind
from grants.programs.models import Family
from grants.subawards.outlook import outlooks
from tests.builders import Office

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 15)


def the_outlook(office, subaward, today=TODAY):
    (found,) = outlooks([subaward], today=today)
    return found


def test_the_pace_is_that_of_the_six_whole_months_before():
    office = Office()
    subaward = office.a_subaward("10000.00", ends_on=date(2026, 12, 31))
    for day, amount in (("2025-08-31", "99.00"), ("2025-09-01", "100.00"), ("2026-02-28", "81.00")):
        office.posts(subaward, Kind.EXPENDITURE, amount, on=date.fromisoformat(day))
    office.posts(subaward, Kind.EXPENDITURE, "5.00", on=date(2026, 3, 1))
    found = the_outlook(office, subaward)
    assert (found.recent, found.days, found.spent) == (Decimal("181.00"), 181, Decimal("285.00"))
    # 291 days from March 15 to December 31, at a dollar a day
    assert found.expected == Decimal("576.00")
    assert found.short == Decimal("9424.00")
    assert found.will_miss
    assert str(found) == "At $30.41 a month $9,424.00 will be left on December 31, 2026."


def test_who_spends_in_time_is_told_by_when():
    office = Office()
    subaward = office.a_subaward("400.00", ends_on=date(2026, 12, 31))
    office.posts(subaward, Kind.EXPENDITURE, "181.00", on=date(2025, 12, 1))
    found = the_outlook(office, subaward)
    assert not found.will_miss
    assert (found.expected, found.spent_on) == (Decimal("400.00"), date(2026, 10, 20))
    assert str(found) == "At $30.41 a month all is spent by October 20, 2026."


def test_who_spends_nothing_will_have_all_of_it_left():
    office = Office()
    found = the_outlook(office, office.a_subaward("400.00", ends_on=date(2026, 12, 31)))
    assert found.will_miss
    assert found.short == Decimal("400.00")
    assert str(found) == "No spending of the last 6 months is recorded; $400.00 is left."


def test_reversals_beyond_the_costs_are_no_pace_at_all():
    office = Office()
    subaward = office.a_subaward("400.00", spent="400.00", ends_on=date(2026, 12, 31))
    found = the_outlook(office, subaward)
    assert not found.will_miss
    assert str(found) == "All is spent."


@pytest.mark.parametrize(
    ("family", "ends", "last"),
    [
        (Family.SLFRF, [None], date(2026, 12, 31)),
        (Family.SLFRF, [date(2026, 6, 30), None], date(2026, 6, 30)),
        (Family.SLFRF, [date(2027, 6, 30)], date(2026, 12, 31)),
        (Family.BEAD, [date(2029, 6, 30), date(2030, 1, 1)], date(2029, 6, 30)),
        (Family.BEAD, [None], None),
    ],
)
def test_the_last_day_is_the_earliest_of_the_laws_and_the_agreements(family, ends, last):
    assert spend_by(family, *ends, today=TODAY) == last


def test_the_first_page_names_who_will_miss_and_not_the_samples():
    office = Office()
    late = office.a_subaward("400.00", ends_on=date(2026, 12, 31))
    office.a_subaward("400.00", spent="400.00", ends_on=date(2026, 12, 31))
    office.a_subaward("400.00", ends_on=date(2026, 12, 31), is_sample=True)
    missing = who_will_miss(office.program_officer, today=TODAY)
    assert [each.subaward for each in missing.first] == [late]
    assert (missing.count, missing.short) == (1, Decimal("400.00"))
    assert who_will_miss(Office().program_officer, today=TODAY).count == 0


def test_many_subawards_cost_as_many_queries_as_one(django_assert_max_num_queries):
    office = Office()
    subawards = [office.a_subaward("10.00", ends_on=date(2026, 12, 31)) for _ in range(5)]
    with django_assert_max_num_queries(4):
        outlooks(subawards, today=TODAY)


def test_what_is_left_falls_evenly_until_the_last_day_and_not_after_it():
    office = Office()
    subaward = office.a_subaward("10000.00", ends_on=date(2026, 12, 31))
    office.posts(subaward, Kind.EXPENDITURE, "181.00", on=date(2025, 12, 1))
    found = the_outlook(office, subaward)
    # a dollar a day since March 15
    lefts = [found.left_on(day) for day in (TODAY, date(2026, 3, 16), date(2026, 12, 31), date(2027, 5, 1))]
    assert lefts == [Decimal(left) for left in ("9819.00", "9818.00", "9528.00", "9528.00")]
    assert found.left_on(date(2026, 12, 31)) == found.short
