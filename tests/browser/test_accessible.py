"""Every page can be used by everyone: no breach of WCAG 2.1 AA, on a desk and on a phone."""

from datetime import date
from typing import Any

import pytest

from grants.kernel.roles import Role
from grants.monitoring.closeout.actions import begin_closeout
from grants.monitoring.risk.actions import impose_condition, propose_condition
from tests.browser.conftest import DESKTOP, PHONE
from tests.builders import Office, a_party, a_person
from tests.monitoring.builders import a_condition, an_audit


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_before_signing_in(visit: Any, size: Any) -> None:
    visitor = visit(size=size)
    for address in ("/", "/sign-in/"):
        visitor.page.goto(address)
        assert not visitor.is_at_ease(), address


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_what_a_county_has(visit: Any, size: Any) -> None:
    office = Office()
    county = a_party(keeper=office.agency, name="Ashtabula County")
    subaward = office.a_subaward("1000.00", subrecipient=county, spent="400.00", paid="100.00")
    office.an_allocation(party=county)
    audit = an_audit(office, subaward)
    condition = propose_condition(subaward, a_condition(), by=office.program_officer)
    impose_condition(condition, noticed_on=date(2023, 1, 2), by=office.fiscal_officer)
    begin_closeout(subaward, by=office.program_officer)
    visitor = visit(a_person(Role.PREPARER, county), size=size)
    for address in (
        f"/portal/parties/{county.pk}/",
        f"/portal/parties/{county.pk}/reports/",
        f"/portal/subawards/{subaward.pk}/",
        f"/portal/subawards/{subaward.pk}/lines/",
        f"/portal/audits/{audit.pk}/",
        "/password/",
        "/sign-in/?next=/admin/",
    ):
        assert visitor.page.goto(address).status == 200
        assert not visitor.is_at_ease(), address


def test_pages_of_the_desk(visit: Any) -> None:
    office = Office()
    subaward = office.a_subaward("1000.00", spent="400.00")
    visitor = visit(office.auditor)
    for address in (
        "/admin/",
        "/admin/grants/subaward/",
        f"/admin/grants/subaward/{subaward.pk}/change/",
    ):
        assert visitor.page.goto(address).status == 200
        assert not visitor.is_at_ease(), address


def test_a_keyboard_skips_to_the_content_and_signs_in(visit: Any) -> None:
    office = Office()
    visitor = visit()
    page = visitor.page
    page.goto("/sign-in/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(office.auditor.email)
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery staple")
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/**")
