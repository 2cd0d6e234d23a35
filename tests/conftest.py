"""What every test may ask for."""

from typing import Any

import pytest

from tests.builders import Office


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Passwords are hashed in no time; how argon2 does it is not ours to test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def office(db: None) -> Office:
    """An agency with one person of each role."""
    return Office()
