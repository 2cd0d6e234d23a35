"""Books for benchmarks: one open program with subawards, made by the product's own actions."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from grants.ledger.actions import post_entries
from grants.ledger.models import Kind
from grants.ledger.posting import Line
from grants.programs.models import Allocation, Program
from grants.subawards.models import FundingSplit, Subaward
from tests.builders import Office

SUBAWARDS = 1_000


def a_program_with_subawards(office: Office, code: str) -> Program:
    """A program with 1,000 issued subawards, numbered ``CODE-0000`` on, each with ten million dollars."""
    program = office.a_program("20000000000.00", code=code)
    office.allocated(program, {office.agency: "20000000000.00"})
    allocation = program.allocations.get()
    award = program.fundings.get().federal_award_id
    with transaction.atomic():
        _issue(program, allocation, award, office)
    return program


def _issue(program: Program, allocation: Allocation, award: int | None, office: Office) -> None:
    """The subawards, their splits and obligations, all at once."""
    code = program.code
    subawards = Subaward.objects.bulk_create(
        Subaward(
            number=f"{code}-{number:04}",
            program=program,
            allocation=allocation,
            subrecipient=office.agency,
            title="Benchmark",
            amount=Decimal("10000000.00"),
            drafted_by=office.program_officer,
        )
        for number in range(SUBAWARDS)
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
