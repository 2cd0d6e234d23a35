"""Signing in and out with tokens."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.builders import PASSWORD, Office

pytestmark = pytest.mark.django_db
SIGN_IN, PROGRAMS = "/api/v1/sign-in/", "/api/v1/programs/"


def with_token(token: str) -> APIClient:
    """A client that sends a token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def a_token(office: Office) -> str:
    """A token of the auditor."""
    answer = APIClient().post(SIGN_IN, {"email": office.auditor.email.upper(), "password": PASSWORD})
    assert answer.status_code == 200
    return answer.json()["token"]


def test_an_address_and_its_password_give_a_token_that_reads(office: Office) -> None:
    program = office.a_program()
    answer = with_token(a_token(office)).get(PROGRAMS)
    assert [found["code"] for found in answer.json()["results"]] == [program.code]


def test_a_wrong_password_and_an_unknown_address_are_told_alike(office: Office) -> None:
    wrong = APIClient().post(SIGN_IN, {"email": office.auditor.email, "password": "something else"})
    unknown = APIClient().post(SIGN_IN, {"email": "nobody@example.gov", "password": PASSWORD})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_a_person_who_is_no_longer_active_gets_no_token(office: Office) -> None:
    office.auditor.is_active = False
    office.auditor.save()
    answer = APIClient().post(SIGN_IN, {"email": office.auditor.email, "password": PASSWORD})
    assert answer.status_code == 401


def test_signing_out_ends_the_token_of_the_call_and_no_other(office: Office) -> None:
    first, second = a_token(office), a_token(office)
    assert with_token(first).post("/api/v1/sign-out/").status_code == 204
    assert with_token(first).get(PROGRAMS).status_code == 401
    assert with_token(second).get(PROGRAMS).status_code == 200


def test_signing_out_everywhere_ends_every_token(office: Office) -> None:
    first, second = a_token(office), a_token(office)
    assert with_token(first).post("/api/v1/sign-out-everywhere/").status_code == 204
    assert with_token(second).get(PROGRAMS).status_code == 401


def test_guessing_passwords_is_stopped_whatever_the_header_says(office: Office) -> None:
    guess: dict[str, Any] = {"email": office.auditor.email, "password": "a guess"}
    for number in range(10):
        answer = APIClient().post(SIGN_IN, guess, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
        assert answer.status_code == 401
    answer = APIClient().post(SIGN_IN, {**guess, "password": PASSWORD}, HTTP_X_FORWARDED_FOR="192.0.2.99")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert answer.json()["code"] == "throttled"
