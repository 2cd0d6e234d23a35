"""Figures of the spend report over a long ledger, against the one GROUP BY that would add them up."""

from datetime import date

from django.db import connection

from benchmarks.books import a_program_with_subawards, post_lines
from benchmarks.measure import seconds, slope_told, told
from grants.ledger.agreement import disagreements
from grants.ledger.queries import moment_known
from reporting.reports.spend_by_program import gather
from tests.builders import Office

SIZES = (100_000, 1_000_000, 10_000_000)
THROUGH = date(2022, 12, 31)
_GROUP_BY = """
    SELECT subaward_id, kind, sum(amount) FROM grants_entry
    WHERE program_id = %s AND incurred_on <= %s AND posted_at <= %s GROUP BY subaward_id, kind
"""


def run() -> bool:
    """Through a month's end and through the middle of a month, at three lengths of the ledger."""
    office = Office()
    times, holds = {}, []
    for size in SIZES:
        program = a_program_with_subawards(office, f"spend-{size}")
        post_lines(program, size)
        known = moment_known()
        bare = seconds(lambda pk=program.pk, known=known: _grouped(pk, known), runs=3)
        times[size] = seconds(lambda p=program, known=known: gather([p], THROUGH, known), runs=3)
        holds.append(told("spend report, figures only", size, ours=times[size], limit=bare))
        middle = seconds(lambda p=program, known=known: gather([p], date(2022, 12, 15), known), runs=3)
        holds.append(told("spend report through the middle of a month", size, ours=middle, limit=bare))
    assert disagreements() == []
    return all([*holds, slope_told("spend report, figures only", times)])


def _grouped(program: int, known: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GROUP_BY, [program, THROUGH, known])
        cursor.fetchall()
