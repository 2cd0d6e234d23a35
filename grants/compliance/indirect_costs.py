"""Indirect costs at the de minimis rate: the base, and the most that may be charged on it.

The base is modified total direct cost (2 CFR 200.1): direct costs without equipment, capital, rent, and
support of participants, and with no more than the first part of each subaward.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from grants.compliance.categories import CategoryKind, kinds_of
from grants.compliance.law import Law
from grants.compliance.law import law as current
from grants.compliance.shares import most
from grants.kernel.money import cents, from_cents

RATE = "indirect_costs.de_minimis_rate"
LIMIT = "indirect_costs.subaward_limit"
EQUIPMENT = "equipment.unit_cost_threshold"
LAW = (RATE, LIMIT, EQUIPMENT)


@dataclass(frozen=True)
class DirectCost:
    """A direct cost in dollars. Without a unit cost it is one item; a subaward is known by its payee."""

    category: str
    amount: Decimal
    unit_cost: Decimal | None = None
    payee: str = ""


@dataclass(frozen=True)
class IndirectLimit:
    """The rate as a share, and in dollars the base and the most that may be charged on it."""

    rate: Decimal
    base: Decimal
    maximum: Decimal


def indirect_limit(
    costs: Iterable[DirectCost],
    awarded_on: date,
    *,
    capitalization_level: Decimal | None = None,
    law: Law = current,
) -> IndirectLimit:
    """What direct costs allow as indirect ones under a federal award of a date, rounded down to the cent.

    An item is equipment from the entity's own capitalization level, if that is less than the law's.

    Source: 2 CFR 200.414(f), 200.1.
    """
    given = list(costs)
    threshold = law[EQUIPMENT].in_cents(awarded_on)
    if capitalization_level is not None:
        threshold = min(threshold, cents(capitalization_level))
    lines = pd.DataFrame(
        {
            "subaward": 1,
            "category": pd.Series([cost.category for cost in given], dtype="str"),
            "payee": pd.Series([cost.payee for cost in given], dtype="str"),
            "amount": [cents(cost.amount) for cost in given],
            "unit_cost": [cents(cost.amount if cost.unit_cost is None else cost.unit_cost) for cost in given],
            "threshold": threshold,
            "limit": law[LIMIT].in_cents(awarded_on),
        }
    )
    base = int(direct_bases(lines).sum())
    rate = law[RATE].in_basis_points(awarded_on)
    return IndirectLimit(law[RATE].on(awarded_on), from_cents(base), from_cents(most(base, rate)))


def direct_bases(lines: pd.DataFrame) -> pd.Series:
    """The modified total direct costs of each subaward, in cents.

    ``lines`` has subaward, category, payee, amount and unit_cost, with the threshold of equipment and the
    limit of a lower subaward that hold for it. A lower subaward whose payee is not known counts in full.
    """
    kinds = kinds_of(lines.category)
    is_equipment = (kinds == CategoryKind.EQUIPMENT) & (lines.unit_cost.abs() >= lines.threshold)
    is_direct = kinds.isin([CategoryKind.DIRECT, CategoryKind.EQUIPMENT, CategoryKind.SUBAWARD])
    is_lower = _is_lower(lines, kinds)
    plain = lines[is_direct & ~is_equipment & ~is_lower]
    parts = lower_subawards(lines[is_lower])
    counted = parts[["passed", "limit"]].min(axis="columns")
    return (
        plain.groupby("subaward")
        .amount.sum()
        .add(counted.groupby("subaward").sum(), fill_value=0)
        .astype("int64")
    )


def lower_subawards(lines: pd.DataFrame) -> pd.DataFrame:
    """What was passed on to each payee under each subaward, beside the part of it that counts; cents."""
    lower = lines[_is_lower(lines, kinds_of(lines.category))]
    return lower.groupby(["subaward", "payee"]).agg(passed=("amount", "sum"), limit=("limit", "first"))


def _is_lower(lines: pd.DataFrame, kinds: pd.Series) -> pd.Series:
    return (kinds == CategoryKind.SUBAWARD) & (lines.payee != "")
