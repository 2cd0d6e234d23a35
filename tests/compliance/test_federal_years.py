"""Fiscal years and their audits by the column: the worked case in one run, as each year by itself."""

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from grants.compliance.duties import audit_duty
from grants.compliance.federal_years import federal_years, packages_due
from grants.compliance.law import law
from grants.kernel.money import from_cents
from tests.compliance.cases import books_of

ENTITIES = {
    "a": (date(2024, 7, 1), date(2025, 6, 30), "900000.00", date(2026, 3, 20)),
    "b": (date(2024, 10, 1), date(2025, 9, 30), "900000.00", None),
    "c": (date(2025, 1, 1), date(2025, 12, 31), "1000000.00", date(2026, 8, 13)),
    "d": (date(2025, 1, 1), date(2025, 12, 31), "999999.99", None),
    "e": (date(2024, 9, 30), date(2025, 9, 29), "750000.00", date(2026, 5, 4)),
}


def test_entities_of_two_thresholds_are_judged_in_one_run():
    books = books_of(
        {
            "parties": [{"code": name, "name": name} for name in ENTITIES],
            "single_audits": [
                {
                    "party": place,
                    "year_starts_on": first,
                    "year_ends_on": last,
                    "expended_elsewhere": Decimal(spent),
                    "report_received_on": report,
                    "stage": "awaited",
                    "accepted_on": None,
                }
                for place, (first, last, spent, report) in enumerate(ENTITIES.values(), 1)
            ],
        }
    )
    years = federal_years(books, law)
    assert [from_cents(each) for each in years.threshold] == [
        Decimal(each) for each in ("750000.00", "1000000.00", "1000000.00", "1000000.00", "750000.00")
    ]
    assert years.is_required.tolist() == [True, False, True, False, True]
    due = packages_due(years[years.is_required], law)
    assert [each.date() for each in due] == [date(2026, 3, 31), date(2026, 9, 14), date(2026, 6, 3)]


@pytest.mark.parametrize("shift", range(0, 400, 7))
def test_the_column_agrees_with_the_single_year(shift):
    """Among them are years that end on the last day of a month, and reports around nine months after."""
    firsts = [date(2023, 1, 1) + timedelta(days=shift), date(2024, 3, 1), date(2023, 9, 30)]
    lasts = [first.replace(year=first.year + 1) - timedelta(days=1) for first in firsts[:2]] + [
        date(2024, 9, 29)
    ]
    reports = [None, lasts[1] + timedelta(days=shift), lasts[2] + timedelta(days=240)]
    years = pd.DataFrame(
        {
            "year_starts_on": pd.to_datetime(firsts),
            "year_ends_on": pd.to_datetime(lasts),
            "report_received_on": pd.to_datetime(reports),
        },
        index=pd.Index([1, 2, 3], name="party"),
    )
    duties = [
        audit_duty(first, last, Decimal("5000000.00"), report_received_on=report)
        for first, last, report in zip(firsts, lasts, reports, strict=True)
    ]
    assert [each.date() for each in packages_due(years, law)] == [duty.due_on for duty in duties]
