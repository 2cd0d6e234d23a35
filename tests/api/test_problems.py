"""How the API says no."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from api.problems import MEDIA_TYPE
from api.programs import Programs
from tests.builders import Office

pytestmark = pytest.mark.django_db
Signed = Callable[[Any], APIClient]
MONEY = {"amount": "100.00", "received_on": "2021-05-10", "source": "Award letter"}


def told(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of an answer, complete and of the right kind."""
    assert (answer.status_code, answer["Content-Type"]) == (status, MEDIA_TYPE)
    document = answer.json()
    assert document["status"] == status
    assert document["code"] == code
    assert document["type"].endswith(f":{code}")
    assert document["title"]
    assert document["detail"]
    assert document["instance"] == answer.wsgi_request.path
    return document


def test_what_is_not_valid_is_told_field_by_field(office: Office, as_person: Signed) -> None:
    client, program = as_person(office.fiscal_officer), office.a_program()
    wrong = {"amount": "1.005", "received_on": "soon"}
    document = told(client.post(f"/api/v1/programs/{program.code}/fund/", wrong), 400, "invalid")
    assert [error["pointer"] for error in document["errors"]] == ["#/amount", "#/received_on", "#/source"]
    assert "2 decimal places" in document["errors"][0]["detail"]


def test_a_filter_that_is_not_valid_is_told_as_a_parameter(office: Office, as_person: Signed) -> None:
    answer = as_person(office.auditor).get("/api/v1/programs/?stage=ajar")
    assert told(answer, 400, "invalid")["errors"][0]["parameter"] == "stage"


def test_a_body_that_is_not_json_is_told_with_its_place(office: Office, as_person: Signed) -> None:
    client, program = as_person(office.fiscal_officer), office.a_program()
    address = f"/api/v1/programs/{program.code}/fund/"
    for body in (
        '{"amount": }',
        '{"amount": NaN}',
        '{"source": "a", "source": "b"}',
        "[" * 100_000,
        '"\\u0000"',
    ):
        told(client.post(address, body, content_type="application/json"), 400, "parse-error")
    told(client.post(address, b"\xff", content_type="application/json"), 400, "parse-error")
    told(client.post(address, "amount=1", content_type="text/plain"), 415, "unsupported-media-type")


def test_who_is_not_signed_in_is_asked_to(office: Office) -> None:
    answer = APIClient().get("/api/v1/programs/")
    told(answer, 401, "not-authenticated")
    assert answer["WWW-Authenticate"] == "Token"


def test_what_a_role_may_not_do_is_refused(office: Office, as_person: Signed) -> None:
    program = office.a_program()
    answer = as_person(office.auditor).post(f"/api/v1/programs/{program.code}/fund/", MONEY)
    told(answer, 403, "permission-denied")


def test_what_is_not_visible_is_not_told_from_what_is_not_there(office: Office, as_person: Signed) -> None:
    client, foreign = as_person(office.auditor), Office().a_program()
    hidden = told(client.get(f"/api/v1/programs/{foreign.code}/"), 404, "not-found")
    absent = told(client.get("/api/v1/programs/none-such/"), 404, "not-found")
    assert {**hidden, "instance": ""} == {**absent, "instance": ""}


def test_what_the_books_refuse_carries_its_code(office: Office, as_person: Signed) -> None:
    client, program = as_person(office.program_officer), office.a_program()
    document = told(client.post(f"/api/v1/programs/{program.code}/open/"), 409, "wrong-stage")
    assert document["detail"] == f"{program} is open and cannot become open."


def test_an_address_that_leads_nowhere_is_a_problem_too(client: Any) -> None:
    for address in ("/api/", "/api/v2/programs/", "/api/v1/none/", "/api/v1/programs/x/none/"):
        told(client.get(address), 404, "not-found")


def test_a_method_that_is_not_there_is_a_problem_too(office: Office, as_person: Signed) -> None:
    client = as_person(office.administrator)
    for method in (client.put, client.patch, client.delete, client.options):
        told(method("/api/v1/programs/"), 405, "method-not-allowed")


def test_what_nobody_foresaw_says_nothing_of_the_inside(
    office: Office, as_person: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: Any) -> Any:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(Programs, "get_queryset", breaks)
    answer = as_person(office.auditor).get("/api/v1/programs/")
    told(answer, 500, "unexpected")
    assert b"secret" not in answer.content
