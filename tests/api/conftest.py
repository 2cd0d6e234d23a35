"""What every test of the API may ask for."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient


@pytest.fixture(autouse=True)
def calls_counted_in_memory(settings: Any) -> None:
    """Calls are counted beside the test, not in its database, and never from one test to the next."""
    cache = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": object.__repr__(settings),
    }
    settings.CACHES = {"default": cache}


@pytest.fixture
def as_person() -> Callable[[Any], APIClient]:
    """A client that is signed in as a person, without the cost of a password."""

    def signed_in(person: Any) -> APIClient:
        client = APIClient(raise_request_exception=False)
        client.force_authenticate(person)
        return client

    return signed_in
