"""A county's own system files by the API, and the state accepts."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from grants.ledger.models import Entry, Kind
from reporting.filings.reading import as_file
from tests.builders import Office
from tests.filings.builders import County, a_cost

pytestmark = pytest.mark.django_db
FILINGS = "/api/v1/filings/"


@pytest.fixture
def county(office: Office) -> County:
    """A county with a subaward of $1,000."""
    county = County(office)
    county.period()
    return county


def sent(county: County, client: Any, *rows: dict[str, str]) -> Any:
    file = SimpleUploadedFile("costs.csv", as_file(rows or [a_cost()]))
    body = {"subaward": county.subaward.number, "period": "2022-Q2", "file": file}
    return client.post(f"{FILINGS}files/", body, format="multipart")


def test_a_workbook_is_filed_signed_and_accepted_by_calls(county: County, as_person: Any) -> None:
    clerk, certifier = as_person(county.preparer), as_person(county.certifier)
    filed = sent(county, clerk, a_cost(incurred_on="2022-03-31"))
    assert filed.status_code == 201
    filing = filed.json()
    assert (filing["stage"], filing["spent"], filing["warnings"]) == ("draft", "100.00", 1)
    problem = filing["problems"][0]
    assert problem["severity"] == "warning"
    assert all(problem[name] for name in ("sheet", "cells", "message", "fix", "rule"))
    one = f"{FILINGS}{filing['id']}/"
    assert clerk.post(f"{one}acknowledge/").json()["stage"] == "checked"
    text = certifier.get(f"{one}attestation/").json()
    assert "true, complete, and accurate" in text["text"]
    assert certifier.post(f"{one}certify/", {"version": text["version"]}).json()["stage"] == "certified"
    accepted = as_person(county.office.fiscal_officer).post(f"{one}accept/").json()
    assert accepted["stage"] == "posted"
    line = Entry.objects.get(posting=accepted["posting"])
    assert (line.kind, line.amount) == (Kind.EXPENDITURE, Decimal("100.00"))
    lines = clerk.get(f"{one}lines/").json()
    assert [(row["amount"], f"{row['sheet']}!{row['cell']}") for row in lines] == [("100.00", line.place)]
    assert clerk.get(f"{one}content/").content == as_file([a_cost(incurred_on="2022-03-31")])


def test_the_same_file_again_is_told(county: County, as_person: Any) -> None:
    clerk = as_person(county.preparer)
    sent(county, clerk)
    again = sent(county, clerk)
    assert (again.status_code, again.json()["code"]) == (409, "filed-already")


def test_what_is_no_workbook_is_told_by_its_problem(county: County, as_person: Any) -> None:
    body = {"subaward": county.subaward.number, "period": "2022-Q2"}
    file = SimpleUploadedFile("costs.xlsx", b"MZ" + bytes(100))
    answer = as_person(county.preparer).post(f"{FILINGS}files/", {**body, "file": file}, format="multipart")
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["file"] == "costs.xlsx"


def test_lines_are_filed_without_a_workbook(county: County, as_person: Any) -> None:
    body = {"subaward": county.subaward.number, "period": "2022-Q2", "lines": [a_cost("12.50")]}
    clerk = as_person(county.preparer)
    filed = clerk.post(FILINGS, body)
    assert (filed.status_code, filed.json()["spent"]) == (201, "12.50")
    wrong = clerk.post(FILINGS, {**body, "period": "2022-Q9"})
    assert wrong.status_code == 400
    assert wrong.json()["errors"][0]["pointer"] == "#/period"
    unknown = clerk.post(FILINGS, {**body, "lines": [{"colour": "red"}]})
    assert unknown.json()["problems"][0]["column"] == "colour"


def test_two_filings_differ_line_by_line(county: County, as_person: Any) -> None:
    clerk = as_person(county.preparer)
    earlier, later = sent(county, clerk).json(), sent(county, clerk, a_cost("101.00")).json()
    one = f"{FILINGS}{later['id']}/differences/"
    for address in (one, f"{one}?earlier={earlier['id']}"):
        [found] = clerk.get(address).json()
        assert (found["kind"], found["change"]) == ("changed", "1.00")
    assert clerk.get(f"{FILINGS}{earlier['id']}/differences/").json() == []
    foreign = County(county.office).files()
    assert clerk.get(f"{one}?earlier={foreign.pk}").status_code == 404


def test_a_period_says_who_owes_and_what_does_not_tie_out(county: County, as_person: Any) -> None:
    officer = as_person(county.office.program_officer)
    filing = county.posted()
    periods = officer.get(f"/api/v1/periods/?program={county.program.code}&code=2022-Q2").json()
    [period] = periods["results"]
    assert period["due_on"] == "2022-08-01"
    one = f"/api/v1/periods/{period['id']}/"
    [due] = officer.get(f"{one}due/").json()
    assert (due["filing"], due["standing"], due["is_overdue"]) == (filing.pk, "posted", False)
    county.office.posts(county.subaward, Kind.EXPENDITURE, "1.00", period="2022-Q2")
    [stray] = officer.get(f"{one}strays/").json()
    assert (stray["reported"], stray["in_the_ledger"]) == ("100.00", "101.00")
    archive = officer.get(f"{one}archive/")
    assert b"".join(archive.streaming_content).startswith(b"PK")
    stranger = as_person(County(county.office).preparer)
    assert stranger.get(one).status_code == 404


def test_filings_are_found_by_period_and_stage(county: County, as_person: Any) -> None:
    county.signed()
    clerk = as_person(county.preparer)
    for query, count in (("period=2022-Q2&stage=certified", 1), ("stage=posted", 0), ("period=2021-Q4", 0)):
        assert len(clerk.get(f"{FILINGS}?{query}").json()["results"]) == count


def test_filings_are_judged_anew_a_good_many_at_a_time(
    county: County, as_person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.signed()
    other = County(county.office, allocation=county.subaward.allocation).signed(a_cost("600.00"))
    county.office.posts(other.subaward, Kind.EXPENDITURE, "500.00")
    monkeypatch.setattr("reporting.filings.dashboard.MOST_FILINGS", 1)
    auditor, there = as_person(county.office.auditor), f"/api/v1/periods/{county.period().pk}/rejudged/"
    first = auditor.get(there).json()
    assert (first["judged"], first["rest"], first["differing"]) == (1, 1, [])
    second = auditor.get(there, {"after": first["last"]}).json()
    assert (second["judged"], second["rest"], second["last"]) == (1, 0, other.pk)
    assert [(each["filing"], each["new_errors"]) for each in second["differing"]] == [(other.pk, 1)]
    assert auditor.get(there, {"after": "-1"}).status_code == 400


def test_periods_are_opened_for_the_workbook_that_is_named(office: Office, as_person: Any) -> None:
    program, officer = office.a_program(), as_person(office.program_officer)
    body = {"program": program.code, "through": "2021-12-31", "layout": "slfrf-agency"}
    made = officer.post("/api/v1/periods/", body).json()
    assert {period["layout"] for period in made} == {"slfrf-agency"}
    later = officer.post("/api/v1/periods/", {"program": program.code, "through": "2022-03-31"}).json()
    assert [period["layout"] for period in later] == ["quarterly-costs"]
