"""The brief of a program: two pages whatever it holds, and figures that are those of the ledger."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Sum
from pypdf import PdfReader

from grants.ledger.models import Entry, Kind
from grants.ledger.queries import moment_known
from grants.programs.models import Funding
from reporting.blocks import FigureTable, Map, Prose
from reporting.pdf import draw_pdf
from reporting.reports.program_brief import compose, gather
from tests.builders import Office, a_party
from tests.reporting.builders import AUTHOR, ISSUED_AT

DAY = date(2022, 6, 30)
RUNNING = ("Office of Budget and Management · Document D-000001 · issued today", "Through June 30, 2022")


def figures_of(recipients: int = 3, letters: int = 20, **given: Any) -> dict[str, Any]:
    """A brief with so many recipients, whose names and whose program's name have so many letters."""
    name = ("Wastewater " * 40)[:letters].strip()
    known = {
        "through": DAY, "as_known_at": ISSUED_AT, "name": name, "purpose": f"{name} " * 8,
        "is_sample": False, "left_out": 2, "funded": Decimal("900000.00"), "state_money": Decimal("10.00"),
        "allocated": Decimal("800000.00"), "obligated": Decimal("700000.00"), "spent": Decimal("9.00"),
        "paid": Decimal("0.00"),
        "recipients": [
            [f"{n} {name}", "Gallia", Decimal("100.25"), Decimal("3.00")] for n in range(recipients)
        ],
        "counties": {"39053": Decimal("100.25"), "39085": Decimal("0.00")} if recipients else {},
        "did": {"awards": recipients, "projects": 0, "households": 0},
        "deadlines": [["Obligate by", date(2024, 12, 31)], ["Spend by", date(2026, 12, 31)]],
        "outlook": {"last_on": date(2026, 12, 31), "a_month": Decimal("1.50"), "short": Decimal("5.00")},
    }  # fmt: skip
    return {**known, **given}


def pages_of(figures: dict[str, Any]) -> list[str]:
    content = draw_pdf(
        compose(figures), title="Program brief", running=RUNNING, issued_at=ISSUED_AT, author=AUTHOR
    )
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def prose_of(figures: dict[str, Any]) -> str:
    return "\n".join(block.text for block in compose(figures) if isinstance(block, Prose))


@pytest.mark.parametrize("recipients", [0, 1, 6, 7, 2196])
@pytest.mark.parametrize("letters", [8, 200])
def test_it_has_exactly_two_pages(recipients: int, letters: int) -> None:
    first, second = pages_of(figures_of(recipients, letters, is_sample=True))
    assert "What came" in first
    assert "By when" in first
    assert "Where it went" in second
    assert "What it did" in second


def test_the_recipients_that_are_not_named_are_counted_and_the_table_is_all_of_it() -> None:
    (table,) = [block for block in compose(figures_of(10)) if isinstance(block, FigureTable)]
    assert table.rows[-1] == ("4 others", Decimal("401.00"), Decimal("12.00"))
    assert table.totals == ("Total", Decimal("1002.50"), Decimal("30.00"))


@pytest.mark.parametrize(
    ("short", "a_month", "says"),
    [
        ("0.00", "5.00", "all that is promised will be spent in time"),
        ("7.00", "0.00", "No spending of late is recorded"),
        ("7.00", "5.00", "At $5.00 a month, $7.00 will be left"),
        (None, "0.00", "cannot be told"),
    ],
)
def test_how_it_stands_against_the_last_day_is_said_in_words(
    short: str | None, a_month: str, says: str
) -> None:
    outlook = {"last_on": None, "a_month": Decimal(a_month), "short": short and Decimal(short)}
    assert says in prose_of(figures_of(outlook=outlook))


def test_what_it_did_is_not_made_up() -> None:
    did = {"awards": 0, "projects": 0, "households": 0}
    assert "is not recorded" in prose_of(figures_of(did=did))
    did = {"awards": 1, "projects": 0, "households": 35351}
    assert "1 award and 35,351 households that are to get broadband" in prose_of(figures_of(did=did))


@pytest.mark.django_db
def test_its_figures_are_those_of_the_books_to_the_cent(office: Office) -> None:
    subawards = [
        office.a_subaward("1000.00", spent="600.01", paid="10.00"),
        office.a_subaward("50.50", spent="0.49"),
    ]
    programs = [each.program for each in subawards]
    figures = gather(programs, DAY, moment_known())
    sums = dict(
        Entry.objects.filter(incurred_on__lte=DAY).values_list("kind").annotate(Sum("amount")).order_by()
    )
    assert figures["obligated"] == sums[Kind.OBLIGATION]
    assert figures["spent"] == sums[Kind.EXPENDITURE] == sum(row[3] for row in figures["recipients"])
    assert figures["paid"] == sums[Kind.PAYMENT]
    (funded,) = Funding.objects.filter(program__in=programs).aggregate(Sum("amount")).values()
    assert figures["funded"] == funded
    assert figures["did"]["awards"] == 2


@pytest.mark.django_db
def test_money_by_county_is_that_of_its_recipients(office: Office) -> None:
    places = [
        a_party(keeper=office.agency, county_fips=fips, county_name=name)
        for fips, name in (("39053", "Gallia"), ("39085", "Lake"))
    ]
    program = office.a_program()
    office.allocated(program, {places[0]: "100.00", places[1]: "30.25"})
    figures = gather([program], DAY, moment_known())
    assert figures["counties"] == {"39053": Decimal("100.00"), "39085": Decimal("30.25")}
    (map,) = [block for block in compose(figures) if isinstance(block, Map)]
    assert sum(value or 0 for _, _, value in map.areas) == Decimal("130.25")


@pytest.mark.django_db
def test_samples_are_left_out_where_there_is_real_money(office: Office) -> None:
    real, sample = office.a_program("70.00"), office.a_program("30.00", is_sample=True)
    both = gather([real, sample], DAY, moment_known())
    assert (both["funded"], both["left_out"], both["is_sample"]) == (Decimal("70.00"), 1, False)
    alone = gather([sample], DAY, moment_known())
    assert (alone["funded"], alone["is_sample"]) == (Decimal("30.00"), True)
    assert "sample" in prose_of(alone)
