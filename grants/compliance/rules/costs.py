"""Costs of a subaward: whether they may be charged to it."""

import re

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.categories import CategoryKind, kinds_of
from grants.compliance.law import Law
from grants.compliance.rule import rule

MAKERS = r"\b(?:Huawei|ZTE|Hytera|Hikvision|Dahua)\b"
"""Makers of covered equipment (Pub. L. 115-232, section 889(f)(3))."""

OWN = ("cash", "in_kind")
"""Who pays a budget line that is cost share."""


@rule(
    "ug-cost-within-period",
    "Cost incurred outside the budget period",
    says="Incurred on {incurred_on}; the subaward runs from {starts_on} to {ends_on}.",
    reads={
        "expenditures": "subaward incurred_on is_closeout_cost",
        "subawards": "starts_on ends_on awarded_on",
    },
    law=("closeout.subrecipient_days",),
)
def costs_outside_the_period(books: Books, law: Law) -> pd.DataFrame:
    """Expenditures dated before the first day of their subaward or after its last.

    Administrative costs of closing out may still be incurred until the final report is due.
    """
    costs = books.joined("expenditures", "subaward", "starts_on", "ends_on", "awarded_on")
    outside = costs[(costs.incurred_on < costs.starts_on) | (costs.incurred_on > costs.ends_on)]
    return outside[~_in_time_to_close_out(outside, law)]


def _in_time_to_close_out(costs: pd.DataFrame, law: Law) -> pd.Series:
    allowance = law["closeout.subrecipient_days"]
    closing = costs[costs.is_closeout_cost & allowance.covers(costs.awarded_on)]
    due_on = closing.ends_on + pd.to_timedelta(allowance.on(closing.awarded_on).astype("int64"), unit="D")
    in_time = (closing.incurred_on >= closing.starts_on) & (closing.incurred_on <= due_on)
    return in_time.reindex(costs.index, fill_value=False)


@rule(
    "ug-pre-award-cost",
    "Cost incurred before the subaward started",
    says="{amount:$} was incurred on {incurred_on}, before the work started on {performs_from}. It may be "
    "charged only if that was approved in writing.",
    reads={
        "expenditures": "subaward incurred_on amount reverses",
        "subawards": "starts_on performs_from",
    },
)
def costs_before_the_start(books: Books, law: Law) -> pd.DataFrame:
    """Costs of the budget period from before the first day of performance. No approval is on record.

    A cost from before the budget period is found by the rule on that period.
    """
    costs = standing(books.joined("expenditures", "subaward", "starts_on", "performs_from"))
    return costs[(costs.incurred_on < costs.performs_from) & (costs.incurred_on >= costs.starts_on)]


@rule(
    "ug-covered-telecom-prohibition",
    "Cost names a maker of covered telecommunications equipment",
    says="{amount:$} of {incurred_on} names {maker}. Its telecommunications and video surveillance equipment "
    "and services cannot be paid for with federal money.",
    reads={"expenditures": "incurred_on payee memo amount reverses"},
    law=("costs.covered_telecommunications",),
)
def costs_of_covered_telecommunications(books: Books, law: Law) -> pd.DataFrame:
    """Costs whose payee or description has the name of a maker; the day of the cost chooses the law."""
    costs = standing(books.expenditures)
    costs = costs[costs.payee.str.contains(MAKERS, case=False) | costs.memo.str.contains(MAKERS, case=False)]
    costs = costs[law["costs.covered_telecommunications"].covers(costs.incurred_on)]
    words = costs.payee + " " + costs.memo
    return costs.assign(maker=words.str.extract(f"({MAKERS})", flags=re.IGNORECASE, expand=False))


@rule(
    "ug-match-unrecovered-indirect",
    "Indirect costs counted as cost share beyond the approved budget",
    says="{contributed:$} of indirect costs not charged is counted as cost share; the approved budget has "
    "{approved:$} of it.",
    reads={
        "subawards": "number",
        "contributions": "subaward category amount",
        "budget_lines": "subaward category source amount",
    },
)
def indirect_costs_as_cost_share_beyond_the_budget(books: Books, law: Law) -> pd.DataFrame:
    """Subawards with more indirect costs as cost share than their budget has: that approval is lacking."""
    subawards, shares, budget = books.subawards, books.contributions, books.budget_lines
    promised = budget.source.isin(OWN) & (kinds_of(budget.category) == CategoryKind.INDIRECT)
    rows = subawards.assign(
        contributed=books.summed(
            "contributions", subawards, where=kinds_of(shares.category) == CategoryKind.INDIRECT
        ),
        approved=books.summed("budget_lines", subawards, where=promised),
    )
    return rows[rows.contributed > rows.approved]


def standing(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines that were not taken back, without those that take back."""
    return lines[lines.reverses.isna() & ~lines.index.isin(lines.reverses.dropna())]
