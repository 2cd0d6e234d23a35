"""Watching over subrecipients: reports read, faults put right, audits decided on (2 CFR 200.332)."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.days import months_after, years_of
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.kernel.periods import long_date

FOR_PROFIT = "provider"
"""A kind of party to which the rules on audits do not reach (2 CFR 200.501(i))."""


@rule(
    "ug-monitor-review-reports",
    "Report not reviewed",
    says="The report for {period} was certified on {filed_on}, and nobody has recorded a review of it.",
    reads={
        "reports_due": "subaward period ends_on due_on filed_on reviewed_on",
        "subawards": "is_closed",
    },
)
def reports_not_reviewed(books: Books, law: Law) -> pd.DataFrame:
    """Certified reports without a review when the next report of the subaward is past due, or it is closed.

    The law sets no day for the review; the next report is the latest moment at which it can still do good.
    """
    reports = books.joined("reports_due", "subaward", "is_closed")
    past = reports[reports.due_on < books.today]
    last_end = past.groupby("subaward").ends_on.max().reindex(reports.subaward).to_numpy()
    unread = reports.filed_on.notna() & reports.reviewed_on.isna()
    return reports[unread & (reports.is_closed | (reports.ends_on < last_end))]


@rule(
    "ug-monitor-corrective-action",
    "Corrective action overdue or never begun",
    says="{words}",
    reads={
        "follow_ups": "party subaward title due_on done_on",
        "audit_findings": "party subaward code asks_something has_follow_up",
    },
)
def faults_not_put_right(books: Books, law: Law) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Follow-ups past their day, and sustained audit findings that nobody follows up."""
    overdue = books.follow_ups[books.follow_ups.done_on.isna() & (books.follow_ups.due_on < books.today)]
    findings = books.audit_findings
    dropped = findings[findings.asks_something & ~findings.has_follow_up]
    since = overdue.due_on.map(long_date).astype("str")
    return (
        overdue.assign(words="“" + overdue.title + "” was to be put right by " + since + "."),
        dropped.assign(
            words="The decision on audit finding "
            + dropped.code
            + " asks something of the subrecipient, and "
            "no corrective action with its owner and its day is recorded."
        ),
    )


@rule(
    "ug-verify-single-audit",
    "Audit of a fiscal year not verified",
    says="{name} spent federal money of its subawards in the fiscal year to {year_ends_on}. Whether an audit "
    "of that year was required, and done, is not verified; the latest day for one was {due_on}.",
    reads={
        "expenditures": "subaward award incurred_on",
        "subawards": "agency party",
        "parties": "name kind fiscal_year_begins",
        "single_audits": "agency party year_ends_on stage",
    },
    law=("single_audit.year_end_months",),
    apart_by="part",
)
def years_not_verified(books: Books, law: Law) -> pd.DataFrame:
    """Fiscal years of subrecipients whose audit was due and neither received nor found not to be required.

    The first day of the fiscal year chooses the time. For-profit companies are not audited under this law.
    """
    costs = books.joined("expenditures", "subaward", "agency", "party")
    costs = costs[costs.award.notna()].join(books.parties[["name", "kind", "fiscal_year_begins"]], on="party")
    costs = costs[costs.kind != FOR_PROFIT]
    costs["year_starts_on"] = years_of(costs.incurred_on, costs.fiscal_year_begins)
    years = costs.drop_duplicates(["agency", "party", "year_starts_on"])
    next_year = years.year_starts_on + pd.DateOffset(years=1)
    years = years.assign(
        year_ends_on=(next_year - pd.Timedelta(days=1)).astype("datetime64[s]"),
        due_on=months_after(next_year, law["single_audit.year_end_months"], years.year_starts_on)
        - pd.Timedelta(days=1),
    )
    verified = books.single_audits[books.single_audits.stage.isin(("exempt", "received"))]
    known = pd.MultiIndex.from_frame(verified[["agency", "party", "year_ends_on"]])
    is_known = pd.MultiIndex.from_frame(years[["agency", "party", "year_ends_on"]]).isin(known)
    late = years[~is_known & (years.due_on < books.today)].drop_duplicates(["party", "year_ends_on"])
    return late.assign(part=late.year_ends_on.dt.strftime("%Y-%m-%d")).set_index("party")


@rule(
    "ug-management-decision-deadline",
    "Management decision late",
    says="The Federal Audit Clearinghouse accepted the report on {accepted_on}. The decision on finding "
    "{code} was due on {due_on}; it [was made on {decided_on}|is not recorded as made].",
    reads={"audit_findings": "party subaward code is_ours accepted_on decided_on"},
    law=("single_audit.decision_months",),
)
def decisions_made_late(books: Books, law: Law) -> pd.DataFrame:
    """Findings about money that was passed on, decided after six months or still undecided then.

    The day of acceptance chooses the time, and counts from its day of the month.
    """
    findings = books.audit_findings[books.audit_findings.is_ours]
    months = law["single_audit.decision_months"]
    findings = findings.assign(due_on=months_after(findings.accepted_on, months, findings.accepted_on))
    return findings[findings.decided_on.fillna(books.today) > findings.due_on]


@rule(
    "ug-management-decision-content",
    "Management decision does not say all that it must",
    says="The decision on finding {code} does not say all of: whether the finding is sustained, why, what "
    "the subrecipient must do and by when, and how to appeal.",
    reads={"audit_findings": "party subaward code has_whole_decision"},
)
def decisions_that_lack(books: Books, law: Law) -> pd.DataFrame:
    """Management decisions without one of the points that the law asks for."""
    return books.audit_findings[~books.audit_findings.has_whole_decision]
