"""An auditor reads all in her scope and changes nothing: every verb that does is refused."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from grants.kernel.roles import MAY, Role
from grants.kernel.scope import may
from tests.api.world import World
from tests.builders import a_person
from tests.house.test_house import every_action

TAKES_AWAY = {
    "document.issue",
    "submission.make",
    "sample.draw",
    "package.ask",
    "package.gather",
    "report.order",
    "report.fulfil",
}
"""Verbs that add what is read, and change no record of the books."""


@pytest.fixture(scope="module")
def verbs() -> dict[str, Any]:
    return every_action()


def test_her_permissions_are_to_look_and_to_take_away(verbs: dict[str, Any]) -> None:
    allowed = {verb for verb, action in verbs.items() if action.needs in MAY[Role.AUDITOR]}
    assert allowed == TAKES_AWAY


@pytest.mark.django_db
def test_each_other_verb_is_refused_to_her_on_every_record_that_she_sees(verbs: dict[str, Any]) -> None:
    world = World()
    auditor, county = world.office.auditor, a_person(Role.AUDITOR, world.county)
    records = [record for record in vars(world).values() if hasattr(record, "reached_by")]
    assert len(records) > 20
    needs = {action.needs for verb, action in verbs.items() if verb not in TAKES_AWAY}
    for need in needs - MAY[Role.AUDITOR]:
        for record in records:
            assert not may(auditor, need, record), (need, record)
            assert not may(county, need, record), (need, record)
    for verb, action in verbs.items():
        if verb not in TAKES_AWAY:
            for record in (world.program, world.subaward):
                with pytest.raises(PermissionDenied):
                    action.perform(record, by=auditor)
