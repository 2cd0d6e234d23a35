"""How a period stands at the desk: its counts, the rows that are not right, money by quarter, a dry run."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from grants.kernel.roles import Role
from grants.ledger.actions import post_entries, reverse_entry
from grants.ledger.models import Entry, Kind
from grants.ledger.posting import Line
from grants.parties.models import Party
from grants.subawards.actions import record_projects
from grants.subawards.models import Project
from reporting.filings import dashboard
from reporting.filings.actions import return_filing
from reporting.filings.dashboard import board_of, by_rule, revalidated
from reporting.filings.models import Filing, ReportingPeriod, Stage
from reporting.filings.quarters import by_quarter
from reporting.report import FigureTable, row_of
from tests.builders import Office, a_party, a_person, an_agency
from tests.filings.builders import County, a_cost
from tests.workbooks.builders import a_cost as a_row
from tests.workbooks.builders import a_report

pytestmark = pytest.mark.django_db
DUE_ON, LATE = date(2022, 8, 1), date(2022, 8, 2)


@pytest.fixture
def as_(client: Client, settings: Any) -> Callable[[Any], Client]:
    """The browser of a person who has signed in."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}

    def sign_in(person: Any) -> Client:
        client.force_login(person)
        return client

    return sign_in


def another(county: County, **given: Any) -> County:
    """A further county with a subaward of the same program."""
    return County(county.office, allocation=county.subaward.allocation, **given)


def address(page: str, record: Any) -> str:
    return reverse(f"admin:reporting_reportingperiod_{page}", args=[record.pk])


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


# The counts and the rows.


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
    assert rows[missing.subaward].whys[0][1] == "Due August 1, 2022, 1 day ago; nothing was filed."
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


# By today's rules.


def every_row() -> dict[str, tuple[int, int]]:
    """How many rows each table of the database has, and a mark of what stands in them."""
    marks = {}
    with connection.cursor() as cursor:
        for name in sorted(connection.introspection.table_names()):
            cursor.execute(f'SELECT count(*), sum(hashtext(t::text)::bigint) FROM "{name}" AS t')
            marks[name] = cursor.fetchone()
    return marks


def test_judging_a_period_anew_tells_what_is_new_and_writes_nothing(as_: Any, county: County) -> None:
    filing = county.signed(a_cost("600.00"))
    another(county).signed(a_cost("50.00"))
    period = county.period()
    officer = county.office.program_officer
    county.office.posts(county.subaward, Kind.EXPENDITURE, "500.00")
    browser = as_(officer)
    before = every_row()
    page = browser.post(address("revalidate", period)).content.decode()
    assert every_row() == before
    assert filing.number in page
    assert "filing-over-obligated" in page
    outcome = revalidated(period, person=officer)
    assert (outcome.judged, outcome.refused) == (2, 1)
    assert outcome.by_rule == [("filing-over-obligated", 1, 0)]


def test_a_problem_that_is_no_longer_found_is_told_too(county: County) -> None:
    known = [Project(code="P-1", name="Fiber to the bridge", subaward=county.subaward)]
    county.signed(a_cost("50.00", incurred_on="2022-03-31"))
    ReportingPeriod.objects.filter(pk=county.period().pk).update(starts_on=date(2022, 3, 1))
    record_projects(county.subaward.allocation, known, by=county.office.program_officer)
    outcome = revalidated(county.period(), person=county.office.auditor)
    [differing] = outcome.differing
    assert (differing.new, [problem["rule"] for problem in differing.gone]) == ([], ["filing-before-period"])
    assert by_rule(outcome.differing) == [("filing-before-period", 0, 1)]


@pytest.mark.parametrize(("limit", "most"), [("MOST_FILINGS", 1), ("MOST_BYTES", 100)])
def test_more_than_can_be_read_while_one_waits_is_read_in_steps(
    as_: Any, county: County, monkeypatch: Any, limit: str, most: int
) -> None:
    first, second = (each.signed(a_cost("600.00")) for each in (county, another(county)))
    county.office.posts(second.subaward, Kind.EXPENDITURE, "500.00")
    monkeypatch.setattr(dashboard, limit, most)
    browser, there = as_(county.office.auditor), address("revalidate", county.period())
    page = browser.post(there).content.decode()
    assert "Go on with the other 1" in page
    assert second.number not in page
    page = browser.post(there, {"after": first.pk}).content.decode()
    assert "Go on" not in page
    assert second.number in page
    assert browser.post(there, {"after": "9" * 40}).status_code == 200
    nothing = revalidated(county.period(), person=county.office.auditor, after=second.pk)
    assert (nothing.judged, nothing.rest, nothing.differing) == (0, 0, [])


# By project, subaward and quarter.


def from_the_ledger(program: Any, since: date, until: date) -> Decimal:
    """What the lines themselves say was spent from one day to another."""
    lines = Entry.objects.filter(program=program, kind=Kind.EXPENDITURE, incurred_on__range=(since, until))
    return lines.aggregate(Sum("amount", default=Decimal("0.00")))["amount__sum"]


def rows_of(table: FigureTable) -> list[tuple[Any, ...]]:
    return [tuple(row_of(row, table.columns, table.caption).cells) for row in table.rows]


def spends(county: County, amount: str, on: date, **given: Any) -> Any:
    return county.office.posts(county.subaward, Kind.EXPENDITURE, amount, on, **given)


def test_money_by_quarter_foots_in_both_directions_and_equals_the_ledger(county: County) -> None:
    neighbour = another(county)
    spends(county, "10.00", date(2022, 3, 31))
    spends(county, "20.50", date(2022, 4, 1))
    spends(neighbour, "5.25", date(2022, 6, 30))
    spends(neighbour, "1.00", date(2023, 1, 1))
    [table] = by_quarter(county.program, person=county.office.auditor, has_projects=False)
    assert [column.heading for column in table.columns] == [
        "Subaward",
        "Party",
        "2022-Q1",
        "2022-Q2",
        "2023-Q1",
        "Total",
    ]
    first, second = (
        (each.subaward.number, str(each.party), *map(Decimal, amounts))
        for each, amounts in (
            (county, ("10.00", "20.50", "0.00", "30.50")),
            (neighbour, ("0.00", "5.25", "1.00", "6.25")),
        )
    )
    assert rows_of(table) == [first, second]
    quarters = [(date(2022, 1, 1), date(2022, 3, 31)), (date(2022, 4, 1), date(2022, 6, 30))]
    quarters += [(date(2023, 1, 1), date(2023, 3, 31)), (date.min, date.max)]
    assert list(table.totals[2:]) == [from_the_ledger(county.program, *days) for days in quarters]


def test_a_reversed_line_is_taken_out_of_its_quarter(county: County) -> None:
    line = spends(county, "10.00", date(2022, 3, 31))
    spends(county, "3.00", date(2022, 3, 31))
    reverse_entry(
        Entry.objects.get(posting=line, amount=10), reason="Twice.", by=county.office.fiscal_officer
    )
    [table] = by_quarter(county.program, person=county.office.auditor)
    assert table.totals[-1] == Decimal("3.00")


def test_projects_of_one_name_keep_rows_of_their_own(county: County) -> None:
    for code, amount in (("P-1", "10.00"), ("P-2", "20.00")):
        project = Project(code=code, name="Sewer", subaward=county.subaward)
        record_projects(county.subaward.allocation, [project], by=county.office.program_officer)
        spends(county, amount, date(2022, 3, 31), project=project.pk)
    [table] = by_quarter(county.program, person=county.office.auditor)
    assert [(row[2], row[-1]) for row in rows_of(table)] == [
        ("Sewer", Decimal("10.00")),
        ("Sewer", Decimal("20.00")),
    ]
    [together] = by_quarter(county.program, person=county.office.auditor, has_projects=False)
    assert [row[-1] for row in rows_of(together)] == [Decimal("30.00")]


def test_sample_money_stands_in_a_table_of_its_own(county: County) -> None:
    spends(county, "10.00", date(2022, 3, 31))
    spends(another(county, is_sample=True), "700.00", date(2022, 3, 31))
    real, sample = by_quarter(county.program, person=county.office.auditor)
    assert (real.totals[-1], sample.totals[-1]) == (Decimal("10.00"), Decimal("700.00"))
    assert sample.caption.startswith("Sample, not real")
    program = county.office.a_program(is_sample=True)
    made_up = County(county.office, allocation=county.office.an_allocation(program=program))
    spends(made_up, "1.00", date(2022, 3, 31))
    [only] = by_quarter(program, person=county.office.auditor)
    assert only.caption.startswith("Sample, not real")


def test_money_of_neighbours_is_in_no_row_and_no_total(county: County) -> None:
    neighbour = another(county)
    spends(county, "10.00", date(2022, 3, 31))
    spends(neighbour, "20.00", date(2022, 3, 31))
    [table] = by_quarter(county.program, person=a_person(Role.AUDITOR, county.party))
    assert [row[0] for row in rows_of(table)] == [county.subaward.number]
    assert table.totals[-1] == Decimal("10.00")


def test_what_parties_of_one_name_spend_of_their_allocations_stands_apart(office: Office) -> None:
    jackson = [a_party(name="Jackson Township", keeper=office.agency) for _ in range(2)]
    program = office.a_program()
    office.allocated(program, dict.fromkeys(jackson, "100.00"))
    award = program.fundings.get().federal_award_id
    for place, allocation in enumerate(program.allocations.order_by("pk"), start=1):
        own = Line(
            kind=Kind.EXPENDITURE,
            amount=Decimal(place),
            incurred_on=date(2022, 3, 31),
            federal_award=award,
            allocation=allocation.pk,
        )
        post_entries(program, [own], key=f"own-{place}", reason="as billed", by=office.fiscal_officer)
    [table] = by_quarter(program, person=office.auditor)
    assert [row[:2] for row in rows_of(table)] == [("", "Jackson Township")] * 2
    assert [row[-1] for row in rows_of(table)] == [Decimal("1.00"), Decimal("2.00")]


def test_the_table_is_a_page_and_the_same_figures_are_downloaded(as_: Any, office: Office) -> None:
    county = County(office, amount="5000.00")
    Party.objects.filter(pk=county.party.pk).update(name="=HYPERLINK(1)")
    spends(county, "1234.50", date(2022, 3, 31))
    browser, there = as_(office.auditor), address("quarters", county.program)
    assert "$1,234.50" in browser.get(there).content.decode()
    asked = {"rows": "subaward", "kind": "expenditure"}
    rows = browser.get(there, {**asked, "as": "csv"}).content.decode("utf-8-sig")
    assert "'=HYPERLINK(1),1234.50,1234.50" in rows
    file = browser.get(there, {**asked, "as": "xlsx"}).content
    sheet = load_workbook(BytesIO(file))["Expenditure"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells].count(1234.5) == 4
    assert next(cell for cell in cells if cell.value == "=HYPERLINK(1)").data_type == "s"


def test_what_is_shown_can_be_chosen_and_nonsense_shows_expenditures(as_: Any, county: County) -> None:
    spends(county, "12.00", date(2022, 3, 31))
    browser = as_(county.office.auditor)
    there = address("quarters", county.program)
    assert "$1,000.00" in browser.get(there, {"kind": "obligation"}).content.decode()
    assert "$12.00" in browser.get(there, {"kind": "no-such", "rows": "x", "as": "y"}).content.decode()
    assert "Nothing of this kind" in browser.get(there, {"kind": "payment"}).content.decode()


def test_the_page_of_a_program_leads_to_its_money_by_quarter(as_: Any, county: County) -> None:
    there = reverse("admin:grants_program_change", args=[county.program.pk])
    assert address("quarters", county.program) in as_(county.office.auditor).get(there).content.decode()
