"""Filing in the portal: who may, what is refused, and what stands on each page."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from grants.kernel.roles import Role
from grants.ledger.models import Entry
from grants.subawards.models import Project
from reporting.filings.attestation import attestation_on
from reporting.filings.forms import Upload
from reporting.filings.models import Filing, Stage
from reporting.workbook import read_workbook
from tests.builders import Office, a_person
from tests.filings.builders import County, a_cost

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def ours(office: Office) -> County:
    """The county whose people look."""
    return County(office)


@pytest.fixture
def theirs(office: Office) -> County:
    """Another county of the same agency."""
    return County(office)


def report(county: County, code: str = "2022-Q2") -> str:
    """The address of a report that is due."""
    return f"/portal/subawards/{county.subaward.pk}/reports/{county.period(code).code}/"


def page_of(filing: Filing, page: str = "") -> str:
    """The address of a page of a filing."""
    return f"/portal/filings/{filing.pk}/{page}"


def words_of(answer: Any) -> str:
    """The words of a page that opened."""
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def a_file(content: bytes, name: str = "costs.csv") -> dict[str, Any]:
    """A file as a form sends it."""
    return {"workbook": SimpleUploadedFile(name, content)}


# Who sees and does what.


def test_a_county_is_told_what_is_due_and_what_is_overdue(as_: As, ours: County) -> None:
    ours.period()
    page = as_(ours.preparer).get(f"/portal/parties/{ours.party.pk}/")
    assert page.context["overdue"] > 0
    assert all(due.subaward == ours.subaward for due in page.context["due"])
    assert f'href="{report(ours)}"' in words_of(
        as_(ours.preparer).get(f"/portal/subawards/{ours.subaward.pk}/")
    )


def test_a_report_that_is_handed_in_is_no_longer_due(as_: As, ours: County) -> None:
    ours.period()
    browser = as_(ours.preparer)
    before = browser.get(f"/portal/parties/{ours.party.pk}/reports/").context["page"]
    filing = ours.signed()
    after = browser.get(f"/portal/parties/{ours.party.pk}/reports/").context["page"]
    assert len(before.object_list) == len(after.object_list)
    due = browser.get(f"/portal/parties/{ours.party.pk}/").context["due"]
    assert filing.period not in [each.period for each in due]


PAGES = ("", "certify/", "receipt/", "receipt.pdf", "differences/", "problems.json", "file/", "commented/")


@pytest.mark.parametrize("page", PAGES)
def test_a_filing_of_others_is_not_there(as_: As, ours: County, theirs: County, page: str) -> None:
    theirs.files(a_cost("90.00"))
    filing = theirs.signed()
    for person in (ours.preparer, ours.certifier):
        assert as_(person).get(page_of(filing, page)).status_code == 404
    assert as_(ours.certifier).post(page_of(filing, "certify/")).status_code == 404
    assert as_(ours.preparer).post(page_of(filing, "acknowledge/")).status_code == 404


def test_a_report_of_others_or_of_no_period_is_not_there(as_: As, ours: County, theirs: County) -> None:
    browser = as_(ours.preparer)
    for address in (report(theirs), f"{report(theirs)}enter/", f"{report(theirs)}blank/"):
        assert browser.get(address).status_code == 404
        assert browser.post(address, a_file(b"x")).status_code in (404, 405)
    assert browser.get(report(ours).replace("2022-Q2", "1999-Q1")).status_code == 404
    assert not Filing.objects.exists()


def test_only_a_preparer_files_and_only_a_certifier_certifies(as_: As, ours: County) -> None:
    filing = ours.files()
    assert "workbook" not in words_of(as_(ours.certifier).get(report(ours))).lower().split("filed so far")[0]
    assert as_(ours.certifier).post(report(ours), a_file(b"x,y")).status_code == 403
    assert as_(ours.preparer).get(page_of(filing, "certify/")).status_code == 403
    assert as_(ours.preparer).post(page_of(filing, "certify/")).status_code == 403


def test_pages_of_filings_ask_to_sign_in_first(client: Client, ours: County) -> None:
    filing = ours.signed()
    for address in (report(ours), f"{report(ours)}enter/", *(page_of(filing, page) for page in PAGES)):
        assert client.get(address).url == f"/sign-in/?next={address}"


# Filing.


def test_what_is_no_workbook_is_told_and_nothing_is_kept(as_: As, ours: County) -> None:
    browser = as_(ours.preparer)
    for content, name, why in (
        (b"a,b\n1,2\n", "costs.xlsx", "holds plain text such as CSV"),
        (b"PK\x03\x04 but broken", "costs.xlsx", "cannot be filed"),
        (b"", "costs.csv", "empty"),
        (b"PK\x03\x04", "~$costs.xlsx", "lock file"),
        (b"nothing,known\n1,2\n", "costs.csv", "cannot be filed"),
    ):
        assert why in words_of(browser.post(report(ours), a_file(content, name))), name
    assert "This field is required" in words_of(browser.post(report(ours)))
    assert not Filing.objects.exists()


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    as_: As, ours: County, monkeypatch: Any
) -> None:
    monkeypatch.setattr("reporting.filings.forms.LARGEST_FILE", 10)
    assert "the most that can be filed" in words_of(as_(ours.preparer).post(report(ours), a_file(b"x" * 11)))
    assert not Upload({}, a_file(b"x" * 11)).is_valid()


def test_lines_typed_in_become_a_filing_with_their_problems(as_: As, ours: County) -> None:
    browser = as_(ours.preparer)
    address = f"{report(ours)}enter/"
    answer = browser.post(address, typed(a_cost("12.50"), {}, a_cost("much")))
    (filing,) = Filing.objects.all()
    assert answer.url == page_of(filing)
    assert (filing.stage, filing.line_count) == (Stage.DRAFT, 1)
    words = words_of(browser.get(answer.url))
    assert "much" in words
    assert "Correct the errors below" in words
    again = browser.get(address).context["entries"]
    assert [form.initial.get("amount") for form in again][:3] == ["12.50", "much", None]


def test_more_rows_keep_what_was_typed(as_: As, ours: County) -> None:
    given = {**typed(a_cost("12.50"), a_cost("much")), "more": "1"}
    rows = as_(ours.preparer).post(f"{report(ours)}enter/", given).context["entries"]
    assert len(rows.forms) == 7
    assert [form.initial.get("amount") for form in rows][:3] == ["12.50", "much", None]
    assert not Filing.objects.exists()


def test_typing_nothing_or_too_much_is_told(as_: As, ours: County) -> None:
    browser = as_(ours.preparer)
    assert "at least one line" in words_of(browser.post(f"{report(ours)}enter/", typed({})))
    for given in ({"form-0-amount": "1"}, typed(a_cost(description="x" * 2_001))):
        assert "nothing was kept" in words_of(browser.post(f"{report(ours)}enter/", given))
    assert not Filing.objects.exists()


def typed(*rows: dict[str, str]) -> dict[str, str]:
    """Rows as the page sends them."""
    count = str(len(rows))
    cells = {f"form-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return {"form-TOTAL_FORMS": count, "form-INITIAL_FORMS": count, **cells}


def test_the_same_lines_again_are_told_and_not_kept_twice(as_: As, ours: County) -> None:
    browser = as_(ours.preparer)
    for _ in range(2):
        answer = browser.post(f"{report(ours)}enter/", typed(a_cost()))
    assert "filed already" in words_of(answer)
    assert Filing.objects.count() == 1


# Signing.


def test_a_certifier_reads_the_text_and_signs_it(as_: As, ours: County) -> None:
    filing = ours.files()
    browser = as_(ours.certifier)
    text = attestation_on(timezone.localdate())
    assert text.text.split(".")[0] in words_of(browser.get(page_of(filing, "certify/")))
    assert "Tick the box" in words_of(browser.post(page_of(filing, "certify/"), {"version": text.version}))
    old = {"version": "1999-01-01", "agrees": "on"}
    assert "has changed" in words_of(browser.post(page_of(filing, "certify/"), old))
    answer = browser.post(page_of(filing, "certify/"), {"version": text.version, "agrees": "on"})
    assert answer.url == page_of(filing, "receipt/")
    filing.refresh_from_db()
    assert (filing.stage, filing.certified_by) == (Stage.CERTIFIED, ours.certifier)


def test_who_prepared_a_filing_cannot_sign_it_on_the_page_either(as_: As, ours: County) -> None:
    both = a_person(Role.PREPARER, ours.party)
    both.memberships.create(party=ours.party, role=Role.CERTIFIER, starts_on=date(2020, 1, 1))
    ours.preparer = both
    filing = ours.files()
    browser = as_(both)
    assert "another person certifies" in words_of(browser.get(page_of(filing, "certify/")))
    given = {"version": attestation_on(timezone.localdate()).version, "agrees": "on"}
    assert "cannot certify" in words_of(browser.post(page_of(filing, "certify/"), given))
    filing.refresh_from_db()
    assert filing.stage == Stage.CHECKED


def test_warnings_are_acknowledged_by_a_press_and_errors_are_not(as_: As, ours: County) -> None:
    wrong = ours.files(a_cost("much"))
    browser = as_(ours.preparer)
    assert browser.get(page_of(wrong, "acknowledge/")).status_code == 405
    told = browser.post(page_of(wrong, "acknowledge/"), follow=True)
    assert "correct them and file it again" in words_of(told)


def test_the_receipt_is_there_once_signed_and_has_the_same_bytes_each_time(as_: As, ours: County) -> None:
    filing = ours.files()
    browser = as_(ours.preparer)
    assert browser.get(page_of(filing, "receipt/")).status_code == 404
    assert browser.get(page_of(filing, "receipt.pdf")).status_code == 404
    signed = ours.signs(filing)
    first = browser.get(page_of(filing, "receipt.pdf"))
    assert first.content.startswith(b"%PDF")
    assert f"receipt-{signed.number}.pdf" in first["Content-Disposition"]
    assert browser.get(page_of(filing, "receipt.pdf")).content == first.content
    words = words_of(browser.get(page_of(filing, "receipt/")))
    assert signed.sha256 in words
    assert str(ours.certifier) in words


def test_what_was_returned_shows_the_reasons(as_: As, ours: County) -> None:
    from reporting.filings.actions import return_filing

    filing = return_filing(ours.signed(), reason="Two invoices are missing.", by=ours.office.program_officer)
    assert "Two invoices are missing." in words_of(as_(ours.preparer).get(page_of(filing)))


# Taking away, and looking back.


def test_problems_are_given_as_json_too(as_: As, ours: County) -> None:
    filing = ours.files(a_cost("much"))
    told = as_(ours.preparer).get(page_of(filing, "problems.json")).json()
    assert (told["filing"], told["stage"], told["layout"]) == (filing.number, "draft", "quarterly-costs")
    assert {"severity", "sheet", "cells", "message", "fix", "rule"} <= set(told["problems"][0])


def test_the_file_comes_back_as_it_came_and_is_never_shown_as_a_page(as_: As, ours: County) -> None:
    filing = ours.files()
    answer = as_(ours.preparer).get(page_of(filing, "file/"))
    assert answer.content == bytes(filing.kept.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"


def test_the_workbook_comes_back_with_its_problems_in_their_cells(as_: As, ours: County) -> None:
    filing = ours.files(a_cost("much"))
    (problem,) = [told for told in filing.problems if told["severity"] == "error"]
    answer = as_(ours.preparer).get(page_of(filing, "commented/"))
    assert answer["Content-Disposition"].endswith('-with-comments.xlsx"')
    book = load_workbook(BytesIO(answer.content))
    assert problem["message"] in book[problem["sheet"]][problem["cells"]].comment.text


def test_the_blank_workbook_knows_the_subaward_and_is_read_back(as_: As, ours: County) -> None:
    answer = as_(ours.preparer).get(f"{report(ours)}blank/")
    assert f"{ours.subaward.number}-2022-Q2.xlsx" in answer["Content-Disposition"]
    reading = read_workbook(answer.content, "blank.xlsx")
    assert reading.layout == "quarterly-costs/1"
    assert reading.rows["Cover"][0]["subaward"] == ours.subaward.number


def test_a_blank_workbook_tells_what_was_reported_of_a_project_before(as_: As, ours: County) -> None:
    project = Project.objects.create(
        code="water-1",
        number="W-1",
        allocation=ours.subaward.allocation,
        subaward=ours.subaward,
        name="Wells",
    )
    ours.posted(a_cost("30.00", project="W-1"))
    later = as_(ours.preparer).get(f"{report(ours, '2022-Q3')}blank/")
    same = as_(ours.preparer).get(f"{report(ours, '2022-Q2')}blank/")
    before = [
        [(row["project"], row["before"]) for row in read_workbook(answer.content, "b.xlsx").rows["Projects"]]
        for answer in (later, same)
    ]
    assert before == [[(project.number, Decimal("30.00"))], [(project.number, Decimal("0.00"))]]


def test_a_later_filing_is_compared_with_the_one_before(as_: As, ours: County) -> None:
    first = ours.files(a_cost("100.00", payee="Rope"), a_cost("50.00", payee="Nails"))
    second = ours.files(a_cost("120.00", payee="Rope"), a_cost("5.00", payee="Paint"))
    browser = as_(ours.preparer)
    assert browser.get(page_of(first, "differences/")).status_code == 404
    page = browser.get(page_of(second, "differences/"))
    kinds = {each.line.payee: each.kind for each in page.context["lines"]}
    assert kinds == {"Rope": "changed", "Paint": "added", "Nails": "removed"}
    assert "$120.00" in words_of(page)
    assert browser.get(page_of(second, f"differences/?from={second.pk}")).status_code == 404


def test_a_name_that_looks_like_a_page_stays_text(as_: As, ours: County) -> None:
    filing = ours.signed(a_cost(payee="<script>alert(1)</script>"), name="<b>costs</b>.csv")
    browser = as_(ours.preparer)
    for page in ("", "receipt/"):
        answer = browser.get(page_of(filing, page)).content.decode()
        assert "<script>alert" not in answer
        assert "<b>costs" not in answer


def test_what_is_posted_stands_among_the_lines_of_the_subaward_with_its_cell(as_: As, ours: County) -> None:
    filing = ours.posted()
    line = Entry.objects.get(posting=filing.posting_id)
    words = words_of(as_(ours.preparer).get(f"/portal/subawards/{ours.subaward.pk}/"))
    assert "Ohio Cable" in words
    assert line.place in words
    assert filing.number in words


def test_more_filings_and_reports_cost_no_more_questions(as_: As, ours: County) -> None:
    filing = ours.files()
    browser = as_(ours.preparer)
    addresses = (report(ours), page_of(filing), f"/portal/parties/{ours.party.pk}/")

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as questions:
                assert browser.get(address).status_code == 200
            counts.append(len(questions))
        return counts

    before = asked()
    for amount in ("1.00", "2.00", "3.00"):
        ours.files(a_cost(amount))
        ours.files(a_cost(amount), code="2022-Q3")
    assert asked() == before
