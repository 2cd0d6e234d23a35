"""Writes: exact money in and out, and lines of the ledger by call and by file."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from grants.ledger.models import Entry, Kind, Posting
from grants.models import AllocationRound, Share, TrailEntry
from reporting.documents.subjects import SUBJECTS
from tests.api.world import World
from tests.builders import Office, a_party

pytestmark = pytest.mark.django_db
Signed = Callable[[Any], APIClient]
POSTINGS, FILES = "/api/v1/postings/", "/api/v1/postings/files/"


def funded(client: APIClient, program: Any, amount: str) -> Any:
    """The answer to a call that funds a program with an amount written just so."""
    body = f'{{"amount": {amount}, "received_on": "2021-05-10", "source": "Award letter"}}'
    address = f"/api/v1/programs/{program.code}/fund/"
    return client.post(address, body, content_type="application/json")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0.1", "0.10"),
        ('"0.1"', "0.10"),
        ("12", "12.00"),
        ("900000000000.07", "900000000000.07"),
        ("1.10", "1.10"),
        ("2.675e2", "267.50"),
    ],
)
def test_an_amount_is_kept_as_it_is_written(
    office: Office, as_person: Signed, written: str, kept: str
) -> None:
    program = office.a_program()
    answer = funded(as_person(office.fiscal_officer), program, written)
    assert answer.status_code == 201, answer.content
    assert f'"amount":"{kept}"'.encode() in answer.content
    assert program.fundings.latest("pk").amount == Decimal(kept)


@pytest.mark.parametrize("written", ["0.001", "1e400", "NaN", '"12,5"', '"$5"', "true", "null", '""', "[]"])
def test_an_amount_that_is_none_is_refused_and_nothing_kept(
    office: Office, as_person: Signed, written: str
) -> None:
    program = office.a_program()
    assert funded(as_person(office.fiscal_officer), program, written).status_code == 400
    assert program.fundings.count() == 1


def test_every_amount_goes_out_as_text_with_two_decimals(office: Office, as_person: Signed) -> None:
    subaward = office.a_subaward("1000.00", spent="0.10")
    client = as_person(office.auditor)
    entry = client.get("/api/v1/entries/?kind=expenditure").json()["results"][0]
    assert entry["amount"] == "0.10"
    shown = client.get(f"/api/v1/subawards/{subaward.number}/").json()
    assert shown["amount"] == shown["standing"]["obligated"] == "1000.00"
    assert shown["standing"]["expended"] == "0.10"
    standing = client.get(f"/api/v1/programs/{subaward.program.code}/standing/").json()
    assert (standing["obligated"], standing["spent"], standing["drawn"]) == ("1000.00", "0.10", "0.00")


def test_a_standing_is_read_in_both_times(office: Office, as_person: Signed) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00")
    address = f"/api/v1/programs/{subaward.program.code}/standing/"
    before = Entry.objects.get(kind=Kind.OBLIGATION).posted_at.isoformat()
    client = as_person(office.auditor)
    assert client.get(address, {"through": "2022-03-30"}).json()["spent"] == "0.00"
    assert client.get(address, {"through": "2022-03-31"}).json()["spent"] == "600.00"
    known = client.get(address, {"as_known_at": before}).json()
    assert (known["obligated"], known["spent"]) == ("1000.00", "0.00")
    assert client.get(address, {"trough": "2022-03-31"}).status_code == 400


def lines_for(subaward: Any, *amounts: str, **given: str) -> dict[str, Any]:
    """The body of a call that posts expenditures."""
    line = {"kind": "expenditure", "incurred_on": "2022-03-31", "subaward": subaward.number, **given}
    lines = [{**line, "amount": amount} for amount in amounts]
    return {"program": subaward.program.code, "key": "call-1", "reason": "as billed", "lines": lines}


def test_lines_of_a_call_are_posted_once_whole_or_not_at_all(office: Office, as_person: Signed) -> None:
    subaward, client = office.a_subaward("1000.00"), as_person(office.program_officer)
    too_much = client.post(POSTINGS, lines_for(subaward, "400.00", "600.01"))
    assert (too_much.status_code, too_much.json()["code"]) == (409, "over-obligated")
    assert Entry.objects.filter(kind=Kind.EXPENDITURE).count() == 0
    posted = client.post(POSTINGS, lines_for(subaward, "400.00", "600.00"))
    assert (posted.status_code, posted.json()["kind"]) == (201, "api")
    assert [line.place for line in Entry.objects.filter(posting=posted.json()["id"])] == ["line 1", "line 2"]
    again = client.post(POSTINGS, lines_for(subaward, "400.00", "600.00"))
    assert (again.status_code, again.json()["code"]) == (409, "posted-already")


def test_a_key_of_one_agency_says_nothing_of_the_same_key_of_another(as_person: Signed) -> None:
    first, second = Office(), Office()
    for office in (first, second):
        answer = as_person(office.fiscal_officer).post(
            POSTINGS, lines_for(office.a_subaward("10.00"), "1.00")
        )
        assert answer.status_code == 201


def test_lines_that_belong_nowhere_are_each_told_with_their_number(office: Office, as_person: Signed) -> None:
    subaward, client = office.a_subaward("1000.00"), as_person(office.fiscal_officer)
    body = lines_for(subaward, "1.00", "2.00")
    body["lines"][0]["subaward"] = "SA-0"
    body["lines"][1]["project"] = "none"
    answer = client.post(POSTINGS, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    told = [(problem["row"], problem["column"]) for problem in answer.json()["problems"]]
    assert told == [(1, "subaward"), (2, "project")]
    assert not Posting.objects.filter(kind="api").exists()


def test_who_may_not_post_learns_nothing_of_the_subawards_of_others(as_person: Signed) -> None:
    world = World()
    elsewhere = world.office.a_draft("1.00", allocation=world.office.an_allocation(program=world.program))
    body = lines_for(world.subaward, "1.00")
    statuses = set()
    for number in (elsewhere.number, "SA-0"):
        body["lines"][0]["subaward"] = number
        statuses.add(as_person(world.people["preparer"]).post(POSTINGS, body).content)
    assert len(statuses) == 1
    assert b"permission-denied" in statuses.pop()


def test_a_file_is_posted_once_and_its_problems_are_told_with_their_rows(
    office: Office, as_person: Signed
) -> None:
    subaward, client = office.a_subaward("1000.00"), as_person(office.fiscal_officer)

    def sent(*rows: str) -> Any:
        text = "\n".join(["kind,incurred_on,amount,subaward", *rows])
        file = SimpleUploadedFile("costs.csv", text.encode())
        return client.post(FILES, {"program": subaward.program.code, "file": file}, format="multipart")

    good = f"expenditure,2022-03-31,0.10,{subaward.number}"
    wrong = sent(good, f"expenditure,soon,0.10,{subaward.number}")
    assert wrong.json()["problems"] == [
        {
            "message": "“soon” is not a date such as 2026-03-31.",
            "file": "costs.csv",
            "row": 3,
            "column": "incurred_on",
        }
    ]
    assert sent(good).status_code == 201
    assert sent(good).json()["code"] == "posted-already"
    assert Entry.objects.get(kind=Kind.EXPENDITURE).amount == Decimal("0.10")


def test_a_round_is_drafted_from_a_method_and_keeps_how_it_came_about(
    office: Office, as_person: Signed
) -> None:
    program, places = office.a_program(), [a_party(keeper=office.agency) for _ in range(3)]
    inputs = {
        "amount": "100.00",
        "on": "2022-01-01",
        "places": [{"id": place.code, "population": 1} for place in places],
    }
    body = {
        "program": program.code, "code": "round-x", "name": "X", "method": "population", "inputs": inputs,
    }  # fmt: skip
    client = as_person(office.program_officer)
    drafted = client.post("/api/v1/allocation-rounds/", body)
    assert drafted.status_code == 201, drafted.content
    shares = client.get("/api/v1/allocation-rounds/round-x/shares/").json()["results"]
    assert [share["amount"] for share in shares] == ["33.34", "33.33", "33.33"]
    assert all(share["steps"] for share in shares)
    assert client.post("/api/v1/allocation-rounds/round-x/propose/").json()["stage"] == "proposed"
    own = client.post("/api/v1/allocation-rounds/round-x/approve/")
    assert own.status_code == 403
    approved = as_person(office.fiscal_officer).post("/api/v1/allocation-rounds/round-x/approve/")
    assert approved.json()["stage"] == "approved"
    assert TrailEntry.objects.filter(verb="round.approve").count() == 1


def test_a_round_of_places_that_cannot_be_read_tells_each_of_them(office: Office, as_person: Signed) -> None:
    program, place = office.a_program(), a_party(keeper=office.agency)
    stranger = a_party(keeper=Office().agency)
    body = {"program": program.code, "code": "round-x", "name": "X", "method": "population"}
    client = as_person(office.program_officer)
    for places, column in (
        ([{"id": place.code, "population": "few"}], "population"),
        ([{"id": place.code, "population": 1}, {"id": stranger.code, "population": 1}], "id"),
    ):
        inputs = {"amount": "1.00", "places": places}
        answer = client.post("/api/v1/allocation-rounds/", {**body, "inputs": inputs})
        assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
        assert [problem["column"] for problem in answer.json()["problems"]] == [column]
    assert not AllocationRound.objects.exists()
    assert not Share.objects.exists()


def test_an_amendment_is_proposed_by_one_and_approved_by_another(as_person: Signed) -> None:
    world = World()
    client = as_person(world.office.program_officer)
    splits = [{"federal_award": world.award.code, "amount": "25.50"}]
    body = {"splits": splits, "effective_on": "2022-04-01", "reason": "more miles"}
    proposed = client.post(f"/api/v1/subawards/{world.subaward.number}/amend/", body)
    assert proposed.json()["splits"] == {world.award.code: "25.50"}
    address = f"/api/v1/amendments/{proposed.json()['id']}/approve/"
    assert as_person(world.office.fiscal_officer).post(address).json()["stage"] == "approved"
    shown = client.get(f"/api/v1/subawards/{world.subaward.number}/").json()
    assert (shown["amount"], shown["splits"][0]["amount"]) == ("1025.50", "1025.50")
    twice = client.post(f"/api/v1/subawards/{world.subaward.number}/amend/", {**body, "splits": splits * 2})
    assert twice.json()["errors"][0]["pointer"] == "#/splits/1/federal_award"


def test_the_trail_tells_what_an_action_changed_to_the_cent(as_person: Signed) -> None:
    world = World()
    entry = TrailEntry.objects.filter(verb="subaward.issue").earliest("pk")
    shown = as_person(world.office.auditor).get(f"/api/v1/trail/{entry.pk}/").json()
    assert (shown["verb"], shown["by"]) == ("subaward.issue", world.office.fiscal_officer.name)
    issued = [row["row"] for row in shown["changed"] if row["kind"] == "subaward"]
    assert [(row["stage"], row["amount"]) for row in issued] == [("issued", "1000.00")]


def test_a_document_is_issued_and_taken_away_as_it_is(as_person: Signed) -> None:
    world = World()
    client = as_person(world.office.auditor)
    body = {"report": "spend-by-program", "program": world.program.code, "through": "2022-06-30"}
    issued = client.post("/api/v1/documents/", body)
    assert issued.status_code == 201, issued.content
    taken = client.get(f"/api/v1/documents/{issued.json()['number']}/content/", HTTP_ACCEPT="application/pdf")
    assert taken["Content-Type"] == "application/pdf"
    assert taken.content.startswith(b"%PDF")
    assert taken["ETag"] == f'"{issued.json()["sha256"]}"'
    both = client.post("/api/v1/documents/", {**body, "agency": world.office.agency.code})
    assert both.json()["errors"] == [
        {"detail": f"Name one record that it is about: {', '.join(SUBJECTS)}.", "pointer": "#"}
    ]


def test_a_field_that_is_not_asked_for_is_an_error(office: Office, as_person: Signed) -> None:
    program, client = office.a_program(), as_person(office.fiscal_officer)
    body = {"amount": "1.00", "received_on": "2021-05-10", "source": "Award letter", "federal_awrad": "X"}
    answer = client.post(f"/api/v1/programs/{program.code}/fund/", body)
    assert answer.json()["errors"] == [
        {"detail": "This is not asked for here.", "pointer": "#/federal_awrad"}
    ]
    lines = lines_for(office.a_subaward("10.00"), "1.00", catgeory="supplies")
    assert client.post(POSTINGS, lines).json()["errors"][0]["pointer"] == "#/lines/0/catgeory"


def test_a_party_is_corrected_with_a_reason_and_keeps_the_rest(office: Office, as_person: Signed) -> None:
    party = a_party(keeper=office.agency, ein="12-3456789")
    client, address = as_person(office.program_officer), f"/api/v1/parties/{party.code}/correct/"
    assert client.post(address, {"county_fips": "39061"}).json()["errors"][0]["pointer"] == "#/reason"
    corrected = client.post(address, {"county_fips": "39061", "reason": "was blank"}).json()
    assert (corrected["county_fips"], corrected["ein"]) == ("39061", "12-3456789")
    assert TrailEntry.objects.get(verb="party.correct").reason == "was blank"


@pytest.mark.parametrize(
    ("memo", "told"),
    [("x" * 301, "longer than 300"), ("a\x00b", "sign that no text may hold")],
)
def test_a_text_of_a_file_that_cannot_be_kept_is_a_problem_in_its_row(
    office: Office, as_person: Signed, memo: str, told: str
) -> None:
    subaward = office.a_subaward("1000.00")
    text = f"kind,incurred_on,amount,subaward,memo\nexpenditure,2022-03-31,1.00,{subaward.number},{memo}\n"
    file = SimpleUploadedFile("costs.csv", text.encode())
    given = {"program": subaward.program.code, "file": file}
    answer = as_person(office.fiscal_officer).post(FILES, given, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    (problem,) = answer.json()["problems"]
    assert (problem["row"], problem["column"]) == (2, "memo")
    assert told in problem["message"]
