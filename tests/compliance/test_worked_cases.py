"""Worked cases of the cybersecurity grant, the broadband match and the subaward report, exactly."""

from datetime import date
from decimal import Decimal

import pytest

from grants.compliance.law import law
from grants.compliance.rule import judge
from grants.compliance.rules.bead import Contribution, Match, bead_match
from grants.compliance.rules.ffata import ffata_duty
from grants.compliance.rules.slcgp import SlcgpLimits, slcgp_limits
from tests.compliance.cases import books_of

AWARD = Decimal("8037374.00")
SLCGP = [
    "slcgp-local-pass-through",
    "slcgp-rural-pass-through",
    "slcgp-administration-cap",
    "slcgp-cost-share",
]
ACTIONS = (
    (date(2026, 1, 15), Decimal("20000.00")),
    (date(2026, 2, 20), Decimal("9999.99")),
    (date(2026, 3, 31), Decimal("0.01")),
    (date(2026, 6, 10), Decimal("-5000.00")),
    (date(2026, 8, 5), Decimal("12500.00")),
)


def test_the_limits_of_a_2024_cybersecurity_award_are_exact():
    assert slcgp_limits(AWARD, 2024) == SlcgpLimits(
        minimum_local=Decimal("6429899.20"),
        minimum_rural=Decimal("2009343.50"),
        maximum_state_retained=Decimal("1607474.80"),
        maximum_administration=Decimal("401868.70"),
        minimum_match=Decimal("3444588.86"),
        total_project_cost_at_minimum_match=Decimal("11481962.86"),
    )


@pytest.mark.parametrize(
    ("year", "single", "several"),
    [
        (2022, "1000.00", "0.00"),
        (2023, "2250.00", "1000.00"),
        (2024, "3857.15", "2250.00"),
        (2025, "6000.00", "3857.15"),
    ],
)
def test_the_match_rises_by_year_and_is_less_for_several_entities(year, single, several):
    award = Decimal("9000.00")
    assert slcgp_limits(award, year).minimum_match == Decimal(single)
    assert slcgp_limits(award, year, is_multi_entity=True).minimum_match == Decimal(several)


@pytest.mark.parametrize("year", [2021, 2026])
def test_a_year_without_a_share_in_the_law_has_no_limits(year):
    with pytest.raises(LookupError):
        slcgp_limits(AWARD, year)


@pytest.mark.parametrize(
    ("locals_", "rural", "administration", "match", "violations"),
    [
        ("6429899.20", "2009343.50", "401868.70", "3444588.86", []),
        ("6429899.19", "2009343.50", "401868.70", "3444588.86", ["slcgp-local-pass-through"]),
        (
            "6429899.20",
            "1607474.80",
            "401868.71",
            "2411212.20",
            ["slcgp-rural-pass-through", "slcgp-administration-cap", "slcgp-cost-share"],
        ),
    ],
    ids=["a", "b", "c"],
)
def test_a_cybersecurity_award_is_found_one_cent_over_its_limits(
    locals_, rural, administration, match, violations
):
    books = books_of(
        {
            "award": {"family": "slcgp", "amount": AWARD, "appropriated_on": date(2023, 10, 1)},
            "passed_down": [
                {"amount": Decimal(rural), "is_rural": True},
                {"amount": Decimal(locals_) - Decimal(rural)},
            ],
            "administration": {"amount": Decimal(administration)},
            "cost_share": {"amount": Decimal(match)},
        }
    )
    assert [breach.rule for breach in judge(books, law, codes=SLCGP)] == violations


def a_match(isp="150000.00", **given):
    """The match of a project with cash, goods, and federal money that counts and that does not."""
    contributions = (
        Contribution("county cash", Decimal("100000.00")),
        Contribution("ISP cash", Decimal(isp)),
        Contribution("in-kind conduit, appraised", Decimal("40000.00")),
        Contribution("SLFRF broadband grant", Decimal("18641.98"), aln="21.027"),
        Contribution("USDA ReConnect grant", Decimal("75000.00"), aln="10.752"),
    )
    return bead_match(Decimal("1234567.89"), contributions, on=date(2025, 12, 1), **given)


def test_pandemic_money_counts_as_broadband_match_and_other_federal_money_does_not():
    match = a_match()
    assert match == Match(
        minimum=Decimal("308641.98"),
        maximum_grant=Decimal("925925.91"),
        eligible=Decimal("308641.98"),
        ineligible=Decimal("75000.00"),
    )
    assert match.is_met


def test_a_broadband_match_one_cent_short_is_not_met():
    assert not a_match(isp="149999.99").is_met


def test_what_a_project_costs_in_high_cost_areas_needs_no_match():
    match = a_match(isp="0.00", in_high_cost_areas=Decimal("1234567.88"))
    assert (match.minimum, match.maximum_grant) == (Decimal("0.01"), Decimal("1234567.88"))
    assert match.is_met


def test_a_project_without_contributions_has_no_match():
    match = bead_match(Decimal("0.01"), (), on=date(2021, 11, 15))
    assert (match.minimum, match.eligible, match.is_met) == (Decimal("0.01"), Decimal("0.00"), False)


def test_before_the_law_there_is_no_least_match():
    with pytest.raises(LookupError):
        bead_match(Decimal("100.00"), (), on=date(2021, 11, 14))


def test_a_modification_of_one_cent_makes_the_subaward_reportable():
    duty = ffata_duty(ACTIONS, date(2025, 1, 10))
    assert duty.running_totals == (
        (date(2026, 1, 15), Decimal("20000.00")),
        (date(2026, 2, 20), Decimal("29999.99")),
        (date(2026, 3, 31), Decimal("30000.00")),
        (date(2026, 6, 10), Decimal("25000.00")),
        (date(2026, 8, 5), Decimal("37500.00")),
    )
    assert duty.is_reportable
    assert duty.triggered_on == date(2026, 3, 31)
    assert duty.amount_reported_first == Decimal("30000.00")
    assert duty.first_report_due == date(2026, 4, 30)
    assert duty.amount_after_last_action == Decimal("37500.00")


def test_a_reduction_below_the_threshold_leaves_the_subaward_reportable():
    duty = ffata_duty(ACTIONS[:4], date(2025, 1, 10))
    assert duty.amount_after_last_action == Decimal("25000.00")
    assert duty.is_reportable
    assert duty.first_report_due == date(2026, 4, 30)


def test_before_the_threshold_is_reached_nothing_is_due():
    duty = ffata_duty(ACTIONS[:2], date(2025, 1, 10))
    assert not duty.is_reportable
    assert duty.first_report_due is None
    assert duty.amount_after_last_action == Decimal("29999.99")


def test_a_subaward_without_actions_has_nothing_to_report():
    duty = ffata_duty((), date(2025, 1, 10))
    assert (duty.is_reportable, duty.running_totals) == (False, ())


@pytest.mark.parametrize(
    ("awarded_on", "is_reportable"),
    [
        (date(2020, 11, 11), True),
        (date(2020, 11, 12), False),
        (date(2024, 9, 30), False),
        (date(2024, 10, 1), True),
    ],
)
def test_the_award_date_chooses_threshold_and_measure(awarded_on, is_reportable):
    """One action of 26,000 and one of 5,000: over 25,000 alone, over 30,000 only together."""
    actions = ((date(2025, 1, 15), Decimal("26000.00")), (date(2025, 2, 15), Decimal("5000.00")))
    assert ffata_duty(actions, awarded_on).is_reportable is is_reportable


def test_an_action_in_november_is_due_at_the_end_of_the_year():
    duty = ffata_duty(((date(2025, 11, 7), Decimal("30000.00")),), date(2025, 1, 10))
    assert duty.first_report_due == date(2025, 12, 31)
