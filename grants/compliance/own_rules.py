"""Rules of a state's own: a few forms with parameters, each of which makes a rule like any other.

Every form takes a ``program`` (its code) and a ``family``; left empty, it holds for all of the state's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.models import Policy, PolicyKind
from grants.compliance.reading import count, day, money, percent, text
from grants.compliance.requirement import Requirement
from grants.compliance.rule import RULES, Rule
from grants.compliance.severity import Severity
from grants.kernel.refusals import Refusal

Parameters = Mapping[str, Any]
_CODE = "own-"


@dataclass(frozen=True)
class Asked:
    """A parameter of a form: what it is, and how it is read. Reading raises ValueError with a sentence."""

    label: str
    read: Callable[[Any], Any]
    is_optional: bool = False


@dataclass(frozen=True)
class Form:
    """A kind of rule that a state may set up: its words, its parameters, and the rows it finds."""

    title: str
    asks: Mapping[str, Asked]
    says: str
    reads: Mapping[str, str]
    finds: Callable[[Books, pd.DataFrame, Parameters], pd.DataFrame]


def _one_cost_over(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    costs = _costs(books, subawards, given)
    return costs[costs.amount > given["amount"]].assign(limit=given["amount"])


def _category_not_allowed(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    costs = _costs(books, subawards, given)
    return costs[costs.amount > 0]


def _total_over(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    rows = _totals(books, subawards, given).assign(limit=given["amount"])
    return rows[rows.total > rows.limit]


def _total_over_share(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    rows = _totals(books, subawards, given).assign(share=given["percent"])
    return rows[rows.total * 10_000 > rows.amount * rows.share]


def _subaward_over(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    return subawards[subawards.amount > given["amount"]].assign(limit=given["amount"])


def _subaward_over_share(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    rows = subawards.assign(cost=subawards.amount + subawards.required_cost_share, share=given["percent"])
    return rows[rows.amount * 10_000 > rows.cost * rows.share]


def _longer_than(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    known = subawards[subawards.starts_on.notna() & subawards.ends_on.notna()]
    latest = known.starts_on + pd.DateOffset(months=given["months"])
    rows = known.assign(latest=latest, months=given["months"])
    return rows[rows.ends_on >= rows.latest]


def _spent_too_little(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    rows = subawards.assign(day=pd.Timestamp(given["day"]), share=given["percent"])
    is_past = books.as_of > given["day"]
    return rows[is_past & (rows.expended * 10_000 < rows.amount * rows.share)]


def _costs(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    """The costs of some subawards, in one category if one is given."""
    costs = books.expenditures[books.expenditures.subaward.isin(subawards.index)]
    category = given.get("category")
    return costs[costs.category.str.lower() == category.lower()] if category else costs


def _totals(books: Books, subawards: pd.DataFrame, given: Parameters) -> pd.DataFrame:
    sums = _costs(books, subawards, given).groupby("subaward").amount.sum()
    total = sums.reindex(subawards.index, fill_value=0).astype("int64")
    return subawards.assign(total=total, category=given["category"])


_CATEGORY = Asked("Cost category", text)
_AMOUNT = Asked("Amount in dollars", money)
_PERCENT = Asked("Percent", percent)
_OF_COSTS = "subaward category amount incurred_on"
_OF_SUBAWARDS = "number program family amount"

FORMS: dict[str, Form] = {
    "cost-over-amount": Form(
        "One cost above an amount",
        {"amount": _AMOUNT, "category": Asked("Cost category; empty for all", text, is_optional=True)},
        "A cost of {amount:$} in the category “{category}” is above {limit:$}, the most for one cost.",
        {"expenditures": _OF_COSTS, "subawards": _OF_SUBAWARDS},
        _one_cost_over,
    ),
    "category-not-allowed": Form(
        "A cost category that is not allowed",
        {"category": _CATEGORY},
        "A cost of {amount:$} is charged to the category “{category}”, which is not allowed here.",
        {"expenditures": _OF_COSTS, "subawards": _OF_SUBAWARDS},
        _category_not_allowed,
    ),
    "category-over-amount": Form(
        "A cost category of a subaward above an amount",
        {"category": _CATEGORY, "amount": _AMOUNT},
        "{total:$} is charged to the category “{category}”; at most {limit:$} may be.",
        {"expenditures": _OF_COSTS, "subawards": _OF_SUBAWARDS},
        _total_over,
    ),
    "category-over-share": Form(
        "A cost category of a subaward above a percentage of it",
        {"category": _CATEGORY, "percent": _PERCENT},
        "{total:$} is charged to the category “{category}”; at most {share:%} of {amount:$} may be.",
        {"expenditures": _OF_COSTS, "subawards": _OF_SUBAWARDS},
        _total_over_share,
    ),
    "subaward-over-amount": Form(
        "A subaward above an amount",
        {"amount": _AMOUNT},
        "The subaward is of {amount:$}; the program gives at most {limit:$}.",
        {"subawards": _OF_SUBAWARDS},
        _subaward_over,
    ),
    "subaward-over-share": Form(
        "A subaward above a percentage of the project's cost",
        {"percent": _PERCENT},
        "The subaward pays {amount:$} of a cost of {cost:$}; the program pays at most {share:%}.",
        {"subawards": f"{_OF_SUBAWARDS} required_cost_share"},
        _subaward_over_share,
    ),
    "subaward-longer-than": Form(
        "A subaward that runs longer than a number of months",
        {"months": Asked("Months", count)},
        "The subaward runs from {starts_on} to {ends_on}; the program gives {months:n} months.",
        {"subawards": f"{_OF_SUBAWARDS} starts_on ends_on"},
        _longer_than,
    ),
    "spent-too-little": Form(
        "Too little spent by a day",
        {"day": Asked("Day", day), "percent": _PERCENT},
        "{expended:$} of {amount:$} is spent; {share:%} had to be by {day}.",
        {"subawards": f"{_OF_SUBAWARDS} expended"},
        _spent_too_little,
    ),
}
WHERE = {
    "program": Asked("Code of the program; empty for all", text, is_optional=True),
    "family": Asked("Family of programs; empty for all", text, is_optional=True),
}


def refuse_unfit(policy: Policy) -> None:
    """Refuse ``unfit-parameters`` and ``known-rule`` for a rule of one's own that cannot be made."""
    if policy.rule in RULES or not policy.rule.startswith(_CODE):
        raise Refusal("The code of a rule of your own begins with “own-”.", code="known-rule")
    form = FORMS.get(policy.form)
    if form is None:
        raise Refusal(f"There is no form of rule “{policy.form}”.", code="unfit-parameters")
    for name, words in (("title", policy.title), ("law or guide", policy.cites), ("fix", policy.fix)):
        if not words.strip():
            raise Refusal(f"Give the {name} of the rule; every finding tells it.", code="unfit-parameters")
    read_parameters(policy)


def read_parameters(policy: Policy) -> dict[str, Any]:
    """The parameters of a rule of one's own as values. Refuses ``unfit-parameters`` with what is wrong."""
    return read({**FORMS[policy.form].asks, **WHERE}, policy.parameters)


def read(asks: Mapping[str, Asked], parameters: Parameters) -> dict[str, Any]:
    """Parameters as values, those left empty left out. Refuses ``unfit-parameters`` with what is wrong."""
    unknown = sorted(set(parameters) - set(asks))
    if unknown:
        raise Refusal(f"“{unknown[0]}” is not asked for here.", code="unfit-parameters")
    given: dict[str, Any] = {}
    for name, asked in asks.items():
        value = parameters.get(name, "")
        if value == "" and asked.is_optional:
            continue
        try:
            given[name] = asked.read(value)
        except ValueError as wrong:
            raise Refusal(f"{asked.label}: {wrong}", code="unfit-parameters") from wrong
    return given


def rule_of(policy: Policy) -> Rule:
    """The rule that a policy of a state's own makes."""
    if policy.kind != PolicyKind.OWN_RULE:
        return RULES[policy.rule]
    form = FORMS[policy.form]
    return Rule(
        title=policy.title,
        requirement=_requirement(policy),
        says=form.says,
        reads={frame: frozenset(words.split()) for frame, words in form.reads.items()},
        filter=partial(_found, form, read_parameters(policy)),
    )


def _found(form: Form, given: Parameters, books: Books, law: Law) -> pd.DataFrame:
    subawards = books.subawards
    if "family" in given:
        subawards = subawards[subawards.family == given["family"]]
    if "program" in given:
        codes = books.programs.code.reindex(subawards.program).to_numpy()
        subawards = subawards[codes == given["program"]]
    return form.finds(books, subawards, given)


def _requirement(policy: Policy) -> Requirement:
    return Requirement(
        code=policy.rule,
        title=policy.title,
        families=(),
        level="subaward",
        cites=policy.cites,
        severity=Severity(policy.severity),
        demands=policy.reason,
        fix=policy.fix,
        confidence="verified",
        source=f"Policy of the state, version {policy.version}",
        selected_by="",
        question=None,
    )
