"""Documents on pages, without collecting static files first."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> None:
    """Static files by their plain names, without collecting them first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
