"""Lists: their pages, their filters, and what they cost."""

from base64 import b64encode
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from grants.ledger.models import Entry, Kind
from tests.api.access import ACCESS
from tests.api.world import World
from tests.builders import Office

pytestmark = pytest.mark.django_db
Signed = Callable[[Any], APIClient]
ENTRIES = "/api/v1/entries/"


def ids(answer: Any) -> list[int]:
    """The keys of a page."""
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_pages_neither_miss_nor_double_a_line_while_lines_are_added(
    office: Office, as_person: Signed
) -> None:
    subaward = office.a_subaward("1000.00")
    for _ in range(6):
        office.posts(subaward, Kind.EXPENDITURE, "1.00")
    client, seen, address = as_person(office.auditor), [], f"{ENTRIES}?page_size=2"
    while address:
        answer = client.get(address)
        seen += ids(answer)
        address = answer.json()["next"]
        if len(seen) < 8:
            office.posts(subaward, Kind.EXPENDITURE, "1.00")
    assert seen == sorted(Entry.objects.values_list("pk", flat=True))
    assert len(seen) == 10


def test_the_page_before_is_the_page_that_was(office: Office, as_person: Signed) -> None:
    subaward, client = office.a_subaward("1000.00"), as_person(office.auditor)
    for _ in range(4):
        office.posts(subaward, Kind.EXPENDITURE, "1.00")
    first = client.get(f"{ENTRIES}?page_size=2")
    second = client.get(first.json()["next"])
    assert ids(client.get(second.json()["previous"])) == ids(first)


@pytest.mark.parametrize("asked", ["page_size=0", "page_size=501", "page_size=many", "page_size=-1"])
def test_a_page_that_cannot_be_is_a_problem(office: Office, as_person: Signed, asked: str) -> None:
    answer = as_person(office.auditor).get(f"{ENTRIES}?{asked}")
    assert answer.json()["errors"][0]["parameter"] == "page_size"


@pytest.mark.parametrize("made_up", ["", "x", "p=abc", "p=-1", "p=²", "p=1&o=9", "o=9", "p=" + "9" * 20])
def test_a_cursor_that_is_made_up_is_a_problem(office: Office, as_person: Signed, made_up: str) -> None:
    for cursor in (made_up, b64encode(made_up.encode()).decode()):
        answer = as_person(office.auditor).get(ENTRIES, {"cursor": cursor})
        assert answer.json()["errors"][0]["parameter"] == "cursor"


def test_lines_are_found_by_all_they_belong_to(office: Office, as_person: Signed) -> None:
    first, second = office.a_subaward("1000.00", spent="10.00"), office.a_subaward("1000.00")
    office.posts(second, Kind.EXPENDITURE, "20.00", on=date(2023, 1, 1), period="2023Q1")
    spent = Entry.objects.get(subaward=second, kind="expenditure")
    client, lines = as_person(office.auditor), Entry.objects.order_by("pk")
    moment = spent.posted_at.isoformat()
    for asked, found in {
        ("program", first.program.code): lines.filter(program=first.program),
        ("subaward", second.number): lines.filter(subaward=second),
        ("federal_award", spent.federal_award.code): lines.filter(federal_award=spent.federal_award),
        ("posting", spent.posting_id): lines.filter(pk=spent.pk),
        ("kind", "obligation"): lines.filter(kind="obligation"),
        ("period", "2023Q1"): lines.filter(pk=spent.pk),
        ("incurred_from", "2023-01-01"): lines.filter(pk=spent.pk),
        ("incurred_through", "2022-12-31"): lines.exclude(pk=spent.pk),
        ("posted_from", moment): lines.filter(pk=spent.pk),
        ("posted_until", moment): lines,
    }.items():
        assert ids(client.get(ENTRIES, dict([asked]))) == [line.pk for line in found], asked


def test_a_filter_that_is_not_known_shows_nothing_rather_than_everything(
    office: Office, as_person: Signed
) -> None:
    answer = as_person(office.auditor).get(f"{ENTRIES}?subawrd=SA-1")
    assert answer.json()["errors"] == [{"detail": "This is not a filter here.", "parameter": "subawrd"}]


def test_a_filter_does_not_tell_a_foreign_record_from_none(office: Office, as_person: Signed) -> None:
    foreign, client = Office().a_program(), as_person(office.auditor)
    hidden = client.get(ENTRIES, {"program": foreign.code})
    absent = client.get(ENTRIES, {"program": "none-such"})
    assert hidden.status_code == absent.status_code == 400
    assert hidden.json() == absent.json()


LISTS = sorted(route for (route, _), row in ACCESS.items() if row.lists and not row.record.startswith("'"))


def test_a_list_asks_as_much_for_many_records_as_for_one(as_person: Signed) -> None:
    world = World()
    client, asked = as_person(world.office.auditor), {}
    for name in ("few", "many"):
        for route in LISTS:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(route)).status_code == 200
            asked.setdefault(route, []).append(len(queries))
        if name == "few":
            for _ in range(3):
                World(world.office)
    assert {route: few for route, (few, many) in asked.items() if few != many} == {}
    assert {route: few for route, (few, _) in asked.items() if few > 6} == {}
