"""The desk as people of an agency and of a foreign one see it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.builders import Office, an_agency


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> None:
    """Static files by their plain names, without collecting them first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def foreign(db: None) -> Office:
    """Another agency, whose people and records are no business of the first."""
    return Office(an_agency())


@pytest.fixture
def as_(client: Client) -> Callable[[Any], Client]:
    """The browser of a person who has signed in."""

    def sign_in(person: Any) -> Client:
        client.force_login(person)
        return client

    return sign_in
