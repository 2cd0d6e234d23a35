"""The books out of the database: each frame is one query, copied out as text and read by columns.

``SOURCES`` and ``MONITORED`` say where every column of ``frames.FRAMES`` comes from. Only the frames and
columns that are asked for are read.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import pandas as pd
from django.conf import settings
from django.db import connection
from django.utils import timezone

from grants.compliance.books import Books
from grants.compliance.frames import FRAMES, Kind
from grants.compliance.monitored import MONITORED
from grants.compliance.sources import SOURCES, Source


@dataclass(frozen=True)
class Scope:
    """Which part of the books is wanted: programs and subawards by their keys, None for all of them."""

    programs: tuple[int, ...] | None = None
    subawards: tuple[int, ...] | None = None


def books_of(
    *,
    as_of: date | None = None,
    programs: Collection[int] | None = None,
    subawards: Collection[int] | None = None,
    reads: Mapping[str, frozenset[str]] | None = None,
    **given: pd.DataFrame,
) -> Books:
    """The books at the end of a day, the present one by default: all, or those of some programs or subawards.

    ``reads`` names the columns of each frame that are wanted (``rule.reads_of``); without it, all of them.
    A frame that is ``given`` is taken as it is. Lines incurred after ``as_of`` are left out; records that
    change, such as a subaward's stage, are as they are now.
    """
    day = as_of or timezone.localdate()
    wanted = {name: frozenset(frame.columns) for name, frame in FRAMES.items()} if reads is None else reads
    scope = Scope(
        None if programs is None else tuple(programs), None if subawards is None else tuple(subawards)
    )
    frames = {
        name: _frame(name, columns, scope, day) for name, columns in wanted.items() if name not in given
    }
    return Books(day, **frames, **given, only=wanted)


def _frame(name: str, columns: frozenset[str], scope: Scope, day: date) -> pd.DataFrame:
    """One frame, indexed by the identifiers of its rows."""
    source, kinds = (SOURCES | MONITORED)[name], FRAMES[name].columns
    chosen = sorted(columns)
    fields = ", ".join([source.key, *(_as_text(source.columns[each], kinds[each]) for each in chosen)])
    conditions, values = _conditions(source, scope, day)
    query = f"SELECT {fields} FROM {source.rows} WHERE {' AND '.join(conditions)} ORDER BY 1"
    rows = _copied(
        query, values, len(chosen) + 1, kinds={n + 1: kinds[each] for n, each in enumerate(chosen)}
    )
    frame = pd.DataFrame({each: _typed(rows[n + 1], kinds[each]) for n, each in enumerate(chosen)})
    return frame.set_axis(pd.Index(rows[0]), axis=0)


def _as_text(expression: str, kind: Kind) -> str:
    """How a column leaves the database: money as cents, days as their number since 1970."""
    if kind in (Kind.MONEY, Kind.MONEY_IF_KNOWN):
        return f"(({expression}) * 100)::bigint"
    if kind is Kind.DAY:
        return f"({expression})::date - date '1970-01-01'"
    if kind is Kind.TEXT:
        return f"coalesce({expression}, '')"
    return f"({expression})::int" if kind is Kind.FLAG else expression


def _conditions(source: Source, scope: Scope, day: date) -> tuple[list[str], dict[str, Any]]:
    conditions = [source.where]
    values: dict[str, Any] = {"day": day, "zone": settings.TIME_ZONE}
    if scope.programs is not None and source.program:
        conditions.append(f"{source.program} = ANY(%(programs)s)")
        values["programs"] = list(scope.programs)
    if scope.subawards is not None:
        values["subawards"] = list(scope.subawards)
        if source.subaward:
            conditions.append(f"{source.subaward} = ANY(%(subawards)s)")
        elif source.program:
            conditions.append(
                f"{source.program} IN (SELECT program_id FROM grants_subaward WHERE id = ANY(%(subawards)s))"
            )
    return conditions, values


def _copied(query: str, values: dict[str, Any], width: int, *, kinds: Mapping[int, Kind]) -> pd.DataFrame:
    texts = {n for n, kind in kinds.items() if kind is Kind.TEXT}
    with connection.cursor() as cursor:
        bound = cursor.mogrify(query, values)  # what COPY runs takes no parameters of its own
        with cursor.copy(f"COPY ({bound}) TO STDOUT (FORMAT csv)") as copied:
            content = BytesIO(b"".join(copied))
    names = [str(n) for n in range(width)]
    return pd.read_csv(
        content,
        header=None,
        names=names,
        dtype={name: "str" if int(name) in texts else "Int64" for name in names},
        keep_default_na=False,
        na_values={name: [""] for name in names if int(name) not in texts},
    ).set_axis(range(width), axis=1)


def _typed(column: pd.Series, kind: Kind) -> pd.Series:
    if kind is Kind.DAY:
        return pd.to_datetime(column.astype("float64"), unit="D").astype("datetime64[s]")
    if kind is Kind.FLAG:
        return column.astype("bool")
    if kind in (Kind.MONEY, Kind.COUNT):
        return column.astype("int64")
    return column if column.hasnans or kind is not Kind.KEY else column.astype("int64")
