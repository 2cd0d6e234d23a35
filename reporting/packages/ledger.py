"""The ledger of a package: every line with what it belongs to and where it came from, out of one COPY.

The database writes the CSV; the same rows go on into the workbook. A block at a time is held, whatever the
number of lines.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import StringIO
from tempfile import TemporaryFile
from typing import Any

from django.db import connection, models
from django.db.models import F, Func, Value
from django.db.models.functions import Cast, Coalesce, Concat, LPad

from grants.ledger.models import Entry
from reporting.blocks import Column
from reporting.packages.book import Book
from reporting.packages.writing import Archive
from reporting.sheets import guarded
from reporting.standpoint import Subject, lines_about

_BLOCK = 1 << 18
_MAY_RUN = re.compile(r'(?:^|,)"? *(?:[=+@\t\r＝＋－＠]|-(?!\d+\.\d\d(?:,|$)))', re.MULTILINE)
"""A text that a spreadsheet might run as a formula; an amount below zero is none."""
_SIGNS = ("=", "+", "@", "\t", "\r", "＝", "＋", "－", "＠", ",-", '"-', " -", "\n-")
"""Without any of these there is no such text; they are looked for in a tenth of the time."""


def _utc(column: str) -> Func:
    """A moment as text in UTC, to the microsecond."""
    form = Value('YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    zoned = Func(Value("UTC"), F(column), function="timezone", output_field=models.DateTimeField())
    return Func(zoned, form, function="to_char", output_field=models.TextField())


_FILING = Concat(Value("F-"), LPad(Cast("posting__filing", models.TextField()), 6, Value("0")))
COLUMNS: dict[Column, Any] = {
    Column("Line"): F("pk"),
    Column("Posted at", weight=1.7): _utc("posted_at"),
    Column("Kind"): F("kind"),
    Column("Incurred on", "date"): F("incurred_on"),
    Column("Amount ($)", "dollars"): F("amount"),
    Column("Program"): F("program__code"),
    Column("Assistance Listing"): F("federal_award__aln"),
    Column("FAIN"): F("federal_award__fain"),
    Column("Subaward"): F("subaward__number"),
    Column("Recipient", weight=2): Coalesce("subaward__subrecipient__name", "allocation__party__name"),
    Column("Project"): F("project__code"),
    Column("Category"): F("category"),
    Column("Advance"): models.Case(
        models.When(is_advance=True, then=Value("yes")), default=Value(""), output_field=models.TextField()
    ),
    Column("Payee", weight=2): F("payee"),
    Column("Period"): F("period"),
    Column("Memo", weight=2): F("memo"),
    Column("Reverses line"): F("reverses"),
    Column("Source", weight=2): F("posting__name"),
    Column("Cell or row"): F("place"),
    Column("Filing"): models.Case(
        models.When(posting__filing__isnull=False, then=_FILING), output_field=models.TextField()
    ),
    Column("SHA-256 of the source", weight=2): F("posting__sha256"),
}
"""The columns of the ledger, and what each is of a line."""


def ledger_lines(subject: Subject, person: Any, *, through: date, known: datetime) -> models.QuerySet[Entry]:
    """The lines about a subject that a person may see, through a day as known at a moment."""
    entries: Any = Entry.objects
    return entries.visible_to(person).filter(
        lines_about(subject), incurred_on__lte=through, posted_at__lte=known
    )


def write_ledger(archive: Archive, lines: models.QuerySet[Entry], *, moment: datetime) -> None:
    """``ledger.csv`` and ``ledger.xlsx`` of the lines, in the order of their numbers."""
    columns = list(COLUMNS)
    with TemporaryFile() as spool:
        book = Book(spool, columns, name="Ledger", moment=moment.timetuple()[:6])
        with archive.file("ledger/ledger.csv", is_long=True) as file:
            heads = StringIO(newline="")
            csv.writer(heads, lineterminator="\n").writerow(column.heading for column in columns)
            file.write(f"\ufeff{heads.getvalue()}".encode())
            for block in _blocks(_copied(lines)):
                rows = list(csv.reader(StringIO(block, newline="")))
                file.write((_guarded(rows) if _may_run(block) else block).encode())
                book.add(rows, block)
        book.close()
        spool.seek(0)
        with archive.file("ledger/ledger.xlsx", packed=False, is_long=True) as file:
            while chunk := spool.read(_BLOCK):
                file.write(chunk)


def _copied(lines: models.QuerySet[Entry]) -> Iterator[bytes]:
    """The lines as CSV, as the database writes it."""
    named = {f"c{place:02}": what for place, what in enumerate(COLUMNS.values())}
    chosen = lines.order_by("pk").annotate(**named).values_list(*named)
    sql, parameters = chosen.query.sql_with_params()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)", parameters) as rows,
    ):
        yield from rows


def _blocks(rows: Iterable[bytes]) -> Iterator[str]:
    """Whole rows as text, a block at a time."""
    held: list[bytes] = []
    size = 0
    for row in rows:
        held.append(bytes(row))
        size += len(row)
        if size >= _BLOCK:
            yield b"".join(held).decode()
            held, size = [], 0
    if held:
        yield b"".join(held).decode()


def _may_run(block: str) -> bool:
    """Whether a spreadsheet might run some text of a block."""
    return any(sign in block for sign in _SIGNS) and bool(_MAY_RUN.search(block))


def _guarded(rows: list[list[str]]) -> str:
    """Rows as CSV in which no text can be run as a formula."""
    numbers = {place for place, column in enumerate(COLUMNS) if column.kind != "text"}
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(
        [value if place in numbers else guarded(value) for place, value in enumerate(row)] for row in rows
    )
    return text.getvalue()
