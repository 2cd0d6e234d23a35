"""Documents, samples, packages and the public check can be used by everyone, on a desk and on a phone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reporting.documents.actions import issue_document, withdraw_document
from reporting.ordering.actions import order_report
from reporting.packages.actions import ask_package, gather_package
from reporting.sampling.actions import draw_sample
from reporting.sampling.models import Method, Strata
from reporting.sampling.terms import Terms
from tests.browser.conftest import DESKTOP, PHONE
from tests.builders import Office

DAY = date(2022, 12, 31)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_what_an_auditor_takes_away(visit: Any, size: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    office = Office()
    subaward = office.a_subaward("1000.00", spent="400.00", paid="100.00")
    program = subaward.program
    issued = {"through": DAY, "by": office.fiscal_officer}
    document = issue_document(program, report="spend-by-program", **issued)
    other = issue_document(subaward, report="budget-against-actual", **issued)
    withdraw_document(document, reason="Wrong year", by=office.fiscal_officer)
    terms = Terms(Method.STRATIFIED, size=1, strata=Strata.AMOUNT)
    sample = draw_sample(program, terms=terms, through=DAY, by=office.auditor)
    ready = gather_package(ask_package(program, through=DAY, by=office.auditor), by=office.auditor)
    waiting = ask_package(subaward, through=DAY, by=office.auditor)
    order = order_report(program, report="spend-by-program", through=DAY, by=office.auditor)
    visitor = visit(office.auditor, size=size)
    for address in (
        "/verify/",
        f"/verify/?sha256={document.sha256}",
        f"/verify/?sha256={'0' * 64}",
        "/portal/documents/",
        f"/portal/documents/{document.number}/",
        f"/portal/documents/{other.number}/",
        f"/portal/documents/{document.number}/lines/?kind=expenditure",
        f"/portal/samples/{sample.number}/?again",
        f"/portal/packages/{ready.number}/",
        f"/portal/packages/{waiting.number}/",
        f"/portal/orders/{order.pk}/",
    ):
        assert visitor.page.goto(address).status == 200
        assert not visitor.is_at_ease(), address
