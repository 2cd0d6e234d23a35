"""Legal numbers: which edition a day chooses, one by one and by the column."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from grants.compliance.law import law, law_in

NUMBER = """
[most]
title = "The most"
unit = "dollars"
selected_by = "date of the award"
reviewed = 2026-11-23
confidence = "verified"

[[most.value]]
from = 2020-01-01
is = 0.10
source = "1 U.S.C. 1"
"""


def days(*given):
    return pd.Series(pd.to_datetime(list(given)), index=[f"row {place}" for place, _ in enumerate(given)])


def test_the_last_day_of_an_edition_and_the_first_of_the_next_differ():
    threshold = law["ffata.subaward_threshold"]
    assert threshold.on(date(2020, 11, 11)) == Decimal("25000.00")
    assert threshold.on(date(2020, 11, 12)) == Decimal("30000.00")


def test_a_column_of_days_gives_a_column_of_decimals_on_the_same_index():
    given = days("2025-02-03", "2023-06-15", "2024-09-30", "2024-10-01")
    rates = law["indirect_costs.de_minimis_rate"].on(given)
    assert rates.tolist() == [Decimal("0.15"), Decimal("0.10"), Decimal("0.10"), Decimal("0.15")]
    assert rates.index.equals(given.index)


@pytest.mark.parametrize("code", list(law))
def test_a_column_agrees_with_its_days_asked_one_by_one(code):
    number = law[code]
    edges = [edition.starts_on for edition in number.values] + [
        edition.ends_on for edition in number.values if edition.ends_on
    ]
    column = number.on(pd.Series(edges))
    found = column.dt.date.tolist() if column.dtype.kind == "M" else column.tolist()
    assert found == [number.on(day) for day in edges]


def test_a_share_is_the_exact_figure_of_the_file():
    assert law["neu.budget_cap_share"].on(date(2021, 5, 19)) == Decimal("0.75")
    assert law["slcgp.administration_cap_share"].in_basis_points(days("2023-10-01")).tolist() == [500]
    assert law["single_audit.expended_threshold"].in_cents(days("2024-09-30")).tolist() == [75_000_000]


def test_a_day_before_the_first_edition_is_refused_with_a_sentence():
    with pytest.raises(LookupError, match=r"no value before October 1, 2010; asked for September 30, 2010\."):
        law["ffata.subaward_threshold"].on(date(2010, 9, 30))
    with pytest.raises(LookupError, match="no value before October 1, 2010"):
        law["ffata.subaward_threshold"].on(days("2024-01-01", "2010-09-30"))


def test_a_share_that_has_lapsed_is_refused_after_its_last_day():
    assert law["slcgp.cost_share"].on(date(2025, 9, 30)) == Decimal("0.40")
    with pytest.raises(LookupError, match="no value is in force on October 1, 2025"):
        law["slcgp.cost_share"].on(date(2025, 10, 1))
    with pytest.raises(LookupError, match="no value is in force on October 1, 2025"):
        law["slcgp.cost_share"].on(days("2025-10-01"))


def test_a_missing_day_is_never_given_an_edition():
    with pytest.raises(LookupError, match="that date is missing"):
        law["ffata.subaward_threshold"].on(days("2024-01-01", None))
    assert law["ffata.subaward_threshold"].covers(days("2024-01-01", None, "2000-01-01")).tolist() == [
        True,
        False,
        False,
    ]


def test_a_number_that_is_finer_than_asked_is_refused(tmp_path):
    (tmp_path / "sample.toml").write_text(NUMBER.replace("0.10", "0.00005"))
    with pytest.raises(ValueError, match="finer than one in 10000"):
        law_in(tmp_path)["sample.most"].in_basis_points(days("2024-01-01"))


@pytest.mark.parametrize(
    ("taken", "put", "told"),
    [
        ('source = "1 U.S.C. 1"', "", "not complete"),
        ("reviewed = 2026-11-23", "", "not complete"),
        ("from = 2020-01-01", "", "not complete"),
        ('"verified"', '"sure"', "confidence"),
        ("is = 0.10", 'is = "ten"', "not complete"),
        ("is = 0.10", "is = 0.10\nends = 2021-01-01", "cannot have ends"),
    ],
)
def test_a_number_without_its_source_or_date_is_not_read(tmp_path, taken, put, told):
    (tmp_path / "sample.toml").write_text(NUMBER.replace(taken, put))
    with pytest.raises(ValueError, match=told):
        law_in(tmp_path)


def test_editions_out_of_order_are_not_read(tmp_path):
    later = '\n[[most.value]]\nfrom = 2019-01-01\nis = 0.20\nsource = "1 U.S.C. 2"\n'
    (tmp_path / "sample.toml").write_text(NUMBER + later)
    with pytest.raises(ValueError, match="must follow each other"):
        law_in(tmp_path)


def test_a_number_that_is_not_known_is_named():
    with pytest.raises(KeyError, match="no legal number"):
        law["neu.no_such_share"]


def test_one_day_gives_whole_cents_and_basis_points_too():
    assert law["ffata.subaward_threshold"].in_cents(date(2025, 1, 10)) == 3_000_000
    assert law["slcgp.cost_share"].in_basis_points(date(2023, 10, 1)) == 3_000


def test_a_number_is_told_with_its_earlier_figures():
    assert law["equipment.unit_cost_threshold"].told == (
        "$10,000 ($5,000 where the date of the federal award is before October 1, 2024)"
    )
    assert law["closeout.recipient_days"].told.startswith("120")
    assert law["slfrf.recovery_plan_month"].told == "July"
    assert law["procurement.domestic_content_share"].told == "55 percent"
    assert law["crf.budget_day"].told == "March 27, 2020"
