"""Capital Projects Fund (CPF): kinds of project, last day, speeds, administration and reports."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.shares import most
from grants.compliance.treasury import (
    LATE,
    REPORTS,
    costs_of,
    judged_today,
    late_reports,
    month_ends,
    on_business_days,
    reports_of,
    too_slow,
)

FAMILIES = ("cpf",)
USES = r"1[A-D]"
"""1A broadband, 1B connectivity technology, 1C community facilities, 1D others approved case by case."""


@rule(
    "cpf-project-type",
    "Project of no approved use",
    says="Project “{name}” is recorded under the use “{expenditure_category}”; Treasury approves 1A, 1B, 1C "
    "and, case by case, 1D.",
    reads={"projects": "name family expenditure_category"},
)
def projects_of_no_use(books: Books, law: Law) -> pd.DataFrame:
    """Projects that are not recorded under one of the uses that Treasury approves."""
    projects = books.projects[books.projects.family.isin(FAMILIES)]
    return projects[~projects.expenditure_category.str.fullmatch(USES)]


@rule(
    "cpf-expenditure-deadline",
    "Capital Projects Fund money spent after the last day",
    says="Incurred on {incurred_on}; Capital Projects Fund money can be spent until {expended_by}.",
    reads={"expenditures": "subaward incurred_on", "subawards": "family"},
    law=("cpf.expended_by",),
)
def costs_after_the_last_day(books: Books, law: Law) -> pd.DataFrame:
    """Costs dated after the last day of the fund, as the law stands on the day the books are judged."""
    costs = judged_today(costs_of(books, FAMILIES), books, law, "cpf.expended_by")
    costs["expended_by"] = law["cpf.expended_by"].on(costs.judged_on)
    return costs[costs.incurred_on > costs.expended_by]


@rule(
    "cpf-broadband-speed",
    "Network below the least speed",
    says="Subaward {number} is to bring {download_mbps:n} Mbps down and {upload_mbps:n} up; at least "
    "{least_down:n} down and {least_up:n} up are needed.",
    reads={"subawards": "number family download_mbps upload_mbps"},
    law=("cpf.least_download_mbps", "cpf.least_upload_mbps"),
)
def networks_too_slow(books: Books, law: Law) -> pd.DataFrame:
    """Subawards for broadband that do not promise the least speed, even where 100 up is not practicable."""
    return too_slow(books, law, "cpf", FAMILIES)


@rule(
    "cpf-administrative-cap",
    "Too much spent on administration",
    says="Administration takes {administration:$} of award {fain}; at most {maximum:$} ({share:%}) of "
    "{amount:$} may.",
    reads={"awards": "fain family amount", "administration": "award amount"},
    law=("cpf.administration_cap_share",),
)
def too_much_administration(books: Books, law: Law) -> pd.DataFrame:
    """CPF awards whose administration takes more than its share, as the law stands on the day of judgment."""
    cap = law["cpf.administration_cap_share"]
    awards = judged_today(books.awards[books.awards.family.isin(FAMILIES)], books, law, cap.code)
    awards = awards.assign(
        share=cap.in_basis_points(awards.judged_on), administration=books.summed("administration", awards)
    )
    awards["maximum"] = most(awards.amount, awards.share)
    return awards[awards.administration > awards.maximum]


@rule(
    "cpf-quarterly-report",
    "Capital Projects Fund report late",
    says=LATE,
    reads=REPORTS,
    law=("cpf.report_due_months",),
)
def quarterly_reports_late(books: Books, law: Law) -> pd.DataFrame:
    """Reports that came after Treasury's due day, or are missing after it. The period chooses the edition."""
    months = law["cpf.report_due_months"]
    reports = reports_of(books, FAMILIES)
    reports = reports[months.covers(reports.starts_on)]
    due_on = month_ends(reports.ends_on, months.on(reports.starts_on).astype("int64"))
    return late_reports(reports.assign(law_due_on=on_business_days(due_on)), books)
