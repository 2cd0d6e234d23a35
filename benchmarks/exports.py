"""The federal upload files of a period, against one query and COPY out of the same lines.

The filings stand in the books as receiving and posting leaves them, rows and lines alike; that their
workbooks were read is measured elsewhere.
"""

from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.books import a_program_with_subawards
from benchmarks.measure import forget_the_peak, peak_mb, seconds, slope_told, told
from grants.programs.models import Program
from reporting.filings.actions import open_periods
from reporting.filings.models import Filing, FilingContent, ReportingPeriod, Stage
from reporting.rows import Table, as_kept
from reporting.submissions.actions import make_submission
from tests.builders import Office
from tests.workbooks.agencies import SLFRF

WHAT = "federal upload files of a period"
SIZES = ((2_000, 20), (20_000, 200), (60_000, 600))
"""Lines, and the filings that they came in."""
FLAT = ((20_000, 20), (20_000, 1_000))
"""Each filing brings a project, an award and a subrecipient of its own, too: five further rows."""
EVERYDAY, MOST, MOST_MB = (20_000, 200), 3.0, 200
_POSTINGS = """
    INSERT INTO grants_posting (key, program_id, kind, name, sha256, reason, posted_by_id, posted_at)
    SELECT %s || n, program_id, 'filing', 'F-' || n, '', '', posted_by_id, clock_timestamp()
    FROM (SELECT * FROM grants_posting WHERE program_id = %s ORDER BY id LIMIT 1) AS first,
         generate_series(0, %s - 1) AS n
    RETURNING id
"""
_LINES = """
    INSERT INTO grants_entry (posting_id, posted_at, program_id, kind, amount, incurred_on, federal_award_id,
                              allocation_id, subaward_id, category, is_advance, payee, period, place, memo)
    SELECT posting.id, posting.posted_at, posting.program_id, 'expenditure', 1 + n %% 900 / 100.0,
           date '2022-06-30', split.federal_award_id, subaward.allocation_id, subaward.id, '2.1', false,
           'ABCDEF123456', '2022-Q2', 'Expenditures > 50000!E' || 13 + n, ''
    FROM unnest(%s::bigint[], %s::bigint[]) AS filed (posting, subaward)
    JOIN grants_posting AS posting ON posting.id = filed.posting
    JOIN grants_subaward AS subaward ON subaward.id = filed.subaward
    JOIN grants_fundingsplit AS split ON split.subaward_id = subaward.id
    CROSS JOIN generate_series(0, %s - 1) AS n
"""
_OUT = """
    COPY (SELECT subaward.number, to_char(line.incurred_on, 'MM/DD/YYYY'), line.period, line.category,
                 line.payee, line.place, line.amount
          FROM grants_entry AS line JOIN grants_subaward AS subaward ON subaward.id = line.subaward_id
          WHERE line.program_id = %s AND line.period = '2022-Q2' AND line.kind = 'expenditure'
          ORDER BY line.id) TO STDOUT (FORMAT CSV)
"""


def run() -> bool:
    """Files of three sizes, and of one size that came in few and in many filings."""
    office = Office()
    _made(office, *_a_period(office, 100, 10))  # so that nothing is imported while the clock runs
    times, holds = {}, []
    for lines, filings in (*SIZES, *FLAT):
        program, period = _a_period(office, lines, filings)
        forget_the_peak()
        ours = min(_made(office, program, period) for _ in range(5))
        peak = peak_mb()
        limit = seconds(lambda program=program: _copied_out(program), runs=5)
        most = MOST if (lines, filings) == EVERYDAY else None
        holds.append(told(WHAT, lines, ours=ours, limit=limit, most=most, filings=filings))
        holds.append(lines > EVERYDAY[0] or peak <= MOST_MB)
        if (lines, filings) in SIZES:
            times[lines] = ours
    return all([*holds, slope_told(WHAT, times)])


def _made(office: Office, program: Program, period: ReportingPeriod) -> float:
    """Seconds to make and keep the files; undone afterwards, so that the next run keeps them, too."""
    with transaction.atomic():
        by = office.program_officer
        took = seconds(lambda: make_submission(program, export="slfrf", period=period.code, by=by))
        transaction.set_rollback(True)
    return took


def _copied_out(program: Program) -> bytes:
    with connection.cursor() as cursor, cursor.copy(_OUT, [program.pk]) as out:
        return b"".join(bytes(part) for part in out)


def _a_period(office: Office, lines: int, filings: int) -> tuple[Program, ReportingPeriod]:
    """A period with so many lines of expenditure, evenly in so many posted filings of the ARPA workbook."""
    program = a_program_with_subawards(office, f"files-{lines}-{filings}", filings)
    open_periods(program, through=date(2022, 12, 31), layout="", by=office.program_officer)
    period = program.periods.get(code="2022-Q2")
    subawards = list(program.subawards.order_by("pk").values_list("pk", flat=True))
    each = lines // filings
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_POSTINGS, [f"{program.code}-", program.pk, filings])
        postings = [key for (key,) in cursor.fetchall()]
        cursor.execute(_LINES, [postings, subawards, each])
        _file(office, period, subawards, postings, each)
    with connection.cursor() as cursor:
        for table in ("grants_entry", "reporting_filing", "reporting_filingcontent"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return program, period


def _file(
    office: Office, period: ReportingPeriod, subawards: list[int], postings: list[int], each: int
) -> None:
    """Posted filings with their rows, through every stage that a filing goes through."""
    made = Filing.objects.bulk_create(
        Filing(
            period=period, subaward_id=subaward, name="arpa.xlsx", size=1, figures={}, problems=[], errors=0,
            sha256=sha256(str(subaward).encode()).hexdigest(), layout="slfrf-agency/20250219", warnings=0,
            line_count=each, spent=Decimal(0), prepared_by=office.auditor,
        )
        for subaward in subawards
    )  # fmt: skip
    FilingContent.objects.bulk_create(
        FilingContent(filing=filing, content=b"x", lines='{"lines":0}', told={}, rows=_rows(number, each))
        for number, filing in enumerate(made)
    )
    for filing, posting in zip(made, postings, strict=True):
        filing.posting_id = posting
    Filing.objects.bulk_update(made, ["posting"])
    for stage in (Stage.CHECKED, Stage.CERTIFIED, Stage.ACCEPTED, Stage.POSTED):
        signs = {"certified_by": office.administrator, "certified_at": timezone.now()}
        Filing.objects.filter(period=period).update(
            stage=stage, **(signs if stage == Stage.CERTIFIED else {})
        )


def _rows(number: int, each: int) -> str:
    """The rows of one workbook, as they are kept: a project and an award of its own, and its expenditures."""
    project, award = f"P-{number}", f"A-{number}"
    facts: dict[str, list[dict[str, Any]]] = {
        name: [dict(row) for row in rows] for name, rows in SLFRF.items() if not name.startswith("Aggregate")
    }
    facts["EC 2 - Negative Economic Impact"][0]["project_identification_number"] = project
    facts["Subrecipient"][0]["unique_entity_identifier"] = f"ABCDEF{number:06}"
    facts["Awards > 50000"][0] |= {"project_identification_number": project, "award_no": award}
    spent = facts["Expenditures > 50000"][0] | {"sub_award_lookup": award}
    facts["Expenditures > 50000"] = [
        spent | {"expenditure_amount": f"{1 + n % 900 / 100:.2f}"} for n in range(each)
    ]
    return as_kept({name: _table(name, rows) for name, rows in facts.items()})


def _table(sheet: str, rows: list[dict[str, Any]]) -> Table:
    letters = {name: chr(66 + at) if at < 25 else f"A{chr(40 + at)}" for at, name in enumerate(rows[0])}
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    return Table(sheet, letters, list(range(13, 13 + len(rows))), columns)
