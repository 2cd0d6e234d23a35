"""An auditor of a county reads her county; a report of a whole program is the agency's."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client
from rest_framework.test import APIClient

from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from reporting.documents.actions import issue_document
from reporting.models import Document
from tests.builders import Office, a_party, a_person

DAY = date(2026, 1, 1)


def test_an_auditor_of_a_county_takes_no_figures_of_other_counties(office: Office) -> None:
    mine, other = a_party(keeper=office.agency), a_party(keeper=office.agency)
    program = office.a_program()
    office.allocated(program, {mine: "10.00", other: "77.77"})
    auditor = a_person(Role.AUDITOR, mine)
    with pytest.raises(PermissionDenied):
        issue_document(program, report="spend-by-program", through=DAY, format="csv", by=auditor)
    with pytest.raises(Refusal) as refusal:
        issue_document(mine, report="spend-by-program", through=DAY, format="csv", by=auditor)
    assert refusal.value.code == "not-about-this"
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(auditor)
    given = {"report": "spend-by-program", "program": program.code, "through": "2026-01-01"}
    assert client.post("/api/v1/documents/", given, format="json").status_code == 403
    assert not Document.objects.exists()


def test_the_desk_shows_her_no_money_of_the_whole_program(office: Office, settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    program = office.a_program("555666.77")
    mine, other = a_party(keeper=office.agency), a_party(keeper=office.agency)
    office.allocated(program, {mine: "10.00", other: "4321.09"})
    pages = ("/admin/", "/admin/grants/program/", f"/admin/grants/program/{program.pk}/change/")
    for person, sees in ((a_person(Role.AUDITOR, mine), False), (office.auditor, True)):
        browser = Client()
        browser.force_login(person)
        for page in pages:
            answer = browser.get(page, secure=True, follow=True)
            text = answer.content.decode()
            assert answer.status_code == 200
            shown = any(money in text for money in ("555,666.77", "555,667", "4,331.09"))
            assert shown is sees, (page, sees)


def test_the_command_says_in_a_sentence_that_somebody_may_not(office: Office, tmp_path: Path) -> None:
    program, stranger = office.a_program(), Office()
    with pytest.raises(CommandError, match="may not do this"):
        call_command(
            "issue_document",
            "spend-by-program",
            f"--program={program.code}",
            f"--out={tmp_path / 'spend.csv'}",
            f"--by={stranger.auditor.email}",
        )
