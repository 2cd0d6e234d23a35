"""One button for several rows: each by itself, each refusal told."""

from typing import Any

from grants.kernel.trail import TrailEntry
from grants.subawards.models import Stage, Subaward
from tests.builders import Office

LIST = "/admin/grants/subaward/"


def select(browser: Any, verb: str, records: list[Any], **given: Any) -> Any:
    """Choose rows and an action in the list, and confirm."""
    chosen = {"action": verb, "_selected_action": [record.pk for record in records], **given}
    return browser.post(LIST, chosen)


def test_selected_rows_are_confirmed_before_anything_is_done(as_: Any, office: Office) -> None:
    drafts = [office.a_draft(), office.a_draft()]
    page = select(as_(office.fiscal_officer), "subaward.issue", drafts)
    assert page.context["chosen_ids"] == [draft.pk for draft in drafts]
    assert [line for line, _ in page.context["chosen"]] == [
        f"{draft}, {draft.subrecipient}: $1,000.00" for draft in drafts
    ]
    assert not Subaward.objects.exclude(stage=Stage.DRAFT).exists()


def test_each_row_is_done_by_itself_and_each_refusal_is_told(as_: Any, office: Office) -> None:
    allocation = office.an_allocation("1000.00")
    fits = office.a_draft("900.00", allocation=allocation)
    too_much = office.a_draft("200.00", allocation=allocation)
    page = select(as_(office.fiscal_officer), "subaward.issue", [fits, too_much], confirmed="yes")
    assert page.context["done"] == 1
    [(refused, sentence)] = page.context["refused"]
    assert refused == too_much
    assert "has $100.00 left to obligate" in sentence
    stages = dict(Subaward.objects.values_list("pk", "stage"))
    assert stages == {fits.pk: Stage.ISSUED, too_much.pk: Stage.DRAFT}


def test_rows_of_a_foreign_agency_are_not_touched(as_: Any, office: Office, foreign: Office) -> None:
    own, other = office.a_draft(), foreign.a_draft()
    select(as_(office.fiscal_officer), "subaward.issue", [own, other], confirmed="yes")
    select(as_(office.fiscal_officer), "subaward.issue", [other], confirmed="yes")
    other.refresh_from_db()
    assert other.stage == Stage.DRAFT
    assert TrailEntry.objects.filter(verb="subaward.issue").count() == 1


def test_who_may_not_do_a_thing_cannot_do_it_to_selected_rows(as_: Any, office: Office) -> None:
    draft = office.a_draft()
    for person in (office.auditor, office.reviewer, office.program_officer):
        select(as_(person), "subaward.issue", [draft], confirmed="yes")
    draft.refresh_from_db()
    assert draft.stage == Stage.DRAFT


def test_a_missing_reason_stops_all_of_them(as_: Any, office: Office) -> None:
    draft = office.a_draft()
    page = select(as_(office.program_officer), "subaward.withdraw", [draft], confirmed="yes")
    assert page.context["form"].errors["reason"]
    draft.refresh_from_db()
    assert draft.stage == Stage.DRAFT
