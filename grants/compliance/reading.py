"""Reading the parameters of a policy: each returns a value, or raises ValueError with a sentence."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from grants.kernel.money import NotMoney, cents, dollars


def money(given: Any) -> int:
    """Dollars above zero as whole cents."""
    amount = dollars(given)
    if amount <= 0:
        raise NotMoney(f"“{given}” is not above zero.")
    return cents(amount)


def percent(given: Any) -> int:
    """Percent, above 0 and at most 100, as basis points."""
    try:
        points = Decimal(str(given)) * 100
    except InvalidOperation:
        raise ValueError(f"“{given}” is not a number of percent, such as 15.") from None
    if points != int(points) or not 0 < points <= 10_000:
        raise ValueError(f"“{given}” is not above 0 and at most 100 percent, in hundredths of a percent.")
    return int(points)


def count(given: Any) -> int:
    """A whole number above zero."""
    if not str(given).isdecimal() or not 1 <= int(given) <= 100_000:
        raise ValueError(f"“{given}” is not a whole number above zero.")
    return int(given)


def day(given: Any) -> date:
    """A day."""
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise ValueError(f"“{given}” is not a day such as 2026-12-31.") from None


def text(given: Any) -> str:
    """A text that is not empty."""
    if not str(given).strip():
        raise ValueError("This must be given.")
    return str(given).strip()
