"""Single audit, closeout and retention, by the worked cases: to the cent and the day."""

from datetime import date
from decimal import Decimal

import pytest

from grants.compliance.duties import audit_duty, closeout_days, decision_due_on, retention, settlement

SLFRF_AWARD = date(2021, 5, 10)


@pytest.mark.parametrize(
    ("year", "expended", "report", "threshold", "after_year_end", "after_report", "due"),
    [
        (
            (date(2024, 7, 1), date(2025, 6, 30)), "900000.00", date(2026, 3, 20), "750000.00",
            date(2026, 3, 31), date(2026, 4, 19), date(2026, 3, 31),
        ),
        (
            (date(2025, 1, 1), date(2025, 12, 31)), "1000000.00", date(2026, 8, 13), "1000000.00",
            date(2026, 9, 30), date(2026, 9, 12), date(2026, 9, 14),
        ),
        (
            (date(2024, 9, 30), date(2025, 9, 29)), "750000.00", date(2026, 5, 4), "750000.00",
            date(2026, 6, 29), date(2026, 6, 3), date(2026, 6, 3),
        ),
    ],
    ids=["old threshold", "equal to the threshold, due on a Saturday", "begun a day before the change"],
)  # fmt: skip
def test_a_year_at_or_above_the_threshold_of_its_first_day_is_audited(
    year, expended, report, threshold, after_year_end, after_report, due
):
    duty = audit_duty(*year, Decimal(expended), report_received_on=report)
    assert duty.is_required
    assert duty.threshold == Decimal(threshold)
    assert (duty.after_year_end, duty.after_report, duty.due_on) == (after_year_end, after_report, due)


@pytest.mark.parametrize(
    ("first", "last", "expended"),
    [
        (date(2024, 10, 1), date(2025, 9, 30), "900000.00"),
        (date(2025, 1, 1), date(2025, 12, 31), "999999.99"),
        (date(2024, 7, 1), date(2025, 6, 30), "749999.99"),
    ],
)
def test_a_year_under_the_threshold_is_not_audited_and_nothing_is_due(first, last, expended):
    duty = audit_duty(first, last, Decimal(expended))
    assert not duty.is_required
    assert duty.due_on is None


def test_without_an_auditors_report_the_package_is_due_nine_months_after_year_end():
    duty = audit_duty(date(2025, 7, 1), date(2026, 6, 30), Decimal("2000000.00"))
    assert duty.due_on == date(2027, 3, 31)


@pytest.mark.parametrize(
    ("accepted", "due"),
    [(date(2025, 8, 31), date(2026, 2, 28)), (date(2026, 1, 15), date(2026, 7, 15))],
)
def test_a_decision_is_due_six_months_after_the_clearinghouse_accepts_the_report(accepted, due):
    assert decision_due_on(accepted) == due


def test_a_subrecipient_has_90_days_the_recipient_120_and_closeout_a_year():
    days = closeout_days(date(2026, 12, 31), SLFRF_AWARD)
    assert days.reports_due_on == date(2027, 3, 31)
    assert days.recipient_due_on == date(2027, 4, 30)
    assert days.target_on == date(2027, 12, 31)


def test_an_award_older_than_the_120_days_has_only_its_subrecipients_day():
    days = closeout_days(date(2021, 12, 31), date(2020, 4, 22))
    assert (days.reports_due_on, days.recipient_due_on) == (date(2022, 3, 31), None)


def test_records_are_kept_by_the_longer_of_part_200_and_treasurys_terms():
    kept = retention("slfrf", SLFRF_AWARD, final_report_on=date(2027, 3, 18), expended_on=date(2026, 12, 31))
    assert kept.under_part_200 == date(2030, 3, 18)
    assert kept.under_treasury == date(2031, 12, 31)
    assert kept.until == date(2031, 12, 31)


def test_records_of_another_program_are_kept_three_years_from_the_final_report():
    kept = retention(
        "slcgp", date(2023, 9, 1), final_report_on=date(2027, 3, 18), expended_on=date(2026, 1, 1)
    )
    assert (kept.until, kept.under_treasury) == (date(2030, 3, 18), None)


def test_records_have_no_end_while_something_holds_them_or_no_final_report_is_in():
    given = {"final_report_on": date(2027, 3, 18), "expended_on": date(2026, 12, 31)}
    assert retention("slfrf", SLFRF_AWARD, **given, holds=["litigation"]).until is None
    assert retention("slfrf", SLFRF_AWARD, expended_on=date(2026, 12, 31)).until is None
    assert retention("slfrf", SLFRF_AWARD, final_report_on=date(2027, 3, 18)).until is None


def test_records_of_property_run_from_its_disposition_when_that_is_later():
    kept = retention(
        "slcgp", date(2023, 9, 1), final_report_on=date(2027, 3, 18), disposed_on=date(2032, 2, 29)
    )
    assert kept.until == kept.of_property == date(2035, 2, 28)


@pytest.mark.parametrize(
    ("obligated", "spent", "paid", "refund", "to_pay", "to_deobligate"),
    [
        ("1000.00", "600.00", "700.00", "100.00", "0.00", "400.00"),
        ("1000.00", "1000.00", "999.99", "0.00", "0.01", "0.00"),
        ("1000.00", "1000.00", "1000.00", "0.00", "0.00", "0.00"),
    ],
)
def test_cash_beyond_the_allowable_share_is_refunded_and_what_is_unspent_deobligated(
    obligated, spent, paid, refund, to_pay, to_deobligate
):
    left = settlement(
        obligated=Decimal(obligated),
        allowable=Decimal(spent),
        paid=Decimal(paid),
        cost_share_required=Decimal("50.00"),
        cost_shared=Decimal("20.00"),
    )
    assert left.refund_due == Decimal(refund)
    assert left.still_to_pay == Decimal(to_pay)
    assert left.to_deobligate == Decimal(to_deobligate)
    assert left.cost_share_short == Decimal("30.00")
    assert left.is_settled is (refund == to_pay == to_deobligate == "0.00")
