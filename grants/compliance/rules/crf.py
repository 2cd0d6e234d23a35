"""Coronavirus Relief Fund (CRF): the covered period, obligations, detail and reports.

The law is read on the day on which the books are judged: the period was lengthened, and what counts as
incurred was widened, for money paid long before.
"""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.treasury import (
    ABOVE,
    IDENTITY,
    LATE,
    PROJECTS_ABOVE,
    REPORTS,
    costs_of,
    judged_today,
    late_reports,
    on_business_days,
    reports_of,
    spent_above_obligated,
    without_identity,
)

FAMILIES = ("crf",)
TRIBE = "tribe"
COSTS = {
    "expenditures": "subaward incurred_on",
    "subawards": "family party",
    "parties": "kind",
    "obligations": "subaward incurred_on amount",
}
PERIOD = (
    "crf.covered_period_starts",
    "crf.covered_period_ends",
    "crf.tribal_covered_period_ends",
    "crf.obligated_by",
    "crf.expended_by",
)


@rule(
    "crf-covered-period",
    "Relief fund cost outside the covered period",
    says="Incurred on {incurred_on}; the covered period runs from {covered_from} to {covered_to}, and the "
    "subaward was not obligated by its end.",
    reads=COSTS,
    law=PERIOD,
)
def costs_outside_the_covered_period(books: Books, law: Law) -> pd.DataFrame:
    """Costs before the covered period, and those after it that were not obligated in time either."""
    costs = _costs(books, law)
    is_after = costs.incurred_on > costs.covered_to
    return costs[(costs.incurred_on < costs.covered_from) | (is_after & ~costs.was_obligated_in_time)]


@rule(
    "crf-incurred-means-obligated",
    "Relief fund cost spent too late",
    says="Obligated in time, but spent on {incurred_on}; what was obligated by {covered_to} can be spent "
    "until {expended_by}.",
    reads=COSTS,
    law=PERIOD,
)
def costs_spent_too_late(books: Books, law: Law) -> pd.DataFrame:
    """Costs obligated within the covered period and dated after the last day to spend them.

    The day is not known for Tribal governments, whose covered period is longer; they are not judged.
    """
    costs = _costs(books, law)
    is_known = costs.was_obligated_in_time & (costs.kind != TRIBE)
    return costs[is_known & (costs.incurred_on > costs.expended_by)]


def _costs(books: Books, law: Law) -> pd.DataFrame:
    """Costs with the covered period of each subrecipient, and whether the subaward was obligated within it.

    Before Treasury said that obligated is incurred, no cost is obligated in time.
    """
    start, end, tribal, obligated, expended = (law[code] for code in PERIOD)
    costs = costs_of(books, FAMILIES, "party")
    costs = judged_today(costs, books, law, start.code, end.code)
    costs = costs.assign(
        kind=books.parties.kind.reindex(costs.party).to_numpy(),
        covered_from=start.on(costs.judged_on),
        covered_to=end.on(costs.judged_on),
    )
    of_tribes = costs.judged_on[(costs.kind == TRIBE) & tribal.covers(costs.judged_on)]
    longer = tribal.on(of_tribes).reindex(costs.index)
    costs["covered_to"] = longer.fillna(costs.covered_to)
    is_widened = obligated.covers(costs.judged_on) & expended.covers(costs.judged_on)
    since = costs.judged_on[is_widened]
    last = obligated.on(since).reindex(costs.index)
    last = last.where(~is_widened | (last >= costs.covered_to), costs.covered_to)
    obligations = books.obligations[books.obligations.amount > 0]
    first = obligations.groupby("subaward").incurred_on.min().reindex(costs.subaward).set_axis(costs.index)
    return costs.assign(
        was_obligated_in_time=is_widened & (first <= last),
        expended_by=expended.on(since).reindex(costs.index),
    )


@rule(
    "crf-expenditure-not-over-obligation",
    "More spent than obligated",
    says=ABOVE,
    reads=PROJECTS_ABOVE,
)
def more_spent_than_obligated(books: Books, law: Law) -> tuple[pd.DataFrame, ...]:
    """Projects and subawards on which more is spent in all than is obligated in all."""
    return spent_above_obligated(books, FAMILIES)


@rule(
    "crf-detail-threshold",
    "Subrecipient that cannot be named to Treasury",
    says="{obligated:$} is obligated to {subrecipient}; from {threshold:$} Treasury wants the recipient "
    "itself, and neither UEI nor tax number is recorded.",
    reads=IDENTITY,
    law=("crf.detail_threshold",),
)
def large_subawards_to_unknown_parties(books: Books, law: Law) -> pd.DataFrame:
    """Subawards large enough to be reported one by one whose subrecipient cannot be identified."""
    return without_identity(books, law, "crf.detail_threshold", FAMILIES)


@rule(
    "crf-quarterly-report-due",
    "Relief fund report late",
    says=LATE,
    reads=REPORTS,
    law=("crf.report_due_days",),
)
def quarterly_reports_late(books: Books, law: Law) -> pd.DataFrame:
    """Reports of a cycle that came after its due day, or are missing after it."""
    days = law["crf.report_due_days"]
    reports = reports_of(books, FAMILIES)
    reports = reports[days.covers(reports.starts_on)]
    due_on = reports.ends_on + pd.to_timedelta(days.on(reports.starts_on).astype("int64"), unit="D")
    return late_reports(reports.assign(law_due_on=on_business_days(due_on)), books)
