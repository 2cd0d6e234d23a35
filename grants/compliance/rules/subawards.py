"""Making a subaward: who may get it, what is checked before, how it is paid (2 CFR 200.331 to 200.333)."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule

UEI = r"[A-HJ-NP-Z1-9][A-HJ-NP-Z0-9]{11}"
NINE_DIGITS = r"\d{9}"
PAIR = ["agency", "party"]
EXEMPT_FAMILIES = ("bead",)
"""Fixed amounts of any size, with cost share: NTIA policy notice on the Uniform Guidance (December 2023)."""
EXEMPT_CATEGORIES = {"slfrf": r"5\.(19|20|21)", "neu": r"5\.(19|20|21)", "cpf": r"1A"}
"""The same for broadband: Treasury's adjustments to the Uniform Guidance for broadband (May 2023)."""


@rule(
    "ug-uei-before-subaward",
    "Subawards issued to a party without a UEI",
    says="A subaward was issued to {name} on {issued_on}, and its unique entity identifier (UEI) is unknown.",
    reads={"subawards": "award party issued_on", "parties": "name uei"},
)
def parties_without_a_uei(books: Books, law: Law) -> pd.DataFrame:
    """Parties without a UEI that got federal subawards: one finding each, with the day of the first."""
    federal = books.subawards[books.subawards.award.notna()]
    first = federal.groupby("party").issued_on.min()
    return books.parties[books.parties.uei == ""].join(first, how="inner").rename_axis("party")


@rule(
    "ug-uei-format",
    "UEI is not well formed",
    says="The UEI of {name} is recorded as “{uei}”. A UEI has 12 letters and digits, without I and O, does "
    "not begin with 0, and has no nine digits in a row.",
    reads={"parties": "name uei"},
)
def malformed_ueis(books: Books, law: Law) -> pd.DataFrame:
    """Parties whose UEI cannot be one. A party without any is not judged here."""
    parties = books.parties[books.parties.uei != ""]
    return parties[~parties.uei.str.fullmatch(UEI) | parties.uei.str.contains(NINE_DIGITS)]


@rule(
    "ug-exclusion-check-subaward",
    "Not checked for exclusion before the subaward",
    says="Issued on {issued_on}. [Checked for suspension and debarment on {checked_on}, {subrecipient} was "
    "found {found}.|No check of {subrecipient} for suspension and debarment by that day is recorded.]",
    reads={
        "subawards": "award agency party issued_on subrecipient",
        "exclusion_checks": "agency party checked_on result",
    },
)
def subawards_not_checked(books: Books, law: Law) -> pd.DataFrame:
    """Federal subawards without a check by their agency up to the day of issue, or with one not clear.

    The last check by that day counts.
    """
    subawards = books.subawards[books.subawards.award.notna()]
    checks = books.exclusion_checks[[*PAIR, "checked_on", "result"]]
    checks = subawards[[*PAIR, "issued_on"]].reset_index().merge(checks, on=PAIR)
    checks = checks[checks.checked_on <= checks.issued_on].sort_values("checked_on", kind="stable")
    last = checks.drop_duplicates("subaward", keep="last").set_index("subaward")[["checked_on", "result"]]
    checked = subawards.join(last)
    words = {"clear": "not excluded", "possible": "possibly excluded", "excluded": "excluded"}
    checked["found"] = checked.result.map(words).astype("str")
    return checked[checked.result != "clear"]


@rule(
    "ug-subrecipient-contractor-determination",
    "Not decided to be a subrecipient",
    says="[{subrecipient} was decided to be a {role} under this subaward, and not a subrecipient.|Whether "
    "{subrecipient} is a subrecipient or a contractor under this subaward is not recorded as decided.]",
    reads={
        "subawards": "award program party subrecipient",
        "determinations": "program party subaward role decided_on",
    },
)
def undecided_roles(books: Books, law: Law) -> pd.DataFrame:
    """Federal subawards whose party was not decided to be a subrecipient.

    A decision on the party in the whole program counts for its subawards; the last decision counts.
    """
    subawards = books.subawards[books.subawards.award.notna()]
    decisions = books.determinations.rename(columns={"subaward": "only"})
    decided = subawards[["program", "party"]].reset_index().merge(decisions, on=["program", "party"])
    decided = decided[decided.only.isna() | (decided.only == decided.subaward)]
    ordered = decided.sort_values("decided_on", kind="stable")
    last = ordered.drop_duplicates("subaward", keep="last").set_index("subaward").role
    rows = subawards.join(last)
    return rows[rows.role != "subrecipient"]


@rule(
    "ug-risk-assessment-required",
    "Risk not assessed",
    says="No assessment of {subrecipient} is recorded that covers both the risk of fraud and the risk that "
    "the terms are not kept.",
    reads={
        "subawards": "award agency party subrecipient is_closed",
        "risk_assessments": "agency party level fraud_risk",
    },
)
def unassessed_risks(books: Books, law: Law) -> pd.DataFrame:
    """Open federal subawards whose agency has not assessed the risk of noncompliance, or that of fraud."""
    assessments = books.risk_assessments
    whole = assessments[(assessments.level != "") & (assessments.fraud_risk != "")]
    assessed = pd.MultiIndex.from_frame(whole[PAIR])
    subawards = books.subawards[books.subawards.award.notna() & ~books.subawards.is_closed]
    return subawards[~pd.MultiIndex.from_frame(subawards[PAIR]).isin(assessed)]


@rule(
    "ug-specific-conditions-notice",
    "Conditions imposed without a whole notice",
    says="{words}",
    reads={
        "subawards": "award has_specific_conditions",
        "specific_conditions": "subaward title stage noticed_on has_whole_notice",
    },
)
def conditions_without_notice(books: Books, law: Law) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Conditions in force without a whole notice, and agreements with conditions that have none at all."""
    conditions = books.specific_conditions
    imposed = conditions[conditions.stage.isin(("imposed", "lifted"))]
    flawed = imposed[imposed.noticed_on.isna() | ~imposed.has_whole_notice]
    subawards = books.subawards[books.subawards.award.notna() & books.subawards.has_specific_conditions]
    unnoticed = subawards[~subawards.index.isin(imposed.subaward)]
    what = (
        "The condition “"
        + flawed.title
        + "” holds, and the subrecipient was not told all of: what is asked, "
        "why, what ends it, how much time there is, and how to ask for reconsideration."
    )
    return flawed.assign(words=what), unnoticed.assign(
        words="Specific conditions stand in the agreement, and no notice of them is recorded."
    )


@rule(
    "ug-fixed-amount-subaward-cap",
    "Fixed amount above the cap",
    says="A fixed amount of {amount:$} is promised; a fixed amount subaward may be at most {cap:$}, and "
    "needs the federal agency’s approval in writing.",
    reads={
        "subawards": "family payment_method amount awarded_on",
        "projects": "subaward expenditure_category",
    },
    law=("subawards.fixed_amount_cap",),
)
def fixed_amounts_above_the_cap(books: Books, law: Law) -> pd.DataFrame:
    """Fixed amount subawards above the cap; the date of the federal award chooses it. Broadband has none."""
    cap = law["subawards.fixed_amount_cap"]
    subawards = _fixed_amounts(books)
    subawards = subawards[cap.covers(subawards.awarded_on)]
    subawards["cap"] = cap.in_cents(subawards.awarded_on)
    return subawards[subawards.amount > subawards.cap]


@rule(
    "ug-fixed-amount-no-cost-share",
    "Fixed amount where a cost share is required",
    says="The subaward is of a fixed amount, and a cost share of {required_cost_share:$} is required.",
    reads={
        "subawards": "award family payment_method required_cost_share",
        "projects": "subaward expenditure_category",
    },
)
def fixed_amounts_with_cost_share(books: Books, law: Law) -> pd.DataFrame:
    """Federal fixed amount subawards that require a cost share, where no exception for broadband holds."""
    subawards = _fixed_amounts(books)
    return subawards[subawards.award.notna() & (subawards.required_cost_share > 0)]


def _fixed_amounts(books: Books) -> pd.DataFrame:
    """Subawards of a fixed amount for which no exception for broadband holds.

    Under Treasury's programs a subaward is for broadband when the categories of all its projects are.
    """
    subawards, projects = books.subawards, books.projects
    fixed = subawards[(subawards.payment_method == "fixed_amount") & ~subawards.family.isin(EXEMPT_FAMILIES)]
    families = projects.subaward.map(subawards.family)
    is_broadband = pd.Series(False, index=projects.index)
    for family, categories in EXEMPT_CATEGORIES.items():
        is_broadband |= (families == family) & projects.expenditure_category.str.fullmatch(categories)
    others = projects.subaward[~is_broadband]
    exempt = fixed.index.isin(projects.subaward[is_broadband]) & ~fixed.index.isin(others)
    return fixed[~exempt].copy()
