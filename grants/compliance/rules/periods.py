"""Periods: how often and by when reports come, and what must be paid, returned and closed after the end."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.categories import CategoryKind, kinds_of
from grants.compliance.days import days_after
from grants.compliance.law import Law
from grants.compliance.law import law as current
from grants.compliance.rule import rule
from grants.compliance.rules import cpf, crf, slfrf
from grants.compliance.shares import most
from grants.compliance.treasury import REPORTS

SUBRECIPIENT_DAYS, RECIPIENT_DAYS = "closeout.subrecipient_days", "closeout.recipient_days"
OWN_REPORTS = (
    crf.quarterly_reports_late,
    cpf.quarterly_reports_late,
    slfrf.quarterly_reports_late,
    slfrf.yearly_reports_late,
)
"""Rules on reports that have a day of their own in the terms of the program."""
OWN_DAYS = (
    "crf.report_due_days", "cpf.report_due_months", "slfrf.report_due_months", "slfrf.annual_report_month",
)  # fmt: skip


@rule(
    "ug-report-frequency-limits",
    "Reports asked too often or not at all",
    says="Reports that each subrecipient is asked for {year}: {count:n}. There must be at least {least:n} "
    "and at most {most:n}.",
    reads={
        "programs": "stage is_passed_down",
        "reports_due": "program period ends_on",
        "subawards": "program award issued_on performs_to is_closed",
    },
    law=("reports.least_a_year", "reports.most_a_year"),
    apart_by="year",
)
def report_frequencies(books: Books, law: Law) -> tuple[pd.DataFrame, ...]:
    """Programs with more periods in this year or the last than the law allows, or with none in the last.

    A report counts in the year in which its period ends; the first day of the year chooses the law. That no
    report is asked is a breach where a subaward was open from the first to the last day of the year.
    """
    this_year = books.as_of.year
    last, now = (_reports_of(books, law, year) for year in (this_year - 1, this_year))
    subawards = books.subawards[books.subawards.award.notna() & ~books.subawards.is_closed]
    begins, ends = pd.Timestamp(this_year - 1, 1, 1), pd.Timestamp(this_year - 1, 12, 31)
    whole = subawards[(subawards.issued_on <= begins) & ~(subawards.performs_to < ends)]
    is_silent = (last["count"] < last.least) & last.index.isin(whole.program)
    return last[(last["count"] > last.most) | is_silent], now[now["count"] > now.most]


def _reports_of(books: Books, law: Law, year: int) -> pd.DataFrame:
    """Programs that pass money down, with the number of their periods that end in a year, and its limits."""
    programs = books.programs[books.programs.is_passed_down & (books.programs.stage == "open")]
    periods = books.reports_due.drop_duplicates(["program", "period"])
    counts = periods[periods.ends_on.dt.year == year].groupby("program").size()
    day = date(year, 1, 1)
    return programs.assign(
        year=str(year),
        count=counts.reindex(programs.index, fill_value=0).astype("int64"),
        least=int(law["reports.least_a_year"].on(day)),
        most=int(law["reports.most_a_year"].on(day)),
    )


@rule(
    "ug-interim-report-due",
    "Report late",
    says="The report for {period} was due on {due_on}. [It was certified on {filed_on}.|It has not come.]",
    reads=REPORTS | {"reports_due": f"{REPORTS['reports_due']} subaward due_on", "subawards": "award"},
    law=OWN_DAYS,
)
def reports_made_late(books: Books, law: Law) -> pd.DataFrame:
    """Reports of federal subawards certified after the day of the program's calendar, or late by it today.

    One that is late by the day of Treasury too is told by the rule of its family alone.
    """
    reports = books.joined("reports_due", "subaward", "award")
    reports = reports[reports.award.notna()]
    reports = reports[reports.filed_on.fillna(books.today) > reports.due_on]
    for late in OWN_REPORTS:
        reports = reports[~reports.index.isin(late(books, law).index)]
    return reports


@rule(
    "ug-final-reports-subrecipient",
    "Final reports late",
    says="The period of performance ended on {performs_to}, and the final reports were due on {due_on}. "
    "[They came on {final_on}.|They have not come.]",
    reads={
        "subawards": "award awarded_on performs_to",
        "closeouts": "subaward reports_due_on final_report_on",
        "reports_due": "subaward ends_on filed_on",
    },
    law=(SUBRECIPIENT_DAYS,),
)
def final_reports_late(books: Books, law: Law) -> pd.DataFrame:
    """Federal subawards whose final reports came after their day, or have not come when it has passed.

    The date of the federal award chooses the time; an earlier day may be agreed. Where no closeout records
    their coming, the report of the period that holds the last day of performance is the final one.
    """
    subawards = books.subawards[books.subawards.award.notna()]
    closeouts = books.closeouts.drop_duplicates("subaward").set_index("subaward")
    rows = subawards.join(closeouts[["reports_due_on", "final_report_on"]])
    by_law = days_after(rows.performs_to, law[SUBRECIPIENT_DAYS], rows.awarded_on)
    rows["due_on"] = by_law.where(~(rows.reports_due_on < by_law), rows.reports_due_on)
    reports = books.joined("reports_due", "subaward", "performs_to")
    last = reports[reports.ends_on >= reports.performs_to].groupby("subaward").filed_on.min()
    rows["final_on"] = rows.final_report_on.fillna(last.reindex(rows.index))
    return rows[rows.final_on.fillna(books.today) > rows.due_on]


class Payer(StrEnum):
    """Who pays what was owed at the end of a period of performance."""

    RECIPIENT = "recipient"
    SUBRECIPIENT = "subrecipient"


@dataclass(frozen=True)
class Paid:
    """One payment of an obligation: what it is known by, when it was made, and by whom."""

    id: str
    paid_on: date
    payer: Payer


def late_payments(
    payments: Collection[Paid], *, ends_on: date, awarded_on: date, law: Law = current
) -> list[Paid]:
    """Those made after the time to pay that follows the end of performance of their payer.

    The date of the federal award chooses the time. Source: 2 CFR 200.344(c).
    """
    ordered = list(payments)
    rows = pd.DataFrame(
        {
            "paid_on": pd.to_datetime([each.paid_on for each in ordered]),
            "ends_on": pd.Timestamp(ends_on),
            "awarded_on": pd.Timestamp(awarded_on),
        }
    )
    by_recipient = pd.Series([each.payer is Payer.RECIPIENT for each in ordered], dtype=bool)
    late = [
        *_paid_late(rows[by_recipient], law, RECIPIENT_DAYS).index,
        *_paid_late(rows[~by_recipient], law, SUBRECIPIENT_DAYS).index,
    ]
    return [ordered[number] for number in sorted(late)]


def _paid_late(payments: pd.DataFrame, law: Law, days: str) -> pd.DataFrame:
    """The payments after their last day, by paid_on, ends_on and awarded_on."""
    due_on = days_after(payments.ends_on, law[days], payments.awarded_on)
    payments = payments.assign(due_on=due_on)
    return payments[payments.paid_on > payments.due_on]


@rule(
    "ug-liquidation-deadline",
    "Paid after the time to pay has ended",
    says="{amount:$} was paid on {paid_on}. Award {fain} ended on {ends_on}, and what was owed by then had "
    "to be paid by {due_on}.",
    reads={
        "payments": "subaward award paid_on amount",
        "awards": "fain ends_on awarded_on",
    },
    law=(RECIPIENT_DAYS,),
)
def payments_after_the_time_to_pay(books: Books, law: Law) -> pd.DataFrame:
    """Payments to subrecipients after the recipient's time to pay, which the date of the award chooses.

    Refunds are not payments.
    """
    payments = books.joined("payments", "award", "fain", "ends_on", "awarded_on")
    return _paid_late(payments[payments.amount > 0], law, RECIPIENT_DAYS)


@rule(
    "ug-closeout-one-year",
    "Not closed out a year after the end",
    says="The period of performance ended on {performs_to}. The subaward was to be closed by {target_on}, "
    "and is open.",
    reads={"subawards": "awarded_on performs_to is_closed"},
    law=("closeout.target_days",),
)
def closeouts_not_completed(books: Books, law: Law) -> pd.DataFrame:
    """Subawards still open after the time for closeout, which the date of the federal award chooses."""
    subawards = books.subawards[~books.subawards.is_closed]
    target = days_after(subawards.performs_to, law["closeout.target_days"], subawards.awarded_on)
    return subawards.assign(target_on=target)[target < books.today]


@rule(
    "ug-refund-unobligated",
    "Money to be refunded",
    says="{paid:$} was paid, and {earned:$} may be kept for what was spent; {refund:$} is to be refunded.",
    reads={
        "subawards": "awarded_on performs_to is_closed payment_method obligated expended paid",
    },
    law=(SUBRECIPIENT_DAYS,),
)
def refunds_not_made(books: Books, law: Law) -> pd.DataFrame:
    """Subawards that are closed, or past their time to pay, and were paid more than was spent and obligated.

    The date of the federal award chooses the time. Of a fixed amount what is not spent stays with the
    subrecipient (2 CFR 200.201(b)(4)).
    """
    subawards = books.subawards[books.subawards.payment_method != "fixed_amount"]
    earned = subawards.expended.where(subawards.expended < subawards.obligated, subawards.obligated)
    subawards = subawards.assign(earned=earned, refund=subawards.paid - earned)
    due_on = days_after(subawards.performs_to, law[SUBRECIPIENT_DAYS], subawards.awarded_on)
    return subawards[(subawards.refund > 0) & (subawards.is_closed | (due_on < books.today))]


@rule(
    "ug-budget-transfer-ten-percent",
    "More than a tenth of the budget moved",
    says="What was spent beyond the budget of its category comes to {moved:$}; the limit is {limit:$}, "
    "{share:%} of the budget of {budget:$}.",
    reads={
        "subawards": "awarded_on issued_on",
        "budget_lines": "subaward category source amount",
        "expenditures": "subaward category amount",
    },
    law=("budget_changes.transfer_share", "procurement.simplified_acquisition_threshold"),
)
def budgets_moved(books: Books, law: Law) -> pd.DataFrame:
    """Subawards above the threshold that spent more on direct categories than budgeted, beyond the share.

    The date of the federal award chooses the share, and the day of issue the threshold. Categories are told
    apart by name; a subaward that reports by none of those in its budget is not judged.
    """
    share, threshold = (
        law["budget_changes.transfer_share"],
        law["procurement.simplified_acquisition_threshold"],
    )
    rows = books.subawards[share.covers(books.subawards.awarded_on)]
    rows = rows[threshold.covers(rows.issued_on)]
    federal = books.budget_lines[books.budget_lines.source == "federal"]
    rows = rows.assign(
        share=share.in_basis_points(rows.awarded_on),
        budget=books.summed("budget_lines", rows),
        moved=_beyond_budget(federal, books.expenditures).reindex(rows.index, fill_value=0).astype("int64"),
    )
    federal_share = books.summed("budget_lines", rows, where=books.budget_lines.source == "federal")
    rows["limit"] = most(rows.budget, rows.share)
    return rows[(federal_share > threshold.in_cents(rows.issued_on)) & (rows.moved > rows.limit)]


def _beyond_budget(lines: pd.DataFrame, costs: pd.DataFrame) -> pd.Series:
    """By subaward, the sum of what each direct category spent beyond its budget."""
    budget, spent = (
        rows[(rows.category != "") & (kinds_of(rows.category) != CategoryKind.INDIRECT)]
        .assign(category=rows.category.str.strip().str.casefold())
        .groupby(["subaward", "category"])
        .amount.sum()
        for rows in (lines, costs)
    )
    spent = spent[
        spent.index.get_level_values(0).isin(spent.index.intersection(budget.index).get_level_values(0))
    ]
    beyond = spent - budget.reindex(spent.index, fill_value=0)
    return beyond.clip(lower=0).groupby("subaward").sum()
