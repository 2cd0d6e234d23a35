"""What the portal tells a subrecipient of conditions, closeout and single audits, and what it may declare."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from grants.kernel.roles import Role
from grants.monitoring.closeout.actions import begin_closeout
from grants.monitoring.risk.actions import impose_condition, propose_condition
from tests.builders import Office, a_party, a_person
from tests.monitoring.builders import a_condition, an_audit, received

pytestmark = pytest.mark.django_db


def words_of(page: Any) -> str:
    assert page.status_code == 200
    return page.content.decode()


def test_a_condition_is_shown_once_its_notice_is_given(
    as_: Any, office: Office, county: Any, preparer: Any
) -> None:
    subaward = office.a_subaward(subrecipient=county)
    condition = propose_condition(
        subaward, a_condition(nature="Invoices with each request"), by=office.program_officer
    )
    address = f"/portal/subawards/{subaward.pk}/"
    assert "Invoices with each request" not in words_of(as_(preparer).get(address))
    impose_condition(condition, noticed_on=date(2023, 1, 2), by=office.fiscal_officer)
    words = words_of(as_(preparer).get(address))
    for told in (condition.nature, condition.action_to_remove, condition.reconsideration, "January 2, 2023"):
        assert told in words


def test_the_checklist_of_a_closeout_stands_with_its_days(
    as_: Any, office: Office, county: Any, preparer: Any
) -> None:
    subaward = office.a_subaward(subrecipient=county, ends_on=date(2022, 12, 31))
    address = f"/portal/subawards/{subaward.pk}/"
    assert "Closeout" not in words_of(as_(preparer).get(address)).split("<h2>Terms")[0]
    begin_closeout(subaward, by=office.program_officer)
    page = as_(preparer).get(address)
    assert "Final financial report" in words_of(page)
    assert "March 31, 2023" in words_of(page)
    assert [item.code for item in page.context["late"]][:2] == ["performance-report", "financial-report"]


def test_a_year_whose_audit_is_awaited_stands_on_the_partys_page(
    as_: Any, office: Office, county: Any, preparer: Any
) -> None:
    subaward = office.a_subaward("1000.00", subrecipient=county)
    audit = an_audit(office, subaward)
    address = f"/portal/parties/{county.pk}/"
    words = words_of(as_(preparer).get(address))
    assert f"/portal/audits/{audit.pk}/" in words
    assert "spending elsewhere not declared" in words
    received(office, audit)
    assert f"/portal/audits/{audit.pk}/" not in words_of(as_(preparer).get(address))


@pytest.mark.parametrize("role", [Role.PREPARER, Role.CERTIFIER])
def test_spending_elsewhere_is_declared_and_may_make_an_audit_due(
    as_: Any, office: Office, county: Any, role: Role
) -> None:
    audit = an_audit(office, office.a_subaward("1000.00", subrecipient=county))
    browser, address = as_(a_person(role, county)), f"/portal/audits/{audit.pk}/"
    assert "Declare what you spent elsewhere" in words_of(browser.get(address))
    kept = browser.post(address, {"amount": "750000.00", "source": "SEFA, line 12"})
    assert kept.url == f"/portal/parties/{county.pk}/"
    audit.refresh_from_db()
    assert (audit.expended_elsewhere, audit.elsewhere_source) == (Decimal("750000.00"), "SEFA, line 12")
    assert "October 2, 2023" in words_of(browser.get(address))


@pytest.mark.parametrize("amount", ["", "-1", "much", "0.001"])
def test_what_is_no_amount_is_not_declared(as_: Any, office: Office, county: Any, amount: str) -> None:
    audit = an_audit(office, office.a_subaward(subrecipient=county))
    browser = as_(a_person(Role.PREPARER, county))
    page = browser.post(f"/portal/audits/{audit.pk}/", {"amount": amount, "source": "SEFA"})
    assert "usa-error-message" in words_of(page)
    audit.refresh_from_db()
    assert audit.expended_elsewhere is None


def test_an_auditor_reads_and_a_stranger_finds_nothing(as_: Any, office: Office, county: Any) -> None:
    audit = an_audit(office, office.a_subaward(subrecipient=county))
    address, given = f"/portal/audits/{audit.pk}/", {"amount": "1.00", "source": "SEFA"}
    auditor = as_(a_person(Role.AUDITOR, county))
    assert "Declare what you" not in words_of(auditor.get(address))
    assert auditor.post(address, given).status_code == 403
    stranger = as_(a_person(Role.PREPARER, a_party(keeper=office.agency)))
    assert (stranger.get(address).status_code, stranger.post(address, given).status_code) == (404, 404)
    audit.refresh_from_db()
    assert audit.expended_elsewhere is None


def test_an_audit_that_came_takes_no_more_declarations(
    as_: Any, office: Office, county: Any, preparer: Any
) -> None:
    audit = received(office, an_audit(office, office.a_subaward(subrecipient=county)))
    page = as_(preparer).post(f"/portal/audits/{audit.pk}/", {"amount": "1.00", "source": "SEFA"})
    assert "is received already" in words_of(page)
