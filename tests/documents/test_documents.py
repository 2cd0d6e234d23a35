"""Documents: withdrawn but never deleted, checked by anyone, and every figure leads to its lines."""

import hashlib
import re
from datetime import date
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client

from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.ledger.models import Kind
from grants.programs.models import Program
from reporting.documents.actions import drawn, issue_document, withdraw_document
from reporting.documents.pages import parts_of
from reporting.documents.queries import lines_behind, sum_of
from reporting.models import Document, Withdrawal
from tests.builders import Office, a_party, a_person

DAY = date(2022, 12, 31)


@pytest.fixture
def program(office: Office) -> Program:
    """A program with two counties that have spent and been paid."""
    found = office.a_program()
    office.allocated(found, {office.agency: "10000.00"})
    allocation = found.allocations.get()
    for spent, paid in (("400.00", "150.00"), ("33.33", "0.00")):
        office.a_subaward(
            "1000.00",
            subrecipient=a_party(keeper=office.agency),
            allocation=allocation,
            spent=spent,
            paid=paid,
        )
    return found


def issued(office: Office, program: Program, format: str = "csv") -> Document:
    return issue_document(
        program, report="spend-by-program", through=DAY, format=format, by=office.fiscal_officer
    )


def test_a_document_is_withdrawn_and_stays_as_it_is(office: Office, program: Program) -> None:
    document, later = issued(office, program, "pdf"), issued(office, program, "xlsx")
    before = Document.objects.filter(pk=document.pk).values().get()
    withdraw_document(document, reason="wrong year", replaced_by=later, by=office.fiscal_officer)
    assert Document.objects.filter(pk=document.pk).values().get() == before
    assert drawn(document) == bytes(document.content)
    with pytest.raises(Refusal) as refusal:
        withdraw_document(document, reason="again", by=office.fiscal_officer)
    assert refusal.value.code == "withdrawn-already"
    for change in (Withdrawal.objects.all().delete, lambda: Withdrawal.objects.update(reason="")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_document_is_replaced_only_by_one_about_the_same_that_is_in_force(
    office: Office, program: Program
) -> None:
    document, later = issued(office, program), issued(office, program, "xlsx")
    foreign = issued(office, office.a_program())
    withdraw_document(later, reason="wrong", by=office.fiscal_officer)
    for other, code in ((foreign, "not-about-the-same"), (later, "replaced-by-withdrawn")):
        with pytest.raises(Refusal) as refusal:
            withdraw_document(document, reason="wrong", replaced_by=other, by=office.fiscal_officer)
        assert refusal.value.code == code
    with pytest.raises(Refusal) as refusal:
        withdraw_document(document, reason="wrong", replaced_by=document, by=office.fiscal_officer)
    assert refusal.value.code == "replaced-by-itself"


def test_anyone_checks_a_file_or_a_hash_without_signing_in(
    office: Office, program: Program, client: Client
) -> None:
    document, later = issued(office, program, "pdf"), issued(office, program, "xlsx")
    content = bytes(document.content)

    def said(**given: Any) -> str:
        return client.post("/verify/", given).content.decode()

    assert "Issued here, unchanged" in said(file=SimpleUploadedFile("any.pdf", content))
    assert document.number in said(sha256=document.sha256.upper())
    changed = content[:-1] + bytes([content[-1] ^ 1])
    assert "It was not issued here, or it was changed since" in said(
        file=SimpleUploadedFile("x.pdf", changed)
    )
    assert "64 digits" in said(sha256="abc")
    withdraw_document(document, reason="Wrong year", replaced_by=later, by=office.fiscal_officer)
    told = said(sha256=document.sha256)
    assert "replaced since" in told
    assert f"Replaced by {later.number}" in told
    withdraw_document(later, reason="Wrong too", by=office.fiscal_officer)
    assert "withdrawn since" in client.get(f"/verify/?sha256={later.sha256}").content.decode()


def test_the_command_says_that_a_document_was_withdrawn(
    office: Office, program: Program, tmp_path: Path, capsys: Any
) -> None:
    document = issued(office, program, "pdf")
    file = tmp_path / "report.pdf"
    file.write_bytes(document.content)
    call_command("verify_document", str(file))
    assert "In force" in capsys.readouterr().out
    withdraw_document(document, reason="Wrong year", by=office.fiscal_officer)
    call_command("verify_document", str(file))
    assert "Withdrawn on" in capsys.readouterr().out


def test_every_traced_figure_is_the_sum_of_the_lines_it_leads_to(
    office: Office, program: Program, client: Client
) -> None:
    document = issued(office, program)
    subaward = program.subawards.order_by("pk")[0]
    office.posts(subaward, Kind.EXPENDITURE, "50.00")  # later than the document knew
    client.force_login(office.auditor)
    followed = 0
    for part in parts_of(document):
        for cell in (cell for row in part.rows for cell in row if cell.way):
            page = unescape(client.get(cell.way).content.decode())
            assert f"${cell.text} through December 31, 2022" in page, cell
            followed += 1
    assert followed == 3 + 3 + 5  # the program, its total, its recipients' figures that are not zero


def test_the_lines_of_a_figure_name_their_source_cells(
    office: Office, program: Program, client: Client
) -> None:
    subaward = program.subawards.order_by("pk")[0]
    office.posts(subaward, Kind.EXPENDITURE, "7.77", place="Costs!C5")
    document = issued(office, program)
    client.force_login(office.auditor)
    page = client.get(f"/portal/documents/{document.number}/lines/?kind=expenditure").content.decode()
    assert "Costs!C5" in page
    assert "$441.10" in page


def test_the_pages_show_the_figures_and_how_the_document_stands(
    office: Office, program: Program, client: Client
) -> None:
    document = issued(office, program, "pdf")
    client.force_login(office.auditor)
    page = client.get(f"/portal/documents/{document.number}/").content.decode()
    for text in ("433.33", document.sha256[:8], "Spend by program"):
        assert text in page
    assert client.get(f"/portal/documents/{document.number}/file/").content == bytes(document.content)
    withdraw_document(document, reason="Wrong year", by=office.fiscal_officer)
    assert "Wrong year" in client.get(f"/portal/documents/{document.number}/").content.decode()
    assert "withdrawn" in client.get("/portal/documents/").content.decode()


def test_who_does_not_reach_a_document_sees_neither_it_nor_its_lines(
    office: Office, program: Program, client: Client
) -> None:
    document = issued(office, program)
    county = program.subawards.order_by("pk")[0].subrecipient
    for stranger in (Office().auditor, a_person(Role.PREPARER, county)):
        client.force_login(stranger)
        for page in ("", "file/", "signed/", "lines/"):
            assert client.get(f"/portal/documents/{document.number}/{page}").status_code == 404
        assert document.number not in client.get("/portal/documents/").content.decode()
        assert sum_of(lines_behind(document, Office().auditor, {})) == Decimal("0.00")


def test_a_county_reads_a_document_about_its_subaward_and_the_lines_of_no_other(
    office: Office, program: Program, client: Client
) -> None:
    subaward = program.subawards.order_by("pk")[0]
    document = issue_document(
        subaward, report="budget-against-actual", through=DAY, format="csv", by=office.fiscal_officer
    )
    client.force_login(a_person(Role.PREPARER, subaward.subrecipient))
    assert client.get(f"/portal/documents/{document.number}/").status_code == 200
    page = client.get(f"/portal/documents/{document.number}/lines/?kind=expenditure").content.decode()
    assert re.search(r"\$400\.00\s+through", page)


def test_the_desk_withdraws_a_document(office: Office, program: Program, client: Client) -> None:
    document = issued(office, program)
    client.force_login(office.fiscal_officer)
    press = f"/admin/reporting/document/{document.pk}/do/document.withdraw/"
    assert client.get(press).status_code == 200
    client.post(press, {"reason": "Wrong year", "replaced_by": ""})
    assert Withdrawal.objects.get().reason == "Wrong year"
    client.force_login(office.auditor)
    assert client.post(press, {"reason": "x", "replaced_by": ""}).status_code in (403, 404)
    assert hashlib.sha256(bytes(document.content)).hexdigest() == document.sha256
