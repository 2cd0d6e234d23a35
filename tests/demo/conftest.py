"""The demonstration, loaded once for all tests that only look at it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from demo.ohio.load import load

IN_THE_DEMONSTRATION = {
    "IS_DEMO": True,
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
}


@pytest.fixture(scope="package")
def figures(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The figures of the loaded books; everything is undone after the last test of the package."""
    with django_db_blocker.unblock(), override_settings(**IN_THE_DEMONSTRATION), transaction.atomic():
        yield load()
        transaction.set_rollback(True)
