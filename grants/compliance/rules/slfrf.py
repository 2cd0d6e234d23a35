"""State and Local Fiscal Recovery Funds (SLFRF): deadlines, categories, project records, caps and reports.

Nonentitlement units are paid from the same fund and follow the same rules. The law is read on the day on
which the books are judged: Treasury changed it for awards made long before.
"""

import numpy as np
import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.shares import most
from grants.compliance.treasury import (
    ABOVE,
    IDENTITY,
    LATE,
    PROJECTS_ABOVE,
    REPORTS,
    costs_of,
    is_yearly,
    judged_today,
    late_reports,
    month_ends,
    on_business_days,
    reports_of,
    spent_above_obligated,
    too_slow,
    without_identity,
)

FAMILIES = ("slfrf", "neu")
CATEGORY = (
    r"1\.(1[0-4]|[1-9])|2\.(3[0-7]|[12][0-9]|[1-9])|3\.[1-5]|4\.[12]|5\.(2[01]|1[0-9]|[1-9])|6\.[12]|7\.[123]"
    r"|(8|9|10)\.[1-9][0-9]*"
)
"""Treasury's expenditure categories since April 1, 2022 (Compliance and Reporting Guidance, appendix 1)."""

PREMIUM_PAY = r"4\..*"
"""Premium pay has a look-back of its own (31 CFR 35.6(c))."""
ADDED_USES = r"(8|9|10)\..*"
"""Disaster relief, surface transportation and Title I projects, added in 2023 (88 FR 64986)."""
TRANSPORT_AND_TITLE_I = r"(9|10)\..*"
REVENUE_LOSS = "6.1"
STATUSES = ("not started", "completed less than 50%", "completed 50% or more", "completed", "cancelled")

OBLIGATIONS = {
    "obligations": "subaward incurred_on federal_amount",
    "subawards": "family is_first_tier number",
}
USES = {
    "expenditures": "subaward incurred_on category",
    "subawards": "family",
    "projects": "subaward expenditure_category",
}


@rule(
    "slfrf-obligation-deadline",
    "Recovery money obligated after the deadline",
    says="Subaward {number}: {late:$} of recovery money was obligated after {deadline}, the last day for it; "
    "the first of it on {first_late_on}.",
    reads=OBLIGATIONS,
    law=("slfrf.obligated_by",),
)
def subawards_obligated_too_late(books: Books, law: Law) -> pd.DataFrame:
    """First-tier subawards of which nothing was obligated in time. Lower tiers are not bound by the day."""
    subawards = _obligated_after_the_deadline(books, law)
    return subawards[subawards.in_time <= 0]


@rule(
    "slfrf-no-new-obligations-after-deadline",
    "Recovery money added after the deadline",
    says="Subaward {number}: {late:$} was added after {deadline} to the {in_time:$} obligated by then.",
    reads=OBLIGATIONS,
    law=("slfrf.obligated_by",),
)
def subawards_raised_too_late(books: Books, law: Law) -> pd.DataFrame:
    """First-tier subawards raised after the deadline, on balance of all that changed since then."""
    subawards = _obligated_after_the_deadline(books, law)
    return subawards[subawards.in_time > 0]


def _obligated_after_the_deadline(books: Books, law: Law) -> pd.DataFrame:
    """First-tier subawards to which the actions after the deadline add federal money, all taken together."""
    actions = books.joined("obligations", "subaward", "family", "is_first_tier")
    actions = actions[actions.is_first_tier & actions.family.isin(FAMILIES)]
    actions = judged_today(actions, books, law, "slfrf.obligated_by")
    actions["deadline"] = law["slfrf.obligated_by"].on(actions.judged_on)
    is_late = actions.incurred_on > actions.deadline
    totals = actions.assign(
        late=actions.federal_amount.where(is_late, 0),
        in_time=actions.federal_amount.where(~is_late, 0),
        late_on=actions.incurred_on.where(is_late),
    ).groupby("subaward")
    sums = totals[["late", "in_time"]].sum()
    sums["deadline"], sums["first_late_on"] = totals.deadline.first(), totals.late_on.min()
    subawards = books.subawards[["number"]].join(sums, how="inner")
    return subawards[subawards.late > 0]


def _with_uses(costs: pd.DataFrame, books: Books) -> pd.DataFrame:
    """Costs with the expenditure category of each: its own, or that of all projects of its subaward."""
    projects = books.projects[books.projects.subaward.notna()].groupby("subaward").expenditure_category
    of_subaward = projects.first()[projects.nunique() == 1].astype("str")
    shared = of_subaward.reindex(costs.subaward).fillna("").set_axis(costs.index)
    own = costs.category.where(costs.category.str.fullmatch(CATEGORY), "")
    return costs.assign(use=own.where(own != "", shared))


@rule(
    "slfrf-expenditure-deadline",
    "Recovery money spent after the last day",
    says="Incurred on {incurred_on}; recovery money can be spent until {expended_by}.",
    reads={"expenditures": "subaward incurred_on", "subawards": "family"},
    law=("slfrf.expended_by",),
)
def costs_after_the_last_day(books: Books, law: Law) -> pd.DataFrame:
    """Costs dated after the last day on which the money can be spent."""
    costs = judged_today(costs_of(books, FAMILIES), books, law, "slfrf.expended_by")
    costs["expended_by"] = law["slfrf.expended_by"].on(costs.judged_on)
    return costs[costs.incurred_on > costs.expended_by]


@rule(
    "slfrf-expenditure-deadline-transport-title-i",
    "Transportation or Title I money spent after its last day",
    says="Incurred on {incurred_on} in category {use}; transportation and Title I projects can be paid until "
    "{expended_by}.",
    reads=USES,
    law=("slfrf.added_uses_expended_by",),
)
def transport_costs_after_the_last_day(books: Books, law: Law) -> pd.DataFrame:
    """Costs of surface transportation and Title I projects after their own, earlier last day."""
    code = "slfrf.added_uses_expended_by"
    costs = judged_today(costs_of(books, FAMILIES), books, law, code)
    costs["expended_by"] = law[code].on(costs.judged_on)
    costs = _with_uses(costs[costs.incurred_on > costs.expended_by], books)
    return costs[costs.use.str.fullmatch(TRANSPORT_AND_TITLE_I)]


@rule(
    "slfrf-cost-start-date",
    "Recovery money spent before the first day",
    says="Incurred on {incurred_on}; costs of this use count from {costs_from}.",
    reads=USES,
    law=("slfrf.costs_from", "slfrf.added_uses_costs_from"),
)
def costs_before_the_first_day(books: Books, law: Law) -> pd.DataFrame:
    """Costs before the first day of their use; those of premium pay are not judged."""
    costs = judged_today(costs_of(books, FAMILIES), books, law, "slfrf.costs_from")
    first, added = law["slfrf.costs_from"].on(costs.judged_on), law["slfrf.added_uses_costs_from"]
    has_added = added.covers(costs.judged_on)
    last = added.on(costs.judged_on[has_added]).reindex(costs.index).fillna(first)
    costs = costs.assign(costs_from=first, added_from=last)
    costs = _with_uses(costs[costs.incurred_on < costs.added_from], books)
    is_added = costs.use.str.fullmatch(ADDED_USES)
    costs["costs_from"] = costs.costs_from.where(~is_added, costs.added_from)
    return costs[(costs.incurred_on < costs.costs_from) & ~costs.use.str.fullmatch(PREMIUM_PAY)]


@rule(
    "slfrf-transport-title-i-cap",
    "Too much for transportation and Title I projects",
    says="Projects of categories 9 and 10 come to {planned:$} under award {fain}; at most {maximum:$} may be "
    "used for them.",
    reads={
        "projects": "family award expenditure_category adopted_budget obligated",
        "awards": "fain amount",
    },
    law=("slfrf.added_uses_cap", "slfrf.added_uses_cap_share"),
)
def too_much_for_transport_and_title_i(books: Books, law: Law) -> pd.DataFrame:
    """Awards whose projects of both uses together have budgets, or obligations, above the cap."""
    cap, share = law["slfrf.added_uses_cap"], law["slfrf.added_uses_cap_share"]
    projects = books.projects[books.projects.family.isin(FAMILIES)]
    projects = projects[projects.expenditure_category.str.fullmatch(TRANSPORT_AND_TITLE_I)]
    budgets = projects.adopted_budget.fillna(0).astype("int64")
    planned = projects.obligated.where(projects.obligated > budgets, budgets).groupby(projects.award).sum()
    awards = books.awards.assign(planned=planned.reindex(books.awards.index, fill_value=0).astype("int64"))
    awards = judged_today(awards, books, law, cap.code, share.code)
    of_award = most(awards.amount, share.in_basis_points(awards.judged_on))
    awards["maximum"] = np.maximum(cap.in_cents(awards.judged_on), of_award)
    return awards[awards.planned > awards.maximum]


@rule(
    "slfrf-expenditure-category",
    "Category that is not in Treasury's list",
    says="“{expenditure_category}” is not one of Treasury's expenditure categories, as they have been since "
    "{since}.",
    reads={"projects": "family expenditure_category"},
    law=("slfrf.categories_from",),
)
def projects_of_no_category(books: Books, law: Law) -> pd.DataFrame:
    """Projects with a category that the present list does not have."""
    projects = books.projects[books.projects.family.isin(FAMILIES)]
    projects = judged_today(projects, books, law, "slfrf.categories_from")
    projects["since"] = law["slfrf.categories_from"].on(projects.judged_on)
    category = projects.expenditure_category
    return projects[(category != "") & ~category.str.fullmatch(CATEGORY)]


@rule(
    "slfrf-project-record-minimum",
    "Record of a project is not complete",
    says="The record of project “{name}” is not complete. To put right: {faults}.",
    reads={
        "projects": "program party family code name number expenditure_category description completion "
        "adopted_budget",
        "programs": "is_passed_down",
    },
    law=(
        "slfrf.longest_project_name",
        "slfrf.longest_project_number",
        "slfrf.longest_project_description",
    ),
)
def projects_without_their_facts(books: Books, law: Law) -> pd.DataFrame:
    """Projects that lack what Treasury asks of each, or tell it too long, or under another's number.

    Those of the programs that the state reports on: who is paid directly by Treasury reports to it alone. The
    adopted budget is asked of large recipients, and so not of nonentitlement units.
    """
    projects = books.joined("projects", "program", "is_passed_down")
    longest = {name: f"slfrf.longest_project_{name}" for name in ("name", "number", "description")}
    projects = projects[projects.is_passed_down & projects.family.isin(FAMILIES)]
    projects = judged_today(projects, books, law, *longest.values())
    numbered = projects[projects.number != ""]
    is_twice = numbered.duplicated(["program", "party", "number"], keep=False)
    is_blank = {
        word: projects[column] == ""
        for column, word in (
            ("expenditure_category", "the expenditure category is missing"),
            ("name", "the name is missing"),
            ("number", "the project number is missing"),
            ("completion", "the status is missing"),
            ("description", "the description is missing"),
        )
    }
    limits = {name: law[code].on(projects.judged_on).astype("int64") for name, code in longest.items()}
    is_wrong = is_blank | {
        "the status is not one of Treasury's five": ~projects.completion.str.lower().isin([*STATUSES, ""]),
        "the adopted budget is missing": (projects.family == "slfrf") & projects.adopted_budget.isna(),
        "another project has the same number": is_twice.reindex(projects.index, fill_value=False),
        **{f"the {name} is too long": projects[name].str.len() > most for name, most in limits.items()},
    }
    faults = pd.Series("", index=projects.index)
    for words, is_so in is_wrong.items():
        faults += np.where(is_so, f"; {words}", "")
    return projects.assign(faults=faults.str.removeprefix("; "))[faults != ""]


@rule(
    "slfrf-cumulative-consistency",
    "More spent than obligated",
    says=ABOVE,
    reads=PROJECTS_ABOVE,
)
def more_spent_than_obligated(books: Books, law: Law) -> tuple[pd.DataFrame, ...]:
    """Projects and subawards on which more is spent in all than is obligated in all."""
    return spent_above_obligated(books, FAMILIES)


@rule(
    "slfrf-subaward-detail-threshold",
    "Subrecipient that cannot be named to Treasury",
    says="{obligated:$} is obligated to {subrecipient}; from {threshold:$} Treasury wants the subrecipient’s "
    "UEI or tax number, and neither is recorded.",
    reads=IDENTITY,
    law=("slfrf.detail_threshold",),
)
def large_subawards_to_unknown_parties(books: Books, law: Law) -> pd.DataFrame:
    """Subawards large enough to be reported one by one whose subrecipient cannot be identified."""
    return without_identity(books, law, "slfrf.detail_threshold", FAMILIES)


@rule(
    "slfrf-revenue-loss-no-subrecipient",
    "Subaward for revenue replacement",
    says="Subaward {number} to {subrecipient} pays for a project of category 6.1, revenue replacement, in "
    "which whoever is paid is not a subrecipient.",
    reads={"projects": "family subaward expenditure_category", "subawards": "number subrecipient"},
)
def subawards_of_revenue_loss(books: Books, law: Law) -> pd.DataFrame:
    """Subawards with a project of revenue replacement, which makes no subrecipients."""
    projects = books.projects[books.projects.family.isin(FAMILIES)]
    of_loss = projects.subaward[projects.expenditure_category == REVENUE_LOSS].dropna()
    return books.subawards[books.subawards.index.isin(of_loss)]


@rule(
    "slfrf-broadband-speed",
    "Network below the least speed",
    says="Subaward {number} is to bring {download_mbps:n} Mbps down and {upload_mbps:n} up; at least "
    "{least_down:n} down and {least_up:n} up are needed.",
    reads={"subawards": "number family download_mbps upload_mbps"},
    law=("slfrf.least_download_mbps", "slfrf.least_upload_mbps"),
)
def networks_too_slow(books: Books, law: Law) -> pd.DataFrame:
    """Subawards for broadband that do not promise the least speed, even where 100 up is not practicable."""
    return too_slow(books, law, "slfrf", FAMILIES)


@rule(
    "slfrf-quarterly-report-due",
    "Quarterly report late",
    says=LATE,
    reads=REPORTS,
    law=("slfrf.report_due_months",),
)
def quarterly_reports_late(books: Books, law: Law) -> pd.DataFrame:
    """Reports of quarters that came after Treasury's due day, or are missing after it."""
    months = law["slfrf.report_due_months"]
    reports = reports_of(books, ("slfrf",))
    reports = reports[months.covers(reports.starts_on) & ~is_yearly(reports)]
    due_on = month_ends(reports.ends_on, months.on(reports.starts_on).astype("int64"))
    return late_reports(reports.assign(law_due_on=on_business_days(due_on)), books)


@rule(
    "slfrf-annual-report-due",
    "Yearly report late",
    says=LATE,
    reads=REPORTS,
    law=("slfrf.annual_report_month",),
)
def yearly_reports_late(books: Books, law: Law) -> pd.DataFrame:
    """Reports of a year that came after the end of the April that follows it, or are missing after it."""
    month = law["slfrf.annual_report_month"]
    reports = reports_of(books, FAMILIES)
    reports = reports[month.covers(reports.starts_on) & is_yearly(reports)]
    months = (month.on(reports.starts_on).astype("int64") - reports.ends_on.dt.month) % 12
    due_on = month_ends(reports.ends_on, months.where(months > 0, 12))
    return late_reports(reports.assign(law_due_on=on_business_days(due_on)), books)
