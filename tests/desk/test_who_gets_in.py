"""Who gets in to the desk, and what lies within reach there."""

from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from grants.kernel.roles import AT_THE_DESK, Role
from grants.kernel.trail import TrailEntry
from tests.builders import PASSWORD, Office, a_person

INDEX = "/admin/"


@pytest.mark.parametrize("role", list(Role))
def test_only_the_roles_of_an_agency_sign_in(client: Any, office: Office, role: Role) -> None:
    person = a_person(role, office.agency)
    client.post("/sign-in/?next=/admin/", {"username": person.email, "password": PASSWORD})
    got_in = client.get(INDEX).status_code == 200
    assert got_in == (role in AT_THE_DESK)


def test_who_signs_in_comes_to_the_first_page_of_the_desk(client: Any, office: Office) -> None:
    given = {"username": office.auditor.email, "password": PASSWORD}
    assert client.post("/sign-in/", given).url == INDEX


def test_a_wrong_password_does_not_sign_in(client: Any, office: Office) -> None:
    given = {"username": office.auditor.email, "password": PASSWORD + "?"}
    client.post("/sign-in/?next=/admin/", given)
    assert client.get(INDEX).status_code == 302


def test_who_was_dismissed_is_out_at_once(as_: Any, office: Office) -> None:
    browser = as_(office.reviewer)
    assert browser.get(INDEX).status_code == 200
    office.reviewer.memberships.update(starts_on="2020-01-01", ends_on="2020-12-31")
    assert browser.get(INDEX).status_code == 302


def _lists() -> list[str]:
    return [
        f"admin:{model._meta.app_label}_{model._meta.model_name}"
        for model in admin.site._registry
        if model._meta.app_label in ("grants", "reporting")
    ]


@pytest.fixture
def foreign_subaward(foreign: Office) -> Any:
    return foreign.a_subaward("1000.00", spent="100.00", title="Foreign matter")


@pytest.mark.parametrize("name", _lists())
def test_every_list_opens_for_every_role_of_the_desk(as_: Any, office: Office, name: str) -> None:
    office.a_subaward("1000.00", spent="100.00")
    for person in (office.auditor, office.administrator):
        assert as_(person).get(reverse(f"{name}_changelist")).status_code == 200


@pytest.mark.parametrize("name", _lists())
def test_no_list_and_no_filter_shows_a_record_of_a_foreign_agency(
    as_: Any, office: Office, foreign_subaward: Any, name: str
) -> None:
    office.a_subaward("1000.00", spent="100.00")
    page = as_(office.administrator).get(reverse(f"{name}_changelist"))
    foreign = foreign_subaward
    assert len(page.context["cl"].result_list) == _own(name, office)
    for secret in (foreign.number, foreign.program.name, foreign.subrecipient.name, "Foreign matter"):
        assert secret not in page.content.decode()


def _own(name: str, office: Office) -> int:
    """How many records of the fixture's own agency a list has."""
    model = next(
        m for m in admin.site._registry if name.endswith(f":{m._meta.label_lower.replace('.', '_')}")
    )
    return model.objects.visible_to(office.administrator).count()  # type: ignore[attr-defined]


def test_a_foreign_record_has_no_page_no_history_and_no_buttons(
    as_: Any, office: Office, foreign_subaward: Any
) -> None:
    browser = as_(office.fiscal_officer)
    own_missing = browser.get("/admin/grants/subaward/999999/change/")
    page = browser.get(f"/admin/grants/subaward/{foreign_subaward.pk}/change/")
    assert (page.status_code, page.url) == (own_missing.status_code, own_missing.url)
    assert browser.get(f"/admin/grants/subaward/{foreign_subaward.pk}/do/subaward.close/").status_code == 404
    trail = browser.get(f"/admin/grants/subaward/{foreign_subaward.pk}/history/", follow=True)
    assert not trail.context["cl"].result_list


def test_a_search_does_not_find_what_is_foreign(as_: Any, office: Office, foreign_subaward: Any) -> None:
    page = as_(office.auditor).get(f"/admin/grants/subaward/?q={foreign_subaward.number}")
    assert not page.context["cl"].result_list


def test_what_is_hidden_cannot_be_guessed_by_filtering(as_: Any, office: Office) -> None:
    browser = as_(office.administrator)
    assert browser.get("/admin/grants/user/?name__startswith=P").status_code == 200
    assert browser.get("/admin/grants/user/?password__startswith=m").status_code == 400
    assert browser.get("/admin/grants/membership/?person__password__startswith=m").status_code == 400


def test_the_first_page_of_all_and_of_what_is_missing_are_plain(client: Any, db: None) -> None:
    home = client.get("/")
    assert home.status_code == 200
    assert "unsafe" not in home.headers["Content-Security-Policy"]
    missing = client.get("/no-such-page/")
    assert missing.status_code == 404
    assert "There is no such page" in missing.content.decode()


def test_only_the_desk_relaxes_the_content_policy(as_: Any, office: Office) -> None:
    policy = as_(office.auditor).get(INDEX).headers["Content-Security-Policy"]
    assert "'unsafe-eval'" in policy
    assert "object-src 'none'" in policy
    assert "http" not in policy


def test_a_line_of_the_trail_leads_to_what_it_was_done_to(as_: Any, office: Office) -> None:
    subaward = office.a_subaward()
    line = TrailEntry.objects.filter(verb="subaward.issue").get()
    page = as_(office.auditor).get(f"/admin/grants/trailentry/{line.pk}/change/").content.decode()
    assert f'href="/admin/grants/subaward/{subaward.pk}/change/"' in page


def test_made_up_records_are_marked_wherever_they_are_listed(as_: Any, office: Office) -> None:
    office.a_program(is_sample=True, name="Made up")
    page = as_(office.auditor).get("/admin/grants/program/")
    assert '<span class="mark">sample</span>' in page.content.decode()
    assert "Sample, not real: Passed down" in as_(office.auditor).get("/admin/").content.decode()
