"""Indirect costs under two editions of the law: the worked case, and a county that holds both at once."""

from datetime import date
from decimal import Decimal

import pytest

from grants.compliance.categories import CategoryKind, kind_of
from grants.compliance.indirect_costs import DirectCost, IndirectLimit, indirect_limit
from grants.compliance.law import law
from grants.compliance.rule import judge
from tests.compliance.cases import books_of

COSTS = (
    DirectCost("Salaries and fringe", Decimal("180000.00")),
    DirectCost("Travel", Decimal("6000.00")),
    DirectCost("Supplies", Decimal("14000.00")),
    DirectCost("Equipment", Decimal("7500.00"), unit_cost=Decimal("7500.00")),
    DirectCost("Equipment", Decimal("12000.00"), unit_cost=Decimal("12000.00")),
    DirectCost("Subawards", Decimal("90000.00"), payee="X"),
    DirectCost("Subawards", Decimal("22000.00"), payee="Y"),
    DirectCost("Office rent", Decimal("18000.00")),
)
CODES = ["ug-indirect-de-minimis", "ug-mtdc-subaward-limit"]
OLD, NEW = date(2023, 6, 15), date(2025, 2, 3)


def test_one_set_of_costs_has_two_bases_under_two_editions():
    level = Decimal("25000.00")
    assert indirect_limit(COSTS, OLD, capitalization_level=level) == IndirectLimit(
        rate=Decimal("0.10"), base=Decimal("247000.00"), maximum=Decimal("24700.00")
    )
    assert indirect_limit(COSTS, NEW, capitalization_level=level) == IndirectLimit(
        rate=Decimal("0.15"), base=Decimal("279500.00"), maximum=Decimal("41925.00")
    )


def test_an_entity_that_capitalizes_at_less_has_more_equipment():
    assert indirect_limit(COSTS, NEW, capitalization_level=Decimal("7500.00")).base == Decimal("272000.00")
    assert indirect_limit(COSTS, NEW, capitalization_level=Decimal("7500.01")).base == Decimal("279500.00")


def test_items_bought_together_are_equipment_by_what_one_of_them_cost():
    laptops = DirectCost("Equipment", Decimal("30000.00"), unit_cost=Decimal("1500.00"))
    assert indirect_limit([laptops], NEW).base == Decimal("30000.00")


def test_without_costs_nothing_may_be_charged():
    assert indirect_limit([], NEW).maximum == Decimal("0.00")


def test_an_award_before_the_first_edition_has_no_limit():
    with pytest.raises(LookupError):
        indirect_limit(COSTS, date(2014, 12, 25))


def _books(charged_old: str, charged_new: str):
    """A county with one subaward from an award of 2023 and one from an award of 2025, and the same costs."""
    lines = [
        {"subaward": subaward, "category": cost.category, "payee": cost.payee, "amount": cost.amount}
        for subaward in (1, 2)
        for cost in COSTS
    ]
    charges = [
        {"subaward": subaward, "category": "Indirect costs", "amount": Decimal(charged)}
        for subaward, charged in ((1, charged_old), (2, charged_new))
    ]
    return books_of(
        {
            "awards": [{"awarded_on": OLD}, {"fain": "FA-2", "awarded_on": NEW}],
            "subawards": [
                {"award": 1, "awarded_on": OLD, "indirect_rate": 1000},
                {"award": 2, "awarded_on": NEW, "number": "S-2", "indirect_rate": 1500},
            ],
            "expenditures": lines + charges,
        }
    )


def test_a_county_that_holds_two_editions_is_judged_by_each_in_one_run():
    assert judge(_books("24700.00", "41925.00"), law, codes=CODES) == []
    found = judge(_books("24700.01", "41925.00"), law, codes=CODES)
    assert [(breach.rule, breach.id) for breach in found] == [(code, 1) for code in CODES]
    assert found[0].evidence["rate"] == Decimal("0.10")
    assert found[0].evidence["maximum"] == Decimal("24700.00")
    assert found[1].evidence["limit"] == Decimal("25000.00")
    found = judge(_books("24700.00", "41925.01"), law, codes=CODES)
    assert [(breach.rule, breach.id) for breach in found] == [(code, 2) for code in CODES]
    assert found[0].evidence["rate"] == Decimal("0.15")
    assert found[0].evidence["maximum"] == Decimal("41925.00")
    assert found[1].evidence["limit"] == Decimal("50000.00")


def test_the_rate_of_the_later_edition_is_too_high_for_the_earlier_award():
    books = _books("37050.00", "41925.00")
    (breach, _) = judge(books, law, codes=CODES)
    assert (breach.id, breach.evidence["charged"]) == (1, Decimal("37050.00"))


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("Indirect Costs", CategoryKind.INDIRECT),
        ("F&A", CategoryKind.INDIRECT),
        ("Subawards", CategoryKind.SUBAWARD),
        ("Sub-grants to villages", CategoryKind.SUBAWARD),
        ("Equipment rental", CategoryKind.LEFT_OUT),
        ("Equipment", CategoryKind.EQUIPMENT),
        ("Contractual", CategoryKind.DIRECT),
        ("Current supplies", CategoryKind.DIRECT),
        ("", CategoryKind.DIRECT),
    ],
)
def test_a_category_is_known_by_the_words_of_its_name(category, kind):
    assert kind_of(category) is kind
