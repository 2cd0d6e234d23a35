"""The desk's first page: figures that equal the books, and few questions asked for them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.compliance.deadlines import deadline_of
from grants.desk.home import Figures, lines_of
from grants.kernel.roles import Role
from grants.ledger.models import Balance, Kind
from grants.programs.actions import propose_round
from grants.programs.models import Family, Program, Route
from tests.builders import Office, a_person

TODAY = date(2026, 11, 24)


def test_the_figures_of_a_program_equal_its_books(as_: Any, office: Office) -> None:
    program = office.a_program("1000.00")
    allocation = office.an_allocation("700.00", program=program)
    office.a_subaward("500.00", spent="120.00", paid="70.00", allocation=allocation)
    [line] = as_(office.auditor).get("/admin/").context["tables"][0].lines
    sums = {row.kind: row.amount for row in Balance.objects.filter(program=program)}
    assert line.figures == Figures(
        program.standing.funded, Decimal("700.00"), sums[Kind.OBLIGATION], sums[Kind.EXPENDITURE],
        sums[Kind.PAYMENT],
    )  # fmt: skip
    assert line.figures.left == Decimal("880.00")
    shown = as_(office.auditor).get("/admin/").content.decode()
    for amount in ("$1,000.00", "$700.00", "$500.00", "$120.00", "$70.00", "$880.00"):
        assert amount in shown


def test_sample_and_real_money_and_the_two_routes_are_never_added_up(as_: Any, office: Office) -> None:
    for sample in (False, True):
        for route in Route:
            office.a_program("100.00", is_sample=sample, route=route)
    tables = as_(office.auditor).get("/admin/").context["tables"]
    assert [table.total.funded for table in tables] == [Decimal("100.00")] * 4
    for table in tables:
        assert len({(line.program.is_sample, line.program.route) for line in table.lines}) == 1
        assert table.title.startswith("Sample") == table.lines[0].program.is_sample


def test_foreign_programs_are_not_on_the_page(as_: Any, office: Office, foreign: Office) -> None:
    foreign.a_program()
    assert as_(office.auditor).get("/admin/").context["tables"] == []


@pytest.mark.parametrize(
    ("family", "ends_on", "what", "days"),
    [
        (Family.NEU, None, "Spend by December 31, 2026", 37),
        (Family.CPF, date(2020, 1, 1), "Spend by December 31, 2026", 37),
        (Family.CRF, None, "Spend by September 30, 2022", -1516),
        (Family.BEAD, date(2026, 11, 25), "Award ends November 25, 2026", 1),
    ],
)
def test_the_deadline_is_the_law_s_else_the_award_s(
    family: str, ends_on: date | None, what: str, days: int
) -> None:
    deadline = deadline_of(family, ends_on, today=TODAY)
    assert deadline is not None
    assert (str(deadline), deadline.days) == (what, days)


def test_the_nearest_deadline_comes_first_and_what_has_passed_last(office: Office) -> None:
    for family in (Family.CRF, Family.OTHER, Family.NEU):
        office.a_program(family=family)
    families = [line.program.family for line in lines_of(office.auditor, today=TODAY)]
    assert families == [Family.NEU, Family.OTHER, Family.CRF]


def test_where_no_deadline_is_known_the_page_says_so(as_: Any, office: Office) -> None:
    office.a_program(family=Family.OTHER)
    assert "none recorded" in as_(office.auditor).get("/admin/").content.decode()


def test_a_bar_never_reaches_beyond_the_whole() -> None:
    beyond = Figures(*map(Decimal, ("100.00", "100.00", "20.00", "130.00", "0")))
    assert [(part.kind, part.starts, part.length) for part in beyond.bar] == [("spent", 0, 1000)]
    assert Figures(*map(Decimal, ("0", "0", "0", "0", "0"))).bar == []


def test_what_is_nearly_spent_is_never_said_to_be_spent_whole() -> None:
    nearly = Figures(*map(Decimal, ("1000.00", "1000.00", "999.99", "999.99", "0")))
    assert (nearly.percent_spent, nearly.percent_obligated) == ("99.9", "99.9")
    assert Figures(*map(Decimal, ("100.00",) * 5)).percent_spent == "100"


def test_what_waits_is_listed_for_who_may_decide(as_: Any, office: Office, foreign: Office) -> None:
    draft = office.a_draft()
    foreign.a_draft()
    page = as_(office.fiscal_officer).get("/admin/")
    waiting = {kind.label: kind for kind in page.context["waiting"]}
    assert waiting["Subawards to issue"].count == 1
    [(line, address)] = waiting["Subawards to issue"].first
    assert line == f"{draft.number}, {draft.subrecipient}: $1,000.00"
    assert address in page.content.decode()
    assert as_(office.auditor).get("/admin/").context["waiting"] == []


def test_what_a_person_asked_for_herself_does_not_wait_for_her(as_: Any, office: Office) -> None:
    both = a_person(Role.PROGRAM_OFFICER, office.agency)
    both.memberships.create(party=office.agency, role=Role.FISCAL_OFFICER, starts_on="2020-01-01")
    program = office.a_program()
    propose_round(office.a_round(program, {office.agency: "10.00"}, name="Hers"), by=both)
    other = office.a_round(office.a_program(), {office.agency: "10.00"}, name="Another's")
    propose_round(other, by=office.program_officer)
    [waiting] = as_(both).get("/admin/").context["waiting"]
    assert [line for line, _ in waiting.first] == [f"Another's, {other.program}"]


def _asked(look: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        look()
    return len(asked)


def test_the_first_page_asks_as_much_for_many_programs_as_for_one(as_: Any, office: Office) -> None:
    office.a_program()
    browser = as_(office.auditor)
    few = _asked(lambda: browser.get("/admin/"))
    for _ in range(4):
        office.a_program()
    assert Program.objects.count() == 5
    assert _asked(lambda: browser.get("/admin/")) == few <= 10
    assert _asked(lambda: lines_of(office.auditor, today=TODAY)) == 4


LISTS = ("subaward", "entry", "allocation", "allocationround", "share", "program", "trailentry", "membership")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_asks_as_much_for_many_rows_as_for_one(as_: Any, office: Office, name: str) -> None:
    office.a_subaward("1000.00", spent="100.00")
    browser = as_(office.fiscal_officer)
    few = _asked(lambda: browser.get(f"/admin/grants/{name}/"))
    for _ in range(3):
        office.a_subaward("1000.00", spent="100.00")
    assert _asked(lambda: browser.get(f"/admin/grants/{name}/")) == few <= 9


def test_the_lists_of_the_ledger_and_the_trail_never_count_their_rows(as_: Any, office: Office) -> None:
    office.a_subaward("1000.00", spent="100.00")
    browser = as_(office.auditor)
    for name in ("entry", "trailentry"):
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/admin/grants/{name}/")
        assert not [query for query in asked if f'COUNT(*) AS "__count" FROM "grants_{name}"' in query["sql"]]
