"""Readers of what a place or a round gives. Each returns a value, or raises ValueError with the reason."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from grants.kernel.money import NotMoney, dollars

_COUNT = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LARGEST_COUNT = 9_999_999_999
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


class Word(str):
    """A cell of a CSV that says true, false, yes or no: in a CSV a flag has no other way to be written."""

    __slots__ = ()


def cell(text: str) -> str:
    """A cell of a CSV, ready for the readers."""
    return Word(text) if text.strip().lower() in _FLAGS else text


class Standing(StrEnum):
    """How a place stands in a round."""

    ELIGIBLE = "eligible"
    COMPLETED = "completed"
    NOT_COMPLETED = "not completed"
    INELIGIBLE = "ineligible"
    TRANSFERRED = "transferred"
    DECLINED = "declined"


def identifier(given: object) -> str:
    """A code as text, never empty; ``1.1`` is not ``1.10``."""
    if not isinstance(given, (str, int)) or isinstance(given, bool):
        raise ValueError(f"{written_out(given)} is not an identifier; write it as text.")
    text = str(given).strip()
    if not text:
        raise ValueError("The identifier is empty.")
    if not text.isprintable():
        raise ValueError(f"{written_out(text)} holds signs that cannot be seen; write it without them.")
    return text


def money(given: object) -> Decimal:
    """An amount in dollars, zero or more, with at most two decimals."""
    if not isinstance(given, (str, Decimal, int)):
        raise NotMoney(f"{written_out(given)} is not an exact amount; write it as text, such as 12.50.")
    amount = dollars(given)
    if amount < 0:
        raise ValueError(f"{written_out(given)} is negative; the amount must be zero or more.")
    return amount


def count(given: object) -> int:
    """A whole number of people, zero or more."""
    if type(given) is int and 0 <= given <= _LARGEST_COUNT:
        return given
    if isinstance(given, bool) or not isinstance(given, (str, int, Decimal)):
        raise ValueError(f"{written_out(given)} is not a whole number.")
    text = str(given).strip()
    if not _COUNT.fullmatch(text):
        raise ValueError(f"{written_out(given)} is not a whole number.")
    digits = text.replace(",", "")
    if digits.startswith("-") and digits.strip("-0"):
        raise ValueError(f"{written_out(given)} is negative; a count of people is zero or more.")
    if len(digits) > 20 or int(digits) > _LARGEST_COUNT:
        raise ValueError(f"{written_out(given)} is more than the {_LARGEST_COUNT:,} that can be kept.")
    return int(digits)


def flag(given: object) -> bool:
    """True or false. In a CSV also ``yes`` and ``no``; in JSON never text or a number."""
    if isinstance(given, bool):
        return given
    if isinstance(given, Word):
        return _FLAGS[given.strip().lower()]
    raise ValueError(f"{written_out(given)} is neither true nor false (in JSON without quotation marks).")


def day(given: object) -> date:
    """A date written as 2021-05-10."""
    if type(given) is date:
        return given
    text = given.strip() if isinstance(given, str) else ""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{written_out(given)} is not a date; write it as 2021-05-10.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{written_out(given)} is not a day of the calendar.") from None


def status(given: object) -> str:
    """How a place stands: one of the words of Standing, after which a reason may follow."""
    words = " ".join(given.split()) if isinstance(given, str) else ""
    if standing_of(words) is None or not words.isprintable():
        raise ValueError(f"{written_out(given)} is not a known status; write one of: {', '.join(Standing)}.")
    return words


@lru_cache(maxsize=1024)
def standing_of(words: str) -> Standing | None:
    """The standing that a status begins with, as ``ineligible (dissolved)`` does; None for other words."""
    for standing in Standing:
        if re.match(rf"{standing}(\W|$)", words, re.IGNORECASE):
            return standing
    return None


def written_out(given: object) -> str:
    """What was given, in quotation marks, short and fit to be printed."""
    if isinstance(given, (dict, list, tuple)):
        return "A list" if not isinstance(given, dict) else "An object"
    text = str(given)
    shown = "".join(sign if sign.isprintable() else "�" for sign in text[:60])
    return f"“{shown}{'…' if len(text) > 60 else ''}”"
