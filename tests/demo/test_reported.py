"""Cumulative reports of projects become lines: more is added, less is corrected, what moved is moved."""

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from demo.ohio.reported import Quarter, quarters_of, told_apart
from grants.ledger.models import Kind

Q4, Q1, Q2 = date(2021, 12, 31), date(2022, 3, 31), date(2022, 6, 30)
_rows = count(2)


def report(on: date, obligated: str, spent: str, *, name="Premium pay", category="4.1", budget="100.00"):
    return {
        "row": next(_rows),
        "project_name": name,
        "ec_code": category,
        "adopted_budget": Decimal(budget) if budget else None,
        "total_cumulative_obligations": Decimal(obligated),
        "total_cumulative_expenditures": Decimal(spent),
        "period_end": on,
    }


def lines(*reports: dict) -> list[Quarter]:
    return quarters_of(told_apart(reports))


def shown(quarter: Quarter) -> list[tuple[str, str, str, str]]:
    return [(line.kind.value, str(line.amount), line.category, line.period) for line in quarter.lines]


def standing(quarters: list[Quarter]) -> Counter:
    """What stands after the last quarter, by kind and category."""
    sums: Counter = Counter()
    for quarter in quarters:
        for line in quarter.lines:
            sums[line.kind.value, line.category] += line.amount
        for line in quarter.reversed:
            sums[line.kind.value, line.category] -= line.amount
    return Counter({key: amount for key, amount in sums.items() if amount})


def test_the_increase_of_a_quarter_is_a_line_of_that_quarter():
    first, second = lines(report(Q4, "80.00", "10.00"), report(Q1, "90.00", "10.00"))
    assert shown(first) == [
        ("obligation", "80.00", "4.1", "2021-Q4"),
        ("expenditure", "10.00", "4.1", "2021-Q4"),
    ]
    assert shown(second) == [("obligation", "10.00", "4.1", "2022-Q1")]
    assert {line.on for line in second.lines} == {Q1}


def test_a_report_that_says_the_same_makes_no_line():
    assert shown(lines(report(Q4, "80.00", "10.00"), report(Q1, "80.00", "10.00"))[1]) == []


def test_fewer_obligations_are_deobligated():
    assert shown(lines(report(Q4, "80.00", "0.00"), report(Q1, "70.00", "0.00"))[1]) == [
        ("deobligation", "10.00", "4.1", "2022-Q1")
    ]


def test_lower_expenditures_reverse_the_newest_line_and_post_the_lesser_amount_on_its_day():
    reports = [report(Q4, "80.00", "10.00"), report(Q1, "80.00", "30.00"), report(Q2, "80.00", "25.00")]
    quarters = lines(*reports)
    (reversed_line,) = quarters[2].reversed
    assert (reversed_line.amount, reversed_line.on) == (Decimal("20.00"), Q1)
    assert [(line.amount, line.on) for line in quarters[2].lines] == [(Decimal("15.00"), Q1)]
    assert standing(quarters)["expenditure", "4.1"] == Decimal("25.00")


def test_expenditures_lowered_below_an_earlier_quarter_reverse_that_one_too():
    reports = [report(Q4, "80.00", "10.00"), report(Q1, "80.00", "30.00"), report(Q2, "80.00", "4.00")]
    quarters = lines(*reports)
    assert [line.on for line in quarters[2].reversed] == [Q4, Q1]
    assert standing(quarters)["expenditure", "4.1"] == Decimal("4.00")


def test_a_lowered_line_can_be_lowered_again():
    amounts = ["10.00", "8.00", "5.00"]
    quarters = lines(*(report(on, "80.00", spent) for on, spent in zip((Q4, Q1, Q2), amounts, strict=True)))
    assert [line.amount for quarter in quarters for line in quarter.reversed] == [10, 8]
    assert standing(quarters)["expenditure", "4.1"] == Decimal("5.00")


def test_a_project_whose_category_changed_has_all_its_money_in_the_new_one():
    quarters = lines(report(Q4, "80.00", "10.00"), report(Q1, "90.00", "30.00", category="2.11"))
    assert standing(quarters) == Counter(
        {
            ("obligation", "4.1"): Decimal("80.00"),
            ("deobligation", "4.1"): Decimal("80.00"),
            ("obligation", "2.11"): Decimal("90.00"),
            ("expenditure", "2.11"): Decimal("30.00"),
        }
    )
    moved = [line for line in quarters[1].lines if line.on == Q4]
    assert [(line.kind, line.amount, line.period) for line in moved] == [
        (Kind.EXPENDITURE, Decimal("10.00"), "2021-Q4")
    ]


def test_a_project_reported_no_longer_has_nothing():
    other = report(Q1, "5.00", "5.00", name="Another")
    quarters = lines(report(Q4, "80.00", "10.00"), other)
    sums = standing(quarters)
    assert sums["obligation", "4.1"] - sums["deobligation", "4.1"] == Decimal("5.00")
    assert sums["expenditure", "4.1"] == Decimal("5.00")
    assert any("any more" in line.memo for line in quarters[1].lines)


def test_projects_of_one_name_are_told_apart_by_the_nearest_budget():
    reports = [
        report(Q4, "1.00", "0.00", budget="1000.00"),
        report(Q4, "2.00", "0.00", budget="60.00"),
        report(Q1, "3.00", "0.00", budget="61.00"),
        report(Q1, "4.00", "0.00", budget="999.68"),
        report(Q1, "5.00", "0.00", budget="500.00"),
    ]
    projects = told_apart(reports)
    found = [[row["total_cumulative_obligations"] for row in project.values()] for project in projects]
    assert found == [[1, 4], [2, 3], [5]]


def test_the_same_name_in_other_letters_is_the_same_project():
    assert len(told_apart([report(Q4, "1.00", "0.00"), report(Q1, "1.00", "0.00", name="PREMIUM PAY")])) == 1


def test_every_line_of_a_quarter_has_a_place_of_its_own():
    reports = [
        report(Q4, "80.00", "10.00"),
        report(Q1, "90.00", "30.00"),
        report(Q2, "9.00", "4.00", category="1.1"),
    ]
    for quarter in lines(*reports):
        places = Counter(line.place for line in quarter.lines)
        assert all(times == 1 for times in places.values()), places


@pytest.mark.parametrize("budget", ["", "100.00"])
def test_a_project_without_a_budget_is_followed_like_any_other(budget):
    assert (
        len(told_apart([report(Q4, "1.00", "0.00", budget=""), report(Q1, "1.00", "0.00", budget=budget)]))
        == 1
    )
