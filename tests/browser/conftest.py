"""A real browser on a running site: Debian's Chromium, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.builders import PASSWORD

DESKTOP, PHONE = (1280, 900), (390, 844)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
STATIC = Path(__file__).parents[2] / "grants" / "static"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser. Without it these tests fail: they are not left out.

    Closed after each module: while it is open a loop runs in this thread, which others would meet.
    """
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing: run tests/system-packages as root, or install Debian's chromium.")
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the books know nothing of Playwright's loop
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Visitor:
    """A person at a browser of her own; anything that the browser complains about is kept."""

    def __init__(self, browser: Browser, site: str, *, scripts: bool = True, size: Any = DESKTOP) -> None:
        width, height = size
        self.context: BrowserContext = browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": height},
            base_url=site,
            accept_downloads=True,
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def signs_in(self, person: Any) -> "Visitor":
        """Through the page for signing in."""
        self.page.goto("/sign-in/")
        self.page.get_by_label("E-mail address").fill(person.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("main").get_by_role("button", name="Sign in").click()
        return self

    def is_at_ease(self) -> list[str]:
        """What is wrong with the page she is on: against WCAG 2.1 AA, or wider than its window."""
        found = Axe().run(self.page, options=RULES).response["violations"]
        wrong = [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]
        beyond = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return [*wrong, *([f"{beyond} pixels too wide"] if beyond > 0 else [])]


@pytest.fixture
def visit(chromium: Browser, live_server: Any, settings: Any, transactional_db: None) -> Iterator[Any]:
    """Opens browsers on the running site; in the end none of them has complained."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    cache.clear()
    visitors: list[Visitor] = []

    def open_one(person: Any = None, **given: Any) -> Visitor:
        visitor = Visitor(chromium, live_server.url, **given)
        visitors.append(visitor)
        return visitor.signs_in(person) if person else visitor

    yield open_one
    for visitor in visitors:
        visitor.context.close()
    assert not [words for visitor in visitors for words in visitor.complaints]
