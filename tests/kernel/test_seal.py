"""The seal names the first row that someone changed behind the product's back."""

import pytest
from django.core.management import CommandError, call_command

from grants.kernel.seal import seal_trail, unsealed_count, verify_trail
from grants.kernel.trail import TrailEntry
from grants.ledger.models import Entry, Kind
from grants.subawards.models import Subaward
from tests.builders import Office
from tests.conftest import behind_the_products_back

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sealed(transactional_db: None) -> Office:
    """Books with some lines, all sealed."""
    office = Office()
    office.a_subaward("1000.00", spent="600.00", paid="10.00")
    count, _ = seal_trail()
    assert count > 0
    assert unsealed_count() == 0
    return office


def test_an_untouched_trail_is_whole(sealed: Office) -> None:
    assert verify_trail() is None


def test_what_comes_after_the_seal_waits_for_the_next(sealed: Office) -> None:
    sealed.a_subaward("5.00")
    assert verify_trail() is None
    waiting = unsealed_count()
    assert waiting > 0
    assert seal_trail()[0] == waiting
    assert verify_trail() is None


@pytest.mark.parametrize("kind", [Kind.OBLIGATION, Kind.EXPENDITURE, Kind.PAYMENT])
def test_a_changed_amount_in_the_ledger_is_named(sealed: Office, kind: Kind) -> None:
    line = Entry.objects.get(kind=kind)
    with behind_the_products_back() as cursor:
        cursor.execute("UPDATE grants_entry SET amount = amount + 0.01 WHERE id = %s", [line.pk])
    broken = verify_trail()
    assert broken is not None
    assert (broken.table, broken.row) == ("grants_entry", line.pk)
    with pytest.raises(CommandError, match=f"Row {line.pk} of grants_entry was changed"):
        call_command("verify_trail")


def test_the_first_of_several_changed_rows_is_named(sealed: Office) -> None:
    first, *_, last = TrailEntry.objects.order_by("pk")
    with behind_the_products_back() as cursor:
        cursor.execute(
            "UPDATE grants_trailentry SET reason = 'nothing to see' WHERE id = ANY(%s)", [[first.pk, last.pk]]
        )
    broken = verify_trail()
    assert broken is not None
    assert (broken.table, broken.row) == ("grants_trailentry", first.pk)


def test_a_removed_row_is_named(sealed: Office) -> None:
    event = Subaward.pgh_event_model.objects.order_by("pk").first()
    with behind_the_products_back() as cursor:
        cursor.execute("DELETE FROM grants_subawardevent WHERE pgh_id = %s", [event.pk])
    assert verify_trail().message == f"Row {event.pk} of grants_subawardevent was removed."


def test_a_row_slipped_in_is_named(sealed: Office) -> None:
    entry = TrailEntry.objects.order_by("pk").last()
    with behind_the_products_back() as cursor:
        cursor.execute("UPDATE grants_trailentry SET id = id + 100000 WHERE id = %s", [entry.pk])
    assert verify_trail().message == f"Row {entry.pk} of grants_trailentry was removed."


def test_a_block_sealed_anew_does_not_follow_from_the_one_before(sealed: Office) -> None:
    with behind_the_products_back() as cursor:
        cursor.execute(
            "UPDATE grants_seal SET digest = repeat('0', 64) WHERE id = (SELECT min(id) FROM grants_seal)"
        )
    assert verify_trail() is not None


def test_a_shortened_chain_is_seen_by_the_hash_kept_elsewhere(sealed: Office) -> None:
    sealed.a_subaward("5.00")
    _, newest = seal_trail()
    with behind_the_products_back() as cursor:
        cursor.execute("DELETE FROM grants_seal WHERE id = (SELECT max(id) FROM grants_seal)")
    call_command("verify_trail")
    with pytest.raises(CommandError, match=newest):
        call_command("verify_trail", ends_in=newest)
