"""Interest on federal money that was paid before it was needed."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.days import years_of
from grants.compliance.law import Law
from grants.compliance.rule import rule

KEPT = "interest.kept_in_a_year"
STATE = ("state", "state_agency")
"""Parties whose interest an agreement with Treasury governs (31 CFR part 205)."""

TREASURY = ("slfrf", "neu", "crf")
"""Families whose payments Treasury takes out of this requirement."""


@rule(
    "ug-interest-on-advances",
    "Interest above what may be kept",
    says="In its fiscal year from {year_starts_on} {name} earned {earned:$} of interest on federal money. "
    "{kept:$} may be kept; {excess:$} goes back.",
    reads={
        "interest": "subaward earned_on amount",
        "subawards": "party family",
        "parties": "name kind fiscal_year_begins",
    },
    law=(KEPT,),
    apart_by="year",
)
def interest_above_what_may_be_kept(books: Books, law: Law) -> pd.DataFrame:
    """Parties that earned more in a fiscal year that has ended, all their subawards together.

    The first day of the fiscal year chooses the amount. The books do not hold its return.
    """
    lines = books.joined("interest", "subaward", "party", "family")
    lines = lines[~lines.family.isin(TREASURY)]
    holders = books.parties.loc[lines.party]
    lines = lines.assign(year_starts_on=_first_days(lines.earned_on, holders.fiscal_year_begins))
    lines = lines[~holders.kind.isin(STATE).to_numpy()]
    years = lines.groupby(["party", "year_starts_on"], as_index=False).amount.sum()
    has_ended = years.year_starts_on + pd.DateOffset(years=1) <= books.today
    years = years[has_ended & law[KEPT].covers(years.year_starts_on)].rename(columns={"amount": "earned"})
    years = years.assign(kept=law[KEPT].in_cents(years.year_starts_on)).set_index("party")
    years = years[years.earned > years.kept]
    return years.join(books.parties.name).assign(
        excess=years.earned - years.kept, year=years.year_starts_on.dt.strftime("%Y-%m-%d")
    )


def _first_days(days: pd.Series, begins_in: pd.Series) -> pd.Series:
    return years_of(days, begins_in.set_axis(days.index))
