"""Nobody sees or changes by the API what is not theirs, on any route."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import URLPattern, reverse
from django_filters import ModelChoiceFilter
from knox.models import AuthToken
from rest_framework.test import APIClient

from api.filtering import RefersTo
from api.urls import urlpatterns
from tests.api.access import ACCESS, NAMING, OF_ONESELF, PUBLIC, Row
from tests.api.world import World

pytestmark = pytest.mark.django_db


VIEWS: dict[str, list[Any]] = {}
for _pattern in urlpatterns:
    assert isinstance(_pattern, URLPattern)
    VIEWS.setdefault(str(_pattern.name), []).append(_pattern.callback)


def routes() -> Iterator[tuple[str, str]]:
    """Every route of the API with each of its methods."""
    for name, callbacks in VIEWS.items():
        for callback in callbacks:
            known = callback.cls.http_method_names
            actions = getattr(callback, "actions", None) or filter(partial(hasattr, callback.cls), known)
            yield from ((name, method.upper()) for method in actions if method not in ("head", "options"))


def key_of(route: str, row: Row, world: World) -> str:
    """The key by which the API finds the record of a row."""
    if row.record.startswith("'"):
        return row.record.strip("'")
    return str(getattr(getattr(world, row.record), VIEWS[route][0].cls.lookup_field))


def asked(client: APIClient, route: str, method: str, row: Row, world: World) -> Any:
    """The answer of a route about a record of one world."""
    is_whole = row.lists or row.absent == 400
    address = reverse(route) if is_whole else reverse(route, args=[key_of(route, row, world)])
    body = row.given(world) if callable(row.given) else row.given or {}
    kind = "multipart" if "file" in body else "json"
    return client.get(address) if method == "GET" else client.post(address, body, format=kind)


def expected(row: Row, role: str, *, is_own: bool) -> int:
    """The status that the table promises."""
    if row.lists:
        return 200
    if not is_own or role not in row.sees:
        return row.absent
    return row.answers if role in row.may else 403


def signed_in(person: Any) -> APIClient:
    """A client with a token of the person."""
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(person)[1]}")
    return client


def keys_in(answer: Any) -> set[str]:
    """The keys of the records of a list."""
    data = answer.json()
    rows = data["results"] if isinstance(data, dict) else data
    return {str(row[name]) for row in rows for name in ("code", "number", "id") if name in row}


def test_every_route_and_method_has_its_row() -> None:
    assert sorted(routes()) == sorted({*ACCESS, *PUBLIC, *OF_ONESELF})


def test_each_role_gets_what_the_table_promises_of_its_own_and_of_others() -> None:
    own, foreign = World(), World()
    surprises = []
    for role, person in own.people.items():
        client = signed_in(person)
        for (route, method), row in ACCESS.items():
            for world in (own, foreign) if not row.record.startswith("'") else (own,):
                with transaction.atomic():
                    answer = asked(client, route, method, row, world)
                    transaction.set_rollback(True)
                promised = expected(row, role, is_own=world is own)
                whose = "own" if world is own else "foreign"
                if answer.status_code != promised:
                    surprises.append((role, method, route, whose, promised, answer.content))
                elif row.lists and (key_of(route, row, world) in keys_in(answer)) != (
                    world is own and role in row.sees
                ):
                    surprises.append((role, method, route, whose, "in the list", answer.content))
    assert not surprises, "\n".join(map(str, surprises))


def test_who_is_not_signed_in_gets_nothing_but_what_is_public() -> None:
    world, stranger = World(), APIClient()
    for (route, method), row in ACCESS.items():
        assert asked(stranger, route, method, row, world).status_code == 401, route
    for route, _ in OF_ONESELF:
        assert stranger.post(reverse(route)).status_code == 401
    assert stranger.post(reverse("api-sign-in"), {}).status_code == 400
    assert stranger.get(reverse("schema")).status_code == 200


def test_a_write_on_a_foreign_record_changes_nothing() -> None:
    own, foreign = World(), World()
    before = the_books()
    for person in own.people.values():
        client = signed_in(person)
        for (route, method), row in ACCESS.items():
            if method == "POST":
                asked(client, route, method, row, foreign)
    assert the_books() == before


def test_naming_a_foreign_record_beside_ones_own_changes_nothing_and_tells_nothing() -> None:
    own, foreign = World(), World()
    before, tried = the_books(), set()
    for route, given in NAMING.items():
        row = ACCESS[route, "POST"]
        address = reverse(route) if row.absent == 400 else reverse(route, args=[key_of(route, row, own)])
        mine, theirs = given(own), given(foreign)
        for name in (name for name in mine if mine[name] != theirs[name] and name != "file"):
            for role in row.may:
                kind = "multipart" if "file" in mine else "json"
                body = {**mine, name: theirs[name]}
                answer = signed_in(own.people[role]).post(address, body, format=kind)
                assert answer.status_code == 400, (route, name, answer.content)
                assert foreign.county.name.encode() not in answer.content
            tried.add((route, name))
    assert len(tried) >= 17, sorted(tried)
    assert the_books() == before


def test_whatever_names_a_record_finds_only_what_the_person_may_see() -> None:
    for callback in (callback for callbacks in VIEWS.values() for callback in callbacks):
        filters = getattr(getattr(callback.cls, "filterset_class", None), "base_filters", {})
        for name, each in filters.items():
            assert isinstance(each, RefersTo) or not isinstance(each, ModelChoiceFilter), name


def the_books() -> dict[str, str]:
    """A digest of every table of the books."""
    tables = [
        model._meta.db_table
        for name in ("grants", "reporting")
        for model in apps.get_app_config(name).get_models()
    ]
    with connection.cursor() as cursor:
        digests = {}
        for table in tables:
            cursor.execute(
                f"SELECT md5(string_agg(line::text, '|' ORDER BY line::text)) FROM {table} AS line"
            )
            digests[table] = str(cursor.fetchone()[0])
    return digests
