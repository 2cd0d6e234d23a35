"""A subaward that several federal awards pay: in the order of its splits, each until its part is used up."""

from datetime import date
from decimal import Decimal

import pytest

from grants.ledger.models import Entry, Kind
from grants.programs.actions import fund_program
from grants.programs.models import FederalAward
from grants.subawards.actions import draft_subaward, issue_subaward
from grants.subawards.models import Subaward
from tests.builders import Office
from tests.filings.builders import County, a_cost

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(office: Office) -> County:
    """A county whose subaward of $1,000 is paid by two awards, $300 by the first and $700 by the second."""
    county = County(office)
    program, second = county.program, office.an_award()
    given = {"amount": Decimal("5000.00"), "received_on": date(2021, 6, 1), "source": "second award"}
    fund_program(program, federal_award=second, by=office.fiscal_officer, **given)
    first = program.fundings.order_by("pk").first().federal_award
    draft = Subaward(
        number="SA-TWO",
        title="Two awards",
        subrecipient=county.party,
        amount=Decimal("1000.00"),
        starts_on=date(2021, 7, 1),
    )
    splits: dict[FederalAward | None, Decimal] = {first: Decimal("300.00"), second: Decimal("700.00")}
    draft = draft_subaward(county.subaward.allocation, draft, splits=splits, by=office.program_officer)
    county.subaward = issue_subaward(draft, issued_on=date(2021, 7, 1), by=office.fiscal_officer)
    return county


def paid(county: County) -> list[Decimal]:
    """What each award has paid, in the order of the splits."""
    awards = county.subaward.splits.order_by("pk").values_list("federal_award", flat=True)
    lines = Entry.objects.filter(subaward=county.subaward, kind=Kind.EXPENDITURE)
    return [sum(line.amount for line in lines if line.federal_award_id == award) for award in awards]


def test_a_line_at_the_edge_is_divided_and_keeps_its_cell(county: County) -> None:
    filing = county.posted(a_cost("250.00"), a_cost("100.00"), a_cost("50.00"))
    assert paid(county) == [Decimal("300.00"), Decimal("100.00")]
    lines = Entry.objects.filter(posting=filing.posting).order_by("pk")
    assert [line.amount for line in lines] == [Decimal(f"{n}.00") for n in (250, 50, 50, 50)]
    assert lines[1].place == lines[2].place


def test_the_next_period_goes_on_where_this_one_ended(county: County) -> None:
    county.posted(a_cost("350.00"))
    county.posted(a_cost("10.00", incurred_on="2022-08-01"), code="2022-Q3")
    assert paid(county) == [Decimal("300.00"), Decimal("60.00")]


def test_a_correction_frees_what_the_earlier_filing_had_used(county: County) -> None:
    county.posted(a_cost("350.00"))
    county.posted(a_cost("290.00"))
    assert paid(county) == [Decimal("290.00"), Decimal("0.00")]
