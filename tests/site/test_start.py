"""How the product starts, and when it must not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import override_settings

from grants.checks import refuse_to_start_wrongly, the_database_is_recent_enough
from grants.parties.models import User
from grants.parties.sign_in import MembershipBackend

ROOT = Path(__file__).parents[2]


def started_with(**environment: str | None) -> subprocess.CompletedProcess[str]:
    """What happens when the settings are read with these variables changed; None takes one away."""
    changed = {**os.environ, **environment}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS, s.DEBUG)",
        ],
        env={name: value for name, value in changed.items() if value is not None}
        | {"DJANGO_SETTINGS_MODULE": "grants.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def sample_person(db: None) -> User:
    """A person whose password everyone knows."""
    person = User(email="auditor@sample.example", name="Sample auditor", is_sample=True)
    person.set_password("known to all")
    person.save()
    return person


def test_it_refuses_to_start_in_production_with_a_sample_person(sample_person: User) -> None:
    with pytest.raises(ImproperlyConfigured, match="sample people"):
        refuse_to_start_wrongly()
    with override_settings(IS_DEMO=True):
        refuse_to_start_wrongly()


def test_the_web_server_and_the_worker_refuse_too(transactional_db: None) -> None:
    User.objects.create(email="auditor@sample.example", name="Sample auditor", is_sample=True)
    parts = connection.settings_dict
    address = f"postgresql://{parts['USER']}@{parts['HOST'].replace('/', '%2F')}/{parts['NAME']}"
    for command in (["-c", "import grants.wsgi"], ["manage.py", "work", "--once"]):
        outcome = subprocess.run(
            [sys.executable, *command],
            env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "grants.settings"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode != 0
        assert "sample people" in outcome.stderr


def test_a_sample_person_signs_in_only_in_the_demonstration(sample_person: User) -> None:
    sign_in = MembershipBackend().authenticate
    assert sign_in(None, username=sample_person.email, password="known to all") is None
    assert MembershipBackend().get_user(sample_person.pk) is None
    with override_settings(IS_DEMO=True):
        assert sign_in(None, username=sample_person.email, password="known to all") == sample_person


def test_it_starts_without_debug_and_with_hsts_where_it_serves_more_than_this_machine() -> None:
    outcome = started_with(ALLOWED_HOSTS="grants.example.gov", HEADGATE_HTTPS=None)
    assert outcome.stdout.split() == ["31536000", "False"]


def test_it_refuses_to_start_without_a_secret_key_in_production() -> None:
    outcome = started_with(SECRET_KEY=None)
    assert outcome.returncode != 0
    assert "Set SECRET_KEY" in outcome.stderr


def test_it_refuses_another_engine_than_postgresql() -> None:
    outcome = started_with(DATABASE_URL="sqlite:///books.db")
    assert outcome.returncode != 0
    assert "keeps its books in PostgreSQL" in outcome.stderr


@pytest.mark.django_db
def test_it_refuses_a_postgresql_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    assert the_database_is_recent_enough(databases=["default"]) == []
    monkeypatch.setattr("grants.checks.OLDEST_POSTGRES", 990_000)
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL 15 or newer"):
        refuse_to_start_wrongly()


@pytest.mark.django_db
def test_the_product_runs_without_superuser_rights() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)
    assert settings.DEBUG is False
