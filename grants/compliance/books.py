"""The books as the rules see them: frames of any number of awards and subawards at once, and no records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from grants.compliance.frames import FRAME_OF, FRAMES, Kind


@cache
def _rowless() -> pd.DataFrame:
    """What is left out; made once, for it is replaced by a frame with columns before anyone sees it."""
    return pd.DataFrame()


@dataclass(frozen=True, eq=False)
class Books:
    """Everything that is judged, as it stands at the end of the day ``as_of``.

    What each frame holds is declared in ``frames.FRAMES``; all its columns must be there, except that a
    frame without rows may be left out. ``only`` narrows the books to these columns of these frames, for
    rules that read no more. Raises ValueError for a column that lacks or cannot be exact.
    """

    as_of: date
    awards: pd.DataFrame = field(default_factory=_rowless)
    programs: pd.DataFrame = field(default_factory=_rowless)
    rounds: pd.DataFrame = field(default_factory=_rowless)
    allocations: pd.DataFrame = field(default_factory=_rowless)
    parties: pd.DataFrame = field(default_factory=_rowless)
    subawards: pd.DataFrame = field(default_factory=_rowless)
    projects: pd.DataFrame = field(default_factory=_rowless)
    budget_lines: pd.DataFrame = field(default_factory=_rowless)
    obligations: pd.DataFrame = field(default_factory=_rowless)
    expenditures: pd.DataFrame = field(default_factory=_rowless)
    contributions: pd.DataFrame = field(default_factory=_rowless)
    interest: pd.DataFrame = field(default_factory=_rowless)
    payments: pd.DataFrame = field(default_factory=_rowless)
    passed_down: pd.DataFrame = field(default_factory=_rowless)
    administration: pd.DataFrame = field(default_factory=_rowless)
    cost_shares: pd.DataFrame = field(default_factory=_rowless)
    ffata_reports: pd.DataFrame = field(default_factory=_rowless)
    reports_due: pd.DataFrame = field(default_factory=_rowless)
    determinations: pd.DataFrame = field(default_factory=_rowless)
    exclusion_checks: pd.DataFrame = field(default_factory=_rowless)
    risk_assessments: pd.DataFrame = field(default_factory=_rowless)
    specific_conditions: pd.DataFrame = field(default_factory=_rowless)
    follow_ups: pd.DataFrame = field(default_factory=_rowless)
    single_audits: pd.DataFrame = field(default_factory=_rowless)
    financial_reports: pd.DataFrame = field(default_factory=_rowless)
    audit_findings: pd.DataFrame = field(default_factory=_rowless)
    closeouts: pd.DataFrame = field(default_factory=_rowless)
    answers: pd.DataFrame = field(default_factory=_rowless)
    only: Mapping[str, frozenset[str]] | None = None

    _places: dict[tuple[str, str], np.ndarray] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for name, frame in FRAMES.items():
            columns = frame.columns
            if self.only is not None:
                read = self.only.get(name, frozenset())
                columns = {column: kind for column, kind in columns.items() if column in read}
            object.__setattr__(self, name, _typed(name, frame.subject, columns, getattr(self, name)))

    def narrowed(self, only: Mapping[str, frozenset[str]]) -> "Books":
        """The same books with no more than these columns of these frames."""
        frames = {name: getattr(self, name) for name in FRAMES}
        return Books(self.as_of, **frames, only=only)

    @property
    def today(self) -> pd.Timestamp:
        """``as_of``, to compare with columns of days."""
        return pd.Timestamp(self.as_of)

    def joined(self, name: str, key: str, *columns: str) -> pd.DataFrame:
        """The frame ``name`` with columns of what each row's ``key`` leads to, by the same index.

        A row without a key has what is missing there; a flag is false, a text empty. Raises ValueError when a
        key leads nowhere, or a column is in both.
        """
        rows: pd.DataFrame = getattr(self, name)
        owners: pd.DataFrame = getattr(self, FRAME_OF[key])
        both = sorted(set(columns) & set(rows.columns))
        if both:
            raise ValueError(f"{name} already has {', '.join(both)}.")
        places = self._places_of(name, key)
        return rows.assign(**{column: _taken(owners[column], places) for column in columns})

    def summed(self, name: str, owners: pd.DataFrame, *, where: pd.Series | None = None) -> pd.Series:
        """The total ``amount`` that each of ``owners`` has in the frame ``name``, zero for one without rows.

        ``where`` keeps some of the rows.
        """
        rows: pd.DataFrame = getattr(self, name)
        chosen = rows if where is None else rows[where]
        totals = chosen.groupby(str(owners.index.name)).amount.sum()
        return totals.reindex(owners.index, fill_value=0).astype("int64")

    def _places_of(self, name: str, key: str) -> np.ndarray:
        """Where in its own frame each row's owner stands; found once for all rules."""
        if (name, key) not in self._places:
            rows: pd.DataFrame = getattr(self, name)
            owners: pd.DataFrame = getattr(self, FRAME_OF[key])
            places = owners.index.get_indexer(pd.Index(rows[key]))
            astray = (places < 0) & rows[key].notna().to_numpy()
            if astray.any():
                raise ValueError(f"Row {rows.index[astray][0]} of {name} has a {key} not in the books.")
            self._places[name, key] = places
        return self._places[name, key]


def _taken(column: pd.Series, places: np.ndarray) -> Any:
    """The values at these places; at place -1 what is missing, false for a flag and empty for a text."""
    if (places >= 0).all():
        return column.array.take(places)
    if column.dtype == "bool":
        return column.astype("boolean").array.take(places, allow_fill=True, fill_value=False).astype("bool")
    if pd.api.types.is_integer_dtype(column):
        return column.astype("Int64").array.take(places, allow_fill=True)
    return column.array.take(places, allow_fill=True, fill_value="" if column.dtype == "str" else None)


def _typed(name: str, subject: str, columns: Mapping[str, Kind], given: pd.DataFrame) -> pd.DataFrame:
    """The frame with these columns, each in its dtype."""
    if not len(given):
        return _empty(subject, tuple(columns.items()))
    lacking = sorted(set(columns) - set(given.columns))
    if lacking:
        raise ValueError(f"The frame {name} lacks {', '.join(lacking)}.")
    if not given.index.is_unique:
        raise ValueError(f"The frame {name} has two rows of one identifier.")
    typed = {each: _column(f"{name}.{each}", given[each], kind) for each, kind in columns.items()}
    return pd.DataFrame(typed, index=given.index).rename_axis(subject)


@lru_cache(maxsize=256)
def _empty(subject: str, columns: tuple[tuple[str, Kind], ...]) -> pd.DataFrame:
    """A frame without rows; made once, as most books leave most frames empty."""
    typed = {name: _column(name, pd.Series([], dtype=object), kind) for name, kind in columns}
    return pd.DataFrame(typed).rename_axis(subject)


def _column(name: str, given: pd.Series, kind: Kind) -> pd.Series:
    if kind is Kind.KEY:
        return given
    if kind is Kind.DAY:
        return pd.to_datetime(given).astype("datetime64[s]")
    whole = kind not in (Kind.TEXT, Kind.FLAG)
    if whole and len(given) and not pd.api.types.is_integer_dtype(given):
        raise ValueError(f"{name} must be whole numbers, money in cents, and is {given.dtype}.")
    if kind is Kind.FLAG and len(given) and not pd.api.types.is_bool_dtype(given):
        raise ValueError(f"{name} must be true or false in every row, and is {given.dtype}.")
    return given.astype(kind.value.removeprefix("an "))
