"""Figures that know which lines of the ledger are behind them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

KINDS: Mapping[str, tuple[str, ...]] = {
    "obligated": ("obligation", "deobligation"),
    "spent": ("expenditure",),
    "paid": ("payment", "refund"),
}
"""The kinds of lines that make up a standing's figures; the second kind counts against the first."""


class Traced(Decimal):
    """An amount, and what the lines behind it have in common: ``{"kind": [...], "program": [...]}``.

    It is drawn as any amount is; a page of the document makes it a way to its lines.
    """

    lines: Mapping[str, Sequence[str]]


def traced(amount: Decimal, figure: str, **of: Any) -> Decimal:
    """The amount of a standing's ``figure``, led to the lines of what is given; what is None is left out.

    Without anything given but None, or for what is no figure of the ledger, it is the plain amount.
    """
    known = {name: [str(value)] for name, value in of.items() if value is not None}
    if figure not in KINDS or not known:
        return amount
    led = Traced(amount)
    led.lines = {"kind": KINDS[figure], **known}
    return led
