"""The figures of a breach as they are kept, and whether they have become worse."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

FLOORS = ("minimum", "least", "required", "needed", "floor")
"""Names under which the sentence of a rule says how much there must be: less beside it is worse."""


def as_kept(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as plain values for JSON: amounts and shares as text, days as 2026-12-31."""
    return {name: _plain(value) for name, value in evidence.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def is_worse(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether an amount or share of a breach went further from what the rule allows.

    ``before`` is as it was kept, ``now`` as the rule says it. Where the sentence names a floor, an amount
    that shrank is worse; everywhere else one that grew, or one that was not there. Counts and days are left
    out: that time goes by was known to who granted the waiver, and its own last day is the limit.
    """
    is_floor = any(name.startswith(FLOORS) for name in now)
    for name, value in now.items():
        if not isinstance(value, Decimal):
            continue
        was = before.get(name)
        if was is None:
            return True
        grew = value - Decimal(was)
        if grew < 0 if is_floor and not name.startswith(FLOORS) else grew > 0:
            return True
    return False
