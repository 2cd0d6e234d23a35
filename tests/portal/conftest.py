"""The portal as people of one county and of a foreign one see it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from grants.kernel.roles import Role
from grants.parties.models import Party
from tests.builders import Office, a_party, a_person


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> None:
    """Static files by their plain names, without collecting them first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture(autouse=True)
def no_attempts_before(db: None) -> None:
    """Nobody has tried a password yet."""
    cache.clear()


@pytest.fixture
def county(office: Office) -> Party:
    """A county in the agency's register."""
    return a_party(keeper=office.agency, name="Ashtabula County")


@pytest.fixture
def preparer(county: Party) -> Any:
    """Who prepares the filings of the county."""
    return a_person(Role.PREPARER, county)


@pytest.fixture
def as_(client: Client) -> Callable[[Any], Client]:
    """The browser of a person who has signed in."""

    def sign_in(person: Any) -> Client:
        client.force_login(person)
        return client

    return sign_in
