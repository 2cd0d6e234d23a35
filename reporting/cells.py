"""Readers of one cell: each returns a value, or raises Unreadable with a sentence for the person who filed.

They take what calamine gives for a cell (text, float, bool, date, datetime, time, timedelta) and never see
blank ones. A number that Excel stored with noise beyond its 15 digits is taken at 15 digits, as Excel shows.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from grants.kernel.money import CENT, LARGEST, NotMoney
from grants.kernel.money import dollars as money

Reader = Callable[[Any], Any]

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
FIRST_SERIAL, LAST_SERIAL = 32874, 73050
DAYS_TO_1904 = 1462
_LARGEST = float(LARGEST)
_EPOCH = date(1899, 12, 30)
_WRITTEN_DAY = re.compile(
    r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?"
)


class Unreadable(ValueError):
    """A cell that does not hold what its column asks for. The text says why, ``fix`` what to write.

    ``kind`` tells what is wrong: ``unreadable``, not in the ``list``, or of too great a ``length``.
    """

    def __init__(self, reason: str, fix: str, *, kind: str = "unreadable") -> None:
        super().__init__(reason)
        self.fix, self.kind = fix, kind


def plain(cell: Any) -> str:
    """A cell as text: ``121.0`` is 121, a date is ISO, spaces at the ends are gone."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def text(cell: Any) -> str:
    """Words, as they stand, without spaces at the ends."""
    return plain(cell)


def code(cell: Any) -> str:
    """An identifier or code as text: ``121.0`` is 121. Refuses dates, which Excel makes out of codes."""
    if isinstance(cell, str | int | float) and not isinstance(cell, bool):
        return plain(cell)
    raise Unreadable(
        f"“{plain(cell)}” is a date or a yes/no, where an identifier is asked for.",
        "Format the cell as text and write the identifier again.",
    )


def zip_code(cell: Any) -> str:
    """A ZIP code as text; one stored as a number gets back the zeros that it lost, as 2914 for 02914."""
    if isinstance(cell, float) and cell.is_integer() and 0 < cell < 1e9:
        return f"{cell:05.0f}" if cell < 1e5 else f"{cell:09.0f}"
    return code(cell)


def zip_four(cell: Any) -> str:
    """The last four digits of a ZIP code, with the zeros that a number lost."""
    if isinstance(cell, float) and cell.is_integer() and 0 <= cell < 1e4:
        return f"{cell:04.0f}"
    return code(cell)


def dollars(cell: Any) -> Decimal:
    """Dollars and whole cents. Text such as ``12.50`` or ``$1,200`` is money; a fraction of a cent is not."""
    fix = "Write an amount in dollars and cents, such as 1234.50."
    if cell.__class__ is float:
        if not -_LARGEST <= cell <= _LARGEST:
            raise Unreadable(f"{cell:g} is not an amount of money that can be kept.", fix)
        cents = round(cell * 100)
        if cents / 100 == cell:
            return CENT * cents
        cell = f"{cell:.15g}" if abs(cell) >= 1e-4 else f"{cell:.15f}".rstrip("0")
    elif isinstance(cell, bool | date | time | timedelta):
        raise Unreadable(f"“{plain(cell)}” is not an amount of money.", fix)
    try:
        return money(_unbracketed(cell))
    except NotMoney:
        pass
    if isinstance(cell, str) and re.fullmatch(r"-?\$?[\d,]*\.\d{3,}", cell.strip()):
        raise Unreadable(f"{cell.strip()} has more than two decimals.", "Round the amount to whole cents.")
    raise Unreadable(f"“{shortened(plain(cell))}” is not an amount of money.", fix)


def whole_cents(given: Sequence[float]) -> list[Decimal] | None:
    """Numbers as dollars, as ``dollars`` reads each; None when one of them is not in whole cents."""
    numbers = np.array(given)
    cents = np.rint(numbers * 100)
    if ((cents / 100 == numbers) & (np.abs(numbers) <= _LARGEST)).all():
        return list(map(CENT.__mul__, cents.astype(np.int64).tolist()))
    return None


def _unbracketed(cell: Any) -> Any:
    """Accountants' ``(1,200.00)`` as ``-1,200.00``; anything else as it is."""
    if isinstance(cell, str) and cell.strip().startswith("(") and cell.strip().endswith(")"):
        return f"-{cell.strip()[1:-1]}"
    return cell


def whole_number(cell: Any) -> int:
    """A count. Refuses fractions, and text that is not only digits."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return int(cell)
    if isinstance(cell, str) and re.fullmatch(r"-?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.0+)?", cell.strip()):
        return int(cell.strip().partition(".")[0].replace(",", ""))
    raise Unreadable(f"“{shortened(plain(cell))}” is not a whole number.", "Write digits only, such as 12.")


def day(cell: Any) -> date:
    """A date from 1990 to 2199: a date cell, text such as 6/30/2025 or 2025-06-30, or Excel's number."""
    if isinstance(cell, datetime):
        return _plausible(cell.date(), cell)
    if isinstance(cell, date):
        return _plausible(cell, cell)
    if isinstance(cell, float) and cell.is_integer() and FIRST_SERIAL <= cell <= LAST_SERIAL:
        return _EPOCH + timedelta(days=int(cell))
    if isinstance(cell, str) and (match := _WRITTEN_DAY.fullmatch(cell.strip())):
        month, day_, year, iso_year, iso_month, iso_day = match.groups()
        try:
            written = date(int(year or iso_year), int(month or iso_month), int(day_ or iso_day))
        except ValueError:
            raise _no_date(cell) from None
        return _plausible(written, cell)
    if isinstance(cell, str) and re.fullmatch(r"\d{5}", cell.strip()):
        return day(float(cell))
    raise _no_date(cell)


def day_since_1904(cell: Any) -> date:
    """As ``day``, in a workbook that counts days from 1904, where the same number is four years later."""
    if isinstance(cell, float) and cell.is_integer() and FIRST_SERIAL <= cell + DAYS_TO_1904 <= LAST_SERIAL:
        return day(cell + DAYS_TO_1904)
    return day(cell)


def is_serial(cell: Any) -> bool:
    """Whether a cell that was read as a date holds only the number of one."""
    return isinstance(cell, float) or (isinstance(cell, str) and cell.strip().isdigit())


def _plausible(found: date, cell: Any) -> date:
    if FIRST_DAY <= found <= LAST_DAY:
        return found
    raise Unreadable(
        f"“{shortened(plain(cell))}” is a date in the year {found.year}.", "Write a date from 1990 to 2199."
    )


def _no_date(cell: Any) -> Unreadable:
    return Unreadable(
        f"“{shortened(plain(cell))}” is not a date.", "Write the date as month/day/year, such as 6/30/2025."
    )


def shortened(words: str, most: int = 60) -> str:
    """Words cut to a length that fits a sentence."""
    return words if len(words) <= most else f"{words[: most - 1]}…"
