"""Large files of lines: kept, posted by a worker, with a page that says how it goes."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from grants.ledger import forms
from grants.ledger.models import Posting
from grants.ledger.queries import spent_of
from tests.builders import Office

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def files(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for files, in which any file counts as large."""
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(forms, "AT_ONCE", 0)
    return tmp_path


def work(files: Path) -> None:
    """A worker in a process of its own, until nothing waits."""
    parts = connection.settings_dict
    url = f"postgresql://{parts['USER']}@{parts['HOST'].replace('/', '%2F')}/{parts['NAME']}"
    env = os.environ | {"DATABASE_URL": url, "HEADGATE_FILES": str(files)}
    subprocess.run([sys.executable, "manage.py", "work", "--once"], check=True, env=env, timeout=60)


def send(browser: Any, program: Any, text: str) -> Any:
    """Send a file of lines; returns the answer."""
    file = SimpleUploadedFile("quarter.csv", text.encode())
    return browser.post(f"/admin/grants/program/{program.pk}/do/ledger.post_file/", {"file": file})


def test_a_large_file_waits_for_a_worker_and_then_leads_to_its_posting(as_: Any, files: Path) -> None:
    office = Office()
    subaward = office.a_subaward("1000.00")
    browser = as_(office.fiscal_officer)
    text = f"kind,incurred_on,amount,subaward\nexpenditure,2022-01-01,1.50,{subaward}\n"
    page = browser.get(send(browser, subaward.program, text).url)
    assert "waits for a worker" in page.content.decode()
    assert page.context["lines"] == 1
    assert spent_of(subaward) == 0
    work(files)
    address = page.request["PATH_INFO"]
    posting = Posting.objects.get(name="quarter.csv")
    there = f"/admin/grants/posting/{posting.pk}/change/"
    assert browser.get(address).url == there
    assert browser.get(address, headers={"HX-Request": "true"}).headers["HX-Redirect"] == there
    assert spent_of(subaward) == Decimal("1.50")
    assert posting.posted_by == office.fiscal_officer


def test_what_the_worker_cannot_read_is_told_by_row_and_nothing_is_posted(as_: Any, files: Path) -> None:
    office = Office()
    subaward = office.a_subaward("1000.00")
    browser = as_(office.fiscal_officer)
    text = f"kind,incurred_on,amount,subaward\nexpenditure,soon,1.50,{subaward}\n"
    address = send(browser, subaward.program, text).url
    work(files)
    page = browser.get(address)
    assert [(p.row, p.column) for p in page.context["progress"].problems] == [(2, "incurred_on")]
    assert "“soon” is not a date" in page.content.decode()
    assert "every 2s" not in page.content.decode()
    assert spent_of(subaward) == 0


def test_nobody_else_sees_how_it_goes(as_: Any, files: Path) -> None:
    office = Office()
    subaward = office.a_subaward("1000.00")
    address = send(as_(office.fiscal_officer), subaward.program, "kind\n").url
    assert as_(office.administrator).get(address).status_code == 404
