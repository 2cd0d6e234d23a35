"""What every test of filings may ask for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.builders import Office
from tests.filings.builders import County


@pytest.fixture
def county(office: Office) -> County:
    """A county with a subaward of $1,000, a clerk and a certifying officer."""
    return County(office)


@pytest.fixture
def as_(client: Client, settings: Any) -> Callable[[Any], Client]:
    """The browser of a person who has signed in."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}

    def sign_in(person: Any) -> Client:
        client.force_login(person)
        return client

    return sign_in
