"""A county files in a real browser: a broken workbook, the mended one, a signature, the ledger, a receipt."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from grants.ledger.models import Entry
from reporting.filings.models import Filing, Stage
from tests.browser.conftest import DESKTOP, PHONE, Visitor
from tests.builders import Office
from tests.filings.builders import County, a_cost

ROWS = (("2022-04-03", "Supplies", "Ohio Cable", 250.5), ("2022-05-17", "Supplies", "Lake Fiber", 149.5))


def filled(blank: Path, target: Path, *, amounts: tuple[Any, ...], spent: Any) -> Path:
    """The blank workbook filled in as a clerk does it in Excel."""
    book = load_workbook(blank)
    costs = book["Costs"]
    at = {cell.value: cell.column for cell in costs[1]}
    for number, ((day, category, payee, _), amount) in enumerate(zip(ROWS, amounts, strict=True), start=2):
        for heading, value in (
            ("Date incurred", day),
            ("Budget category", category),
            ("Payee", payee),
            ("Amount ($)", amount),
        ):
            costs.cell(number, at[heading], value)
    cover = {row[0].value: row[1] for row in book["Cover"].iter_rows(max_col=2)}
    cover["Spent in this period ($)"].value = spent
    book.save(target)
    return target


def uploads(clerk: Visitor, file: Path) -> None:
    """Through the form of the report's page."""
    clerk.page.locator("input[type=file]").set_input_files(file)
    clerk.page.get_by_role("button", name="Check this workbook").click()
    clerk.page.wait_for_url("**/portal/filings/*/")


def accepts(officer: Visitor, filing: Filing) -> None:
    """By the button of the desk."""
    officer.page.goto(f"/admin/reporting/filing/{filing.pk}/change/")
    officer.page.get_by_role("link", name="Accept").click()
    officer.page.get_by_role("button", name="Accept", exact=True).click()
    officer.page.get_by_text("Accept: done.").wait_for()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_broken_workbook_is_mended_signed_accepted_and_stands_in_the_ledger(
    visit: Any, tmp_path: Path, scripts: bool
) -> None:
    county = County(Office())
    county.period()
    clerk = visit(county.preparer, scripts=scripts)
    clerk.page.get_by_role("link", name="2022-Q2").first.click()
    with clerk.page.expect_download() as download:
        clerk.page.get_by_role("link", name="Download the workbook to fill in").click()
    blank = tmp_path / "blank.xlsx"
    download.value.save_as(blank)

    broken = filled(blank, tmp_path / "broken.xlsx", amounts=(250.5, "a lot"), spent=400)
    uploads(clerk, broken)
    told = clerk.page.get_by_role("main").inner_text()
    assert "a lot" in told
    assert "Costs, F3" in told
    assert "Correct the errors below" in told

    clerk.page.get_by_role("link", name="file it again").first.click()
    mended = filled(blank, tmp_path / "mended.xlsx", amounts=(250.5, 149.5), spent=400)
    uploads(clerk, mended)
    assert "another person than who prepared it, signs it now" in clerk.page.get_by_role("main").inner_text()

    signer = visit(county.certifier, scripts=scripts)
    signer.page.goto(clerk.page.url)
    signer.page.get_by_role("link", name="Read and certify").click()
    signer.page.get_by_text("I have read this text and sign it.").click()
    signer.page.get_by_role("button", name="Certify and hand in").click()
    signer.page.wait_for_url("**/receipt/")

    filing = Filing.objects.get(stage=Stage.CERTIFIED)
    assert filing.sha256 == hashlib.sha256(mended.read_bytes()).hexdigest()
    accepts(visit(county.office.program_officer), filing)

    clerk.page.goto(f"/portal/subawards/{county.subaward.pk}/")
    words = clerk.page.get_by_role("main").inner_text()
    for _, _, payee, amount in ROWS:
        assert payee in words
        assert f"${amount:,.2f}" in words
    assert "$400.00" in words
    assert set(Entry.objects.filter(posting__filing=filing).values_list("place", flat=True)) == {
        "Costs!F2",
        "Costs!F3",
    }
    with signer.page.expect_download() as download:
        signer.page.get_by_role("link", name="Receipt as PDF").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def test_an_upload_shows_how_far_it_is_and_moves_on_without_loading_the_page_anew(
    visit: Any, tmp_path: Path
) -> None:
    county = County(Office())
    clerk = visit(county.preparer)
    clerk.page.goto(f"/portal/subawards/{county.subaward.pk}/reports/{county.period().code}/")
    clerk.page.evaluate(
        "window.seen = []; new MutationObserver(() => window.seen.push(document.querySelector"
        "('[data-words]').textContent)).observe(document.querySelector('[data-words]'), {childList: true})"
    )
    lines = "Date incurred,Budget category,Payee,Amount ($)\n" + "2022-05-17,Supplies,Ohio Cable,1.00\n" * 20
    file = tmp_path / "costs.csv"
    file.write_text(lines)
    uploads(clerk, file)
    assert clerk.page.evaluate("window.seen").pop() == "Sent. Reading and checking every cell …"
    clerk.page.wait_for_function("document.activeElement.id === 'main'")
    assert clerk.page.title().endswith("Headgate")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_filing(visit: Any, size: Any) -> None:
    county = County(Office(), amount="100000.00")
    wrong = county.files(a_cost("much"), a_cost(category=""), a_cost("10.00"), a_cost("10.00"))
    checked = county.files(a_cost("120.00"), code="2022-Q3")
    county.files(a_cost("10.00", payee="Rope"), code="2022-Q4")
    signed = county.signed(a_cost("90.00", incurred_on="2022-11-02"), code="2022-Q4")
    report = f"/portal/subawards/{county.subaward.pk}/reports/2022-Q2/"
    clerk, signer = visit(county.preparer, size=size), visit(county.certifier, size=size)
    for visitor, address in (
        (clerk, f"/portal/parties/{county.party.pk}/"),
        (clerk, f"/portal/subawards/{county.subaward.pk}/"),
        (clerk, report),
        (clerk, f"{report}enter/"),
        (clerk, f"/portal/filings/{wrong.pk}/"),
        (clerk, f"/portal/filings/{signed.pk}/receipt/"),
        (clerk, f"/portal/filings/{signed.pk}/differences/"),
        (signer, f"/portal/filings/{checked.pk}/"),
        (signer, f"/portal/filings/{checked.pk}/certify/"),
    ):
        assert visitor.page.goto(address).status == 200
        assert not visitor.is_at_ease(), address
