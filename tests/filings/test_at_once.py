"""Filings with real transactions at the same moment, and with workers that die."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from grants.kernel.jobs import later
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind, Posting, PostingKind
from reporting.filings.actions import accept_filing, certify_filing, post_filing
from reporting.filings.models import Filing, Stage
from tests.builders import Office, a_person
from tests.filings.builders import County, a_cost
from tests.ledger.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def postings() -> int:
    return Posting.objects.filter(kind=PostingKind.FILING).count()


def test_two_people_accept_at_the_same_moment_and_it_is_posted_once() -> None:
    office = Office()
    county = County(office)
    for _ in range(5):
        filing = county.signed(a_cost(f"{postings() + 1}.00"))
        people = [office.fiscal_officer, office.program_officer]
        acts = [lambda by=by, filing=filing: accept_filing(filing, by=by) for by in people]
        outcomes = at_once(acts)
        assert sorted(outcomes) == ["done", "wrong-stage"]
    assert postings() == 5
    assert county.spent == Decimal("5.00")
    assert disagreements() == []


def test_one_person_who_clicks_twenty_times_posts_once() -> None:
    county = County(Office())
    filing = county.signed()
    outcomes = at_once([lambda: accept_filing(filing, by=county.office.fiscal_officer)] * 20)
    assert set(outcomes) == {"done"}
    assert (postings(), county.spent) == (1, Decimal("100.00"))


def test_two_filings_of_one_period_posted_at_once_leave_one_in_force() -> None:
    county = County(Office())
    officer = county.office.fiscal_officer
    for amount in (10, 20, 30):
        waiting = county.signed(a_cost(f"{amount}.01"))
        Filing.objects.filter(pk=waiting.pk).update(stage=Stage.ACCEPTED, decided_by=officer)
        signed = county.signed(a_cost(f"{amount}.02"))
        acts = [
            lambda filing=waiting: post_filing(filing, by=officer),
            lambda filing=signed: accept_filing(filing, by=officer),
        ]
        assert at_once(acts) == ["done", "done"]
        assert Filing.objects.get(stage=Stage.POSTED).spent == county.spent
        assert Filing.objects.filter(pk__in=[waiting.pk, signed.pk], stage=Stage.REPLACED).count() == 1
        assert disagreements() == []


def test_the_same_file_sent_twice_at_once_is_kept_once() -> None:
    county = County(Office())
    period = county.period()
    outcomes = at_once([lambda: county.files(period=period)] * 6)
    assert sorted(outcomes) == ["done", *["filed-already"] * 5]
    assert Filing.objects.count() == 1


def test_of_many_who_sign_at_once_one_does() -> None:
    county = County(Office())
    filing = county.files()
    people = [county.certifier, *(a_person("certifier", county.party) for _ in range(5))]
    outcomes = at_once([lambda by=by: certify_filing(filing, version="2024-10-01", by=by) for by in people])
    assert sorted(outcomes) == ["done", *["wrong-stage"] * 5]


LINES = 60_000


def test_a_worker_killed_in_the_middle_of_posting_is_followed_by_one_that_posts_once() -> None:
    county = County(Office(), amount="100000.00")
    filing = county.signed(*(a_cost("1.00", payee=f"Payee {n}") for n in range(LINES)))
    accepted = accept_filing(filing, by=county.office.fiscal_officer)
    assert accepted.stage == Stage.ACCEPTED, "so many lines are posted by a worker"
    _killed_while_it_posts()
    filing.refresh_from_db()
    assert (filing.stage, postings()) == (Stage.ACCEPTED, 0)
    assert not Entry.objects.filter(kind=Kind.EXPENDITURE).exists()
    job = ProcrastinateJob.objects.get(task_name="perform")
    assert job.status == "doing"
    app.job_manager.retry_job_by_id(job.pk, retry_at=date(2020, 1, 1))
    later(post_filing, filing, by=county.office.fiscal_officer)
    _work()
    filing.refresh_from_db()
    assert (filing.stage, postings()) == (Stage.POSTED, 1)
    assert Entry.objects.filter(posting=filing.posting).count() == LINES
    assert county.spent == Decimal(LINES)
    assert disagreements() == []


def _killed_while_it_posts() -> None:
    """Start a worker, and kill it while its lines are being copied."""
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], env=_environment())
    deadline = time.monotonic() + 60
    with connection.cursor() as cursor:
        while True:
            assert time.monotonic() < deadline
            cursor.execute(
                "SELECT coalesce(sum(tuples_processed), 0) FROM pg_stat_progress_copy "
                "WHERE datname = current_database()"
            )
            if cursor.fetchone()[0] > 0:
                break
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=60)
    while _others():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        return int(cursor.fetchone()[0])


def _work() -> None:
    subprocess.run(
        [sys.executable, "manage.py", "work", "--once"], check=True, env=_environment(), timeout=120
    )


def _environment() -> dict[str, str]:
    parts = connection.settings_dict
    host = parts["HOST"].replace("/", "%2F")
    return os.environ | {"DATABASE_URL": f"postgresql://{parts['USER']}@{host}/{parts['NAME']}"}
