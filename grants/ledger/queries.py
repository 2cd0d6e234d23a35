"""What the ledger answers: sums through a day, as known at a moment, in dollars.

Sums come from the kept balances, by month. Only the days of a month not yet over at ``through``, and lines
posted after ``as_known_at``, are looked up in the ledger itself; so the cost does not grow with its length.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from psycopg import sql

from grants.kernel.money import ZERO
from grants.kernel.periods import month_end, month_start
from grants.ledger.triggers import LEDGER_LOCK

_MONTH = "date_trunc('month', incurred_on)::date AS month"


def moment_known() -> datetime:
    """A moment such that everything posted up to it can already be seen.

    Waits for postings in progress; what is posted from now on carries a later moment.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LEDGER_LOCK])
        try:
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0]
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LEDGER_LOCK])


def sums(
    by: Sequence[str],
    *,
    through: date | None = None,
    as_known_at: datetime | None = None,
    where: Mapping[str, Collection[Any]] | None = None,
) -> list[dict[str, Any]]:
    """Sums of ``amount`` over lines incurred through a day and posted by a moment, grouped ``by`` columns.

    ``by`` and the keys of ``where`` name columns of ``Balance`` (``program_id``, ``kind``, ``month``, ...);
    ``where`` keeps the rows whose column is among the values. Rows come in order of ``by``.
    """
    groups = sql.SQL(", ").join(map(sql.Identifier, by))
    kept = sorted({*by, *(where or {})} - {"month"})
    columns = sql.SQL(", ").join(map(sql.Identifier, kept))
    condition = sql.SQL("").join(
        sql.SQL(" AND {} = ANY({})").format(sql.Identifier(column), sql.Literal(list(values)))
        for column, values in (where or {}).items()
    )
    parts = [
        sql.SQL("SELECT {c}, {month}, {sign}amount AS amount FROM {table} WHERE {when}{condition}").format(
            c=columns,
            month=sql.SQL("month" if table == "grants_balance" else _MONTH),
            sign=sql.SQL(sign),
            table=sql.Identifier(table),
            when=when,
            condition=condition,
        )
        for table, sign, when in _sources(through, as_known_at)
    ]
    query = sql.SQL(
        "SELECT {groups}, sum(amount) AS amount FROM ({parts}) AS lines GROUP BY {groups} ORDER BY {groups}"
    ).format(groups=groups, parts=sql.SQL(" UNION ALL ").join(parts))
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [dict(zip((*by, "amount"), row, strict=True)) for row in cursor.fetchall()]


def _sources(through: date | None, as_known_at: datetime | None) -> list[tuple[str, str, sql.Composable]]:
    """Tables, signs and conditions whose union is the lines through a day as known at a moment."""
    day, known = sql.Literal(through), sql.Literal(as_known_at)
    if through is None:
        whole_months, partly = sql.SQL("true"), None
    elif through == month_end(through):
        whole_months, partly = sql.SQL("{day} <= {through}"), None
    else:
        first = sql.Literal(month_start(through))
        whole_months = sql.SQL("{day} < " + str(first.as_string()))
        partly = sql.SQL("incurred_on >= {} AND incurred_on <= {}").format(first, day)
    months = _on_day(whole_months, "month", day)
    days = _on_day(whole_months, "incurred_on", day)
    sources: list[tuple[str, str, sql.Composable]] = [("grants_balance", "", months)]
    if partly is not None:
        posted = sql.SQL(" AND posted_at <= {}").format(known) if as_known_at else sql.SQL("")
        sources.append(("grants_entry", "", sql.Composed([partly, posted])))
    if as_known_at:
        sources.append(("grants_entry", "-", sql.SQL("{} AND posted_at > {}").format(days, known)))
    return sources


def _on_day(condition: sql.SQL, column: str, through: sql.Literal) -> sql.Composable:
    """A condition on whole months, for a table with ``column`` as its day."""
    return condition.format(day=sql.Identifier(column), through=through)


class Standing(NamedTuple):
    """Dollars of a subaward, an allocation or a program: net of deobligations and refunds."""

    obligated: Decimal = ZERO
    spent: Decimal = ZERO
    paid: Decimal = ZERO
    cost_shared: Decimal = ZERO
    program_income: Decimal = ZERO
    drawn: Decimal = ZERO
    interest: Decimal = ZERO

    @classmethod
    def of(cls, amounts: Mapping[str, Decimal]) -> "Standing":
        """The standing from sums by kind of line."""
        get = amounts.get
        return cls(
            obligated=get("obligation", ZERO) - get("deobligation", ZERO),
            spent=get("expenditure", ZERO),
            paid=get("payment", ZERO) - get("refund", ZERO),
            cost_shared=get("cost_share", ZERO),
            program_income=get("program_income", ZERO),
            drawn=get("drawdown", ZERO),
            interest=get("interest", ZERO),
        )


def standings(
    by: str,
    *,
    through: date | None = None,
    as_known_at: datetime | None = None,
    where: Mapping[str, Collection[Any]] | None = None,
) -> dict[Any, Standing]:
    """The standing of each value of one column, such as ``program_id`` or ``subaward_id``."""
    amounts: dict[Any, dict[str, Decimal]] = {}
    for row in sums((by, "kind"), through=through, as_known_at=as_known_at, where=where):
        amounts.setdefault(row[by], {})[row["kind"]] = row["amount"]
    return {key: Standing.of(kinds) for key, kinds in amounts.items()}


def spent_of(subaward: Any, *, as_of: date | None = None) -> Decimal:
    """What a subaward has spent through a day, in dollars."""
    return _standing_of(subaward, as_of).spent


def obligated_of(subaward: Any, *, as_of: date | None = None) -> Decimal:
    """What is obligated to a subaward through a day, net of deobligations, in dollars."""
    return _standing_of(subaward, as_of).obligated


def _standing_of(subaward: Any, as_of: date | None) -> Standing:
    known = standings("subaward_id", through=as_of, where={"subaward_id": [subaward.pk]})
    return known.get(subaward.pk, Standing())
