"""Costs of a subaward: whether they may be charged to it."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule


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
