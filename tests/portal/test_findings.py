"""A subrecipient sees on its subaward's page what is to be corrected, by which law, and what to do."""

from typing import Any

import pytest
from django.urls import reverse

from grants.kernel.roles import Role
from tests.builders import Office, a_party, a_person
from tests.compliance.builders import a_finding, books_about, judged

pytestmark = pytest.mark.django_db


def test_open_findings_stand_on_the_page_until_they_are_corrected(client: Any, office: Office) -> None:
    finding = a_finding(office)
    client.force_login(a_person(Role.PREPARER, finding.subaward.subrecipient))
    address = reverse("portal:subaward", args=[finding.subaward_id])
    page = client.get(address).content.decode()
    for told in ("To be corrected", finding.title, finding.sentence, finding.fix, "2 CFR 200.403(h)"):
        assert told in page
    judged(books_about(finding.subaward))
    assert "To be corrected" not in client.get(address).content.decode()


def test_others_do_not_see_them(client: Any, office: Office) -> None:
    finding = a_finding(office)
    client.force_login(a_person(Role.PREPARER, a_party()))
    assert client.get(reverse("portal:subaward", args=[finding.subaward_id])).status_code == 404
