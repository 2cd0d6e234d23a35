"""How lines get into the ledger: always through one posting, whole or not at all, by COPY."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from grants.compliance.blocking import last_line, refuse_what_is_blocked
from grants.kernel.refusals import Refusal
from grants.kernel.trail import require_an_action
from grants.ledger.copying import COLUMNS, Line, LineColumns, rows_of
from grants.ledger.models import Posting, PostingKind
from grants.ledger.triggers import LEDGER_LOCK

__all__ = ["Line", "LineColumns", "Source", "post", "posting_into", "replace", "reverse"]

_COPY = f"COPY grants_entry ({', '.join(COLUMNS)}) FROM STDIN"
_WITH_REVERSES = f"{', '.join(COLUMNS)}, reverses_id"
_OPPOSITE = (
    f"SELECT %s, %s, program_id, kind, -amount, {', '.join(COLUMNS[5:])}, id FROM grants_entry AS line"
)


@dataclass(frozen=True)
class Source:
    """Where a posting comes from. ``key`` may come in only once; ``sha256`` is that of the file, if any."""

    key: str
    name: str
    kind: PostingKind = PostingKind.ACTION
    sha256: str = ""


def post(
    program: Any, lines: Iterable[Line] | LineColumns, source: Source, *, by: Any, reason: str = ""
) -> Posting:
    """Add lines to the ledger of a program, all or none. ``lines`` must not ask the database as they come.

    Only within an action. Refuses ``posted-already`` when the source's key came in before, and
    ``not-allowed`` when a line breaks a rule that blocks.
    """
    with posting_into(program, source, by=by, reason=reason) as (posting, write):
        _write(posting, lines, write)
    return posting


def _write(posting: Posting, lines: Iterable[Line] | LineColumns, write: Callable[[str], None]) -> None:
    """Give lines of a posting to ``write`` as rows of COPY text, many at a time."""
    begin = f"{posting.pk}\t{posting.posted_at.isoformat()}\t{posting.program_id}\t"
    for rows in lines.rows(begin) if isinstance(lines, LineColumns) else rows_of(lines, begin):
        write(rows)


@contextmanager
def posting_into(program: Any, source: Source, *, by: Any, reason: str = "") -> Iterator[tuple[Posting, Any]]:
    """A new posting and the function that writes rows of COPY text (of ``COLUMNS``) into it."""
    posting = _begun(program, source, moment_of_posting(), by=by, reason=reason)
    before = last_line()
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(_COPY) as copy:
        yield posting, copy.write
    refuse_what_is_blocked(posting, after=before)


def reverse(lines: Any, program: Any, what: str, *, reason: str, by: Any) -> Posting:
    """Add the opposite of each of ``lines``, a queryset of lines that are not reversed yet.

    Only within an action. ``what`` names what is reversed: ``posting:614``. Refuses ``no-reason``.
    """
    posting = _begun_reversal(program, what, moment_of_posting(), reason=reason, by=by)
    chosen, parameters = lines.values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO grants_entry ({_WITH_REVERSES}) {_OPPOSITE} WHERE id IN ({chosen}) ORDER BY id",
            [posting.pk, posting.posted_at, *parameters],
        )
    return posting


def replace(
    earlier: Posting, lines: Iterable[Line] | LineColumns, source: Source, *, reason: str, by: Any
) -> Posting:
    """Reverse what is left of an earlier posting and post ``lines`` in its place, at one and the same moment.

    Both come into the ledger by one statement, so that the books are judged as they are afterwards: what was
    paid meanwhile may rest on what is reversed. Only within an action; refuses as ``post`` and ``reverse``.
    """
    moment = moment_of_posting()
    program, what = earlier.program, f"posting:{earlier.pk}"
    posting = _begun(program, source, moment, by=by, reason=reason)
    reversal = _begun_reversal(program, what, moment, reason=reason, by=by)
    columns, before = ", ".join(COLUMNS), last_line()
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.execute(
            f"CREATE TEMPORARY TABLE anew ON COMMIT DROP AS SELECT {columns} FROM grants_entry LIMIT 0"
        )
        with cursor.copy(f"COPY anew ({columns}) FROM STDIN") as copy:
            _write(posting, lines, copy.write)
        cursor.execute(
            f"INSERT INTO grants_entry ({_WITH_REVERSES}) "
            f"({_OPPOSITE} WHERE posting_id = %s AND reverses_id IS NULL AND NOT EXISTS "
            f"(SELECT 1 FROM grants_entry AS other WHERE other.reverses_id = line.id) ORDER BY id) "
            f"UNION ALL SELECT {columns}, NULL FROM anew",
            [reversal.pk, moment, earlier.pk],
        )
        cursor.execute("DROP TABLE anew")
    refuse_what_is_blocked(posting, after=before)
    return posting


def _begun(program: Any, source: Source, moment: datetime, *, by: Any, reason: str) -> Posting:
    """A posting without lines yet. Refuses ``posted-already``."""
    require_an_action()
    before = Posting.objects.filter(key=source.key).first()
    if before:
        raise Refusal(
            f"“{before.name}” was posted already, on {before.posted_at:%Y-%m-%d at %H:%M} UTC.",
            code="posted-already",
        )
    return Posting.objects.create(
        key=source.key,
        program=program,
        kind=source.kind,
        name=source.name[:200],
        sha256=source.sha256,
        reason=reason,
        posted_by=by,
        posted_at=moment,
    )


def _begun_reversal(program: Any, what: str, moment: datetime, *, reason: str, by: Any) -> Posting:
    """The posting of a reversal, without lines yet."""
    if not reason.strip():
        raise Refusal("Say why it is reversed.", code="no-reason")
    earlier = Posting.objects.filter(key__startswith=f"reversal:{what}:").count()
    source = Source(f"reversal:{what}:{earlier + 1}", f"Reversal of {what.replace(':', ' ')}")
    return _begun(program, source, moment, by=by, reason=reason)


def moment_of_posting() -> datetime:
    """The moment under which this transaction posts.

    Taken under the ledger's shared lock, so that no report "as known at" a later moment can miss what this
    transaction adds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LEDGER_LOCK])
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
