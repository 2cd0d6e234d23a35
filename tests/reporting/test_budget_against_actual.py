"""Budget against actual: the budget in force and the lines of the ledger, each in its own category."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import moment_known
from grants.subawards.actions import Budgeted, approve_amendment, propose_amendment
from grants.subawards.models import MoneySource, Subaward
from grants.subawards.outlook import outlooks
from reporting.blocks import (
    FigureTable,
    LedgerTable,
    Prose,
)
from reporting.documents.actions import drawn, issue_document
from reporting.documents.models import Document
from reporting.reports.budget_against_actual import NO_CATEGORY, compose, gather
from tests.builders import Office

pytestmark = pytest.mark.django_db

JUNE = date(2022, 6, 30)
BUDGET = (
    Budgeted("Supplies", Decimal("400.01")),
    Budgeted("Personnel", Decimal("599.99")),
    Budgeted("Personnel", Decimal("50.00"), MoneySource.CASH),
)
_SPENT_BY_ANOTHER_WAY = """
    SELECT category, sum(amount) FROM grants_entry
    WHERE subaward_id = %s AND kind = 'expenditure' AND incurred_on <= %s GROUP BY category
"""


def part_of(told_of: Any, *, through: date = JUNE, **given: Any) -> dict[str, Any]:
    """What the report says of one program or subaward."""
    (part,) = gather(told_of, through, given.get("as_known_at") or moment_known())["parts"]
    return part


def a_budgeted_one(office: Office, **given: Any) -> Subaward:
    """A subaward with a budget, and costs in and outside its categories."""
    subaward = office.a_subaward("1000.00", budget=BUDGET, **given)
    for category, amount in (("Supplies", "100.10"), ("Supplies", "0.01"), ("Travel", "20.02"), ("", "3.03")):
        office.posts(subaward, Kind.EXPENDITURE, amount, category=category)
    office.posts(subaward, Kind.EXPENDITURE, "50.00", date(2022, 7, 1), category="Personnel")
    office.posts(subaward, Kind.COST_SHARE, "7.00", category="Personnel")
    return subaward


def test_what_is_spent_by_category_is_that_of_a_query_over_the_lines(office: Office) -> None:
    subaward = a_budgeted_one(office)
    for through in (date(2022, 3, 30), JUNE, date(2022, 7, 1)):
        with connection.cursor() as cursor:
            cursor.execute(_SPENT_BY_ANOTHER_WAY, [subaward.pk, through])
            expected = {category or NO_CATEGORY: amount for category, amount in cursor.fetchall()}
        rows = part_of(subaward, through=through)["categories"]
        assert {row["name"]: row["spent"] for row in rows if row["spent"]} == expected


def test_a_cost_outside_the_budget_stands_by_itself_and_is_never_spread(office: Office) -> None:
    rows = {row["name"]: row for row in part_of(a_budgeted_one(office))["categories"]}
    assert list(rows) == ["Personnel", "Supplies", "Travel", NO_CATEGORY]
    assert (rows["Travel"]["budget"], rows["Travel"]["spent"]) == (Decimal("0.00"), Decimal("20.02"))
    assert rows["Personnel"]["spent"] == 0
    assert (rows["Personnel"]["share_budget"], rows["Personnel"]["shared"]) == (
        Decimal("50.00"), Decimal("7.00"),
    )  # fmt: skip
    assert [row["is_budgeted"] for row in rows.values()] == [True, True, False, False]


def test_the_table_foots_and_says_what_no_budget_has(office: Office) -> None:
    figures = gather(a_budgeted_one(office), JUNE, moment_known())
    blocks = list(compose(figures))
    (table,) = [each for each in blocks if isinstance(each, FigureTable)]
    assert table.totals[1:4] == (Decimal("1000.00"), Decimal("123.16"), Decimal("876.84"))
    assert ("Travel: not budgeted", Decimal("0.00"), Decimal("20.02"), Decimal("-20.02")) in [
        tuple(row[:4]) for row in table.rows
    ]
    said = [each.text for each in blocks if isinstance(each, Prose)]
    assert (
        "23.05 dollars are spent in categories that the budget of their subaward does not have: "
        f"Travel, {NO_CATEGORY}." in said
    )


def test_a_category_that_only_another_subaward_budgets_is_told_apart(office: Office) -> None:
    first = office.a_subaward("1000.00", budget=[Budgeted("Travel", Decimal("1000.00"))])
    office.posts(first, Kind.EXPENDITURE, "1.00", category="Travel")
    budget = [Budgeted("Supplies", Decimal("1000.00"))]
    second = office.a_subaward("1000.00", budget=budget, allocation=first.allocation)
    office.posts(second, Kind.EXPENDITURE, "2.00", category="Travel")
    rows = part_of([first.program])["categories"]
    assert [(row["name"], row["is_budgeted"], row["spent"]) for row in rows] == [
        ("Supplies", True, Decimal("0.00")),
        ("Travel", True, Decimal("1.00")),
        ("Travel", False, Decimal("2.00")),
    ]


def test_only_the_newest_approved_budget_counts(office: Office) -> None:
    subaward = a_budgeted_one(office)
    amendment = propose_amendment(
        subaward,
        splits={},
        budget=[Budgeted("Supplies", Decimal("300.00")), Budgeted("Travel", Decimal("700.00"))],
        effective_on=date(2022, 4, 1),
        reason="More trips",
        by=office.program_officer,
    )
    assert {row["name"] for row in part_of(subaward)["categories"] if row["is_budgeted"]} == {
        "Supplies", "Personnel",
    }  # fmt: skip
    approve_amendment(amendment, by=office.fiscal_officer)
    rows = {row["name"]: row["budget"] for row in part_of(subaward)["categories"] if row["is_budgeted"]}
    assert rows == {"Supplies": Decimal("300.00"), "Travel": Decimal("700.00")}


def test_a_subaward_without_a_budget_says_so(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="10.00")
    blocks = list(compose(gather(subaward, JUNE, moment_known())))
    assert any(
        isinstance(each, Prose) and "budget by category is not recorded" in each.text for each in blocks
    )


def test_the_forecast_is_that_of_the_outlook_and_the_months_foot(office: Office) -> None:
    subaward = a_budgeted_one(office)
    part = part_of(subaward)
    (outlook,) = outlooks([subaward], today=JUNE, through=JUNE)
    (told,) = part["outlook"]
    assert (told["last_on"], told["short"], told["a_month"]) == (
        outlook.last_on, outlook.short, outlook.a_month,
    )  # fmt: skip
    assert part["months"] == [[date(2022, 3, 31), Decimal("123.16"), Decimal("123.16")]]
    later = part_of(subaward, through=date(2022, 7, 15))["months"]
    assert later[1:] == [[date(2022, 7, 15), Decimal("50.00"), Decimal("173.16")]]


def test_figures_as_known_before_a_correction_still_have_what_was_corrected(office: Office) -> None:
    subaward = office.a_subaward("1000.00", budget=BUDGET)
    office.posts(subaward, Kind.EXPENDITURE, "250.00", category="Supplies")
    before = moment_known()
    reverse_entry(Entry.objects.get(kind=Kind.EXPENDITURE), reason="billed twice", by=office.fiscal_officer)
    for known, spent in ((before, "250.00"), (moment_known(), "0.00")):
        part = part_of(subaward, as_known_at=known)
        assert sum(row["spent"] for row in part["categories"]) == Decimal(spent)
        assert part["outlook"][0]["spent"] == Decimal(spent)


def test_a_program_adds_up_its_subawards_and_leaves_its_samples_out(office: Office) -> None:
    first = a_budgeted_one(office)
    second = a_budgeted_one(office, allocation=first.allocation)
    a_budgeted_one(office, allocation=first.allocation, is_sample=True)
    real, sample = gather([first.program], JUNE, moment_known())["parts"]
    assert (real["is_sample"], sample["is_sample"]) == (False, True)
    assert [row["name"].split()[0] for row in real["subawards"]] == [first.number, second.number]
    for rows in (real["categories"], real["subawards"]):
        assert sum(row["spent"] for row in rows) == Decimal("246.32")
        assert sum(row["budget"] for row in rows) == Decimal("2000.00")
    blocks = list(compose({"through": JUNE, "as_known_at": moment_known(), "parts": [real]}))
    assert any(isinstance(each, LedgerTable) and each.caption.startswith("Forecast") for each in blocks)


@pytest.mark.parametrize("format", ["pdf", "csv", "xlsx"])
def test_it_is_issued_on_a_program_a_subaward_and_an_agency(office: Office, format: str) -> None:
    subaward = a_budgeted_one(office)
    for subject in (subaward.program, subaward, office.agency):
        document = issue_document(
            subject, report="budget-against-actual", through=JUNE, format=format, by=office.auditor
        )
        kept = Document.objects.get(pk=document.pk)
        assert drawn(kept) == bytes(kept.content)


def test_what_the_state_pays_of_a_category_is_budget_and_no_cost_share(office: Office) -> None:
    budget = [
        Budgeted("Supplies", Decimal("600.00")),
        Budgeted("Supplies", Decimal("400.00"), MoneySource.STATE),
    ]
    (row,) = part_of(office.a_subaward("1000.00", budget=budget))["categories"]
    assert (row["budget"], row["share_budget"]) == (Decimal("1000.00"), Decimal("0.00"))
