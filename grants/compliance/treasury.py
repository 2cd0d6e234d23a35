"""What rules of Treasury's recovery programs (CRF, SLFRF, CPF) have in common. Pure, over frames.

Their numbers are read on the day on which the books are judged, since Treasury changed them for awards
that were made long before.
"""

from collections.abc import Sequence

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.kernel.periods import next_business_day

PROJECTS_ABOVE = {
    "projects": "name family subaward obligated expended",
    "subawards": "number family obligated expended",
}
"""What ``spent_above_obligated`` reads."""

ABOVE = "{expended:$} is spent in all on the {of} “{name}”, more than the {obligated:$} obligated to it."
"""What is said of what it finds."""

IDENTITY = {"subawards": "family party subrecipient obligated", "parties": "uei ein"}
"""What ``without_identity`` reads."""

REPORTS = {"reports_due": "program period starts_on ends_on filed_on", "programs": "family"}
"""What ``late_reports`` reads."""

LATE = (
    "Treasury wants the figures for {period} by {law_due_on}. [The report of this subaward came on "
    "{filed_on}.|The report of this subaward has not come.]"
)
"""What is said of what it finds."""


def judged_today(rows: pd.DataFrame, books: Books, law: Law, *codes: str) -> pd.DataFrame:
    """The rows with the day ``judged_on``; none of them before all the legal numbers are in force."""
    rows = rows.assign(judged_on=books.today)
    for code in codes:
        rows = rows[law[code].covers(rows.judged_on)]
    return rows


def costs_of(books: Books, families: Sequence[str], *columns: str) -> pd.DataFrame:
    """Costs charged to subawards of some families, with these columns of their subawards."""
    costs = books.joined("expenditures", "subaward", "family", *columns)
    return costs[costs.family.isin(families)]


def month_ends(days: pd.Series, months: pd.Series | int) -> pd.Series:
    """The last day of the month that is so many months after the month of each day."""
    ends = (days.dt.to_period("M") + months).dt.to_timestamp(how="end")
    return ends.dt.normalize().astype("datetime64[s]")


def on_business_days(days: pd.Series) -> pd.Series:
    """Each day, or the first business day after it."""
    moved = {day: pd.Timestamp(next_business_day(day.date())) for day in days.unique()}
    return days.map(moved).astype("datetime64[s]")


def late_reports(reports: pd.DataFrame, books: Books) -> pd.DataFrame:
    """Of reports with the day ``law_due_on``, those handed in after it, or still missing after it."""
    return reports[reports.filed_on.fillna(books.today) > reports.law_due_on]


def reports_of(books: Books, families: Sequence[str]) -> pd.DataFrame:
    """Reports due in programs of some families."""
    reports = books.joined("reports_due", "program", "family")
    return reports[reports.family.isin(families)]


def is_yearly(reports: pd.DataFrame) -> pd.Series:
    """Whether the period of each report is a year or longer."""
    return reports.ends_on >= reports.starts_on + pd.DateOffset(years=1, days=-1)


def without_identity(books: Books, law: Law, threshold: str, families: Sequence[str]) -> pd.DataFrame:
    """Subawards from the threshold on, to parties with neither a UEI nor a tax number."""
    subawards = books.joined("subawards", "party", "uei", "ein")
    subawards = judged_today(subawards[subawards.family.isin(families)], books, law, threshold)
    subawards["threshold"] = law[threshold].in_cents(subawards.judged_on)
    is_unknown = (subawards.uei == "") & (subawards.ein == "")
    return subawards[is_unknown & (subawards.obligated >= subawards.threshold)]


def spent_above_obligated(books: Books, families: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Projects and subawards of some families on which more is spent than is obligated.

    A project of a subaward whose own obligations are not recorded is judged with its subaward alone.
    """
    projects = books.projects[books.projects.family.isin(families)]
    is_judged = projects.subaward.isna() | (projects.obligated > 0)
    subawards = books.subawards[books.subawards.family.isin(families)].rename(columns={"number": "name"})
    return (
        projects[is_judged & (projects.expended > projects.obligated)].assign(of="project"),
        subawards[subawards.expended > subawards.obligated].assign(of="subaward"),
    )


def too_slow(books: Books, law: Law, program: str, families: Sequence[str]) -> pd.DataFrame:
    """Subawards that are to bring less than the least speed down or up that Treasury accepts at all.

    ``program`` is the law's file. The least speed up is that of networks for which more is not practicable.
    """
    down, up = f"{program}.least_download_mbps", f"{program}.least_upload_mbps"
    subawards = books.subawards[books.subawards.family.isin(families)]
    subawards = judged_today(subawards, books, law, down, up)
    subawards["least_down"] = law[down].on(subawards.judged_on).astype("int64")
    subawards["least_up"] = law[up].on(subawards.judged_on).astype("int64")
    slow = (subawards.download_mbps < subawards.least_down) | (subawards.upload_mbps < subawards.least_up)
    return subawards[slow.fillna(False)]
