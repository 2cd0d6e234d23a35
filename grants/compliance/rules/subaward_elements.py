"""What a subaward must tell (2 CFR 200.332(b)), element by element; what lacks is the breach.

What only the federal award can say is found once for each award that pays subawards. The state's own money
alone makes no federal subaward; of it nothing is asked.
"""

from collections.abc import Callable
from functools import wraps

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import Filter, rule

Lacking = Callable[[pd.DataFrame], pd.Series]


def _of_awards(code: str, title: str, *, says: str, columns: str) -> Callable[[Lacking], Filter]:
    """Declare what federal awards that pay subawards lack as a rule; ``columns`` are those it looks at."""

    def declared(lacking: Lacking) -> Filter:
        @wraps(lacking)
        def found(books: Books, law: Law) -> pd.DataFrame:
            paying = books.awards.index.isin(pd.concat([books.subawards.award, books.obligations.award]))
            awards = books.awards[paying]
            return _blank_to_missing(awards[lacking(awards)])

        reads = {"awards": columns, "subawards": "award", "obligations": "award"}
        return rule(code, title, says=says, reads=reads)(found)

    return declared


def _of_subawards(code: str, title: str, *, says: str, columns: str) -> Callable[[Lacking], Filter]:
    """Declare what federal subawards lack as a rule; ``columns`` are those it looks at."""

    def declared(lacking: Lacking) -> Filter:
        @wraps(lacking)
        def found(books: Books, law: Law) -> pd.DataFrame:
            subawards = books.subawards[books.subawards.award.notna()]
            return subawards[lacking(subawards)]

        return rule(code, title, says=says, reads={"subawards": f"award {columns}"})(found)

    return declared


def _blank_to_missing(rows: pd.DataFrame) -> pd.DataFrame:
    """Blank texts as missing, for the sentence to say that they are not recorded."""
    texts = [column for column in rows.columns if rows[column].dtype == "str"]
    return rows.assign(**{column: rows[column].where(rows[column] != "") for column in texts})


@rule(
    "ug-subaward-element-subrecipient-name",
    "Name is not the one registered with the UEI",
    says="The subaward is made to {subrecipient}. [Its UEI is registered for {uei_name}.|The name registered "
    "with its UEI is not recorded.]",
    reads={"subawards": "award party subrecipient", "parties": "uei uei_name"},
)
def names_not_as_registered(books: Books, law: Law) -> pd.DataFrame:
    """Subawards whose subrecipient has a UEI with another name, or with none on record.

    Capitals, punctuation and "&" for "and" make no difference.
    """
    subawards = books.joined("subawards", "party", "uei", "uei_name")
    differs = _letters(subawards.subrecipient) != _letters(subawards.uei_name)
    return _blank_to_missing(subawards[subawards.award.notna() & (subawards.uei != "") & differs])


def _letters(names: pd.Series) -> pd.Series:
    return names.str.casefold().str.replace("&", "and").str.replace(r"[\W_]+", "", regex=True)


@rule(
    "ug-subaward-element-uei",
    "Subaward without the subrecipient’s UEI",
    says="The unique entity identifier (UEI) of {subrecipient} is not recorded.",
    reads={"subawards": "award party subrecipient", "parties": "uei"},
)
def subawards_without_a_uei(books: Books, law: Law) -> pd.DataFrame:
    """Subawards to a subrecipient of whom no UEI is known."""
    subawards = books.joined("subawards", "party", "uei")
    return subawards[subawards.award.notna() & (subawards.uei == "")]


@_of_awards(
    "ug-subaward-element-fain",
    "Federal award without its number",
    says="Subawards are paid from this federal award, and its identification number (FAIN) is not recorded.",
    columns="has_fain",
)
def awards_without_a_number(awards: pd.DataFrame) -> pd.Series:
    """Awards that pay subawards and have no FAIN."""
    return ~awards.has_fain


@_of_awards(
    "ug-subaward-element-federal-award-date",
    "Federal award without its date",
    says="Subawards are paid from this federal award, and the day on which it was made is not recorded. That "
    "day decides which edition of the federal rules holds for them.",
    columns="awarded_on",
)
def awards_without_a_date(awards: pd.DataFrame) -> pd.Series:
    """Awards that pay subawards and have no date."""
    return awards.awarded_on.isna()


@_of_subawards(
    "ug-subaward-element-period-of-performance",
    "Period of performance not recorded",
    says="[The work begins on {performs_from}.|The first day of the work is not recorded.] [It ends on "
    "{performs_to}.|The last day of the work is not recorded.]",
    columns="performs_from performs_to",
)
def no_period_of_performance(subawards: pd.DataFrame) -> pd.Series:
    """Subawards without a first or a last day of performance."""
    return subawards.performs_from.isna() | subawards.performs_to.isna()


@_of_subawards(
    "ug-subaward-element-budget-period",
    "Budget period not recorded",
    says="[The budget period begins on {budget_from}.|The first day of the budget period is not recorded.] "
    "[It ends on {budget_to}.|The last day of the budget period is not recorded.]",
    columns="budget_from budget_to",
)
def no_budget_period(subawards: pd.DataFrame) -> pd.Series:
    """Subawards without a first or a last day of a budget period of their own."""
    return subawards.budget_from.isna() | subawards.budget_to.isna()


@_of_subawards(
    "ug-subaward-element-amount-obligated-this-action",
    "No action obligates the money",
    says="The subaward promises {amount:$}, and no action that obligates any of it is in the ledger.",
    columns="amount obligated",
)
def nothing_obligated(subawards: pd.DataFrame) -> pd.Series:
    """Issued subawards of an amount of which nothing is obligated."""
    return (subawards.amount > 0) & (subawards.obligated == 0)


@rule(
    "ug-subaward-element-total-obligated",
    "Total obligated does not follow from the actions",
    says="By {incurred_on} the actions in the ledger come to {total:$} in all: one before that day is "
    "missing, or has the wrong day.",
    reads={"obligations": "subaward incurred_on amount", "subawards": "award"},
)
def totals_below_nothing(books: Books, law: Law) -> pd.DataFrame:
    """Subawards of which more was taken back by some day than had been obligated: the first such day."""
    by_day = books.obligations.groupby(["subaward", "incurred_on"]).amount.sum().rename("total")
    totals = by_day.groupby("subaward").cumsum().reset_index()
    first = totals[totals.total < 0].drop_duplicates("subaward").set_index("subaward")
    return books.subawards[books.subawards.award.notna()].join(first, how="inner").rename_axis("subaward")


@_of_subawards(
    "ug-subaward-element-total-committed",
    "Less committed than obligated",
    says="The agreement commits {amount:$} in all, and {obligated:$} is obligated.",
    columns="amount obligated",
)
def less_committed_than_obligated(subawards: pd.DataFrame) -> pd.Series:
    """Subawards that commit less than is obligated already."""
    return subawards.amount < subawards.obligated


@_of_awards(
    "ug-subaward-element-project-description",
    "Federal award without a description",
    says="Subawards are paid from this federal award, and what it is for is not recorded.",
    columns="description",
)
def awards_without_a_description(awards: pd.DataFrame) -> pd.Series:
    """Awards that pay subawards and have no description."""
    return awards.description.str.strip() == ""


@rule(
    "ug-subaward-element-agency-and-contact",
    "Federal agency or awarding official not named",
    says="[The federal agency is the {agency_name}.|The federal agency is not recorded.] "
    "[An awarding official is {official}.|No awarding official of the agency that passes it on is recorded.]",
    reads={"subawards": "award has_official", "awards": "agency_name"},
)
def nobody_to_turn_to(books: Books, law: Law) -> pd.DataFrame:
    """Subawards without the name of the federal agency, or without an awarding official."""
    subawards = books.joined("subawards", "award", "agency_name")
    subawards["official"] = subawards.has_official.map({True: "named", False: ""}).astype("str")
    lacking = (subawards.agency_name == "") | ~subawards.has_official
    return _blank_to_missing(subawards[subawards.award.notna() & lacking])


@_of_awards(
    "ug-subaward-element-assistance-listing",
    "Assistance Listing not recorded",
    says="Subawards are paid from this federal award. [Its Assistance Listing is recorded as {aln}.|The "
    "number of its Assistance Listing is not recorded.] [The title is {title}.|The title is not recorded.]",
    columns="aln title",
)
def awards_without_a_listing(awards: pd.DataFrame) -> pd.Series:
    """Awards that pay subawards and lack the number of an Assistance Listing (like 21.027), or its title."""
    return ~awards.aln.str.fullmatch(r"\d\d\.\w{3}") | (awards.title == "")


@_of_subawards(
    "ug-subaward-element-indirect-rate",
    "Indirect cost rate not recorded",
    says="Whether indirect costs may be charged, and by which kind of rate and how much, is not recorded.",
    columns="indirect_rate indirect_rate_kind",
)
def no_indirect_rate(subawards: pd.DataFrame) -> pd.Series:
    """Subawards that say nothing of indirect costs, or name a kind of rate and not the rate."""
    kind = subawards.indirect_rate_kind
    return (kind == "not_recorded") | ((kind != "none") & subawards.indirect_rate.isna())


@rule(
    "ug-assistance-listing-at-disbursement",
    "Paid without naming the federal award",
    says="{amount:$} was paid on {paid_on}, and the federal award and Assistance Listing that it comes from "
    "are not recorded with it.",
    reads={
        "payments": "subaward award paid_on amount",
        "subawards": "award",
        "obligations": "subaward award",
    },
)
def payments_of_no_award(books: Books, law: Law) -> pd.DataFrame:
    """Payments of federal subawards that name no federal award.

    Where the state pays a part of its own, a payment without an award may be of that part.
    """
    subawards, obligations = books.subawards, books.obligations
    with_state_money = obligations.subaward[obligations.award.isna()]
    federal = subawards.index[subawards.award.notna() & ~subawards.index.isin(with_state_money)]
    payments = books.payments[books.payments.amount > 0]
    return payments[payments.award.isna() & payments.subaward.isin(federal)]


@_of_subawards(
    "ug-subaward-flow-down-terms",
    "Federal or state terms not on record",
    says="Nothing on record shows that the agreement carries both the requirements of federal law and of the "
    "award, and those that the agency adds, such as which reports are due and when.",
    columns="has_federal_terms has_pass_through_terms",
)
def terms_not_passed_on(subawards: pd.DataFrame) -> pd.Series:
    """Subawards that lack the terms of the federal award, or those of the agency."""
    return ~subawards.has_federal_terms | ~subawards.has_pass_through_terms


@_of_subawards(
    "ug-subaward-records-access",
    "Access to records not on record",
    says="Nothing on record shows that the agreement gives the agency and auditors access to records and "
    "financial statements.",
    columns="has_records_access_clause",
)
def access_not_agreed(subawards: pd.DataFrame) -> pd.Series:
    """Subawards without a clause on access to records."""
    return ~subawards.has_records_access_clause


@_of_subawards(
    "ug-subaward-closeout-terms",
    "Terms of closeout not on record",
    says="Nothing on record shows that the agreement says how and by when the subaward is closed out.",
    columns="has_closeout_terms",
)
def closeout_not_agreed(subawards: pd.DataFrame) -> pd.Series:
    """Subawards without terms of closeout."""
    return ~subawards.has_closeout_terms
