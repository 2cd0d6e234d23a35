"""Posting the lines of a CSV, against a bare COPY of the same lines into the same table with its indexes."""

import tempfile
from pathlib import Path

from django.db import connection

from benchmarks.books import SUBAWARDS, a_program_with_subawards
from benchmarks.measure import seconds, slope_told, told
from grants.ledger.actions import post_file
from grants.ledger.agreement import disagreements
from grants.ledger.copying import COLUMNS
from grants.programs.models import Program
from tests.builders import Office

SIZES = (100_000, 300_000, 1_000_000)


def run() -> bool:
    """Read, judge and post; then the same rows by COPY into a table with the same indexes and no triggers."""
    office = Office()
    times, holds = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            program = a_program_with_subawards(office, f"post-{size}")
            path = Path(folder) / f"{size}.csv"
            _write_csv(path, program.code, size)
            times[size] = seconds(lambda path=path, program=program: _post(path, program, office))
            bare = seconds_of_a_bare_copy(program, Path(folder) / "rows")
            holds.append(told("post lines of a CSV", size, ours=times[size], limit=bare, most=3.0))
    assert disagreements() == []
    return all([*holds, slope_told("post lines of a CSV", times)])


def _write_csv(path: Path, code: str, size: int) -> None:
    with path.open("w") as file:
        file.write("kind,incurred_on,amount,subaward,category,payee,memo\n")
        for number in range(size):
            month, day = number % 12 + 1, number % 28 + 1
            file.write(
                f"expenditure,2022-{month:02}-{day:02},{number % 900 + 1}.{number % 100:02},"
                f"{code}-{number % SUBAWARDS:04},{['personnel', 'supplies', 'travel', 'other'][number % 4]},"
                f"Vendor {number % 5000},Invoice {number}\n"
            )


def _post(path: Path, program: Program, office: Office) -> None:
    with path.open("rb") as file:
        post_file(program, file, name=path.name, by=office.fiscal_officer)


def seconds_of_a_bare_copy(program: Program, rows: Path) -> float:
    """Seconds of a COPY of the rows just posted into an empty table with the same indexes, and its commit."""
    columns = ", ".join(COLUMNS)
    with connection.cursor() as cursor:
        lines = f"SELECT {columns} FROM grants_entry WHERE program_id = {program.pk}"
        with rows.open("wb") as file, cursor.copy(f"COPY ({lines}) TO STDOUT") as out:
            file.writelines(out)
        cursor.execute("DROP TABLE IF EXISTS bare_entry")
        cursor.execute("CREATE TABLE bare_entry (LIKE grants_entry INCLUDING IDENTITY INCLUDING INDEXES)")

        def copy() -> None:
            with rows.open("rb") as file, cursor.copy(f"COPY bare_entry ({columns}) FROM STDIN") as into:
                while chunk := file.read(1 << 20):
                    into.write(chunk)

        return seconds(copy)
