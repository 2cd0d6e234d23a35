"""Fiscal years of parties that spent federal money: how much, whether it must be audited, and by when."""

import numpy as np
import pandas as pd

from grants.compliance.books import Books
from grants.compliance.days import days_after, months_after, years_of
from grants.compliance.law import Law
from grants.kernel.periods import next_business_day

THRESHOLD = "single_audit.expended_threshold"
REPORT_DAYS, YEAR_END_MONTHS = "single_audit.report_days", "single_audit.year_end_months"
LAW = (THRESHOLD, REPORT_DAYS, YEAR_END_MONTHS)
AUDITED = ("county", "municipality", "township", "tribe", "district", "nonprofit")
"""Kinds of parties whose federal money is audited by 2 CFR part 200, subpart F, each by itself."""

EXEMPT = "exempt"
YEAR = ["party", "year_starts_on"]


def federal_years(books: Books, law: Law) -> pd.DataFrame:
    """Years that have ended, of parties that are audited: what they spent, in cents, and their audits.

    ``expended`` is the federal part of costs in these books and what is known to be spent elsewhere. The
    first day of the year chooses the threshold. ``is_followed`` says whether an agency has the year on
    record, ``is_exempt`` whether every one has it as one without an audit.
    """
    years = _spent(books).join(_followed(books), how="outer").reset_index()
    years = years.join(books.parties[["name", "kind"]], on="party")
    years = years[years.kind.isin(AUDITED) & law[THRESHOLD].covers(years.year_starts_on)]
    ends_on = years.year_ends_on.fillna(years.year_starts_on + pd.DateOffset(years=1, days=-1))
    years = years.assign(
        year_ends_on=ends_on.astype("datetime64[s]"),
        year=ends_on.dt.strftime("%Y-%m-%d"),
        expended=years.spent.fillna(0).astype("int64") + years.elsewhere.fillna(0).astype("int64"),
        threshold=law[THRESHOLD].in_cents(years.year_starts_on),
        is_followed=years.audits.notna(),
        is_exempt=(years.exempt == years.audits).fillna(False).astype("bool"),
    )
    years = years[years.year_ends_on < books.today].set_index("party")
    return years.assign(is_required=years.expended >= years.threshold)


def packages_due(years: pd.DataFrame, law: Law) -> pd.Series:
    """The day by which the reporting package of each year is due (2 CFR 200.512(a)(1)).

    The earlier of so many days after the auditor's report and so many months after year end, or the next
    business day.
    """
    whole = months_after(years.year_ends_on, law[YEAR_END_MONTHS], years.year_starts_on)
    is_month_end = years.year_ends_on.dt.is_month_end
    after_year_end = whole.where(~is_month_end, whole + pd.offsets.MonthEnd(0))
    after_report = days_after(years.report_received_on, law[REPORT_DAYS], years.year_starts_on)
    earlier = np.fmin(after_year_end.to_numpy(), after_report.to_numpy())
    due = pd.Series(earlier, index=years.index).astype("datetime64[s]")
    business = {day: pd.Timestamp(next_business_day(day.date())) for day in due.unique()}
    return due.map(business).astype("datetime64[s]")


def _spent(books: Books) -> pd.DataFrame:
    """What each party spent of federal awards in each of its fiscal years, by the days of the costs."""
    costs = books.joined("expenditures", "subaward", "party")
    costs = costs[costs.award.notna() & costs.incurred_on.notna()]
    begins_in = costs.party.map(books.parties.fiscal_year_begins)
    costs = costs.assign(year_starts_on=years_of(costs.incurred_on, begins_in))
    return costs.groupby(YEAR).agg(spent=("amount", "sum"))


def _followed(books: Books) -> pd.DataFrame:
    """What the agencies together have on record of each year's audit."""
    audits = books.single_audits.assign(exempt=books.single_audits.stage == EXEMPT)
    return audits.groupby(YEAR).agg(
        audits=("stage", "size"),
        exempt=("exempt", "sum"),
        elsewhere=("expended_elsewhere", "max"),
        year_ends_on=("year_ends_on", "max"),
        report_received_on=("report_received_on", "min"),
        accepted_on=("accepted_on", "min"),
    )
