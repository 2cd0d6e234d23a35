"""Burn-down: what was left by month is the ledger's, and the forecast that of the outlook."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from grants.ledger.actions import post_entries
from grants.ledger.models import Kind
from grants.ledger.posting import Line
from grants.ledger.queries import moment_known
from grants.subawards.models import Subaward
from reporting.blocks import Block, Facts, LineChart, Prose
from reporting.reports.burn_down import compose, gather
from tests.builders import Office

pytestmark = pytest.mark.django_db

JUNE = date(2022, 6, 30)
_LEFT_BY_ANOTHER_WAY = """
    SELECT sum(CASE kind WHEN 'obligation' THEN amount ELSE -amount END) FROM grants_entry
    WHERE program_id = %s AND incurred_on <= %s AND kind IN ('obligation', 'deobligation', 'expenditure')
"""


def figures_of(told_of: Any, through: date = JUNE) -> dict[str, Any]:
    return gather(told_of, through, moment_known())


def the_part(told_of: Any, through: date = JUNE) -> dict[str, Any]:
    (part,) = figures_of(told_of, through)["parts"]
    return part


def a_spending_one(office: Office, **given: Any) -> Subaward:
    """A subaward that spends in four months, the last of them not over in June 2022."""
    subaward = office.a_subaward("1000.00", **given)
    for day, amount in (
        (date(2021, 9, 15), "100.01"),
        (date(2022, 2, 28), "60.50"),
        (date(2022, 3, 31), "30.25"),
        (date(2022, 6, 10), "9.99"),
    ):
        office.posts(subaward, Kind.EXPENDITURE, amount, day)
    return subaward


def chart_of(figures: dict[str, Any]) -> LineChart:
    (chart,) = [block for block in compose(figures) if isinstance(block, LineChart)]
    return chart


def facts_of(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for block in compose(figures) if isinstance(block, Facts) for name, value in block.pairs
    }


def test_what_was_left_on_each_day_is_that_of_a_query_over_the_lines(office: Office) -> None:
    subaward = a_spending_one(office)
    office.a_subaward("50.00", allocation=subaward.allocation)
    for day, _, _, left in the_part([subaward.program])["months"]:
        with connection.cursor() as cursor:
            cursor.execute(_LEFT_BY_ANOTHER_WAY, [subaward.program_id, day])
            assert left == cursor.fetchone()[0]


def test_a_part_of_a_month_ends_on_the_day_of_the_report(office: Office) -> None:
    subaward = a_spending_one(office)
    months = the_part(subaward, date(2022, 6, 15))["months"]
    assert months[-1] == [date(2022, 6, 15), Decimal("1000.00"), Decimal("9.99"), Decimal("799.25")]
    assert the_part(subaward, date(2022, 6, 9))["months"][-1][0] == date(2022, 3, 31)


def test_the_forecast_begins_with_what_is_left_and_ends_with_what_will_be_left(office: Office) -> None:
    subaward = a_spending_one(office, ends_on=date(2023, 6, 30))
    part = the_part(subaward)
    (told,) = part["forecasts"]
    assert part["ahead"][0] == [JUNE, part["months"][-1][3]]
    assert part["ahead"][-1] == [date(2023, 6, 30), told["short"]]
    lefts = [left for _, left in part["ahead"]]
    assert lefts == sorted(lefts, reverse=True)
    assert told["short"] == Decimal("617.26")  # 799.25 less 90.75 in 182 days (December to May) for 365


def test_a_long_forecast_is_told_in_few_points(office: Office) -> None:
    subaward = a_spending_one(office, ends_on=date(2026, 12, 31))
    assert 2 <= len(the_part(subaward)["ahead"]) <= 30


def test_what_parties_spend_of_their_allocations_has_its_own_forecast(office: Office) -> None:
    allocation = office.an_allocation("1000.00")
    award = allocation.program.fundings.get().federal_award_id
    for kind, amount, day in (
        (Kind.OBLIGATION, "500.00", date(2022, 1, 5)),
        (Kind.EXPENDITURE, "181.00", date(2022, 3, 1)),
    ):
        line = Line(kind=kind, amount=Decimal(amount), incurred_on=day, federal_award=award,
                    allocation=allocation.pk)  # fmt: skip
        post_entries(allocation.program, [line], key=str(kind), reason="own", by=office.fiscal_officer)
    part = the_part([allocation.program])
    (told,) = part["forecasts"]
    assert (told["number"], told["obligated"], told["spent"]) == (
        "Under no subaward", Decimal("500.00"), Decimal("181.00"),
    )  # fmt: skip
    assert told["last_on"] == date(2026, 12, 31)  # 42 U.S.C. 802(f)(2)
    assert part["months"][-1][3] == Decimal("319.00")


def test_samples_and_real_money_are_told_apart(office: Office) -> None:
    real = a_spending_one(office)
    sample = office.a_subaward("77.00", allocation=real.allocation, is_sample=True)
    first, second = figures_of([real.program])["parts"]
    assert (first["is_sample"], first["months"][-1][1]) == (False, Decimal("1000.00"))
    assert (second["is_sample"], second["months"][-1][1]) == (True, Decimal("77.00"))
    assert second["forecasts"][0]["number"] == sample.number


def test_the_chart_joins_the_forecast_to_what_is_left_and_marks_the_last_day(office: Office) -> None:
    chart = chart_of(figures_of(a_spending_one(office, ends_on=date(2023, 6, 30))))
    assert chart.legend == ("Left", "Forecast")
    ((_, joint),) = [point for point in chart.points if None not in point[1]]
    assert joint[0] == joint[1] == Decimal("799.25")
    assert chart.marks == [(date(2023, 6, 30), "Last day to spend")]
    assert "$617.26" in chart.alt


def test_after_the_last_day_there_is_no_forecast(office: Office) -> None:
    figures = figures_of(a_spending_one(office, ends_on=date(2022, 6, 15)))
    assert chart_of(figures).legend == ("Left",)
    assert "no forecast" in chart_of(figures).alt


def test_the_deadlines_of_the_law_are_told_with_how_far_off_they_are(office: Office) -> None:
    told = facts_of(figures_of(a_spending_one(office)))
    assert told["Obligate by"] == "December 31, 2024, 915 days ahead"
    assert told["Left ($)"] == Decimal("799.25")


def test_a_program_without_money_says_so(office: Office) -> None:
    blocks: list[Block] = list(compose(figures_of([office.a_program()])))
    assert Prose("There is no subaward, and nothing is obligated.") in blocks


def test_a_subaward_of_which_nothing_was_obligated_by_that_day_has_no_forecast(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    blocks = list(compose(figures_of([subaward.program], date(2021, 6, 30))))
    assert Prose("Nothing is obligated or spent by that day.") in blocks
    assert not any(isinstance(block, LineChart) for block in blocks)
