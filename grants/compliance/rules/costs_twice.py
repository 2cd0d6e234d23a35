"""One cost charged twice, or charged to one subaward and counted as cost share of another."""

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.rules.costs import standing

SAME = ["incurred_on", "amount", "whom", "what"]
COLUMNS = "subaward incurred_on payee memo amount reverses"


@rule(
    "ug-cost-not-duplicated",
    "Same cost charged or counted twice",
    says="{payee}, {incurred_on}, {amount:$}: a line with the same payee, day, amount and description is in "
    "the books already, {before}, for subaward {number}.",
    reads={"expenditures": COLUMNS, "contributions": COLUMNS, "subawards": "number"},
)
def costs_used_twice(books: Books, law: Law) -> tuple[pd.DataFrame, ...]:
    """Costs that are in the books before, and cost share that is, or is a cost of another subaward.

    Of one subaward, a cost and a share of it may be alike: each pays a part. Lines without a payee are not
    judged.
    """
    costs, shares = _candidates(books.expenditures, books.contributions)
    charged, counted = _repeated(costs, "as a cost"), _repeated(shares, "as cost share")
    elsewhere = shares.reset_index().merge(costs, on=SAME, suffixes=("", "_first"))
    elsewhere = elsewhere[elsewhere.subaward != elsewhere.subaward_first].drop_duplicates("contribution")
    elsewhere = elsewhere.set_index("contribution").assign(first=lambda rows: rows.subaward_first)
    elsewhere = elsewhere[~elsewhere.index.isin(counted.index)].assign(before="as a cost")
    numbers = books.subawards.number
    return tuple(
        rows.assign(number=rows["first"].map(numbers)).rename_axis(subject)
        for rows, subject in ((charged, "expenditure"), (pd.concat([counted, elsewhere]), "contribution"))
    )


def _candidates(*frames: pd.DataFrame) -> tuple[pd.DataFrame, ...]:
    """Lines that stand, above zero and with a payee, with payee and description in one spelling.

    Only those of which another line, in any of the frames, has the same day and amount.
    """
    known = [standing(lines) for lines in frames]
    known = [lines[(lines.amount > 0) & (lines.payee != "")] for lines in known]
    alike = pd.concat([lines[["incurred_on", "amount"]] for lines in known]).duplicated(keep=False).to_numpy()
    found, begun = [], 0
    for lines in known:
        chosen = lines[alike[begun : begun + len(lines)]]
        found.append(chosen.assign(whom=_spelled(chosen.payee), what=_spelled(chosen.memo)))
        begun += len(lines)
    return tuple(found)


def _spelled(texts: pd.Series) -> pd.Series:
    return texts.str.casefold().str.split().str.join(" ")


def _repeated(lines: pd.DataFrame, before: str) -> pd.DataFrame:
    """The lines that are like an earlier one, with the subaward of the first."""
    alike = lines[lines.duplicated(SAME, keep=False)]
    first = alike.groupby(SAME).subaward.transform("first")
    return alike.assign(first=first, before=before)[alike.duplicated(SAME)]
