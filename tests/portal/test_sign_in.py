"""Signing in to the site: where it leads, and how often a password may be tried."""

from typing import Any

import pytest
from django.test import Client

from grants.kernel.roles import AT_THE_DESK, Role
from grants.parties.attempts import FOR_A_PERSON, FROM_AN_ADDRESS
from grants.parties.models import Membership, Party
from tests.builders import PASSWORD, Office, a_person

pytestmark = pytest.mark.django_db


def sign_in(person: Any, password: str = PASSWORD, *, address: str = "192.0.2.1", to: str = "") -> Any:
    """The answer to one try from a browser of its own."""
    given = {"username": getattr(person, "email", person), "password": password, "next": to}
    return Client(REMOTE_ADDR=address).post("/sign-in/", given)


@pytest.mark.parametrize("role", list(Role))
def test_a_person_begins_where_her_role_works(office: Office, role: Role) -> None:
    expected = "/admin/" if role in AT_THE_DESK else "/portal/"
    assert sign_in(a_person(role, office.agency)).url == expected


def test_who_has_roles_on_both_sides_begins_at_the_portal(office: Office, county: Party) -> None:
    Membership.objects.create(person=office.auditor, party=county, role=Role.PREPARER)
    assert sign_in(office.auditor).url == "/portal/"


def test_signing_in_leads_on_to_the_page_asked_for_and_never_off_the_site(preparer: Any) -> None:
    assert sign_in(preparer, to="/portal/subawards/1/").url == "/portal/subawards/1/"
    assert sign_in(preparer, to="https://elsewhere.example/").url == "/portal/"


def test_a_wrong_password_and_an_unknown_address_are_told_alike(preparer: Any) -> None:
    pages = [sign_in(preparer, "something else"), sign_in("nobody@example.gov")]
    assert [page.status_code for page in pages] == [200, 200]
    wrong, unknown = (page.context["form"].non_field_errors() for page in pages)
    assert wrong == unknown == ["The e-mail address or the password is wrong."]


def test_too_many_wrong_passwords_for_a_person_stop_the_right_one_too(preparer: Any) -> None:
    for number in range(FOR_A_PERSON):
        assert sign_in(preparer, "a guess", address=f"192.0.2.{number}").status_code == 200
    stopped = sign_in(preparer.email.upper(), address="198.51.100.1")
    assert stopped.status_code == 429
    assert int(stopped["Retry-After"]) > 0
    assert "Too many attempts" in stopped.content.decode()


def test_too_many_wrong_passwords_from_an_address_stop_that_address_alone(preparer: Any) -> None:
    for number in range(FROM_AN_ADDRESS):
        assert sign_in(f"nobody{number}@example.gov", "a guess").status_code == 200
    assert sign_in(preparer).status_code == 429
    assert sign_in(preparer, address="198.51.100.1").status_code == 302


def test_the_right_password_forgets_the_wrong_ones_before(preparer: Any) -> None:
    for _ in range(3):
        for _ in range(FOR_A_PERSON - 1):
            sign_in(preparer, "a guess", address="198.51.100.7")
        assert sign_in(preparer, address="203.0.113.9").status_code == 302


def test_an_address_is_the_one_that_the_proxy_saw_and_nothing_a_browser_claims(
    preparer: Any, settings: Any
) -> None:
    settings.IS_BEHIND_PROXY = True
    for number in range(FROM_AN_ADDRESS):
        given = {"username": f"nobody{number}@example.gov", "password": "a guess"}
        Client().post("/sign-in/", given, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}, 203.0.113.5")
    given = {"username": preparer.email, "password": PASSWORD}
    assert Client().post("/sign-in/", given, HTTP_X_FORWARDED_FOR="203.0.113.5").status_code == 429
    assert Client().post("/sign-in/", given, HTTP_X_FORWARDED_FOR="203.0.113.6").status_code == 302


def test_the_desk_has_no_sign_in_of_its_own(client: Client, preparer: Any) -> None:
    assert client.get("/admin/login/?next=/admin/").url == "/sign-in/?next=/admin/"
    client.force_login(preparer)
    page = client.get("/admin/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/sign-in/")
    assert "may not open that page" in page.content.decode()


@pytest.mark.parametrize("address", ["/sign-out/", "/admin/logout/"])
def test_signing_out_needs_a_press_and_ends_at_the_first_page(as_: Any, office: Office, address: str) -> None:
    browser = as_(office.auditor)
    assert browser.get(address).status_code == 405
    assert browser.post(address).url == "/"
    assert browser.get("/portal/").url == "/sign-in/?next=/portal/"


def test_a_password_is_changed_against_the_old_one_and_a_weak_one_is_refused(as_: Any, preparer: Any) -> None:
    browser, new = as_(preparer), "a quite long passphrase"
    given = {"old_password": PASSWORD, "new_password1": "short", "new_password2": "short"}
    assert "too short" in browser.post("/password/", given).content.decode()
    given = {"old_password": "wrong", "new_password1": new, "new_password2": new}
    assert browser.post("/password/", given).status_code == 200
    assert browser.post("/password/", {**given, "old_password": PASSWORD}).url == "/portal/"
    assert sign_in(preparer, new).status_code == 302
    assert sign_in(preparer, PASSWORD).status_code == 200
