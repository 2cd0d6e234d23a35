"""Figures of the spend report over a long ledger, against the one GROUP BY that would add them up."""

from datetime import date

from django.db import connection, transaction

from benchmarks.books import a_program_with_subawards
from benchmarks.measure import seconds, slope_told, told
from grants.ledger.agreement import disagreements
from grants.ledger.queries import moment_known
from reporting.reports.spend_by_program import gather
from tests.builders import Office

SIZES = (100_000, 1_000_000, 10_000_000)
THROUGH = date(2022, 12, 31)
_FILL = """
    INSERT INTO grants_entry (posting_id, posted_at, program_id, kind, amount, incurred_on, federal_award_id,
                              allocation_id, subaward_id, category, is_advance, payee, period, place, memo)
    SELECT posting.id, posting.posted_at, posting.program_id, 'expenditure', 1 + (n %% 900) / 100.0,
           date '2022-01-01' + (n %% 365)::int, subaward.award, subaward.allocation_id, subaward.id,
           (ARRAY['personnel', 'supplies', 'travel', 'other'])[n %% 4 + 1], false, 'Vendor ' || n %% 5000, '',
           'row ' || n, 'Invoice ' || n
    FROM generate_series(%s, %s) AS n
    JOIN (
        SELECT s.id, s.allocation_id, split.federal_award_id AS award,
               row_number() OVER (ORDER BY s.id) - 1 AS place
        FROM grants_subaward AS s JOIN grants_fundingsplit AS split ON split.subaward_id = s.id
        WHERE s.program_id = %s
    ) AS subaward ON subaward.place = n %% 1000
    CROSS JOIN (SELECT * FROM grants_posting WHERE program_id = %s ORDER BY id DESC LIMIT 1) AS posting
"""
_POSTING = """
    INSERT INTO grants_posting (key, program_id, kind, name, sha256, reason, posted_by_id, posted_at)
    SELECT key || '-' || %s, program_id, kind, name, '', '', posted_by_id, clock_timestamp()
    FROM grants_posting WHERE program_id = %s ORDER BY id LIMIT 1
"""
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
        with connection.cursor() as cursor:
            for first in range(0, size, 1_000_000):
                last = min(first + 1_000_000, size) - 1
                with transaction.atomic():
                    cursor.execute(_POSTING, [first, program.pk])
                    cursor.execute(_FILL, [first, last, program.pk, program.pk])
            cursor.execute("VACUUM ANALYZE grants_entry")
            cursor.execute("VACUUM ANALYZE grants_balance")
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
