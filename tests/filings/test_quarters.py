"""Money by project, subaward and quarter: it foots, equals the ledger, and is downloaded as it is shown."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Sum
from django.urls import reverse
from openpyxl import load_workbook

from grants.kernel.roles import Role
from grants.ledger.actions import post_entries, reverse_entry
from grants.ledger.models import Entry, Kind
from grants.ledger.posting import Line
from grants.parties.models import Party
from grants.subawards.actions import record_projects
from grants.subawards.models import Project
from reporting.blocks import (
    FigureTable,
    row_of,
)
from reporting.filings.quarters import by_quarter
from tests.builders import Office, a_party, a_person
from tests.filings.builders import County, address, another

pytestmark = pytest.mark.django_db
DUE_ON, LATE = date(2022, 8, 1), date(2022, 8, 2)


def from_the_ledger(program: Any, since: date, until: date) -> Decimal:
    """What the lines themselves say was spent from one day to another."""
    lines = Entry.objects.filter(program=program, kind=Kind.EXPENDITURE, incurred_on__range=(since, until))
    return lines.aggregate(Sum("amount", default=Decimal("0.00")))["amount__sum"]


def rows_of(table: FigureTable) -> list[tuple[Any, ...]]:
    return [tuple(row_of(row, table.columns, table.caption).cells) for row in table.rows]


def spends(county: County, amount: str, on: date, **given: Any) -> Any:
    return county.office.posts(county.subaward, Kind.EXPENDITURE, amount, on, **given)


def test_money_by_quarter_foots_in_both_directions_and_equals_the_ledger(county: County) -> None:
    neighbour = another(county)
    spends(county, "10.00", date(2022, 3, 31))
    spends(county, "20.50", date(2022, 4, 1))
    spends(neighbour, "5.25", date(2022, 6, 30))
    spends(neighbour, "1.00", date(2023, 1, 1))
    [table] = by_quarter(county.program, person=county.office.auditor, has_projects=False)
    assert [column.heading for column in table.columns] == [
        "Subaward",
        "Party",
        "2022-Q1",
        "2022-Q2",
        "2023-Q1",
        "Total",
    ]
    first, second = (
        (each.subaward.number, str(each.party), *map(Decimal, amounts))
        for each, amounts in (
            (county, ("10.00", "20.50", "0.00", "30.50")),
            (neighbour, ("0.00", "5.25", "1.00", "6.25")),
        )
    )
    assert rows_of(table) == [first, second]
    quarters = [(date(2022, 1, 1), date(2022, 3, 31)), (date(2022, 4, 1), date(2022, 6, 30))]
    quarters += [(date(2023, 1, 1), date(2023, 3, 31)), (date.min, date.max)]
    assert list(table.totals[2:]) == [from_the_ledger(county.program, *days) for days in quarters]


def test_a_reversed_line_is_taken_out_of_its_quarter(county: County) -> None:
    line = spends(county, "10.00", date(2022, 3, 31))
    spends(county, "3.00", date(2022, 3, 31))
    reverse_entry(
        Entry.objects.get(posting=line, amount=10), reason="Twice.", by=county.office.fiscal_officer
    )
    [table] = by_quarter(county.program, person=county.office.auditor)
    assert table.totals[-1] == Decimal("3.00")


def test_projects_of_one_name_keep_rows_of_their_own(county: County) -> None:
    for code, amount in (("P-1", "10.00"), ("P-2", "20.00")):
        project = Project(code=code, name="Sewer", subaward=county.subaward)
        record_projects(county.subaward.allocation, [project], by=county.office.program_officer)
        spends(county, amount, date(2022, 3, 31), project=project.pk)
    [table] = by_quarter(county.program, person=county.office.auditor)
    assert [(row[2], row[-1]) for row in rows_of(table)] == [
        ("Sewer", Decimal("10.00")),
        ("Sewer", Decimal("20.00")),
    ]
    [together] = by_quarter(county.program, person=county.office.auditor, has_projects=False)
    assert [row[-1] for row in rows_of(together)] == [Decimal("30.00")]


def test_sample_money_stands_in_a_table_of_its_own(county: County) -> None:
    spends(county, "10.00", date(2022, 3, 31))
    spends(another(county, is_sample=True), "700.00", date(2022, 3, 31))
    real, sample = by_quarter(county.program, person=county.office.auditor)
    assert (real.totals[-1], sample.totals[-1]) == (Decimal("10.00"), Decimal("700.00"))
    assert sample.caption.startswith("Sample, not real")
    program = county.office.a_program(is_sample=True)
    made_up = County(county.office, allocation=county.office.an_allocation(program=program))
    spends(made_up, "1.00", date(2022, 3, 31))
    [only] = by_quarter(program, person=county.office.auditor)
    assert only.caption.startswith("Sample, not real")


def test_money_of_neighbours_is_in_no_row_and_no_total(county: County) -> None:
    neighbour = another(county)
    spends(county, "10.00", date(2022, 3, 31))
    spends(neighbour, "20.00", date(2022, 3, 31))
    [table] = by_quarter(county.program, person=a_person(Role.AUDITOR, county.party))
    assert [row[0] for row in rows_of(table)] == [county.subaward.number]
    assert table.totals[-1] == Decimal("10.00")


def test_what_parties_of_one_name_spend_of_their_allocations_stands_apart(office: Office) -> None:
    jackson = [a_party(name="Jackson Township", keeper=office.agency) for _ in range(2)]
    program = office.a_program()
    office.allocated(program, dict.fromkeys(jackson, "100.00"))
    award = program.fundings.get().federal_award_id
    for place, allocation in enumerate(program.allocations.order_by("pk"), start=1):
        own = Line(
            kind=Kind.EXPENDITURE,
            amount=Decimal(place),
            incurred_on=date(2022, 3, 31),
            federal_award=award,
            allocation=allocation.pk,
        )
        post_entries(program, [own], key=f"own-{place}", reason="as billed", by=office.fiscal_officer)
    [table] = by_quarter(program, person=office.auditor)
    assert [row[:2] for row in rows_of(table)] == [("", "Jackson Township")] * 2
    assert [row[-1] for row in rows_of(table)] == [Decimal("1.00"), Decimal("2.00")]


def test_the_table_is_a_page_and_the_same_figures_are_downloaded(as_: Any, office: Office) -> None:
    county = County(office, amount="5000.00")
    Party.objects.filter(pk=county.party.pk).update(name="=HYPERLINK(1)")
    spends(county, "1234.50", date(2022, 3, 31))
    browser, there = as_(office.auditor), address("quarters", county.program)
    assert "$1,234.50" in browser.get(there).content.decode()
    asked = {"rows": "subaward", "kind": "expenditure"}
    rows = browser.get(there, {**asked, "as": "csv"}).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1),1234.50,1234.50" in rows
    file = browser.get(there, {**asked, "as": "xlsx"}).content
    sheet = load_workbook(BytesIO(file))["Expenditure"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells].count(1234.5) == 4
    assert next(cell for cell in cells if cell.value == "=HYPERLINK(1)").data_type == "s"


def test_what_is_shown_can_be_chosen_and_nonsense_shows_expenditures(as_: Any, county: County) -> None:
    spends(county, "12.00", date(2022, 3, 31))
    browser = as_(county.office.auditor)
    there = address("quarters", county.program)
    assert "$1,000.00" in browser.get(there, {"kind": "obligation"}).content.decode()
    assert "$12.00" in browser.get(there, {"kind": "no-such", "rows": "x", "as": "y"}).content.decode()
    assert "Nothing of this kind" in browser.get(there, {"kind": "payment"}).content.decode()


def test_the_page_of_a_program_leads_to_its_money_by_quarter(as_: Any, county: County) -> None:
    there = reverse("admin:grants_program_change", args=[county.program.pk])
    assert address("quarters", county.program) in as_(county.office.auditor).get(there).content.decode()
