"""The invariants with real transactions at the same moment, and with processes that die."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from grants.kernel.refusals import Refusal
from grants.ledger.agreement import disagreements
from grants.ledger.models import AllocationStanding, Entry, Kind, SubawardStanding
from grants.subawards.actions import issue_subaward
from grants.subawards.models import Stage, Subaward
from tests.builders import Office

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(acts: list[Callable[[], object]]) -> list[str]:
    """Perform acts in as many threads, all let go at the same instant; "done" or the code of each refusal."""
    gate = Barrier(len(acts))

    def perform(act: Callable[[], object]) -> str:
        connection.ensure_connection()
        gate.wait(timeout=60)
        try:
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(perform, acts))


def test_of_200_who_want_the_last_dollar_exactly_one_gets_it() -> None:
    office = Office()
    allocation = office.an_allocation("1000.00")
    office.a_subaward("999.00", allocation=allocation)
    drafts = [office.a_draft("1.00", allocation=allocation) for _ in range(200)]
    outcomes = at_once(
        [lambda draft=draft: issue_subaward(draft, by=office.fiscal_officer) for draft in drafts]
    )
    assert sorted(set(outcomes)) == ["done", "over-allocated"]
    assert outcomes.count("done") == 1
    assert Subaward.objects.filter(stage=Stage.ISSUED, amount=1).count() == 1
    assert AllocationStanding.objects.get(pk=allocation.pk).subawarded == Decimal("1000.00")
    assert disagreements() == []


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    some.lists(
        some.tuples(
            some.sampled_from([Kind.EXPENDITURE, Kind.PAYMENT, Kind.REFUND]),
            some.integers(min_value=1, max_value=60_000),
        ),
        min_size=2,
        max_size=12,
    )
)
def test_no_order_of_postings_at_once_overspends(wishes: list[tuple[Kind, int]]) -> None:
    office = Office()
    subaward = office.a_subaward("1000.00", spent="100.00")
    acts = [
        lambda kind=kind, cents=cents: office.posts(subaward, kind, f"{Decimal(cents) / 100:.2f}")
        for kind, cents in wishes
    ]
    outcomes = at_once(acts)
    standing = SubawardStanding.objects.get(pk=subaward.pk)
    assert set(outcomes) <= {"done", "over-obligated", "over-spent"}
    assert standing.paid <= standing.expended <= standing.obligated == Decimal("1000.00")
    assert Entry.objects.filter(subaward=subaward).count() == 2 + outcomes.count("done")
    assert disagreements() == []


LINES = 200_000
POSTS_A_FILE = """
import sys, django
django.setup()
from grants.ledger.actions import post_file
from grants.parties.models import User
from grants.programs.models import Program
with open(sys.argv[1], "rb") as file:
    print("posting", flush=True)
    post_file(Program.objects.get(), file, name="costs.csv", by=User.objects.get(email=sys.argv[2]))
print("posted", flush=True)
"""


@pytest.fixture
def costs(tmp_path: Path) -> Path:
    """A file of 200,000 expenditures of a dollar each for one subaward."""
    path = tmp_path / "costs.csv"
    days = ["2022-01-31", "2022-02-28", "2022-03-31"]
    rows = "".join(f"expenditure,{days[n % 3]},1.00,SA-KILL,supplies\n" for n in range(LINES))
    path.write_text("kind,incurred_on,amount,subaward,category\n" + rows)
    return path


def test_a_process_killed_while_posting_leaves_all_lines_or_none(costs: Path) -> None:
    office = Office()
    allocation = office.an_allocation("500000.00")
    subaward = office.a_subaward("200000.00", allocation=allocation, number="SA-KILL")
    chance = random.Random(614)
    outcomes = []
    for seconds in sorted(chance.uniform(0.0, 2.5) for _ in range(6)):
        posted = _post_until(costs, office.fiscal_officer.email, seconds)
        lines = Entry.objects.filter(subaward=subaward, kind=Kind.EXPENDITURE).count()
        assert lines in (0, LINES)
        assert disagreements() == []
        outcomes.append((posted, lines))
        if lines:
            break
    assert (False, 0) in outcomes
    assert _post_until(costs, office.fiscal_officer.email, None) or lines == LINES
    assert Entry.objects.filter(subaward=subaward, kind=Kind.EXPENDITURE).count() == LINES
    assert SubawardStanding.objects.get(pk=subaward.pk).expended == Decimal(LINES)
    assert disagreements() == []


def _post_until(path: Path, email: str, seconds: float | None) -> bool:
    """Post a file in a process of its own, killed after some seconds; whether it said that it was done."""
    environment = os.environ | {"DATABASE_URL": _address(), "DJANGO_SETTINGS_MODULE": "grants.settings"}
    process = subprocess.Popen(
        [sys.executable, "-c", POSTS_A_FILE, str(path), email],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "posting"
    if seconds is not None:
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
    said = process.stdout.read()
    process.wait(timeout=60)
    _wait_for_its_transaction_to_end()
    return "posted" in said


def _address() -> str:
    """The address of the database of this test."""
    parts = connection.settings_dict
    host = parts["HOST"].replace("/", "%2F")
    return f"postgresql://{parts['USER']}@{host}/{parts['NAME']}"


def _wait_for_its_transaction_to_end() -> None:
    """Until the database has noticed that its client is gone."""
    for _ in range(300):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )
            if cursor.fetchone()[0] == 0:
                return
        time.sleep(0.1)
    raise AssertionError("A transaction of the killed process is still open after 30 seconds.")
