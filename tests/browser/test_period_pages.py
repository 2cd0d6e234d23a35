"""The desk's pages of a period can be used by everyone, on a desk and on a phone."""

from datetime import date
from typing import Any

import pytest

from grants.ledger.models import Kind
from tests.browser.conftest import DESKTOP, PHONE
from tests.builders import Office
from tests.filings.builders import County, a_cost


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_a_period_at_the_desk(visit: Any, size: Any) -> None:
    county = County(Office(), amount="90000.00")
    broken, made_up = (
        County(county.office, allocation=county.subaward.allocation, is_sample=is_sample)
        for is_sample in (False, True)
    )
    county.signed(a_cost("60000.00"))
    broken.files(a_cost("ten"))
    made_up.posted()
    for year in (2022, 2023, 2024):
        for month in (3, 6, 9, 12):
            county.office.posts(county.subaward, Kind.EXPENDITURE, "7000.50", date(year, month, 1))
    visitor = visit(county.office.program_officer, size=size)
    period = county.period()
    for address in (
        f"/admin/reporting/reportingperiod/{period.pk}/change/",
        f"/admin/reporting/reportingperiod/quarters/{county.program.pk}/",
        f"/admin/reporting/reportingperiod/{period.pk}/board/",
    ):
        assert visitor.page.goto(address).status == 200
        assert not visitor.is_at_ease(), address
    visitor.page.get_by_role("button", name="Judge by today's rules").click()
    visitor.page.get_by_text("filing-over-obligated").first.wait_for()
    assert not visitor.is_at_ease()
