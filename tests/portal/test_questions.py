"""The page on which a subrecipient answers what the law asks of it."""

from datetime import date

import pytest
from django.urls import reverse

from grants.compliance.attestation import Attestation
from grants.kernel.roles import Role
from tests.builders import Office, a_party, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(client):
    office = Office()
    party = a_party(keeper=office.agency)
    subaward = office.a_subaward(subrecipient=party, ends_on=date(2030, 12, 31))
    client.force_login(a_person(Role.CERTIFIER, party))
    return office, party, reverse("portal:questions", args=[subaward.pk]), subaward


def test_the_subawards_page_says_how_many_questions_wait(client, county):
    *_, address, subaward = county
    page = client.get(reverse("portal:subaward", args=[subaward.pk])).content.decode()
    assert address in page
    assert "that only you can answer" in page


def test_answers_are_kept_and_stand_on_the_page(client, county):
    *_, address, subaward = county
    answered = client.post(address, {"answer-0": "yes", "answer-1": "no", "explanation-1": "Next year."})
    assert answered.status_code == 302
    assert Attestation.objects.filter(subaward=subaward).count() == 2
    assert "Next year." in client.get(address).content.decode()


def test_a_no_without_a_reason_keeps_what_was_typed(client, county):
    *_, address, _ = county
    page = client.post(address, {"answer-0": "yes", "answer-1": "no"}).content.decode()
    assert "Say why it is not so" in page
    assert 'value="yes" selected' in page
    assert not Attestation.objects.exists()


def test_a_preparer_reads_the_questions_and_cannot_answer(client, county):
    _, party, address, _ = county
    client.force_login(a_person(Role.PREPARER, party))
    assert "certifying official" in client.get(address).content.decode()
    assert client.post(address, {"answer-0": "yes"}).status_code == 403


def test_a_stranger_finds_nothing(client, county):
    *_, address, _ = county
    client.force_login(a_person(Role.CERTIFIER, a_party()))
    assert client.get(address).status_code == 404
