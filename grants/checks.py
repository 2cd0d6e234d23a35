"""What must hold before the product starts."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

OLDEST_POSTGRES = 150_000


@register(Tags.database)
def the_database_is_recent_enough(databases: Any = None, **_: Any) -> list[Error]:
    """PostgreSQL 15 or newer: the books rest on constraints that treat an empty key as one value."""
    if not databases:
        return []
    connection.ensure_connection()
    version = connection.connection.info.server_version
    if version >= OLDEST_POSTGRES:
        return []
    found = f"{version // 10_000}"
    return [
        Error(f"Headgate needs PostgreSQL 15 or newer; DATABASE_URL leads to {found}.", id="headgate.E001")
    ]


def refuse_to_start_wrongly() -> None:
    """Raise ImproperlyConfigured where the product must not serve.

    That is on a PostgreSQL that is too old, and on any database but the demonstration's own that holds a
    sample person, whose password everyone knows.
    """
    problems = the_database_is_recent_enough(databases=["default"])
    if problems:
        raise ImproperlyConfigured(str(problems[0].msg))
    people = apps.get_model(settings.AUTH_USER_MODEL)
    if not settings.IS_DEMO and people._base_manager.filter(is_sample=True).exists():
        raise ImproperlyConfigured(
            "There are sample people in this database; their passwords are public. Headgate serves them only "
            "in its demonstration. Remove them, or start from a database of your own."
        )
