"""Each register is its keeper's, and nobody reaches more by correcting a party."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rest_framework.test import APIClient

from grants.broadband.actions import record_tract_needs
from grants.broadband.models import TractNeed
from grants.kernel.refusals import Refusal
from grants.models import Party, Population, Program
from grants.parties.actions import appoint, correct_party, record_populations, register_parties
from tests.builders import Office, a_party


def refused(code: str, act: Callable[..., Any], *args: Any, **given: Any) -> None:
    """The action is refused with a code."""
    with pytest.raises(Refusal) as refusal:
        act(*args, **given)
    assert refusal.value.code == code


def test_a_correction_never_gives_a_party_another_parent(office: Office) -> None:
    other = Office()
    program = other.a_program()
    Party.objects.filter(pk=other.agency.pk).update(kept_by=office.agency)
    by = office.program_officer
    changes = {"parent": office.agency}
    refused("not-changeable", correct_party, other.agency, changes=changes, reason="mine", by=by)
    client = APIClient()
    client.force_authenticate(by)
    given = {"parent": office.agency.code, "reason": "mine"}
    client.post(f"/api/v1/parties/{other.agency.code}/correct/", given, format="json")
    other.agency.refresh_from_db()
    assert other.agency.parent is None
    assert not Program.objects.visible_to(by).filter(pk=program.pk).exists()


def test_what_is_counted_is_of_the_keepers_own_register(office: Office) -> None:
    foreign, by = a_party(keeper=Office().agency), office.program_officer
    count = Population(party=foreign, year=2020, count=5, source="Census")
    need = TractNeed(
        geoid="39049000100", county=foreign, as_of=date(2024, 6, 30), source="FCC",
        locations=3, unserved=1, underserved=1, served=1,
    )  # fmt: skip
    refused("not-kept-here", record_populations, office.agency, [count], by=by)
    refused("not-kept-here", record_tract_needs, office.agency, [need], by=by)
    assert not Population.objects.exists()
    assert not TractNeed.objects.exists()


def test_a_register_takes_no_party_of_another_register_and_no_foreign_parent(office: Office) -> None:
    foreign, by = a_party(keeper=Office().agency), office.program_officer
    known = Party(code=foreign.code, kind="county", name="Mine now")
    child = Party(code="a-child", kind="county", name="Child", parent=foreign)
    twice = [Party(code="twins", kind="county", name="Twin") for _ in range(2)]
    refused("not-kept-here", register_parties, office.agency, [known], by=by)
    refused("not-kept-here", register_parties, office.agency, [child], by=by)
    refused("given-twice", register_parties, office.agency, twice, by=by)


def test_a_uei_that_is_known_and_a_month_that_is_none_are_refused_with_a_sentence(office: Office) -> None:
    a_party(keeper=office.agency, uei="ABCDEFGHJK12")
    same = Party(code="same", kind="county", name="Same", uei="ABCDEFGHJK12")
    month = Party(code="month", kind="county", name="Month", fiscal_year_begins=13)
    refused("uei-known", register_parties, office.agency, [same], by=office.program_officer)
    refused("month-unknown", register_parties, office.agency, [month], by=office.program_officer)


def test_a_role_that_does_not_exist_is_refused(office: Office) -> None:
    by = office.administrator
    refused("role-unknown", appoint, office.agency, person=office.auditor, role="king", by=by)
