"""What every test may ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import TransactionTestCase

from tests.builders import Office


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Passwords are hashed in no time; how argon2 does it is not ours to test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@contextmanager
def behind_the_products_back() -> Iterator[psycopg.Cursor]:
    """A superuser of the database with every trigger off: what the product itself never is."""
    settings = connection.settings_dict
    with (
        psycopg.connect(
            host=settings["HOST"], dbname=settings["NAME"], user="postgres", autocommit=True
        ) as superuser,
        superuser.cursor() as cursor,
    ):
        cursor.execute("SET session_replication_role = replica")
        yield cursor


@pytest.fixture(autouse=True, scope="session")
def emptied_after_transactions() -> None:
    """Tests that commit leave an empty database; the product's own role could not empty it."""

    def empty(case: TransactionTestCase) -> None:
        connection.close()
        tables = ", ".join(f'"{table}"' for table in _tables_to_empty())
        with behind_the_products_back() as cursor:
            cursor.execute(f"TRUNCATE {tables}")

    TransactionTestCase._fixture_teardown = empty


def _tables_to_empty() -> list[str]:
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    names = connection.introspection.table_names()
    connection.close()
    return [name for name in names if name not in kept]


@pytest.fixture
def office(db: None) -> Office:
    """An agency with one person of each role."""
    return Office()
