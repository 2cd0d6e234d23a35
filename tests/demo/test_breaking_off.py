"""A load that is broken off completes when it is run again, and is then as if it had never been."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from demo.ohio.load import load
from grants.ledger.agreement import disagreements
from grants.parties.models import Party
from tests.demo.conftest import IN_THE_DEMONSTRATION

STATEMENTS = 900
"""After how many statements each attempt is killed; a whole load takes more than ten times as many."""


class Killed(BaseException):
    """What no code catches in order to go on."""


def killed_after(statements: int) -> Callable[..., Any]:
    """Lets so many statements through; what is then in progress is undone, as the database does by itself."""
    left = iter(range(statements))

    def execute(run: Callable[..., Any], sql: str, *given: Any) -> Any:
        if not sql.startswith(("ROLLBACK", "RELEASE")) and next(left, None) is None:
            raise Killed
        return run(sql, *given)

    return execute


@pytest.mark.django_db
@override_settings(**IN_THE_DEMONSTRATION)
def test_a_load_killed_again_and_again_completes():
    assert not Party.objects.exists(), "this load must be the first"
    attempts, loaded = 0, None
    while loaded is None:
        attempts += 1
        assert attempts < 40, "the load makes no headway"
        try:
            with connection.execute_wrapper(killed_after(STATEMENTS)):
                loaded = load()
        except Killed:
            continue
    assert attempts > 5
    assert disagreements() == []
    assert load() == loaded
    assert {name: loaded[name] for name in UNBROKEN} == UNBROKEN


UNBROKEN = {
    "neu_total": 842_866_429,
    "orbeg_round_2": 94_500_000,
    "announced_subawards": 56,
    "hb614_rows": 151,
    "tracts": 3168,
    "entries": 6842,
    "postings": 104,
    "rounds": 14,
    "programs": 12,
    "subawards": 62,
    "filings": 6,
    "sample_entries": 11,
    "trail": 579,
}
