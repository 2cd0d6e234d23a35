"""Broadband Equity, Access, and Deployment (BEAD): match, speeds, build-out, administration and reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.days import months_after
from grants.compliance.law import Law
from grants.compliance.law import law as current
from grants.compliance.rule import rule
from grants.compliance.rules.costs import OWN, standing
from grants.compliance.shares import least, most
from grants.compliance.treasury import judged_today, too_slow
from grants.kernel.money import ZERO, cents, from_cents

FAMILIES = ("bead",)
ALN = "11.035"
COUNTED = frozenset({"21.019", "21.027", "21.029", "11.029", "11.031"})
"""Assistance Listings of the pandemic acts of 2020 and 2021, whose money counts as match where it was given
for broadband (47 U.S.C. 1702(h)(3)(B)): the Relief, Fiscal Recovery and Capital Projects Funds, Tribal
Broadband Connectivity, and the Broadband Infrastructure Program. Other federal money does not.
"""


@dataclass(frozen=True)
class Contribution:
    """What somebody other than the grant gives to a project, in cash or in kind, in dollars.

    ``aln`` is the Assistance Listing of federal money, empty for what is not federal.
    """

    source: str
    amount: Decimal
    aln: str = ""


@dataclass(frozen=True)
class Match:
    """What a project needs of match and has of it, in dollars."""

    minimum: Decimal
    maximum_grant: Decimal
    eligible: Decimal
    ineligible: Decimal

    @property
    def is_met(self) -> bool:
        """Whether what counts is enough."""
        return self.eligible >= self.minimum


def bead_match(
    cost: Decimal,
    contributions: Sequence[Contribution],
    *,
    on: date,
    in_high_cost_areas: Decimal = ZERO,
    law: Law = current,
) -> Match:
    """The match of a project that costs so many dollars in all, under a subaward issued on a day.

    The least match is a share of the cost outside high-cost areas, rounded up to the cent. Money of the
    pandemic acts counts, other federal money does not. Source: 47 U.S.C. 1702(h)(3).
    """
    projects = pd.DataFrame(
        {
            "cost": [cents(cost)],
            "excepted": [cents(in_high_cost_areas)],
            "share": [law["bead.match_share"].in_basis_points(on)],
        }
    )
    given = pd.DataFrame(
        {
            "subaward": pd.Series(0, index=range(len(contributions))),
            "aln": pd.Series([each.aln for each in contributions], dtype="str"),
            "amount": pd.Series([cents(each.amount) for each in contributions], dtype="int64"),
        }
    )
    matched = _matched(projects, given)
    minimum, eligible, ineligible = (
        from_cents(int(matched[name].iloc[0])) for name in ("minimum", "eligible", "ineligible")
    )
    return Match(minimum, cost - minimum, eligible, ineligible)


def _matched(projects: pd.DataFrame, contributions: pd.DataFrame) -> pd.DataFrame:
    """Projects with the least match they need, and what of their contributions counts and what does not."""
    counts = _counts(contributions.aln)
    eligible, ineligible = (
        rows.groupby("subaward").amount.sum().reindex(projects.index, fill_value=0).astype("int64")
        for rows in (contributions[counts], contributions[~counts])
    )
    return projects.assign(
        minimum=least(projects.cost - projects.excepted, projects.share),
        eligible=eligible,
        ineligible=ineligible,
    )


def _counts(alns: pd.Series) -> pd.Series:
    """Whether money counts as match, by its Assistance Listing; empty for what is not federal."""
    return (alns == "") | alns.isin(COUNTED)


@rule(
    "bead-match-25-percent",
    "Too little match",
    says="Of {cost:$}, the cost of the project, {eligible:$} comes from sources that count as match; at "
    "least {minimum:$} ({share:%}) must. Other federal money, which does not count: {ineligible:$}.",
    reads={
        "awards": "aln has_cost_share_waiver",
        "subawards": "family award issued_on amount",
        "budget_lines": "subaward source amount",
        "passed_down": "award subaward amount",
    },
    law=("bead.match_share",),
)
def too_little_match(books: Books, law: Law) -> pd.DataFrame:
    """BEAD subawards with a budget, without a waiver, in which too little comes from sources that count.

    The state's own money in the subaward counts. The day of issue chooses the share.
    """
    share = law["bead.match_share"]
    projects = books.joined("subawards", "award", "has_cost_share_waiver")
    projects = projects[projects.family.isin(FAMILIES) & ~projects.has_cost_share_waiver]
    projects = projects[share.covers(projects.issued_on) & projects.index.isin(books.budget_lines.subaward)]
    projects = projects.assign(
        cost=books.summed("budget_lines", projects),
        excepted=0,
        share=share.in_basis_points(projects.issued_on),
    )
    projects = _matched(projects, _promised(books, projects))
    return projects[projects.eligible < projects.minimum]


def _promised(books: Books, projects: pd.DataFrame) -> pd.DataFrame:
    """What the budgets and the splits of projects promise beside the grant itself."""
    own = books.budget_lines[books.budget_lines.source.isin(OWN)]
    federal = books.joined("passed_down", "award", "aln")
    of_state = projects.amount - books.summed("passed_down", projects)
    return pd.concat(
        [
            own[["subaward", "amount"]].assign(aln=""),
            federal.loc[federal.aln != ALN, ["subaward", "amount", "aln"]],
            pd.DataFrame({"subaward": projects.index, "amount": of_state.to_numpy(), "aln": ""}),
        ],
        ignore_index=True,
    )


@rule(
    "bead-match-source",
    "Match from a source that does not count",
    says="{amount:$} of {incurred_on} is counted as match and comes from federal award {fain} (Assistance "
    "Listing {aln}); that money does not count.",
    reads={
        "awards": "fain aln",
        "subawards": "family",
        "contributions": "subaward award incurred_on amount reverses",
    },
)
def match_from_sources_that_do_not_count(books: Books, law: Law) -> pd.DataFrame:
    """Cost share of BEAD subawards out of federal awards other than those of the pandemic acts."""
    shares = books.joined("contributions", "award", "fain", "aln")
    family = books.joined("contributions", "subaward", "family").family
    shares = standing(shares)
    return shares[family.reindex(shares.index).isin(FAMILIES) & ~_counts(shares.aln)]


@rule(
    "bead-service-standard",
    "Network below the least speed",
    says="Subaward {number} is to bring {download_mbps:n} Mbps down and {upload_mbps:n} up; at least "
    "{least_down:n} down and {least_up:n} up are needed.",
    reads={"subawards": "number family download_mbps upload_mbps"},
    law=("bead.least_download_mbps", "bead.least_upload_mbps"),
)
def networks_too_slow(books: Books, law: Law) -> pd.DataFrame:
    """BEAD subawards that do not promise the least speed. One without recorded speeds is not judged."""
    return too_slow(books, law, "bead", FAMILIES)


@rule(
    "bead-four-year-buildout",
    "Network to be built too late",
    says="Subaward {number} was issued on {issued_on} and runs to {performs_to}; the network must be built "
    "and in service by {built_by}.",
    reads={"subawards": "number family issued_on performs_to"},
    law=("bead.buildout_months",),
)
def networks_built_too_late(books: Books, law: Law) -> pd.DataFrame:
    """BEAD subawards that run longer than the time to build, which the day of issue chooses."""
    subawards = books.subawards[books.subawards.family.isin(FAMILIES)]
    built_by = months_after(subawards.issued_on, law["bead.buildout_months"], subawards.issued_on)
    return subawards.assign(built_by=built_by)[subawards.performs_to > built_by]


@rule(
    "bead-administrative-caps",
    "Too much spent on administration",
    says="Administration takes {administration:$} of award {fain}; at most {maximum:$} ({share:%}) of "
    "{amount:$} may.",
    reads={"awards": "fain family amount", "administration": "award amount"},
    law=("bead.administration_cap_share",),
)
def too_much_administration(books: Books, law: Law) -> pd.DataFrame:
    """BEAD awards whose administration takes more than its share, as the law stands on the day judged."""
    cap = law["bead.administration_cap_share"]
    awards = judged_today(books.awards[books.awards.family.isin(FAMILIES)], books, law, cap.code)
    awards = awards.assign(
        share=cap.in_basis_points(awards.judged_on), administration=books.summed("administration", awards)
    )
    awards["maximum"] = most(awards.amount, awards.share)
    return awards[awards.administration > awards.maximum]


@rule(
    "bead-subgrantee-semiannual-report",
    "Reports asked too seldom",
    says="Reports that each subrecipient of {name} was asked for {year}: {count:n}. There must be at least "
    "{least:n}.",
    reads={
        "programs": "name family stage",
        "reports_due": "program period ends_on",
        "subawards": "program issued_on performs_to is_closed",
    },
    law=("bead.reports_a_year",),
)
def reports_asked_too_seldom(books: Books, law: Law) -> pd.DataFrame:
    """Open BEAD programs with too few reports for the last calendar year.

    A report counts in the year in which its period ends. Judged where a subaward was open from the first to
    the last day of that year, whose first day chooses the law.
    """
    year = books.as_of.year - 1
    begins, ends = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
    subawards = books.subawards
    is_whole = ~subawards.is_closed & (subawards.issued_on <= begins) & ~(subawards.performs_to < ends)
    programs = books.programs[books.programs.family.isin(FAMILIES) & (books.programs.stage == "open")]
    programs = programs[programs.index.isin(subawards.program[is_whole])].assign(begins=begins)
    programs = programs[law["bead.reports_a_year"].covers(programs.begins)]
    periods = books.reports_due.drop_duplicates(["program", "period"])
    counts = periods[periods.ends_on.dt.year == year].groupby("program").size()
    programs = programs.assign(
        year=str(year),
        count=counts.reindex(programs.index, fill_value=0).astype("int64"),
        least=law["bead.reports_a_year"].on(programs.begins).astype("int64"),
    )
    return programs[programs["count"] < programs.least]
