"""Shares of amounts in whole cents, exactly. The same for one amount and for a column of them.

Shares are whole basis points, ten-thousandths; up to a trillion dollars no product leaves int64.
"""

from typing import TypeVar

import pandas as pd

Whole = TypeVar("Whole", int, pd.Series)

ALL = 10_000


def least(base: Whole, share: Whole) -> Whole:
    """The least that is not less than ``share`` of ``base``: rounded up to the cent."""
    return -(-(base * share) // ALL)


def most(base: Whole, share: Whole) -> Whole:
    """The most that is not more than ``share`` of ``base``: rounded down to the cent."""
    return base * share // ALL


def least_match(federal: Whole, share: Whole) -> Whole:
    """The least that makes ``share`` of the total cost beside ``federal``, rounded up to the cent.

    A share of the total, not of the federal money: federal x r / (100 - r).
    """
    return -(-(federal * share) // (ALL - share))
