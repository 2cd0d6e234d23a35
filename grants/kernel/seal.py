"""The seal over the trail and the ledger: a chain of hashes over every append-only row.

Rows are sealed in blocks. A block keeps the key and a short mark of each row, so that a broken row can be
named, and a full SHA-256 over all of them together with the hash of the block before. Whoever changes,
removes or slips in a row without the product's knowledge would have to make every later block anew; keep the
newest hash elsewhere (``seal_trail`` prints it) and even that is seen.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import pghistory.models
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.functions import Now
from psycopg import sql

from grants.kernel.trail import TrailEntry, append_only

ROWS_A_BLOCK = 10_000
_MARK = struct.Struct(">q8s")
_BEFORE_ALL = -(2**63)


class Seal(models.Model):
    """A sealed block of rows of one table; the blocks of all tables form one chain, in order of ``id``."""

    table = models.CharField(max_length=80)
    columns = models.JSONField(help_text="The columns that the marks cover, in order.")
    first = models.BigIntegerField(help_text="Lowest key of the block.")
    last = models.BigIntegerField(help_text="Highest key of the block.")
    marks = models.BinaryField(help_text="Key and the first eight bytes of the hash of each row.")
    digest = models.CharField(max_length=64, help_text="SHA-256 over the hashes of all rows.")
    hash = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 over this block and the one before."
    )
    sealed_at = models.DateTimeField(db_default=Now())

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.table} {self.first} to {self.last}"


@dataclass(frozen=True)
class Break:
    """Where the trail is not whole: the table, the key of the first row that differs, and how."""

    table: str
    row: int | None
    message: str


def sealed_models() -> list[type[models.Model]]:
    """All append-only records: rows of events, lines of the trail, and records that say ``is_sealed``."""
    known = [
        model
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event)
        or model is TrailEntry
        or getattr(model, "is_sealed", False)
    ]
    return sorted((model for model in known if model._meta.managed), key=lambda model: model._meta.db_table)


def seal_trail() -> tuple[int, str]:
    """Seal every row not sealed yet. Returns how many there were and the hash that now ends the chain."""
    count = 0
    for model in sealed_models():
        table, columns = model._meta.db_table, _columns(model)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE grants_seal IN SHARE ROW EXCLUSIVE MODE")
            done = Seal.objects.filter(table=table).aggregate(last=models.Max("last"))["last"]
            done = _BEFORE_ALL if done is None else done
            until = _settled_until(table, columns[0])
            while block := list(_rows(table, columns, done, until, ROWS_A_BLOCK)):
                _seal_block(table, columns, block)
                done, count = block[-1][0], count + len(block)
    return count, _newest_hash()


def verify_trail() -> Break | None:
    """The first place where the trail is not as it was sealed, or None when it is whole."""
    previous = ""
    until: dict[str, int] = {}
    for seal in Seal.objects.order_by("pk").iterator(chunk_size=200):
        broken = _broken_row(seal, until.get(seal.table, _BEFORE_ALL))
        until[seal.table] = seal.last
        if broken:
            return broken
        if seal.hash != _chained(previous, seal.table, seal.columns, seal.first, seal.last, seal.digest):
            return Break(seal.table, None, f"The seal over {seal} does not follow from the one before.")
        previous = seal.hash
    return None


def unsealed_count() -> int:
    """How many rows wait for the next seal."""
    last = dict(Seal.objects.values_list("table").annotate(last=models.Max("last")))
    return sum(
        model._base_manager.filter(pk__gt=last.get(model._meta.db_table, 0)).count()
        for model in sealed_models()
    )


def _columns(model: type[models.Model]) -> list[str]:
    """The table's columns with the key first: what a mark covers."""
    key = str(model._meta.pk.column)
    return [key, *(str(field.column) for field in model._meta.concrete_fields if field.column != key)]


def _settled_until(table: str, key: str) -> int:
    """The highest key that no open transaction can still come below.

    The lock waits for writers to end, and is given back at once with the savepoint that took it.
    """
    with connection.cursor() as cursor:
        point = transaction.savepoint()
        cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
        cursor.execute(
            sql.SQL("SELECT coalesce(max({}), 0) FROM {}").format(sql.Identifier(key), sql.Identifier(table))
        )
        until = cursor.fetchone()[0]
        transaction.savepoint_rollback(point)
    return until


def _rows(
    table: str, columns: list[str], after: int, until: int, limit: int | None = None
) -> Iterator[tuple[int, bytes]]:
    """Key and SHA-256 of each row with ``after`` < key ≤ ``until``, in order of the key."""
    query = sql.SQL(
        "SELECT {key}, sha256(convert_to(ROW({columns})::text, 'UTF8')) FROM {table} "
        "WHERE {key} > {after} AND {key} <= {until} ORDER BY {key} LIMIT {limit}"
    ).format(
        key=sql.Identifier(columns[0]),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        table=sql.Identifier(table),
        after=sql.Literal(after),
        until=sql.Literal(until),
        limit=sql.Literal(limit),
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'")
        cursor.execute(query)
        yield from ((key, bytes(digest)) for key, digest in cursor.fetchall())


def _seal_block(table: str, columns: list[str], block: list[tuple[int, bytes]]) -> None:
    """Add one block to the end of the chain."""
    digest = hashlib.sha256(b"".join(mark for _, mark in block)).hexdigest()
    first, last = block[0][0], block[-1][0]
    Seal.objects.create(
        table=table,
        columns=columns,
        first=first,
        last=last,
        marks=b"".join(_MARK.pack(key, mark[:8]) for key, mark in block),
        digest=digest,
        hash=_chained(_newest_hash(), table, columns, first, last, digest),
    )


def _chained(previous: str, table: str, columns: list[str], first: int, last: int, digest: str) -> str:
    """The hash that ties a block to the one before it."""
    text = "|".join([previous, table, ",".join(columns), str(first), str(last), digest])
    return hashlib.sha256(text.encode()).hexdigest()


def _newest_hash() -> str:
    """The hash at the end of the chain; empty before the first seal."""
    newest = Seal.objects.order_by("-pk").first()
    return newest.hash if newest else ""


def _broken_row(seal: Seal, after: int) -> Break | None:
    """The first row of a block that was changed, removed or slipped in.

    A block answers for every key above the last of the block ``after`` it of the same table, gaps included.
    """
    with transaction.atomic():
        now = dict(_rows(seal.table, seal.columns, after, seal.last))
    kept = dict(_MARK.iter_unpack(bytes(seal.marks)))
    for key in sorted(kept | now):
        if key not in now:
            return Break(seal.table, key, f"Row {key} of {seal.table} was removed.")
        if key not in kept:
            return Break(seal.table, key, f"Row {key} of {seal.table} was slipped in.")
        if now[key][:8] != kept[key]:
            return Break(seal.table, key, f"Row {key} of {seal.table} was changed.")
    if hashlib.sha256(b"".join(now[key] for key in sorted(now))).hexdigest() != seal.digest:
        return Break(seal.table, seal.first, f"The rows of {seal.table} from {seal.first} were changed.")
    return None
