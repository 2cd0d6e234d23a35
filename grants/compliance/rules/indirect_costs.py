"""Indirect costs that subrecipients charge at the de minimis rate."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.categories import CategoryKind, kinds_of
from grants.compliance.indirect_costs import EQUIPMENT, LAW, LIMIT, RATE, direct_bases, lower_subawards
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.shares import most

DE_MINIMIS = "de_minimis"
READS = {
    "expenditures": "subaward category payee amount",
    "subawards": "awarded_on indirect_rate_kind",
}


@rule(
    "ug-indirect-de-minimis",
    "More indirect costs than the de minimis rate allows",
    says="{charged:$} of indirect costs is charged. The rate of the subaward is {indirect_rate:%}; without a "
    "negotiated rate it can be {rate:%}, which on a base of {base:$} is at most {maximum:$}.",
    reads=READS | {"subawards": "awarded_on indirect_rate indirect_rate_kind"},
    law=LAW,
)
def indirect_costs_above_the_de_minimis_rate(books: Books, law: Law) -> pd.DataFrame:
    """Subawards at the de minimis rate with a higher rate, or that charge more than it allows on their base.

    The date of the federal award chooses rate and base.
    """
    charges = _charges(_at_the_rate(books, law), _lines(books, law), law)
    is_high = (charges.indirect_rate > charges.rate).fillna(False).astype("bool")
    return charges[is_high | (charges.charged > charges.maximum)]


@rule(
    "ug-mtdc-subaward-limit",
    "Too much of a lower subaward counted in the indirect cost base",
    says="{payee} was paid {passed:$} under a subaward, of which the first {limit:$} counts. Indirect costs "
    "can then be at most {maximum:$}; {charged:$} is charged.",
    reads=READS,
    law=LAW,
    apart_by="payee",
)
def lower_subawards_counted_above_the_limit(books: Books, law: Law) -> pd.DataFrame:
    """Lower subawards above the limit, where more indirect costs are charged than with the limit.

    The date of the federal award chooses the limit.
    """
    lines = _lines(books, law)
    above = lower_subawards(lines)
    above = above[above.passed > above.limit].reset_index("payee")
    charges = _charges(_at_the_rate(books, law), lines, law)
    return above.join(charges[charges.charged > charges.maximum], how="inner").rename_axis("subaward")


def _at_the_rate(books: Books, law: Law) -> pd.DataFrame:
    """Subawards at the de minimis rate whose federal award has a date that the law covers."""
    subawards = books.subawards[books.subawards.indirect_rate_kind == DE_MINIMIS]
    is_covered = law[RATE].covers(subawards.awarded_on)
    return subawards[is_covered]


def _lines(books: Books, law: Law) -> pd.DataFrame:
    """Their costs, with the threshold and the limit that the federal award of each chooses."""
    chosen = _at_the_rate(books, law)
    lines = books.expenditures[books.expenditures.subaward.isin(chosen.index)]
    return lines.assign(
        unit_cost=lines.amount,
        threshold=lines.subaward.map(law[EQUIPMENT].in_cents(chosen.awarded_on)).astype("int64"),
        limit=lines.subaward.map(law[LIMIT].in_cents(chosen.awarded_on)).astype("int64"),
    )


def _charges(subawards: pd.DataFrame, lines: pd.DataFrame, law: Law) -> pd.DataFrame:
    """What each subaward charges, and the most that it may, in cents."""
    indirect = lines[kinds_of(lines.category) == CategoryKind.INDIRECT]
    charged = indirect.groupby("subaward").amount.sum().reindex(subawards.index, fill_value=0)
    base = direct_bases(lines).reindex(subawards.index, fill_value=0)
    rate = law[RATE].in_basis_points(subawards.awarded_on)
    return subawards.assign(charged=charged, base=base, rate=rate, maximum=most(base, rate))
