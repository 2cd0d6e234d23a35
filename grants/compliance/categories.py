"""What a budget category is, by the words of its name: subrecipients name their categories themselves."""

import re
from enum import StrEnum

import pandas as pd


class CategoryKind(StrEnum):
    """What a category means for indirect costs (2 CFR 200.1, modified total direct cost)."""

    INDIRECT = "indirect"
    SUBAWARD = "subaward"
    LEFT_OUT = "left out"
    EQUIPMENT = "equipment"
    DIRECT = "direct"


_WORDS = {
    CategoryKind.INDIRECT: r"\bindirect\b|\boverhead\b|\bf ?& ?a\b|\bfacilities and administrat",
    CategoryKind.SUBAWARD: r"\bsub-?(award|grant|recipient)s?\b",
    CategoryKind.LEFT_OUT: (
        r"\brent(s|al|als)?\b|\blease[sd]?\b|\bcapital\b|\bconstruction\b|\bland\b|\bbuildings?\b"
        r"|\bparticipant support\b|\btuition\b|\bscholarships?\b|\bfellowships?\b|\bpatient care\b"
    ),
    CategoryKind.EQUIPMENT: r"\bequipment\b",
}
CLOSEOUT = "closeout"
"""What the category of an administrative cost of closing a subaward has in its name."""

_PATTERNS = {kind: re.compile(words, re.IGNORECASE) for kind, words in _WORDS.items()}


def kind_of(category: str) -> CategoryKind:
    """The kind of one category, the first whose words its name has; all else is a direct cost."""
    return next((kind for kind, words in _PATTERNS.items() if words.search(category)), CategoryKind.DIRECT)


def kinds_of(categories: pd.Series) -> pd.Series:
    """The kinds of a column of categories; each name is looked at once."""
    places, names = pd.factorize(categories)
    kinds = pd.Index([str(kind) for kind in CategoryKind])
    found = kinds.get_indexer(pd.Index([str(kind_of(name)) for name in names], dtype=kinds.dtype))
    return pd.Series(pd.Categorical.from_codes(found[places], kinds), index=categories.index)
