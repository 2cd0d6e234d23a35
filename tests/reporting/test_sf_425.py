"""The federal financial report: its lines are those of the ledger and of the form, for one award."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from pypdf import PdfReader

from grants.compliance.gathering import books_of
from grants.compliance.law import law
from grants.compliance.rule import judge, reads_of
from grants.kernel.refusals import Refusal
from grants.ledger.actions import post_entries, reverse_entry
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import moment_known
from grants.parties.models import Contact, ContactKind
from grants.programs.models import FederalAward
from reporting.blocks import Facts, FigureTable, Heading, Notes, Prose
from reporting.documents.actions import drawn, issue_document
from reporting.documents.models import Document
from reporting.report import REPORTS, thawed
from tests.builders import Office
from tests.compliance.test_sf425 import LINES

DAY = date(2025, 12, 31)
RULES = ["sf425-arithmetic", "sf425-final-report-consistency"]


def issued(office: Office, award: FederalAward, **given: Any) -> Document:
    return issue_document(award, **{"report": "sf-425", "through": DAY, "by": office.auditor, **given})


def lines_of(document: Document) -> dict[str, Decimal]:
    return thawed(document.figures)["lines"]


def the_worked_award(office: Office) -> FederalAward:
    """The award of the worked case: its money drawn, paid, obligated, spent, shared and earned."""
    allocation = office.an_allocation("900000.00")
    subaward = office.a_subaward(
        "493368.92", allocation=allocation, required_cost_share=Decimal("333333.34"),
        spent="405118.92", paid="398211.37",
    )  # fmt: skip
    for kind, amount in (
        (Kind.DRAWDOWN, "412500.00"),
        (Kind.COST_SHARE, "120400.10"),
        (Kind.PROGRAM_INCOME, "9150.25"),
    ):
        office.posts(subaward, kind, amount)
    return subaward.splits.get().federal_award


def figures_of_the_worked_case(**given: Any) -> dict[str, Any]:
    """Figures as a document keeps them, with the lines of the worked case."""
    return {
        "award": "award-1",
        "is_final": False,
        "lines": LINES.by_letter(),
        "through": DAY,
        "federal_agency": "Department of the Treasury",
        "fain": "SLFRP0130",
        "aln": "21.027",
        "title": "Coronavirus State and Local Fiscal Recovery Funds",
        "recipient": "State of Ohio",
        "address": "",
        "uei": "",
        "ein": "",
        "starts_on": date(2021, 3, 3),
        "ends_on": None,
        "is_amount_recorded": True,
        "official": {"name": "", "title": "", "phone": "", "email": ""},
        **given,
    }


def tables_of(figures: dict[str, Any]) -> list[FigureTable]:
    return [block for block in REPORTS["sf-425"].compose(figures) if isinstance(block, FigureTable)]


@pytest.mark.django_db
def test_the_lines_of_the_worked_case_come_from_the_ledger(office: Office) -> None:
    lines = lines_of(issued(office, the_worked_award(office)))
    expected = LINES.by_letter() | {"m": Decimal("0.00"), "o": Decimal("9150.25")}
    assert lines == expected


def test_every_line_of_the_worked_case_stands_on_the_form() -> None:
    (table,) = tables_of(figures_of_the_worked_case())
    stated = {row[0]: row[2] for row in table.rows if isinstance(row, tuple)}
    assert stated == {f"10{letter}": amount for letter, amount in LINES.by_letter().items()}
    assert list(stated) == [f"10{letter}" for letter in "abcdefghijklmno"]
    assert stated["10g"] == Decimal("493368.92")
    assert stated["10h"] == Decimal("506631.08")
    assert stated["10o"] == Decimal("2150.25")


@pytest.mark.django_db
def test_the_lines_equal_a_query_of_the_bare_ledger(office: Office) -> None:
    award = the_worked_award(office)
    other = office.a_subaward("700.00", spent="70.00", paid="7.00")
    office.posts(other, Kind.DRAWDOWN, "77.00")
    subaward = award.splits.get().subaward
    office.posts(subaward, Kind.REFUND, "11.37")
    office.posts(subaward, Kind.EXPENDITURE, "5.00", on=date(2026, 1, 1))
    reverse_entry(
        Entry.objects.get(kind=Kind.DRAWDOWN, amount=412500), reason="twice", by=office.fiscal_officer
    )
    office.posts(subaward, Kind.DRAWDOWN, "400000.00")
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sum(amount) FILTER (WHERE kind = 'drawdown'),
                      sum(CASE kind WHEN 'payment' THEN amount WHEN 'refund' THEN -amount ELSE 0 END),
                      sum(amount) FILTER (WHERE kind = 'expenditure'),
                      sum(CASE kind WHEN 'obligation' THEN amount
                               WHEN 'deobligation' THEN -amount ELSE 0 END),
                      sum(amount) FILTER (WHERE kind = 'cost_share')
               FROM grants_entry WHERE federal_award_id = %s AND incurred_on <= %s""",
            [award.pk, DAY],
        )
        drawn_down, paid, spent, obligated, shared = cursor.fetchone()
    lines = lines_of(issued(office, award))
    assert [lines[letter] for letter in "abegj"] == [drawn_down, paid, spent, obligated, shared]
    assert (lines["a"], lines["b"]) == (Decimal("400000.00"), Decimal("398200.00"))
    assert lines["d"] == award.amount


@pytest.mark.django_db
def test_what_was_spent_without_an_obligation_leaves_no_less_to_be_paid_elsewhere(office: Office) -> None:
    allocation = office.an_allocation("5000.00")
    subaward = office.a_subaward("1000.00", allocation=allocation, spent="400.00")
    line = replace(office.a_line(subaward, Kind.EXPENDITURE, "900.00"), subaward=None)
    post_entries(subaward.program, [line], key="own", reason="as billed", by=office.fiscal_officer)
    lines = lines_of(issued(office, subaward.splits.get().federal_award))
    assert (lines["e"], lines["f"]) == (Decimal("1300.00"), Decimal("600.00"))


@pytest.mark.django_db
def test_a_waived_cost_share_is_not_required(office: Office) -> None:
    award = the_worked_award(office)
    FederalAward.objects.filter(pk=award.pk).update(has_cost_share_waiver=True)
    assert lines_of(issued(office, award))["i"] == 0


@pytest.mark.django_db
def test_an_award_whose_amount_is_not_recorded_says_so(office: Office) -> None:
    award = the_worked_award(office)
    FederalAward.objects.filter(pk=award.pk).update(amount=None)
    document = issued(office, award)
    assert lines_of(document)["d"] == Decimal("1000000.00")
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(document.content)).pages)
    assert "The amount of the award is not recorded" in " ".join(text.split())


@pytest.mark.django_db
@pytest.mark.parametrize(("ends_on", "is_final"), [(date(2026, 1, 1), False), (DAY, True), (None, False)])
def test_a_report_is_final_when_it_reaches_the_last_day_of_the_award(
    office: Office, ends_on: date | None, is_final: bool
) -> None:
    award = the_worked_award(office)
    FederalAward.objects.filter(pk=award.pk).update(ends_on=ends_on)
    document = issued(office, award)
    assert thawed(document.figures)["is_final"] is is_final
    found = {breach.rule for breach in judge(books_of(reads=reads_of(RULES)), law, codes=RULES)}
    assert found == ({"sf425-final-report-consistency"} if is_final else set())


@pytest.mark.django_db
def test_a_report_issued_late_in_the_evening_is_of_that_day(office: Office, settings: Any) -> None:
    document = issued(office, the_worked_award(office))
    evening = datetime(2026, 6, 30, 23, 30, tzinfo=ZoneInfo(settings.TIME_ZONE))
    values = {field.attname: getattr(document, field.attname) for field in Document._meta.concrete_fields}
    Document.objects.create(**values | {"id": document.pk + 1, "number": "D-evening", "issued_at": evening})
    wanted = {"financial_reports": frozenset({"award"})}
    for day, count in ((date(2026, 6, 29), 0), (date(2026, 6, 30), 1)):
        assert len(books_of(as_of=day, reads=wanted).financial_reports) == count


def test_a_final_report_says_what_it_leaves_open() -> None:
    _, checks = tables_of(figures_of_the_worked_case(is_final=True))
    assert [row[2] for row in checks.rows] == [
        "open: $88,250.00", "open: $14,288.63", "open: $212,933.24", "open: $506,631.08",
    ]  # fmt: skip
    settled = LINES.by_letter() | dict.fromkeys("cfhk", Decimal("0.00"))
    _, checks = tables_of(figures_of_the_worked_case(is_final=True, lines=settled))
    assert {row[2] for row in checks.rows} == {"holds"}


def test_what_is_not_known_is_not_recorded() -> None:
    blocks = list(REPORTS["sf-425"].compose(figures_of_the_worked_case()))
    facts = {name: value for block in blocks if isinstance(block, Facts) for name, value in block.pairs}
    assert facts["4a UEI"] == facts["13c Telephone"] == "not recorded"
    assert facts["8 Project or grant period from"] == date(2021, 3, 3)
    assert facts["8 Project or grant period to"] == "not recorded"
    assert isinstance(blocks[0], Heading)
    assert isinstance(blocks[-1], Notes)


def test_income_that_the_books_do_not_follow_further_is_told() -> None:
    followed = figures_of_the_worked_case()
    unfollowed = figures_of_the_worked_case(lines=LINES.by_letter() | {"m": Decimal("0.00")})
    told = [
        any(
            isinstance(block, Prose) and "what program income was spent on" in block.text
            for block in REPORTS["sf-425"].compose(figures)
        )
        for figures in (followed, unfollowed)
    ]
    assert told == [False, True]


@pytest.mark.django_db
def test_the_certifying_official_of_the_recipient_is_named(office: Office) -> None:
    Contact.objects.create(
        party=office.agency,
        kind=ContactKind.CERTIFIER,
        name="R. Vance",
        title="Director",
        phone="614 555 0100",
    )
    document = issued(office, the_worked_award(office))
    assert thawed(document.figures)["official"]["name"] == "R. Vance"


@pytest.mark.django_db
def test_a_report_as_known_before_a_correction_has_the_old_lines_and_the_same_bytes(office: Office) -> None:
    award = the_worked_award(office)
    before = moment_known()
    first = issued(office, award)
    reverse_entry(Entry.objects.get(kind=Kind.COST_SHARE), reason="billed twice", by=office.fiscal_officer)
    assert lines_of(issued(office, award))["j"] == 0
    assert lines_of(issued(office, award, as_known_at=before)) == lines_of(first)
    assert drawn(Document.objects.get(pk=first.pk)) == bytes(first.content)


@pytest.mark.django_db
def test_a_report_is_issued_only_on_what_it_is_about_and_by_who_may(office: Office, tmp_path: Path) -> None:
    award = the_worked_award(office)
    with pytest.raises(Refusal) as refusal:
        issue_document(office.agency, report="sf-425", through=DAY, by=office.auditor)
    assert refusal.value.code == "not-about-this"
    with pytest.raises(Refusal) as refusal:
        issued(office, award, report="spend-by-program")
    assert refusal.value.code == "not-about-this"
    with pytest.raises(PermissionDenied):
        issue_document(award, report="sf-425", through=DAY, by=Office().auditor)
    out = tmp_path / "sf-425.csv"
    call_command(
        "issue_document",
        "sf-425",
        f"--federal-award={award.code}",
        f"--by={office.auditor.email}",
        f"--out={out}",
    )
    assert "10g,Total federal share" in out.read_text()
