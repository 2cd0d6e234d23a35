"""How a period stands at the desk: its counts, and the rows that are not right."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants.kernel.roles import Role
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry, Kind
from reporting.filings.actions import return_filing
from reporting.filings.dashboard import board_of
from reporting.filings.models import Filing, Stage
from tests.builders import Office, a_person, an_agency
from tests.filings.builders import County, a_cost, address, another
from tests.workbooks.builders import a_cost as a_row
from tests.workbooks.builders import a_report

pytestmark = pytest.mark.django_db
DUE_ON, LATE = date(2022, 8, 1), date(2022, 8, 2)


def board(county: County, on: date = LATE, person: Any = None) -> Any:
    return board_of(county.period(), on=on, person=person or county.office.auditor)


def whys(county: County, on: date = LATE) -> list[tuple[str, str]]:
    """The subaward and kind of everything that is not right."""
    return [(row.subaward.number, kind) for row in board(county, on).rows for kind, _ in row.whys]


def untied(county: County) -> Filing:
    """A draft whose project says $150, while its lines add up to $100."""
    day, amount = date(2022, 5, 17), 100.0
    cover = {
        "Subaward number": county.subaward.number,
        "Period begins": date(2022, 4, 1),
        "Period ends": date(2022, 6, 30),
        "Spent in this period ($)": amount,
    }
    projects = [["P1", "Sandbags", 500.0, 0.0, 150.0, 150.0]]
    content = a_report(a_row(day=day, amount=amount), cover=cover, projects=projects)
    return county.files(content=content, name="untied.xlsx")


def test_a_period_is_counted_by_how_far_each_subaward_has_come(county: County) -> None:
    posted, signed, returned, draft, _ = (another(county) for _ in range(5))
    county.files()
    posted.posted()
    signed.signed()
    return_filing(returned.signed(), reason="No invoice.", by=county.office.program_officer)
    draft.files(a_cost("ten"))
    counts = board(county).real
    stages = Filing.objects.filter(period=county.period()).values_list("stage", flat=True)
    assert counts.by_stage == {stage: list(stages).count(stage) for stage in set(stages)}
    assert dict(counts.figures) == {
        "due": 6,
        "filed": 5,
        "draft": 1,
        "checked": 1,
        "certified": 1,
        "accepted": 0,
        "posted": 1,
        "returned": 1,
        "overdue": 4,
    }
    ledger = Entry.objects.filter(period="2022-Q2", kind=Kind.EXPENDITURE).aggregate(Sum("amount"))
    assert counts.posted == ledger["amount__sum"] == Decimal("100.00")


def test_only_rows_that_are_not_right_are_shown_each_with_its_reasons(county: County) -> None:
    broken, returned, missing = (another(county) for _ in range(3))
    county.posted()
    broken.files(a_cost("ten"))
    return_filing(returned.signed(), reason="No invoice.", by=county.office.program_officer)
    assert whys(county, DUE_ON) == [
        (broken.subaward.number, "errors"),
        (returned.subaward.number, "returned"),
    ]
    assert whys(county) == [
        (broken.subaward.number, "late"),
        (broken.subaward.number, "errors"),
        (returned.subaward.number, "late"),
        (returned.subaward.number, "returned"),
        (missing.subaward.number, "late"),
    ]
    rows = {row.subaward: row for row in board(county).rows}
    assert rows[missing.subaward].filing is None
    assert rows[missing.subaward].whys[0][1] == "Due August 1, 2022, 1 day ago; nothing was filed here."
    assert rows[broken.subaward].filing.subaward == broken.subaward


def test_a_project_whose_sum_is_not_that_of_its_lines_has_a_row(county: County) -> None:
    filing = untied(county)
    assert filing.stage == Stage.DRAFT
    [row] = board(county, DUE_ON).rows
    assert row.filing == filing
    assert [kind for kind, _ in row.whys] == ["errors", "ties"]
    assert "$150.00" in row.whys[1][1]


def test_a_posted_filing_that_the_ledger_contradicts_has_a_row_with_both_sums(county: County) -> None:
    filing = county.posted(a_cost("60.00"), a_cost("40.00"))
    assert board(county).rows == []
    line = Entry.objects.get(posting=filing.posting, amount=40)
    reverse_entry(line, reason="not ours", by=county.office.fiscal_officer)
    [row] = board(county).rows
    assert (row.filing, row.filing.spent, row.in_the_ledger) == (filing, Decimal("100.00"), Decimal("60.00"))


def test_a_filing_signed_too_late_is_right_by_now(county: County) -> None:
    assert county.signed().is_late
    assert board(county).rows == []


def test_a_correction_with_errors_has_a_row_beside_the_filing_in_force(county: County) -> None:
    county.posted()
    correction = county.files(a_cost("ten"))
    [row] = board(county).rows
    assert (row.filing, board(county).real.by_stage) == (correction, {Stage.POSTED: 1})


def test_samples_are_counted_apart_from_real_money(county: County) -> None:
    sample = another(county, is_sample=True)
    county.posted(a_cost("10.00"))
    sample.posted(a_cost("700.00"))
    shown = board(county)
    assert (shown.real.due, shown.real.posted) == (1, Decimal("10.00"))
    assert (shown.sample.due, shown.sample.posted) == (1, Decimal("700.00"))


def test_a_period_of_many_subawards_asks_no_more_than_that_of_one(county: County) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            board(county)
        return len(queries)

    county.files(a_cost("ten"))
    few = asked()
    for _ in range(4):
        another(county).files(a_cost("ten"))
    assert asked() == few


def test_who_sees_a_county_alone_sees_the_counts_and_rows_of_that_county_alone(
    as_: Any, county: County
) -> None:
    neighbour = another(county)
    neighbour.files(a_cost("ten"))
    auditor = a_person(Role.AUDITOR, county.party)
    seen = board(county, person=auditor)
    assert (seen.real.due, [row.subaward for row in seen.rows]) == (1, [county.subaward])
    for page in ("board", "change"):
        shown = as_(auditor).get(address(page, county.period())).content.decode()
        assert neighbour.subaward.number not in shown
        assert "<dd>2</dd>" not in shown


def test_the_page_of_a_period_leads_to_each_filing_that_is_not_right(as_: Any, county: County) -> None:
    filing = county.files(a_cost("ten"))
    period = county.period()
    browser = as_(county.office.auditor)
    assert address("board", period) in browser.get(address("change", period)).content.decode()
    page = browser.get(address("board", period)).content.decode()
    assert reverse("admin:reporting_filing_change", args=[filing.pk]) in page
    assert "1 error" in page


def test_another_agency_finds_none_of_these_pages(as_: Any, county: County) -> None:
    period = county.period()
    browser = as_(Office(an_agency()).program_officer)
    for page in ("board", "archive"):
        assert browser.get(address(page, period)).status_code == 404
    assert browser.post(address("revalidate", period)).status_code == 404
    assert browser.get(address("quarters", county.program)).status_code == 404


def test_the_files_of_a_period_are_downloaded_at_the_desk(as_: Any, county: County) -> None:
    filing = county.files()
    answer = as_(county.office.auditor).get(address("archive", county.period()))
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.read(f"{county.subaward.number}/{filing.number} {filing.name}") == bytes(
            filing.kept.content
        )
        assert "index.csv" in archive.namelist()
