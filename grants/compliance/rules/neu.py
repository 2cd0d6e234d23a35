"""Rounds for non-entitlement units of local government (NEU) under the Fiscal Recovery Fund."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.shares import least, most


@rule(
    "neu-budget-cap",
    "Allocation above the budget cap",
    says="{party} is given {given:$} over both tranches; at most {maximum:$} may be, {share:%} of its "
    "budget of {reference_budget:$}.",
    reads={
        "allocations": "round party reference_budget first_tranche second_tranche",
        "rounds": "family awarded_on",
    },
    law=("neu.budget_cap_share",),
)
def shares_above_the_budget_cap(books: Books, law: Law) -> pd.DataFrame:
    """Shares whose tranches together exceed the cap. A share without a known budget is not judged."""
    cap = law["neu.budget_cap_share"]
    shares = books.joined("allocations", "round", "family", "awarded_on")
    shares = shares[
        (shares.family == "neu") & cap.covers(shares.awarded_on) & shares.reference_budget.notna()
    ]
    shares = shares.assign(
        share=cap.in_basis_points(shares.awarded_on), given=shares.first_tranche + shares.second_tranche
    )
    shares["maximum"] = most(shares.reference_budget.astype("int64"), shares.share)
    return shares[shares.given > shares.maximum]


@rule(
    "neu-two-tranches",
    "Tranches are not the two halves of the shares",
    says="The first tranche is {first:$} where half of {whole:$} is {half:$}; shares that are not the "
    "sum of two halves: {uneven:n}.",
    reads={
        "rounds": "family awarded_on",
        "allocations": "round first_tranche second_tranche amount",
    },
    law=("neu.first_tranche_share",),
)
def rounds_not_in_two_halves(books: Books, law: Law) -> pd.DataFrame:
    """Rounds whose first tranche is not half of the shares rounded up, or with a share split unevenly."""
    half = law["neu.first_tranche_share"]
    rounds = books.rounds[(books.rounds.family == "neu") & half.covers(books.rounds.awarded_on)]
    shares = books.allocations[books.allocations["round"].isin(rounds.index)]
    apart = (shares.first_tranche - shares.second_tranche).abs()
    adds_up = shares.first_tranche + shares.second_tranche == shares.amount
    totals = (
        shares.assign(
            uneven=((apart > 1) | ~adds_up).astype("int64"), whole=shares.amount, first=shares.first_tranche
        )
        .groupby("round")[["whole", "first", "uneven"]]
        .sum()
    )
    rounds = rounds.join(totals, how="inner")
    rounds["half"] = least(rounds.whole, half.in_basis_points(rounds.awarded_on))
    return rounds[(rounds["first"] != rounds.half) | (rounds.uneven > 0)]


@rule(
    "neu-direct-recipient",
    "Nonentitlement unit treated as a subrecipient",
    says="Subaward {number} gives {subrecipient} its own share as a subaward; a nonentitlement unit is paid "
    "its share and answers to Treasury itself.",
    reads={"subawards": "number family subrecipient is_first_tier"},
)
def units_treated_as_subrecipients(books: Books, law: Law) -> pd.DataFrame:
    """First-tier subawards of a program for nonentitlement units. What a unit passes on itself is its own."""
    subawards = books.subawards
    return subawards[(subawards.family == "neu") & subawards.is_first_tier]
