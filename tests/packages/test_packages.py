"""Packages: everything about a subject in one file that a stranger checks, and nothing of anybody else."""

import csv
import hashlib
import subprocess
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from openpyxl import load_workbook

from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry, Kind
from reporting.filings.actions import open_periods, receive_filing
from reporting.models import Document, Package
from reporting.packages.actions import ask_package, gather_package, write_package
from reporting.packages.models import Stage
from tests.builders import Office, a_party, a_person
from tests.compliance.builders import a_finding
from tests.filings.builders import a_cost

DAY = date(2022, 12, 31)


@pytest.fixture(autouse=True)
def files_of_the_test(settings: Any, tmp_path: Path) -> None:
    """Files are kept in a folder of the test; static ones go by their plain names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MEDIA_ROOT = tmp_path


class Books:
    """A program with two counties, each with a subaward, a filing and a finding."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.program = office.a_program()
        self.mine, self.other = (a_party(keeper=office.agency) for _ in range(2))
        office.allocated(self.program, {office.agency: "10000.00"})
        allocation = self.program.allocations.get()
        self.hers, self.foreign = (
            office.a_subaward("1000.00", subrecipient=party, allocation=allocation, spent="10.00")
            for party in (self.mine, self.other)
        )
        open_periods(self.program, through=DAY, by=office.program_officer)
        self.filings = [
            receive_filing(
                subaward,
                period=self.program.periods.get(code="2022-Q1"),
                entered=[a_cost("1.00")],
                by=a_person(Role.PREPARER, party),
            )
            for subaward, party in ((self.hers, self.mine), (self.foreign, self.other))
        ]
        a_finding(office, subaward=self.hers)


@pytest.fixture
def books(office: Office) -> Books:
    return Books(office)


def ready(subject: Any, by: Any, **given: Any) -> Package:
    """A package that was asked for and gathered."""
    return gather_package(ask_package(subject, **{"through": DAY, **given}, by=by), by=by)


def opened(package: Package, folder: Path) -> ZipFile:
    return ZipFile(folder / package.file)


def ledger_of(archive: ZipFile) -> list[dict[str, str]]:
    text = archive.read("ledger/ledger.csv").decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_a_stranger_checks_it_with_sha256sum(books: Books, tmp_path: Path) -> None:
    package = ready(books.program, books.office.auditor, reports=["spend-by-program"])
    content = (tmp_path / package.file).read_bytes()
    assert (package.size, package.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    folder = tmp_path / "unpacked"
    ZipFile(BytesIO(content)).extractall(folder)
    check = ["sha256sum", "-c", "--strict", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, capture_output=True).returncode == 0
    named = {line.partition("  ")[2] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    held = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert named == held - {"SHA256SUMS"}
    (folder / "ledger" / "ledger.csv").write_text("changed")
    assert subprocess.run(check, cwd=folder, capture_output=True).returncode == 1


def test_it_holds_every_line_with_its_source_and_the_same_as_a_workbook(books: Books, tmp_path: Path) -> None:
    odd = {"payee": "=cmd|'/C calc'!A0", "memo": 'Nägel, "1 < 2" & mehr'}
    books.office.posts(books.hers, Kind.EXPENDITURE, "3.00", **odd)
    reverse_entry(Entry.objects.latest("pk"), reason="twice", by=books.office.fiscal_officer)
    archive = opened(ready(books.program, books.office.auditor), tmp_path)
    lines = ledger_of(archive)
    entries = list(Entry.objects.filter(program=books.program).order_by("pk"))
    assert [line["Line"] for line in lines] == [str(entry.pk) for entry in entries]
    assert [line["Amount ($)"] for line in lines] == [f"{entry.amount:.2f}" for entry in entries]
    assert (lines[-2]["Payee"], lines[-2]["Memo"]) == ("'=cmd|'/C calc'!A0", 'Nägel, "1 < 2" & mehr')
    assert (lines[-1]["Reverses line"], lines[-1]["Amount ($)"]) == (lines[-2]["Line"], "-3.00")
    sheet = load_workbook(BytesIO(archive.read("ledger/ledger.xlsx"))).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [Decimal(str(row[4])) for row in rows[1:]] == [entry.amount for entry in entries]
    assert rows[-2][13] == "=cmd|'/C calc'!A0"
    assert sheet.cell(len(rows) - 1, 14).data_type == "s"
    assert rows[1][3].date() == entries[0].incurred_on


def test_filings_stand_in_it_byte_for_byte_and_findings_and_trail_beside(
    books: Books, tmp_path: Path
) -> None:
    archive = opened(ready(books.program, books.office.auditor), tmp_path)
    for filing in books.filings:
        [path] = [name for name in archive.namelist() if filing.number in name]
        assert archive.read(path) == bytes(filing.kept.content)
    assert "filings/index.csv" in archive.namelist()
    assert books.hers.number in archive.read("findings.csv").decode()
    trail = archive.read("trail.csv").decode()
    for verb in ("program.fund", "subaward.issue", "filing.receive", "ledger.post"):
        assert verb in trail


def test_the_trail_of_one_subaward_tells_of_no_other(books: Books, tmp_path: Path) -> None:
    archive = opened(ready(books.hers, books.office.auditor), tmp_path)
    trail = archive.read("trail.csv").decode()
    assert books.hers.number in trail
    assert books.foreign.number not in trail
    assert {line["Subaward"] for line in ledger_of(archive)} == {books.hers.number}
    assert not [name for name in archive.namelist() if books.filings[1].number in name]


def test_the_same_books_give_the_same_bytes(books: Books) -> None:
    package = ready(books.program, books.office.auditor)
    files = []
    for _ in range(2):
        out = BytesIO()
        write_package(package, out, person=books.office.auditor)
        files.append(out.getvalue())
    assert files[0] == files[1]
    assert hashlib.sha256(files[0]).hexdigest() == package.sha256


def test_the_same_request_twice_shares_one_package_and_one_job(books: Books) -> None:
    auditor = books.office.auditor
    first = ask_package(books.program, through=DAY, by=auditor)
    assert ask_package(books.program, through=DAY, by=auditor) == first
    done = gather_package(first, by=auditor)
    assert gather_package(first, by=auditor).sha256 == done.sha256
    assert ask_package(books.program, through=DAY, as_known_at=first.as_known_at, by=auditor) == first
    assert ask_package(books.program, through=DAY, by=auditor) != first
    assert ask_package(books.program, through=DAY, parts=["ledger"], by=auditor) != first


def test_what_comes_in_later_is_not_in_it(books: Books, tmp_path: Path) -> None:
    package = ask_package(books.program, through=DAY, by=books.office.auditor)
    books.office.posts(books.hers, Kind.EXPENDITURE, "77.77")
    archive = opened(gather_package(package, by=books.office.auditor), tmp_path)
    assert "77.77" not in {line["Amount ($)"] for line in ledger_of(archive)}
    assert len(ledger_of(archive)) == package.entry_count


def test_a_county_takes_its_own_subaward_and_sees_no_package_of_the_agency(
    books: Books, tmp_path: Path
) -> None:
    auditor = a_person(Role.AUDITOR, books.mine)
    package = ready(books.hers, auditor)
    archive = opened(package, tmp_path)
    assert {line["Subaward"] for line in ledger_of(archive)} == {books.hers.number}
    assert archive.read("trail.csv").decode().count("\n") == 1  # the trail is the agency's
    of_the_agency = ready(books.hers, books.office.auditor)
    assert list(Package.objects.visible_to(auditor)) == [package]
    assert set(Package.objects.visible_to(books.office.reviewer)) == {package, of_the_agency}
    assert not Package.objects.visible_to(a_person(Role.AUDITOR, books.other)).exists()
    reports = {"reports": ["spend-by-program"]}
    for subject, more in ((books.foreign, {}), (books.program, {}), (books.hers, reports)):
        with pytest.raises(PermissionDenied):
            ask_package(subject, through=DAY, **more, by=auditor)
    with pytest.raises(Refusal) as refusal:
        gather_package(
            ask_package(books.hers, through=DAY, by=books.office.auditor), by=books.office.administrator
        )
    assert refusal.value.code == "of-another"


def test_its_page_tells_how_it_stands_and_a_download_resumes(
    books: Books, client: Client, tmp_path: Path, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    package = ask_package(books.program, through=DAY, by=books.office.auditor)
    page, file = f"/portal/packages/{package.number}/", f"/portal/packages/{package.number}/file/"
    client.force_login(books.office.reviewer)
    assert "waits for a worker" in client.get(page).content.decode()
    assert client.get(file).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        package = gather_package(package, by=books.office.auditor)
    assert [mail.to for mail in mailoutbox] == [[books.office.auditor.email]]
    assert package.sha256[:8] in client.get(page).content.decode()
    content = (tmp_path / package.file).read_bytes()
    whole = client.get(file)
    assert b"".join(whole.streaming_content) == content
    assert whole["ETag"] == f'"{package.sha256}"'
    end = len(content) - 1
    for asked, first, last in (("bytes=0-9", 0, 9), ("bytes=10-", 10, end), ("bytes=-7", end - 6, end)):
        part = client.get(file, headers={"range": asked, "if-range": whole["ETag"]})
        assert part.status_code == 206
        assert part["Content-Range"] == f"bytes {first}-{last}/{len(content)}"
        assert b"".join(part.streaming_content) == content[first : last + 1]
    beyond = client.get(file, headers={"range": f"bytes={len(content)}-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(content)}")
    changed = client.get(file, headers={"range": "bytes=5-", "if-range": '"other"'})
    assert changed.status_code == 200
    client.force_login(Office().auditor)
    assert client.get(page).status_code == client.get(file).status_code == 404


def test_the_desk_asks_for_one(books: Books, client: Client) -> None:
    client.force_login(books.office.auditor)
    press = f"/admin/grants/program/{books.program.pk}/do/package.ask/"
    given = {"parts": ["ledger", "trail"], "reports": ["spend-by-program"], "through": "2022-12-31"}
    done = client.post(press, given)
    package = Package.objects.get()
    assert done.url == f"/admin/reporting/package/{package.pk}/change/"
    assert (package.parts, package.stage) == (["ledger", "trail"], Stage.ASKED)
    assert f"/portal/packages/{package.number}/" in client.get(done.url).content.decode()


@pytest.mark.parametrize(
    ("given", "code"),
    [({"parts": []}, "empty-package"), ({"reports": ["no-such"]}, "no-such-report")],
)
def test_what_cannot_be_gathered_is_refused(books: Books, given: Any, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        ask_package(books.program, through=DAY, **given, by=books.office.auditor)
    assert refusal.value.code == code
    assert not Package.objects.exists()
    assert not Document.objects.exists()
