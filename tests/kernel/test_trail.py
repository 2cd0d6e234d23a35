"""The trail tells of every action: who, when, why, and what it changed, before and after."""

from decimal import Decimal

import pytest

from grants.kernel.trail import TrailEntry, changed_rows
from grants.parties.actions import correct_party
from grants.parties.models import Party
from grants.programs.actions import approve_round, propose_round
from tests.builders import Office, a_party

pytestmark = pytest.mark.django_db


def test_an_action_leaves_one_line_with_who_what_and_why(office: Office) -> None:
    party = a_party(keeper=office.agency, name="Franklin Conty")
    correct_party(party, changes={"name": "Franklin County"}, reason="misspelt", by=office.administrator)
    entry = TrailEntry.objects.get()
    assert (entry.verb, entry.by, entry.reason) == ("party.correct", office.administrator, "misspelt")
    assert (entry.subject_kind, entry.subject_id, entry.party) == ("party", party.pk, office.agency)
    (row,) = changed_rows(entry)
    assert row.differences() == {"name": ("Franklin Conty", "Franklin County")}


def test_what_triggers_change_stands_under_the_action_that_caused_it(office: Office) -> None:
    program = office.a_program("1000.00")
    first = office.allocated(program, {office.agency: "600.00"})
    second = propose_round(
        office.a_round(program, {office.agency: "700.00"}, supersedes=first), by=office.program_officer
    )
    approve_round(second, by=office.fiscal_officer)
    rows = changed_rows(TrailEntry.objects.order_by("pk").last())
    stages = {(row.after["id"], row.differences()["stage"]) for row in rows if row.kind == "allocationround"}
    assert stages == {(first.pk, ("approved", "superseded")), (second.pk, ("proposed", "approved"))}


def test_a_change_behind_the_actions_is_kept_without_an_action(office: Office) -> None:
    party = a_party(keeper=office.agency)
    Party.objects.filter(pk=party.pk).update(name="Renamed by hand")
    event = Party.pgh_event_model.objects.filter(pgh_obj_id=party.pk).latest("pgh_id")
    assert (event.name, event.pgh_context) == ("Renamed by hand", None)
    assert not TrailEntry.objects.exists()


def test_amounts_in_the_trail_are_exact(office: Office) -> None:
    office.a_draft("1000.10")
    rows = changed_rows(TrailEntry.objects.get(verb="subaward.draft"))
    amounts = [Decimal(row.after["amount"]) for row in rows if row.kind == "subaward"]
    assert [str(amount) for amount in amounts] == ["1000.10"]
