"""Reports of first-tier subawards under the Federal Funding Accountability and Transparency Act (FFATA)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.law import law as current
from grants.compliance.rule import rule
from grants.kernel.money import cents, from_cents

PAIR = ["subaward", "award"]


@dataclass(frozen=True)
class FfataDuty:
    """Whether, when and with what amount a subaward had to be reported first; dollars.

    Once the threshold is reached the duty stays, also when the subaward is reduced later.
    """

    running_totals: tuple[tuple[date, Decimal], ...]
    is_reportable: bool
    triggered_on: date | None
    amount_reported_first: Decimal | None
    first_report_due: date | None
    amount_after_last_action: Decimal


def ffata_duty(actions: Sequence[tuple[date, Decimal]], awarded_on: date, *, law: Law = current) -> FfataDuty:
    """The duty that the actions of one subaward, as day and federal dollars, make under a federal award.

    Source: 2 CFR part 170, appendix A.
    """
    lines = pd.DataFrame(
        {
            "subaward": 1,
            "award": 1,
            "incurred_on": pd.to_datetime([day for day, _ in actions]),
            "federal_amount": [cents(amount) for _, amount in actions],
            "awarded_on": pd.Timestamp(awarded_on),
        }
    )
    totals = with_running_totals(lines)
    shown = [
        (day.date(), from_cents(total))
        for day, total in zip(totals.incurred_on, totals.running_total, strict=True)
    ]
    after = shown[-1][1] if shown else from_cents(0)
    duty = ffata_duties(lines, law)
    if duty.empty:
        return FfataDuty(tuple(shown), False, None, None, None, after)
    first = duty.iloc[0]
    return FfataDuty(
        running_totals=tuple(shown),
        is_reportable=True,
        triggered_on=first.triggered_on.date(),
        amount_reported_first=from_cents(int(first.amount_reported_first)),
        first_report_due=first.due_on.date(),
        amount_after_last_action=after,
    )


def with_running_totals(actions: pd.DataFrame) -> pd.DataFrame:
    """Actions in order of their days, each with the federal total of its subaward and award up to it."""
    ordered = actions.sort_values([*PAIR, "incurred_on"], kind="stable")
    return ordered.assign(running_total=ordered.groupby(PAIR).federal_amount.cumsum())


def ffata_duties(actions: pd.DataFrame, law: Law) -> pd.DataFrame:
    """One row for each subaward and award with a duty to report: what triggered it, and when it is due.

    ``actions`` has subaward, award, incurred_on, federal_amount in cents, and awarded_on, which chooses
    whether the running total or each action by itself is held against the threshold. The report is due on
    the last day of the month after that of the action.
    """
    covered = actions[law["ffata.subaward_threshold"].covers(actions.awarded_on)]
    totals = with_running_totals(covered)
    counts_total = law["ffata.counts_running_total"].on(totals.awarded_on)
    totals["amount_reported_first"] = totals.running_total.where(counts_total, totals.federal_amount)
    totals["threshold"] = law["ffata.subaward_threshold"].in_cents(totals.awarded_on)
    reached = totals[totals.amount_reported_first >= totals.threshold].drop_duplicates(PAIR)
    months = law["ffata.report_due_months"].on(reached.awarded_on).astype("int64")
    return reached.rename(columns={"incurred_on": "triggered_on"}).assign(
        due_on=_month_ends(reached.incurred_on, months)
    )


def _month_ends(days: pd.Series, months: pd.Series) -> np.ndarray:
    """The last day of the month that is ``months`` after the month of each day."""
    after = days.to_numpy().astype("datetime64[M]") + (months.to_numpy() + 1).astype("timedelta64[M]")
    return (after.astype("datetime64[D]") - np.timedelta64(1, "D")).astype("datetime64[s]")


@rule(
    "ffata-subaward-threshold",
    "Subaward must be reported",
    says="On {triggered_on} federal money of award {fain} came to {amount_reported_first:$}; from "
    "{threshold:$} on a subaward is reported, by {due_on}. No report is recorded.",
    reads={
        "obligations": "subaward award incurred_on federal_amount",
        "subawards": "is_first_tier",
        "awards": "awarded_on fain",
        "ffata_reports": "subaward award reported_on",
    },
    law=(
        "ffata.subaward_threshold",
        "ffata.counts_running_total",
        "ffata.report_due_months",
    ),
    apart_by="fain",
)
def subawards_not_reported(books: Books, law: Law) -> pd.DataFrame:
    """First-tier subawards that reached the threshold and have no report."""
    duties = _duties(books, law)
    return duties[duties.reported_on.isna()]


@rule(
    "ffata-report-due",
    "Subaward reported late",
    says="The report under award {fain} was due on {due_on}. [It was made on {reported_on}.|None is "
    "recorded.]",
    reads={
        "obligations": "subaward award incurred_on federal_amount",
        "subawards": "is_first_tier",
        "awards": "awarded_on fain",
        "ffata_reports": "subaward award reported_on",
    },
    law=(
        "ffata.subaward_threshold",
        "ffata.counts_running_total",
        "ffata.report_due_months",
    ),
    apart_by="fain",
)
def subawards_reported_late(books: Books, law: Law) -> pd.DataFrame:
    """First-tier subawards whose first report came after its day, or is still missing after it."""
    duties = _duties(books, law)
    return duties[duties.reported_on.fillna(books.today) > duties.due_on]


def _duties(books: Books, law: Law) -> pd.DataFrame:
    """The duties of first-tier subawards, by subaward, with the day of the first report."""
    actions = books.joined("obligations", "award", "awarded_on", "fain")
    first_tier = books.joined("obligations", "subaward", "is_first_tier").is_first_tier
    first_reports = books.ffata_reports.groupby(PAIR).reported_on.min()
    duties = ffata_duties(actions[first_tier], law).join(first_reports, on=PAIR)
    return duties.set_index("subaward")
