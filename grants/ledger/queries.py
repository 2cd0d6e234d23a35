"""What the ledger answers: sums through a day, as known at a moment, in dollars.

Sums come from the kept balances, by month. Only the days of a month not yet over at ``through``, and lines
posted after ``as_known_at``, are looked up in the ledger itself; so the cost does not grow with its length.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from grants.kernel.money import ZERO
from grants.kernel.periods import month_end, month_start
from grants.ledger.models import Balance
from grants.ledger.triggers import LEDGER_LOCK

_MONTH = "date_trunc('month', incurred_on)::date"
_COLUMNS = frozenset(field.column for field in Balance._meta.concrete_fields)


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
    ``where`` keeps the rows whose column is among the values; without values, those without one. Rows come
    in order of ``by``.
    """
    chosen = where or {}
    unknown = {*by, *chosen} - _COLUMNS
    if unknown:
        raise ValueError(f"The balances have no column {', '.join(sorted(unknown))}.")
    groups = ", ".join(by)
    columns = "".join(f"{column}, " for column in sorted({*by, *chosen} - {"month"}))
    parts, parameters = [], []
    for table, month, sign, condition, values in _sources(through, as_known_at):
        among = [f"{column} = ANY(%s)" if given else f"{column} IS NULL" for column, given in chosen.items()]
        parts.append(
            f"SELECT {columns}{month} AS month, {sign}amount AS amount FROM {table} "
            f"WHERE {' AND '.join([condition, *among])}"
        )
        parameters += [*values, *(list(given) for given in chosen.values() if given)]
    lines = " UNION ALL ".join(parts)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {groups}, sum(amount) FROM ({lines}) AS lines GROUP BY {groups} ORDER BY {groups}",
            parameters,
        )
        return [dict(zip((*by, "amount"), row, strict=True)) for row in cursor.fetchall()]


def _sources(
    through: date | None, as_known_at: datetime | None
) -> Iterator[tuple[str, str, str, str, list[Any]]]:
    """Tables whose union is the lines through a day as known at a moment.

    Each with its month, the sign it counts with, a condition, and the values of the condition.
    """
    day = through or date.max
    is_whole = day == month_end(day)
    until = day if is_whole else month_start(day) - timedelta(days=1)
    yield "grants_balance", "month", "", "month <= %s", [until]
    if not is_whole:
        known, values = (" AND posted_at <= %s", [as_known_at]) if as_known_at else ("", [])
        yield (
            "grants_entry",
            _MONTH,
            "",
            f"incurred_on > %s AND incurred_on <= %s{known}",
            [until, day, *values],
        )
    if as_known_at:
        yield "grants_entry", _MONTH, "-", "incurred_on <= %s AND posted_at > %s", [until, as_known_at]


class Standing(NamedTuple):
    """Dollars of a subaward, an allocation or a program: net of deobligations and refunds."""

    obligated: Decimal = ZERO
    spent: Decimal = ZERO
    paid: Decimal = ZERO
    cost_shared: Decimal = ZERO
    program_income: Decimal = ZERO
    drawn: Decimal = ZERO
    interest: Decimal = ZERO

    def plus(self, other: "Standing") -> "Standing":
        """Both together."""
        return Standing(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

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


def _standing_of(subaward: Any, as_of: date | None) -> Standing:
    known = standings("subaward_id", through=as_of, where={"subaward_id": [subaward.pk]})
    return known.get(subaward.pk, Standing())
