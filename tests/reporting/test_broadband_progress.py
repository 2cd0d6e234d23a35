"""Broadband progress: areas, households and need are those of the books, and nothing is made up."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from grants.broadband.actions import record_service_area, record_tract_needs
from grants.broadband.models import ServiceArea, TractNeed
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import moment_known
from grants.parties.models import Party
from grants.programs.models import Family
from grants.subawards.models import Subaward
from reporting.blocks import Facts, FigureTable, LedgerTable, Map, Prose
from reporting.reports.broadband_progress import NEED, compose, gather
from tests.builders import Office, a_party

pytestmark = pytest.mark.django_db

DAY = date(2024, 12, 31)


def a_county(office: Office, fips: str, name: str) -> Party:
    return a_party(keeper=office.agency, county_fips=fips, county_name=name, name=f"{name} County")


def a_built_one(office: Office, counties: list[Party], households: int = 40, **given: Any) -> Subaward:
    """A subaward of a broadband program with its area."""
    program = office.a_program(family=Family.BEAD)
    subaward = office.a_subaward(
        "900.00", allocation=office.an_allocation("900.00", program=program), **given
    )
    area = ServiceArea(households=households, download_mbps=1000, upload_mbps=500)
    record_service_area(subaward, area, counties=counties, by=office.program_officer)
    return subaward


def with_need(office: Office, county: Party, number: int, counts: tuple[int, int, int], day: date) -> None:
    locations, unserved, underserved = counts
    served = locations - unserved - underserved
    need = TractNeed(
        geoid=f"{county.county_fips}{number:06}", county=county, as_of=day, locations=locations,
        unserved=unserved, underserved=underserved, served=served, source="FCC",
    )  # fmt: skip
    record_tract_needs(office.agency, [need], by=office.administrator)


def figures_of(*subawards: Subaward, through: date = DAY) -> dict[str, Any]:
    return gather([each.program for each in subawards], through, moment_known())


def test_money_and_households_are_those_of_queries_over_the_books(office: Office) -> None:
    county = a_county(office, "39053", "Gallia")
    subawards = [a_built_one(office, [county], 40), a_built_one(office, [county], 7)]
    office.posts(subawards[0], Kind.EXPENDITURE, "100.25", date(2023, 1, 5))
    figures = figures_of(*subawards)
    (households,) = ServiceArea.objects.aggregate(Sum("households")).values()
    assert sum(area["households"] for area in figures["areas"]) == households == 47
    (spent,) = Entry.objects.filter(kind=Kind.EXPENDITURE).aggregate(Sum("amount")).values()
    assert sum(area["spent"] for area in figures["areas"]) == spent
    (table,) = [block for block in compose(figures) if isinstance(block, LedgerTable)]
    assert table.totals == (
        "Total of 2", None, 47, None, Decimal("1800.00"), Decimal("100.25"), Decimal("0.00"),
    )  # fmt: skip


def test_need_is_summed_by_county_in_the_newest_data_up_to_the_day(office: Office) -> None:
    gallia, lake = a_county(office, "39053", "Gallia"), a_county(office, "39085", "Lake")
    old, new, later = date(2023, 6, 30), date(2024, 6, 30), date(2025, 6, 30)
    for day, counts in ((old, (10, 9, 1)), (new, (10, 4, 1)), (later, (10, 0, 0))):
        with_need(office, gallia, 1, counts, day)
    with_need(office, gallia, 2, (20, 3, 2), new)
    with_need(office, lake, 1, (5, 0, 0), new)
    figures = figures_of(a_built_one(office, [gallia]))
    assert figures["need_on"] == new
    assert {row["county"]: [row[name] for name in NEED] for row in figures["need"]} == {
        "Gallia": [30, 7, 3], "Lake": [5, 0, 0],
    }  # fmt: skip
    table = next(block for block in compose(figures) if isinstance(block, FigureTable))
    assert table.totals[1:4] == (35, 7, 3)
    assert table.totals[4] == Decimal(10) / 35


def test_the_maps_show_where_awards_build_and_where_service_is_lacking(office: Office) -> None:
    gallia, lake = a_county(office, "39053", "Gallia"), a_county(office, "39085", "Lake")
    with_need(office, lake, 1, (5, 2, 1), date(2024, 6, 30))
    figures = figures_of(a_built_one(office, [gallia, lake]), a_built_one(office, [lake]))
    building, lacking = [block for block in compose(figures) if isinstance(block, Map)]
    assert list(building.areas) == [("39053", "Gallia", 1), ("39085", "Lake", 2)]
    assert list(lacking.areas) == [("39085", "Lake", 3)]


def test_technology_and_what_is_served_are_not_made_up(office: Office) -> None:
    figures = figures_of(a_built_one(office, [a_county(office, "39053", "Gallia")]))
    facts = [block for block in compose(figures) if isinstance(block, Facts)]
    told = {name: value for block in facts for name, value in block.pairs}
    assert told["Technology"] == told["Households served so far"] == told["Speeds measured"] == "not recorded"
    assert Prose("The need of census tracts is not recorded.") in list(compose(figures))


def test_programs_that_are_no_broadband_programs_are_left_out(office: Office) -> None:
    figures = figures_of(office.a_subaward("10.00"))
    assert figures["programs"] == figures["areas"] == []
    assert Prose("None of these programs is a broadband program.") in list(compose(figures))


def test_samples_have_a_table_of_their_own(office: Office) -> None:
    county = a_county(office, "39053", "Gallia")
    figures = figures_of(a_built_one(office, [county], 3), a_built_one(office, [county], 5, is_sample=True))
    tables = [block for block in compose(figures) if isinstance(block, LedgerTable)]
    assert [table.totals[2] for table in tables] == [3, 5]
