"""Books for benchmarks: one open program with subawards, made by the product's own actions."""

from datetime import date
from decimal import Decimal

from django.db import connection, transaction

from grants.ledger.actions import post_entries
from grants.ledger.models import Kind
from grants.ledger.posting import Line
from grants.programs.models import Allocation, Program
from grants.subawards.models import FundingSplit, Subaward
from tests.builders import Office

SUBAWARDS = 1_000
_FILL = """
    INSERT INTO grants_entry (posting_id, posted_at, program_id, kind, amount, incurred_on, federal_award_id,
                              allocation_id, subaward_id, category, is_advance, payee, period, place, memo)
    SELECT posting.id, posting.posted_at, posting.program_id, 'expenditure', 1 + (n %% 900) / 100.0,
           date '2022-01-01' + (n %% 365)::int, subaward.award, subaward.allocation_id, subaward.id,
           (ARRAY['personnel', 'supplies', 'travel', 'other'])[n %% 4 + 1], false,
           'Vendor ' || (n + posting.program_id) %% 5000, '',
           'row ' || n, 'Invoice ' || posting.program_id || '-' || n
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


def a_program_with_subawards(office: Office, code: str, count: int = SUBAWARDS) -> Program:
    """A program with issued subawards, numbered ``CODE-0000`` on, each with ten million dollars."""
    program = office.a_program("20000000000.00", code=code)
    office.allocated(program, {office.agency: "20000000000.00"})
    allocation = program.allocations.get()
    award = program.fundings.get().federal_award_id
    with transaction.atomic():
        _issue(program, allocation, award, office, count)
    return program


def post_lines(program: Program, size: int) -> None:
    """So many costs, evenly over the subawards of the program and the days of 2022, a million at once."""
    with connection.cursor() as cursor:
        for first in range(0, size, 1_000_000):
            last = min(first + 1_000_000, size) - 1
            with transaction.atomic():
                cursor.execute(_POSTING, [first, program.pk])
                cursor.execute(_FILL, [first, last, program.pk, program.pk])
        cursor.execute("VACUUM ANALYZE grants_entry")
        cursor.execute("VACUUM ANALYZE grants_balance")


def _issue(program: Program, allocation: Allocation, award: int | None, office: Office, count: int) -> None:
    """The subawards, their splits and obligations, all at once."""
    code = program.code
    subawards = Subaward.objects.bulk_create(
        Subaward(
            number=f"{code}-{number:04}",
            program=program,
            allocation=allocation,
            subrecipient=office.agency,
            title="Benchmark",
            description="A benchmark",
            amount=Decimal("10000000.00"),
            starts_on=date(2021, 7, 1),
            ends_on=date(2026, 12, 31),
            budget_starts_on=date(2021, 7, 1),
            budget_ends_on=date(2026, 12, 31),
            indirect_rate=Decimal("0.10"),
            indirect_rate_kind="de_minimis",
            payment_method="reimbursement",
            terms_federal="2 CFR part 200",
            terms_pass_through="Quarterly reports",
            has_records_access_clause=True,
            has_closeout_terms=True,
            drafted_by=office.program_officer,
        )
        for number in range(count)
    )
    FundingSplit.objects.bulk_create(
        FundingSplit(subaward=subaward, federal_award_id=award, amount=subaward.amount)
        for subaward in subawards
    )
    program.subawards.update(stage="issued", issued_by=office.fiscal_officer, issued_on=date(2021, 7, 1))
    lines = [
        Line(Kind.OBLIGATION, subaward.amount, date(2021, 7, 1), award, allocation.pk, subaward.pk)
        for subaward in subawards
    ]
    post_entries(program, lines, key=f"{code}-obligations", reason="benchmark", by=office.fiscal_officer)
