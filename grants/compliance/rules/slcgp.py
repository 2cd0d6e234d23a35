"""State and Local Cybersecurity Grant Program: floors, cap and cost share, by year of appropriation."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.days import days_after
from grants.compliance.law import Law
from grants.compliance.law import law as current
from grants.compliance.rule import rule
from grants.compliance.rules.costs import standing
from grants.compliance.shares import least, least_match, most
from grants.compliance.treasury import judged_today
from grants.kernel.money import cents, from_cents

DAYS_ALLOWED = "slcgp.pass_through_days"

_RANSOM, _LAND = (
    r"\bransoms?\b",
    r"\b(?:land|real estate) (?:purchase|acquisition)|(?:purchase|acquisition) of land\b",
)
_BUILDING, _RECREATION = r"\bconstruction\b|\bremodell?ing\b|\brenovations?\b", r"\brecreation(?:al)?\b"
BARRED_CATEGORIES = rf"(?i){_RANSOM}|{_LAND}|{_BUILDING}|{_RECREATION}"
BARRED_WORDS = rf"(?i){_RANSOM}|{_LAND}"
"""In a description, construction and recreation may be what is protected; in a category they are the cost."""


@dataclass(frozen=True)
class SlcgpLimits:
    """What an award obliges the state to, in dollars: floors rounded up to the cent, caps down."""

    minimum_local: Decimal
    minimum_rural: Decimal
    maximum_state_retained: Decimal
    maximum_administration: Decimal
    minimum_match: Decimal
    total_project_cost_at_minimum_match: Decimal


def slcgp_limits(
    award: Decimal, fiscal_year: int, *, is_multi_entity: bool = False, law: Law = current
) -> SlcgpLimits:
    """The limits of an award of so many federal dollars from the appropriation of a federal fiscal year.

    Shares are of the whole award, before administration. The match is a share of the total cost. Raises
    LookupError for a fiscal year that the law has no share for.

    Source: 6 U.S.C. 665g(d)(3), (m), (n)(2).
    """
    federal, day = cents(award), date(fiscal_year - 1, 10, 1)
    local = least(federal, law["slcgp.local_share"].in_basis_points(day))
    rate = law["slcgp.multi_entity_cost_share" if is_multi_entity else "slcgp.cost_share"]
    match = least_match(federal, rate.in_basis_points(day))
    return SlcgpLimits(
        minimum_local=from_cents(local),
        minimum_rural=from_cents(least(federal, law["slcgp.rural_share"].in_basis_points(day))),
        maximum_state_retained=from_cents(federal - local),
        maximum_administration=from_cents(
            most(federal, law["slcgp.administration_cap_share"].in_basis_points(day))
        ),
        minimum_match=from_cents(match),
        total_project_cost_at_minimum_match=from_cents(federal + match),
    )


@rule(
    "slcgp-local-pass-through",
    "Too little passed through to local governments",
    says="{passed:$} of {amount:$} went to local governments; at least {minimum:$} ({share:%}) must.",
    reads={
        "awards": "family amount appropriated_on received_on awarded_on has_pass_through_exemption",
        "passed_down": "award is_local amount",
    },
    law=(
        "slcgp.local_share",
        DAYS_ALLOWED,
    ),
)
def too_little_to_local_governments(books: Books, law: Law) -> pd.DataFrame:
    """SLCGP awards past their time to pass through, of which local governments got less than their share."""
    return _below_the_floor(books, law, "slcgp.local_share", books.passed_down.is_local)


@rule(
    "slcgp-rural-pass-through",
    "Too little passed through to rural areas",
    says="{passed:$} of {amount:$} went to rural areas; at least {minimum:$} ({share:%}) must.",
    reads={
        "awards": "family amount appropriated_on received_on awarded_on has_pass_through_exemption",
        "passed_down": "award is_local is_rural amount",
    },
    law=(
        "slcgp.rural_share",
        DAYS_ALLOWED,
    ),
)
def too_little_to_rural_areas(books: Books, law: Law) -> pd.DataFrame:
    """SLCGP awards past their time to pass through, of which rural areas got less than their share."""
    passed = books.passed_down
    return _below_the_floor(books, law, "slcgp.rural_share", passed.is_local & passed.is_rural)


@rule(
    "slcgp-pass-through-45-days",
    "Passed through to local governments too late",
    says="By {due_on}, {passed:$} of award {fain} was promised to local governments; at least {minimum:$} "
    "({share:%} of {amount:$}) had to be.",
    reads={
        "awards": "fain family amount appropriated_on received_on awarded_on has_pass_through_exemption",
        "passed_down": "award is_local passed_on amount",
    },
    law=("slcgp.local_share", DAYS_ALLOWED),
)
def passed_through_too_late(books: Books, law: Law) -> pd.DataFrame:
    """SLCGP awards of which local governments did not have their share when the time to pass it was over."""
    awards = _with_floor(books, law, "slcgp.local_share")
    passed = books.passed_down
    is_in_time = passed.passed_on <= awards.due_on.reindex(passed.award).to_numpy()
    awards["passed"] = books.summed("passed_down", awards, where=passed.is_local & is_in_time)
    return awards[awards.passed < awards.minimum]


@rule(
    "slcgp-administration-cap",
    "Too much spent on administration",
    says="Administration takes {administration:$}; at most {maximum:$} ({share:%}) of {amount:$} may.",
    reads={
        "awards": "family amount appropriated_on",
        "administration": "award amount",
    },
    law=("slcgp.administration_cap_share",),
)
def too_much_administration(books: Books, law: Law) -> pd.DataFrame:
    """SLCGP awards whose administration takes more than its share of the award."""
    awards = _awards(books, law, "slcgp.administration_cap_share")
    awards["administration"] = books.summed("administration", awards)
    awards["maximum"] = most(awards.amount, awards.share)
    return awards[awards.administration > awards.maximum]


@rule(
    "slcgp-cost-share",
    "Too little cost share",
    says="{promised:$} of cost share is promised beside {amount:$} of federal money; at least {minimum:$} "
    "must be, {share:%} of the total cost.",
    reads={
        "awards": "family amount appropriated_on is_multi_entity has_cost_share_waiver",
        "cost_shares": "award amount",
    },
    law=(
        "slcgp.cost_share",
        "slcgp.multi_entity_cost_share",
    ),
)
def too_little_cost_share(books: Books, law: Law) -> pd.DataFrame:
    """SLCGP awards without a waiver, whose promised cost share is below its share of the total cost."""
    single = _awards(books, law, "slcgp.cost_share")
    several = _awards(books, law, "slcgp.multi_entity_cost_share")
    awards = pd.concat([single[~single.is_multi_entity], several[several.is_multi_entity]])
    awards["promised"] = books.summed("cost_shares", awards)
    awards["minimum"] = least_match(awards.amount, awards.share)
    return awards[(awards.promised < awards.minimum) & ~awards.has_cost_share_waiver]


@rule(
    "slcgp-prohibited-uses",
    "Cost that the cybersecurity grant cannot pay",
    says="{amount:$} of {incurred_on} {how}; the cybersecurity grant cannot pay for that.",
    reads={
        "awards": "family",
        "subawards": "family",
        "expenditures": "subaward incurred_on category memo amount reverses",
        "contributions": "subaward award incurred_on amount reverses",
    },
)
def costs_of_barred_uses(books: Books, law: Law) -> tuple[pd.DataFrame, pd.DataFrame]:
    """SLCGP costs named ransom, land, building or recreation, and match paid out of an SLCGP award."""
    costs = standing(books.joined("expenditures", "subaward", "family"))
    costs = costs[costs.family == "slcgp"]
    by_category = costs.category.str.contains(BARRED_CATEGORIES)
    costs = costs[by_category | costs.memo.str.contains(BARRED_WORDS)]
    words = costs.category.where(by_category.reindex(costs.index), costs.memo)
    shares = standing(books.joined("contributions", "award", "family"))
    of_subaward = shares.subaward.map(books.subawards.family)
    shares = shares[(shares.family == "slcgp") & (of_subaward == "slcgp")]
    return (
        costs.assign(how="is recorded as “" + words + "”"),
        shares.assign(how="is counted as cost share and was paid by the grant itself"),
    )


@rule(
    "slcgp-program-authority",
    "Award from after the end of the program",
    says="Award {fain} is dated {awarded_on}; the law known here allows awards until {authority_ends_on}.",
    reads={"awards": "fain family awarded_on"},
    law=("slcgp.authority_ends_on",),
)
def awards_after_the_authority(books: Books, law: Law) -> pd.DataFrame:
    """SLCGP awards dated after the last day of the authority, as the law stands on the day of judgment."""
    ends = law["slcgp.authority_ends_on"]
    awards = judged_today(books.awards[books.awards.family == "slcgp"], books, law, ends.code)
    awards["authority_ends_on"] = ends.on(awards.judged_on)
    return awards[awards.awarded_on > awards.authority_ends_on]


def _awards(books: Books, law: Law, code: str) -> pd.DataFrame:
    """The SLCGP awards of the years that a share is set for, with that ``share`` in basis points."""
    awards = books.awards[books.awards.family == "slcgp"]
    awards = awards[law[code].covers(awards.appropriated_on)]
    return awards.assign(share=law[code].in_basis_points(awards.appropriated_on))


def _below_the_floor(books: Books, law: Law, code: str, counts: pd.Series) -> pd.DataFrame:
    """The awards past their time to pass money through, that passed less than ``code`` asks."""
    awards = _with_floor(books, law, code)
    awards["passed"] = books.summed("passed_down", awards, where=counts)
    return awards[awards.passed < awards.minimum]


def _with_floor(books: Books, law: Law, code: str) -> pd.DataFrame:
    """The awards whose time to pass money through is over, with the least that the share ``code`` is.

    The time runs from when the state received the award, or from its date when that is not recorded.
    """
    awards = _awards(books, law, code)
    awards = awards.assign(
        minimum=least(awards.amount, awards.share),
        due_on=days_after(
            awards.received_on.fillna(awards.awarded_on), law[DAYS_ALLOWED], awards.appropriated_on
        ),
    )
    return awards[(awards.due_on < books.today) & ~awards.has_pass_through_exemption]
