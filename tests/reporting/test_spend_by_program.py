"""The spend report: its figures are those of the ledger, through a day and as known at a moment."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import moment_known
from reporting.documents.actions import drawn, issue_document
from reporting.documents.models import Document
from reporting.report import thawed
from tests.builders import Office, a_person

pytestmark = pytest.mark.django_db

JUNE = date(2022, 6, 30)


def issued(office: Office, **given: object) -> Document:
    """The spend report of the agency through June 2022."""
    given = {"report": "spend-by-program", "through": JUNE, "by": office.auditor, **given}
    return issue_document(office.agency, **given)


def spent_in(document: Document) -> Decimal:
    """What the document says is spent, over all programs."""
    return sum(program["spent"] for program in thawed(document.figures)["programs"])


def test_figures_are_the_sums_of_the_ledger_by_recipient(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00", paid="250.00")
    (program,) = thawed(issued(office).figures)["programs"]
    (recipient,) = [row for row in program["recipients"] if row["name"] == subaward.subrecipient.name]
    assert recipient == {
        "name": subaward.subrecipient.name,
        "party": subaward.subrecipient.code,
        "county": "",
        "allocated": Decimal("0.00"),
        "obligated": Decimal("1000.00"),
        "spent": Decimal("600.00"),
        "paid": Decimal("250.00"),
    }
    assert (program["funded"], program["allocated"]) == (Decimal("1000000.00"), Decimal("100000.00"))
    assert (program["obligated"], program["spent"], program["paid"]) == (
        Decimal("1000.00"), Decimal("600.00"), Decimal("250.00"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("through", "spent"),
    [
        (date(2022, 3, 30), "0.00"),
        (date(2022, 3, 31), "10.00"),
        (date(2022, 4, 14), "10.00"),
        (date(2022, 4, 15), "30.00"),
        (date(2022, 4, 30), "30.00"),
    ],
)
def test_money_counts_through_the_very_day(office: Office, through: date, spent: str) -> None:
    subaward = office.a_subaward("1000.00")
    office.posts(subaward, Kind.EXPENDITURE, "10.00", date(2022, 3, 31))
    office.posts(subaward, Kind.EXPENDITURE, "20.00", date(2022, 4, 15))
    assert spent_in(issued(office, through=through)) == Decimal(spent)


def test_a_report_as_known_before_a_correction_still_shows_the_old_figures(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    office.posts(subaward, Kind.EXPENDITURE, "250.00")
    before = moment_known()
    reverse_entry(Entry.objects.get(kind=Kind.EXPENDITURE), reason="billed twice", by=office.fiscal_officer)
    assert spent_in(issued(office)) == 0
    assert spent_in(issued(office, as_known_at=before)) == Decimal("250.00")


def test_a_document_drawn_again_from_its_kept_figures_has_the_same_bytes(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00")
    documents = [issued(office, format=format) for format in ("pdf", "csv", "xlsx")]
    office.posts(subaward, Kind.EXPENDITURE, "1.00")
    for document in documents:
        kept = Document.objects.get(pk=document.pk)
        assert drawn(kept) == bytes(kept.content)


def test_a_document_with_the_same_bytes_is_issued_once(office: Office) -> None:
    office.a_subaward("1000.00", spent="600.00")
    known = moment_known()
    first, second = (issued(office, format="csv", as_known_at=known) for _ in range(2))
    assert first == second
    assert Document.objects.count() == 1


def test_every_page_says_through_when_and_as_known_when(office: Office) -> None:
    office.a_subaward("1000.00", spent="600.00")
    document = issued(office)
    for page in PdfReader(BytesIO(document.content)).pages:
        text = page.extract_text()
        assert "Through June 30, 2022" in text
        assert "as known at" in text
        assert document.number in text


def test_only_what_may_be_seen_is_reported(office: Office) -> None:
    office.a_subaward("1000.00", spent="600.00")
    elsewhere = Office()
    with pytest.raises(PermissionDenied):
        issue_document(office.agency, report="spend-by-program", through=JUNE, by=elsewhere.auditor)
    with pytest.raises(PermissionDenied):
        issued(office, by=a_person(Role.PREPARER, office.agency))


def test_an_unknown_report_and_a_moment_to_come_are_refused(office: Office) -> None:
    office.a_program()
    with pytest.raises(Refusal) as refusal:
        issued(office, report="spend-by-star-sign")
    assert refusal.value.code == "no-such-report"
    with pytest.raises(Refusal) as refusal:
        issued(office, as_known_at=moment_known().replace(year=2090))
    assert refusal.value.code == "not-yet"


def test_a_file_is_verified_by_its_bytes(office: Office, tmp_path: Path) -> None:
    office.a_subaward("1000.00", spent="600.00")
    document = issued(office)
    file = tmp_path / "spend.pdf"
    file.write_bytes(document.content)
    call_command("verify_document", file)
    changed = bytearray(document.content)
    changed[-20] ^= 1
    file.write_bytes(changed)
    with pytest.raises(CommandError, match="not issued here, or it was changed"):
        call_command("verify_document", file)
