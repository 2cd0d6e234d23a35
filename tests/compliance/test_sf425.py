"""The computed lines of the federal financial report, by the worked case."""

from dataclasses import replace
from decimal import Decimal

import pytest

from grants.compliance.law import law
from grants.compliance.rule import judge
from grants.compliance.sf425 import Sf425Lines, indirect_charged
from tests.compliance.cases import books_of

LINES = Sf425Lines(
    cash_receipts=Decimal("412500.00"),
    cash_disbursements=Decimal("398211.37"),
    funds_authorized=Decimal("1000000.00"),
    federal_expenditures=Decimal("405118.92"),
    unliquidated_obligations=Decimal("88250.00"),
    share_required=Decimal("333333.34"),
    share_expended=Decimal("120400.10"),
    income_earned=Decimal("9150.25"),
    income_deducted=Decimal("7000.00"),
    income_added=Decimal("0.00"),
)


def test_the_computed_lines_of_a_quarterly_report_are_exact():
    assert LINES.cash_on_hand == Decimal("14288.63")
    assert LINES.federal_share == Decimal("493368.92")
    assert LINES.unobligated == Decimal("506631.08")
    assert LINES.share_remaining == Decimal("212933.24")
    assert LINES.income_unexpended == Decimal("2150.25")


def test_the_indirect_amount_is_the_rate_of_its_base():
    assert indirect_charged(Decimal("250000.00"), Decimal("0.15")) == Decimal("37500.00")
    assert indirect_charged(Decimal("0.10"), Decimal("0.15")) == Decimal("0.02")


def test_what_is_computed_agrees_with_the_rule_on_issued_reports():
    report = {f"line_{letter}": amount for letter, amount in LINES.by_letter().items()}
    assert judge(books_of({"financial_report": report}), law, codes=["sf425-arithmetic"]) == []
    for letter in "cghko":
        wrong = report | {f"line_{letter}": report[f"line_{letter}"] + 1}
        found = judge(books_of({"financial_report": wrong}), law, codes=["sf425-arithmetic"])
        assert letter in [breach.part for breach in found]


@pytest.mark.parametrize(
    ("changed", "may_be"),
    [
        ({}, True),
        ({"unliquidated_obligations": Decimal("0.01")}, False),
        ({"cash_disbursements": Decimal("399999.99")}, False),
        ({"share_expended": Decimal("333333.33")}, False),
        ({"share_expended": Decimal("333333.35")}, True),
    ],
)
def test_a_report_is_final_only_when_nothing_is_left(changed, may_be):
    settled = replace(
        LINES,
        cash_receipts=Decimal("400000.00"),
        cash_disbursements=Decimal("400000.00"),
        unliquidated_obligations=Decimal("0.00"),
        share_expended=Decimal("333333.34"),
    )
    assert replace(settled, **changed).may_be_final is may_be
