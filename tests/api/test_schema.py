"""The description of the API, and the page that shows it."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from api.problems import MEDIA_TYPE


def test_the_description_is_valid_and_complete() -> None:
    told = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=told)
    assert "openapi: 3.1" in told.getvalue()


@pytest.mark.django_db
def test_every_call_is_described_with_how_it_says_no(client: Any) -> None:
    for address, methods in client.get("/api/v1/schema/").json()["paths"].items():
        for method, operation in methods.items():
            assert list(operation["responses"]["default"]["content"]) == [MEDIA_TYPE], (method, address)


@pytest.mark.django_db
def test_every_amount_is_described_as_text(client: Any) -> None:
    schemas = client.get("/api/v1/schema/").json()["components"]["schemas"]
    for name in ("Entry", "Subaward", "Allocation", "Share", "Funding", "FundingGiven", "LineGiven"):
        for field, kind in schemas[name]["properties"].items():
            if field in ("amount", "allocated", "obligated"):
                assert kind["type"] == "string", (name, field)


def test_the_page_that_shows_it_runs_nothing_from_elsewhere_and_nothing_inline(
    client: Any, settings: Any
) -> None:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": PLAIN}}
    page = client.get("/api/v1/docs/")
    text = page.content.decode()
    assert page.status_code == 200
    scripts = re.findall(r"<script([^>]*)>([^<]*)", text)
    assert scripts
    assert all("src=" in tag and not body.strip() for tag, body in scripts)
    assert "http://" not in text
    assert "https://" not in text
    policy = page["Content-Security-Policy"]
    assert "script-src" not in policy or "unsafe" not in policy.split("script-src")[1].split(";")[0]
    begins = client.get("/api/v1/docs/?script=")
    assert begins["Content-Type"].startswith("application/javascript")
    assert b"SwaggerUIBundle" in begins.content


PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
