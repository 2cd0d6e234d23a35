"""State and Local Cybersecurity Grant Program: floors, cap and cost share, by year of appropriation."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.law import law as current
from grants.compliance.rule import rule
from grants.compliance.shares import least, least_match, most
from grants.kernel.money import cents, from_cents


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
        "slcgp.pass_through_days",
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
        "slcgp.pass_through_days",
    ),
)
def too_little_to_rural_areas(books: Books, law: Law) -> pd.DataFrame:
    """SLCGP awards past their time to pass through, of which rural areas got less than their share."""
    passed = books.passed_down
    return _below_the_floor(books, law, "slcgp.rural_share", passed.is_local & passed.is_rural)


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


def _awards(books: Books, law: Law, code: str) -> pd.DataFrame:
    """The SLCGP awards of the years that a share is set for, with that ``share`` in basis points."""
    awards = books.awards[books.awards.family == "slcgp"]
    awards = awards[law[code].covers(awards.appropriated_on)]
    return awards.assign(share=law[code].in_basis_points(awards.appropriated_on))


def _below_the_floor(books: Books, law: Law, code: str, counts: pd.Series) -> pd.DataFrame:
    """The awards that had time to pass money through and passed less than the share ``code`` where it counts.

    The time runs from when the state received the award, or from its date when that is not recorded.
    """
    awards = _awards(books, law, code)
    awards["passed"] = books.summed("passed_down", awards, where=counts)
    awards["minimum"] = least(awards.amount, awards.share)
    days = law["slcgp.pass_through_days"].on(awards.appropriated_on).astype("int64")
    due_on = awards.received_on.fillna(awards.awarded_on) + pd.to_timedelta(days, unit="D")
    is_judged = (due_on < books.today) & ~awards.has_pass_through_exemption
    return awards[is_judged & (awards.passed < awards.minimum)]
