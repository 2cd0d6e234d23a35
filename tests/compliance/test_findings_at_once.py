"""Two examinations at the same moment leave each finding once, and the books' last word stands."""

import pytest

from grants.compliance.models import Finding, Stage
from tests.builders import Office
from tests.compliance.builders import LATE, books_about, judged
from tests.ledger.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_examinations_at_once_open_each_finding_once() -> None:
    subaward = Office().a_subaward("1000.00")
    broken = books_about(subaward, costs=[(subaward, LATE, "10.00")] * 50)
    assert at_once([lambda: judged(broken)] * 8) == ["done"] * 8
    assert Finding.objects.filter(stage=Stage.OPEN).count() == 50
    assert Finding.pgh_event_model.objects.count() == 50


def test_opening_and_closing_at_once_ends_in_one_or_the_other_for_all() -> None:
    subaward = Office().a_subaward("1000.00")
    broken = books_about(subaward, costs=[(subaward, LATE, "10.00")] * 50)
    mended = books_about(subaward)
    outcomes = at_once([lambda books=books: judged(books) for books in (broken, mended) * 4])
    assert outcomes == ["done"] * 8
    assert Finding.objects.values("stage").distinct().count() <= 1
