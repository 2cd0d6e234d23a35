"""Cost share, reversals, interest and issued financial reports, out of the database into the books."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from grants.compliance.gathering import books_of
from grants.compliance.law import law
from grants.compliance.rule import judge, reads_of
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry, Kind
from grants.programs.models import FederalAward
from reporting.documents.models import Document, Format
from reporting.report import frozen
from tests.builders import Office
from tests.compliance.test_sf425 import LINES

pytestmark = pytest.mark.django_db


def test_a_cost_that_was_taken_back_is_not_found_again():
    office = Office()
    subaward, other = office.a_subaward("1000.00"), office.a_subaward("1000.00")
    for each in (subaward, other):
        office.posts(each, Kind.EXPENDITURE, "12.34", on=date(2022, 5, 1), payee="Sample Supply")
    codes = ["ug-cost-not-duplicated"]
    first, second = Entry.objects.filter(kind=Kind.EXPENDITURE).order_by("pk")
    found = judge(books_of(reads=reads_of(codes)), law, codes=codes)
    assert [breach.id for breach in found] == [second.pk]
    reverse_entry(first, reason="charged to the wrong subaward", by=office.fiscal_officer)
    assert judge(books_of(reads=reads_of(codes)), law, codes=codes) == []


def test_interest_of_a_year_is_added_up_by_the_party():
    office = Office()
    subaward = office.a_subaward("1000.00")
    office.posts(subaward, Kind.INTEREST, "500.01", on=date(2022, 5, 1))
    lines = books_of().interest
    assert lines.amount.tolist() == [50_001]
    assert set(lines.subaward) == {subaward.pk}


def _issued(office: Office, award: FederalAward, receipts: str, *, hours: int) -> Document:
    lines = LINES.by_letter() | {"a": Decimal(receipts)}
    moment = timezone.now() - timedelta(hours=hours)
    return Document.objects.create(
        number=f"SF425-{hours}",
        report="sf-425",
        title="Federal financial report",
        agency=office.agency,
        format=Format.PDF,
        through=date(2025, 12, 31),
        as_known_at=moment,
        figures=frozen({"award": award.code, "is_final": True, "lines": lines}),
        content=b"",
        sha256="0" * 64,
        issued_by=office.fiscal_officer,
        issued_at=moment,
    )


def test_the_last_financial_report_of_an_award_and_day_is_judged():
    office = Office()
    award = office.a_subaward("1000.00").splits.get().federal_award
    _issued(office, award, "412500.01", hours=2)
    codes = ["sf425-arithmetic", "sf425-final-report-consistency"]
    found = judge(books_of(reads=reads_of(codes)), law, codes=codes)
    assert [(breach.rule, breach.part) for breach in found] == [(codes[0], "c"), (codes[1], "")]
    _issued(office, award, "412500.00", hours=1)
    reports = books_of().financial_reports
    assert reports.award.tolist() == [award.pk]
    assert reports[["line_a", "line_c", "line_o"]].iloc[0].tolist() == [41_250_000, 1_428_863, 215_025]
    assert judge(books_of(reads=reads_of(codes)), law, codes=codes[:1]) == []
