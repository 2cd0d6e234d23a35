"""One cost charged twice, or charged to one subaward and counted as cost share of another."""

import numpy as np
import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import Law
from grants.compliance.rule import rule
from grants.compliance.rules.costs import standing

DAY_AND_AMOUNT = ["incurred_on", "amount"]
SAME = [*DAY_AND_AMOUNT, "whom", "what"]
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
    known = _alike(known, DAY_AND_AMOUNT)
    known = _alike([lines.assign(whom=_spelled(lines.payee)) for lines in known], [*DAY_AND_AMOUNT, "whom"])
    return tuple(lines.assign(what=_spelled(lines.memo)) for lines in known)


def _alike(frames: list[pd.DataFrame], columns: list[str]) -> list[pd.DataFrame]:
    """The lines that agree in some columns with another line of any of the frames."""
    alike = pd.concat([lines[columns] for lines in frames]).duplicated(keep=False).to_numpy()
    ends = np.cumsum([len(lines) for lines in frames])
    return [lines[mask] for lines, mask in zip(frames, np.split(alike, ends[:-1]), strict=True)]


def _spelled(texts: pd.Series) -> pd.Series:
    """Texts without regard to case and spaces; each spelling is looked at once."""
    codes, spellings = pd.factorize(texts)
    plain = pd.Series(spellings, dtype="str").str.casefold().str.split().str.join(" ")
    return pd.Series(plain.to_numpy().take(codes), index=texts.index, dtype="str")


def _repeated(lines: pd.DataFrame, before: str) -> pd.DataFrame:
    """The lines that are like an earlier one, with the subaward of the first."""
    alike = lines[lines.duplicated(SAME, keep=False)]
    first = alike.groupby(SAME).subaward.transform("first")
    return alike.assign(first=first, before=before)[alike.duplicated(SAME)]
