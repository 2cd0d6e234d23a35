"""A worked case: what is due, paid late and kept after a period of performance, to the day."""

from datetime import date

import pytest

from grants.compliance.duties import closeout_days, decision_due_on, retention
from grants.compliance.law import law
from grants.compliance.rule import judge
from grants.compliance.rules.periods import Paid, Payer, late_payments
from tests.compliance.cases import books_of

ENDS_ON, AWARDED_ON = date(2026, 12, 31), date(2021, 5, 10)
PAYMENTS = (
    Paid("P1", date(2027, 3, 31), Payer.SUBRECIPIENT),
    Paid("P2", date(2027, 4, 1), Payer.SUBRECIPIENT),
    Paid("P3", date(2027, 4, 30), Payer.RECIPIENT),
)


def test_reports_payments_and_closeout_are_due_to_the_day():
    days = closeout_days(ENDS_ON, AWARDED_ON)
    assert days.reports_due_on == date(2027, 3, 31)
    assert days.recipient_due_on == date(2027, 4, 30)
    assert days.target_on == date(2027, 12, 31)


def test_only_the_payment_after_its_payers_day_is_late():
    late = late_payments(PAYMENTS, ends_on=ENDS_ON, awarded_on=AWARDED_ON)
    assert [payment.id for payment in late] == ["P2"]


def test_the_recipient_pays_late_from_the_hundred_and_twenty_first_day():
    next_day = Paid("P4", date(2027, 5, 1), Payer.RECIPIENT)
    assert late_payments([next_day, *PAYMENTS], ends_on=ENDS_ON, awarded_on=AWARDED_ON) == [
        next_day,
        PAYMENTS[1],
    ]


def test_without_payments_none_is_late():
    assert late_payments([], ends_on=ENDS_ON, awarded_on=AWARDED_ON) == []


def test_records_are_kept_by_the_later_of_the_two_clocks():
    kept = retention("slfrf", AWARDED_ON, final_report_on=date(2027, 3, 18), expended_on=ENDS_ON)
    assert kept.under_part_200 == date(2030, 3, 18)
    assert kept.under_treasury == date(2031, 12, 31)
    assert kept.until == date(2031, 12, 31)


@pytest.mark.parametrize(
    ("accepted_on", "due_on"),
    [(date(2025, 8, 31), date(2026, 2, 28)), (date(2026, 1, 15), date(2026, 7, 15))],
)
def test_the_rule_finds_a_decision_late_from_the_day_after_the_one_that_is_told(accepted_on, due_on):
    assert decision_due_on(accepted_on) == due_on
    finding = {"accepted_on": accepted_on, "decided_on": "unknown"}
    late = [
        bool(
            judge(
                books_of({"audit_finding": finding, "as_of": day}),
                law,
                codes=["ug-management-decision-deadline"],
            )
        )
        for day in (due_on, date.fromordinal(due_on.toordinal() + 1))
    ]
    assert late == [False, True]
