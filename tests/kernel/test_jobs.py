"""Work done later: an action queued in a transaction, performed by a worker."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from grants.kernel.jobs import later
from grants.kernel.trail import TrailEntry
from grants.programs.actions import fund_program, lapse_program
from grants.programs.models import ProgramStage
from grants.subawards.actions import issue_subaward
from tests.builders import Office

pytestmark = pytest.mark.django_db(transaction=True)


def work_until_nothing_waits() -> None:
    """A worker in a process of its own, as in production."""
    subprocess.run(
        [sys.executable, "manage.py", "work", "--once"], check=True, env=_environment(), timeout=60
    )


def _environment() -> dict[str, str]:
    parts = connection.settings_dict
    host = parts["HOST"].replace("/", "%2F")
    return os.environ | {"DATABASE_URL": f"postgresql://{parts['USER']}@{host}/{parts['NAME']}"}


def test_a_queued_action_is_performed_with_its_values_and_told_in_the_trail() -> None:
    office = Office()
    award = office.an_award()
    program = office.a_program("100.00", award=award)
    later(
        fund_program,
        program,
        amount=Decimal("0.01"),
        federal_award=award,
        received_on=date(2022, 5, 1),
        source="increase",
        by=office.fiscal_officer,
    )
    work_until_nothing_waits()
    assert program.fundings.get(source="increase").amount == Decimal("0.01")
    assert TrailEntry.objects.filter(verb="program.fund", by=office.fiscal_officer).count() == 2
    assert ProcrastinateJob.objects.get(task_name="perform").status == "succeeded"


def test_what_rolls_back_queues_nothing() -> None:
    office = Office()
    program = office.a_program()
    with transaction.atomic():
        later(lapse_program, program, reason="over", by=office.program_officer)
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()


def test_the_permission_is_judged_when_the_work_is_done() -> None:
    office = Office()
    program = office.a_program()
    later(lapse_program, program, reason="over", by=office.program_officer)
    office.program_officer.memberships.update(ends_on=date(2021, 1, 1))
    work_until_nothing_waits()
    program.refresh_from_db()
    assert program.stage == ProgramStage.OPEN


@pytest.mark.soak
def test_what_a_killed_worker_left_is_taken_up_by_the_next() -> None:
    office = Office()
    drafts = [office.a_draft("1.00") for _ in range(40)]
    for draft in drafts:
        later(issue_subaward, draft, by=office.fiscal_officer)
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], env=_environment())
    while not ProcrastinateJob.objects.filter(status="succeeded").exists():
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    deadline = time.monotonic() + 420
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], env=_environment())
    try:
        while ProcrastinateJob.objects.filter(status__in=["todo", "doing"], task_name="perform").exists():
            assert time.monotonic() < deadline
            time.sleep(1)
    finally:
        worker.terminate()
        worker.wait()
    for draft in drafts:
        draft.refresh_from_db()
        assert draft.stage == "issued"
        assert draft.standing.obligated == Decimal("1.00")
