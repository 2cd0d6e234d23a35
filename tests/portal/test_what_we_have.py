"""What a person of a local government sees of her grants, and nothing of others'."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grants.kernel.roles import Role
from grants.ledger.models import Kind
from grants.parties.models import Membership, Party
from grants.subawards.actions import Budgeted
from reporting.portal import queries
from tests.builders import Office, a_party, a_person, an_agency

pytestmark = pytest.mark.django_db


def text_of(page: Any) -> str:
    """The words of a page."""
    assert page.status_code == 200
    return page.content.decode()


def test_a_person_of_one_county_comes_straight_to_it(as_: Any, county: Party, preparer: Any) -> None:
    assert as_(preparer).get("/portal/").url == f"/portal/parties/{county.pk}/"


def test_a_person_of_two_parties_chooses(as_: Any, office: Office, county: Party, preparer: Any) -> None:
    village = a_party(keeper=office.agency, name="Village of Andover")
    Membership.objects.create(person=preparer, party=village, role=Role.CERTIFIER)
    page = text_of(as_(preparer).get("/portal/"))
    assert "Ashtabula County" in page
    assert "Village of Andover" in page


def test_a_department_is_within_reach_of_its_county(as_: Any, county: Party, preparer: Any) -> None:
    department = a_party(parent=county, name="Department of Roads")
    assert as_(preparer).get(f"/portal/parties/{department.pk}/").status_code == 200


def test_who_acts_for_nobody_is_told_so(as_: Any, preparer: Any) -> None:
    preparer.memberships.update(ends_on="2020-12-31")
    assert "do not act for any party" in text_of(as_(preparer).get("/portal/"))


def test_who_works_at_the_desk_alone_is_led_there(as_: Any, office: Office) -> None:
    assert as_(office.program_officer).get("/portal/").url == "/admin/"


def test_an_allocation_stands_with_what_was_obligated_spent_and_paid(
    as_: Any, office: Office, county: Party, preparer: Any
) -> None:
    allocation = office.an_allocation("5000.00", party=county)
    office.a_subaward("1200.00", allocation=allocation, spent="700.00", paid="300.00")
    page = as_(preparer).get(f"/portal/parties/{county.pk}/")
    (shown,) = page.context["allocations"]
    assert (shown.standing.allocated, *shown.now[:3]) == tuple(
        Decimal(amount) for amount in ("5000.00", "1200.00", "700.00", "300.00")
    )
    for amount in ("$5,000.00", "$1,200.00", "$700.00", "$300.00"):
        assert amount in text_of(page)


def test_subawards_received_and_passed_on_stand_apart(
    as_: Any, office: Office, county: Party, preparer: Any
) -> None:
    received = office.a_subaward("900.00", subrecipient=county)
    passed_on = office.a_subaward("800.00", allocation=office.an_allocation(party=county))
    page = as_(preparer).get(f"/portal/parties/{county.pk}/")
    assert page.context["received"].records == [received]
    assert page.context["passed_on"].records == [passed_on]


def test_the_page_of_a_subaward_tells_what_the_law_asks_and_what_is_missing(
    as_: Any, office: Office, county: Party, preparer: Any
) -> None:
    subaward = office.a_subaward(
        "1000.00", subrecipient=county, spent="250.50", budget=[Budgeted("equipment", Decimal("1000.00"))]
    )
    page = as_(preparer).get(f"/portal/subawards/{subaward.pk}/")
    facts = {element.name: element.value for element in page.context["elements"]}
    assert [element.part for element in page.context["elements"]][::16] == ["(i)", "(xiv)"]
    assert facts["Period of performance"] == "July 1, 2021 to December 31, 2026"
    assert facts["Federal award date"] == "May 10, 2021"
    assert facts["Assistance Listing"].startswith("21.027 ")
    assert facts["Unique entity identifier (UEI)"] == facts["Indirect cost rate"] == ""
    words = text_of(page)
    assert "not recorded" in words
    assert "equipment" in words
    assert "$749.50" in words


def test_what_an_agency_obligated_in_all_counts_its_own_subawards_alone(
    as_: Any, office: Office, county: Party, preparer: Any
) -> None:
    first = office.a_subaward("1000.00", subrecipient=county)
    office.a_subaward("500.00", subrecipient=county)
    Office(an_agency()).a_subaward("9000.00", subrecipient=county)
    page = as_(preparer).get(f"/portal/subawards/{first.pk}/")
    facts = {element.name: element.value for element in page.context["elements"]}
    assert facts["Obligated to you in all by this agency"] == "$1,500.00"


def test_lines_are_paged_the_newest_first_and_none_is_missed(
    as_: Any, office: Office, county: Party, preparer: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    subaward = office.a_subaward("1000.00", subrecipient=county)
    for day in ("2022-01-05", "2022-03-01", "2022-03-01", "2022-03-01", "2022-02-01"):
        office.posts(subaward, Kind.EXPENDITURE, "10.00", date.fromisoformat(day))
    browser, seen, address = as_(preparer), [], f"/portal/subawards/{subaward.pk}/lines/"
    there: str | None = ""
    while there is not None:
        page = browser.get(address, {"before": there} if there else {}).context["lines"]
        seen += page.records
        there = page.after
    assert len(seen) == len({line.pk for line in seen}) == 6
    assert [line.incurred_on for line in seen] == sorted((line.incurred_on for line in seen), reverse=True)


@pytest.mark.parametrize("place", ["x", "2022-13-01.4", "2022-01-01", "2022-01-01.4; select", "\x00"])
def test_a_page_of_lines_that_no_link_leads_to_is_not_there(
    as_: Any, office: Office, county: Party, preparer: Any, place: str
) -> None:
    subaward = office.a_subaward("1000.00", subrecipient=county)
    assert as_(preparer).get(f"/portal/subawards/{subaward.pk}/lines/", {"before": place}).status_code == 404


def test_what_is_foreign_or_unknown_is_not_there(as_: Any, office: Office, preparer: Any) -> None:
    foreign = office.a_subaward("1000.00", spent="10.00")
    browser = as_(preparer)
    for address in (
        f"/portal/subawards/{foreign.pk}/",
        f"/portal/subawards/{foreign.pk}/lines/",
        "/portal/subawards/999999999999999999999999/",
        f"/portal/parties/{foreign.subrecipient_id}/",
        f"/portal/parties/{office.agency.pk}/",
        "/portal/parties/999999/",
    ):
        assert browser.get(address).status_code == 404, address


def test_nothing_of_the_portal_is_shown_before_signing_in(client: Any, office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    for address in (
        "/portal/",
        f"/portal/parties/{subaward.subrecipient_id}/",
        f"/portal/subawards/{subaward.pk}/",
    ):
        assert client.get(address).url == f"/sign-in/?next={address}"


def test_more_subawards_and_lines_cost_no_more_questions(
    as_: Any, office: Office, county: Party, preparer: Any
) -> None:
    first = office.a_subaward("1000.00", subrecipient=county, spent="10.00")
    office.an_allocation(party=county)
    addresses = (f"/portal/parties/{county.pk}/", f"/portal/subawards/{first.pk}/")
    browser = as_(preparer)

    def asked() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries_asked:
                assert browser.get(address).status_code == 200
            counts.append(len(queries_asked))
        return counts

    before = asked()
    for _ in range(3):
        office.a_subaward("1000.00", subrecipient=county, spent="10.00")
        office.posts(first, Kind.EXPENDITURE, "10.00")
        office.an_allocation(party=county)
    assert asked() == before


def test_a_subaward_reached_by_its_allocation_is_seen_by_both_counties(
    as_: Any, office: Office, county: Party, preparer: Any
) -> None:
    village = a_party(keeper=office.agency)
    subaward = office.a_subaward(allocation=office.an_allocation(party=county), subrecipient=village)
    for person in (preparer, a_person(Role.PREPARER, village)):
        assert as_(person).get(f"/portal/subawards/{subaward.pk}/").status_code == 200
