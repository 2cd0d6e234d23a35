"""A subaward draws on awards that fund its program, and its projects are its own."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from grants.kernel.refusals import Refusal
from grants.models import Allocation, Subaward
from grants.subawards.actions import draft_subaward, propose_amendment, record_projects
from grants.subawards.models import Project
from tests.builders import Office


def test_a_subaward_is_not_drafted_on_an_award_that_does_not_fund_the_program(office: Office) -> None:
    draft = Subaward(number="S-1", subrecipient=office.agency, title="Fiber", amount=Decimal("5.00"))
    splits = {office.an_award(): Decimal("5.00")}
    with pytest.raises(Refusal) as refusal:
        draft_subaward(office.an_allocation(), draft, splits=splits, by=office.program_officer)
    assert refusal.value.code == "award-does-not-fund"


@pytest.mark.parametrize("is_foreign", [False, True])
def test_an_amendment_adds_no_award_that_does_not_fund_the_program(office: Office, is_foreign: bool) -> None:
    award = (Office() if is_foreign else office).an_award()
    with pytest.raises(Refusal) as refusal:
        propose_amendment(
            office.a_subaward(),
            splits={award: Decimal("50.00")},
            reason="more miles",
            effective_on=date(2022, 1, 1),
            by=office.program_officer,
        )
    assert refusal.value.code == "award-does-not-fund"


def test_a_project_is_of_a_subaward_of_its_own_allocation(office: Office) -> None:
    project = Project(code="fiber", name="Fiber", subaward=office.a_subaward())
    with pytest.raises(Refusal) as refusal:
        record_projects(office.an_allocation(), [project], by=office.program_officer)
    assert refusal.value.code == "another-allocation"


def test_two_projects_of_one_code_are_refused(office: Office) -> None:
    allocation, by = office.an_allocation(), office.program_officer
    for codes in (("fiber", "fiber"), ("known",)):
        projects = [Project(code=code, name="Fiber") for code in codes]
        if codes == ("known",):
            record_projects(allocation, [Project(code="known", name="Fiber")], by=by)
        with pytest.raises(Refusal) as refusal:
            record_projects(allocation, projects, by=by)
        assert refusal.value.code == "given-twice"


def asked(allocation: Allocation, **given: Any) -> dict[str, Any]:
    """A draft of ten dollars as the API takes it."""
    award = allocation.program.fundings.get().federal_award
    assert award
    return {
        "number": "S-1",
        "allocation": allocation.pk,
        "subrecipient": allocation.party.code,
        "title": "Fiber",
        "amount": "10.00",
        "splits": [{"federal_award": award.code, "amount": "10.00"}],
        **given,
    }


def test_what_cannot_be_of_a_subaward_is_told_and_is_no_error_of_the_server(office: Office) -> None:
    allocation = office.an_allocation("50.00")
    code = asked(allocation)["splits"][0]["federal_award"]
    wrong: dict[str, dict[str, Any]] = {
        "a negative part": {
            "splits": [
                {"federal_award": code, "amount": "20.00"},
                {"federal_award": None, "amount": "-10.00"},
            ]
        },
        "a negative amount": {"amount": "-5.00", "splits": [{"federal_award": code, "amount": "-5.00"}]},
        "a rate above one": {"indirect_rate": "1.5"},
        "a last day before the first": {"starts_on": "2022-01-01", "ends_on": "2021-01-01"},
        "a negative cost share": {"required_cost_share": "-4.00"},
        "a category twice": {"budget": [{"category": "a", "amount": "5.00"}] * 2},
    }
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(office.program_officer)
    for what, given in wrong.items():
        answer = client.post("/api/v1/subawards/", asked(allocation, **given), format="json")
        assert answer.status_code in (400, 409), (what, answer.status_code)
    project = {"code": "fiber", "allocation": allocation.pk, "name": "Fiber", "adopted_budget": "-3.00"}
    assert client.post("/api/v1/projects/", project, format="json").status_code in (400, 409)
    assert not Subaward.objects.exists()
    assert not Project.objects.exists()


def test_an_amendment_with_a_category_twice_is_told_when_it_is_proposed(office: Office) -> None:
    subaward = office.a_subaward("100.00")
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(office.program_officer)
    award = subaward.splits.get().federal_award
    assert award
    given = {
        "splits": [{"federal_award": award.code, "amount": "10.00"}],
        "budget": [{"category": "a", "amount": "55.00"}] * 2,
        "effective_on": "2022-01-01",
        "reason": "more",
    }
    answer = client.post(f"/api/v1/subawards/{subaward.number}/amend/", given, format="json")
    assert answer.status_code in (400, 409)
