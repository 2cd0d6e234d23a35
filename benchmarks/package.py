"""A package of a program's whole ledger, CSV and workbook in one zip, against a bare COPY of its lines.

The limit copies the same lines out as CSV and packs them once, as any file that is handed over is packed. The
bare COPY alone is told beside it. A package writes each line twice, as CSV and as a row of a workbook, with
what it belongs to and where it came from, and hashes every byte.
"""

from collections.abc import Callable
from datetime import date
from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import connection

from benchmarks.books import a_program_with_subawards, post_lines
from benchmarks.measure import forget_the_peak, peak_mb, seconds, slope_told, told
from grants.ledger.copying import COLUMNS
from grants.programs.models import Program
from reporting.packages.actions import ask_package, write_package
from reporting.packages.models import Package, Part
from tests.builders import Office

SIZES = (100_000, 300_000, 1_000_000)
MOST_MB = 300


def run() -> bool:
    """At three lengths of the ledger; memory must not grow with it."""
    office = Office()
    times, holds = {}, []
    for size in SIZES:
        program = a_program_with_subawards(office, f"package-{size}")
        post_lines(program, size)
        package = ask_package(program, through=date(2022, 12, 31), parts=list(Part), by=office.auditor)
        bare = seconds(lambda program=program: _copied(program, _nowhere))
        packed = seconds(lambda program=program: _packed(program))
        forget_the_peak()
        times[size] = seconds(lambda package=package, office=office: _written(package, office))
        more = {"bare_copy": round(bare, 4), "most_mb": MOST_MB}
        holds.append(told("package of a program", size, ours=times[size], limit=packed, most=6.0, **more))
        holds.append(peak_mb() <= MOST_MB)
    return all([*holds, slope_told("package of a program", times)])


def _written(package: Package, office: Office) -> None:
    with TemporaryFile() as spool:
        write_package(package, spool, person=office.auditor)


def _packed(program: Program) -> None:
    with (
        TemporaryFile() as spool,
        ZipFile(spool, "w", ZIP_DEFLATED) as archive,
        archive.open("ledger.csv", "w", force_zip64=True) as file,
    ):
        _copied(program, file.write)


def _copied(program: Program, into: Callable[[bytes], object]) -> None:
    columns = ", ".join(COLUMNS)
    lines = f"SELECT {columns} FROM grants_entry WHERE program_id = {program.pk}"
    with connection.cursor() as cursor, cursor.copy(f"COPY ({lines}) TO STDOUT (FORMAT csv)") as rows:
        for row in rows:
            into(row)


def _nowhere(row: bytes) -> None:
    """Where a bare COPY goes."""
