"""A legal number: one figure of the law, with every edition of it."""

from calendar import month_name
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, overload

import numpy as np
import pandas as pd

from grants.kernel.money import shown
from grants.kernel.periods import long_date

Value = Decimal | date | bool


@dataclass(frozen=True)
class Edition:
    """What a number is from one day on, until the next edition or its own last day, with its source."""

    starts_on: date
    ends_on: date | None
    value: Any
    source: str


@dataclass(frozen=True)
class LegalNumber:
    """A figure of the law. ``selected_by`` names the date that chooses its edition.

    Shares are from 0 to 1, amounts are dollars. ``confidence`` is ``verified`` when the text of the law
    was seen, ``partial`` when part of it was, ``from-knowledge`` when it must be confirmed before use.
    """

    code: str
    title: str
    unit: str
    selected_by: str
    confidence: str
    reviewed: date
    values: tuple[Edition, ...]

    @overload
    def on(self, days: date) -> Any: ...

    @overload
    def on(self, days: pd.Series) -> pd.Series: ...

    def on(self, days: date | pd.Series) -> Any:
        """The number on a day; for a column of days, a column of values with the same index.

        Raises LookupError for a day on which no edition is in force, and for a missing day.
        """
        if isinstance(days, pd.Series):
            return pd.Series(self._figures[self._editions(days)], index=days.index, name=self.code)
        return self.edition(days).value

    def edition(self, day: date) -> Edition:
        """The edition in force on a day. Raises LookupError when there is none."""
        begun = [edition for edition in self.values if edition.starts_on <= day]
        if begun and day <= (begun[-1].ends_on or date.max):
            return begun[-1]
        raise LookupError(self._silence(day))

    def covers(self, days: pd.Series) -> pd.Series:
        """Whether there is an edition for each day. A missing day has none."""
        return pd.Series(self._found(days) >= 0, index=days.index)

    @overload
    def in_cents(self, days: date) -> int: ...

    @overload
    def in_cents(self, days: pd.Series) -> pd.Series: ...

    def in_cents(self, days: date | pd.Series) -> int | pd.Series:
        """An amount in dollars, as whole cents. Raises LookupError as ``on`` does."""
        return self._whole(days, 100)

    @overload
    def in_basis_points(self, days: date) -> int: ...

    @overload
    def in_basis_points(self, days: pd.Series) -> pd.Series: ...

    def in_basis_points(self, days: date | pd.Series) -> int | pd.Series:
        """A share, as whole ten-thousandths. Raises LookupError as ``on`` does."""
        return self._whole(days, 10_000)

    @property
    def told(self) -> str:
        """The newest figure as a sentence says it; in brackets the earlier ones, and until when each held."""
        *earlier, newest = self.values
        until = [edition.starts_on for edition in self.values[1:]]
        others = [
            f"{self.in_words(edition.value)} where the {self.selected_by} is before {long_date(day)}"
            for edition, day in zip(reversed(earlier), reversed(until), strict=True)
        ]
        return (
            f"{self.in_words(newest.value)} ({'; '.join(others)})" if others else self.in_words(newest.value)
        )

    def in_words(self, value: Value) -> str:
        """A figure of this number as people read it: ``$10,000``, ``25 percent``, ``July``, ``30``."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, date):
            return long_date(value)
        if self.unit.startswith("month of the year"):
            return month_name[int(value)]
        if self.unit.startswith("dollars"):
            return shown(value).removesuffix(".00")
        return f"{_plain(value * 100)} percent" if self.unit.startswith("share") else _plain(value)

    def _whole(self, days: date | pd.Series, times: int) -> int | pd.Series:
        scaled = [Decimal(str(edition.value)) * times for edition in self.values]
        if any(figure != int(figure) for figure in scaled):
            raise ValueError(f"{self.code} is finer than one in {times}.")
        if not isinstance(days, pd.Series):
            return int(self.edition(days).value * times)
        figures = np.array([int(figure) for figure in scaled], dtype="int64")
        return pd.Series(figures[self._editions(days)], index=days.index, name=self.code)

    def _editions(self, days: pd.Series) -> np.ndarray:
        found = self._found(days)
        if (found < 0).any():
            missed = pd.to_datetime(days)[found < 0].iloc[0]
            raise LookupError(self._silence(None if pd.isna(missed) else missed.date()))
        return found

    def _found(self, days: pd.Series) -> np.ndarray:
        """The position of the edition of each day, -1 where there is none."""
        stamps = pd.to_datetime(days).to_numpy().astype("datetime64[D]")
        found = np.searchsorted(self._starts, stamps, side="right") - 1
        found[np.isnat(stamps)] = -1
        found[(found >= 0) & (stamps > self._ends[found])] = -1
        return found

    @cached_property
    def _starts(self) -> np.ndarray:
        return np.array([edition.starts_on for edition in self.values], dtype="datetime64[D]")

    @cached_property
    def _ends(self) -> np.ndarray:
        return np.array([edition.ends_on or date.max for edition in self.values], dtype="datetime64[D]")

    @cached_property
    def _figures(self) -> np.ndarray:
        values = [edition.value for edition in self.values]
        if isinstance(values[0], bool):
            return np.array(values, dtype=bool)
        if isinstance(values[0], date):
            return np.array(values, dtype="datetime64[s]")
        return np.array(values, dtype=object)

    def _silence(self, day: date | None) -> str:
        """The sentence for a day on which the law gives no figure."""
        if day is None:
            return f"{self.title}: the law is chosen by the {self.selected_by}, and that date is missing."
        first = self.values[0].starts_on
        if day < first:
            return f"{self.title}: there is no value before {long_date(first)}; asked for {long_date(day)}."
        return f"{self.title}: no value is in force on {long_date(day)}."


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():,f}"
