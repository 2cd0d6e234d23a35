"""The desk speaks in words: of what was done, of who may do it, of what a line is."""

from typing import Any

from django.urls import reverse

from grants.desk.trail import in_words
from grants.kernel.trail import TrailEntry
from grants.ledger.actions import reverse_posting
from grants.ledger.models import Entry, Kind
from grants.programs.models import Program
from tests.builders import Office, a_party
from tests.desk.test_told import seen


def test_the_trail_says_what_was_done_in_words_and_shows_no_keys(as_: Any, office: Office) -> None:
    office.a_program("500.00")
    entry = TrailEntry.objects.get(verb="program.fund")
    browser = as_(office.auditor)
    listed = browser.get("/admin/grants/trailentry/").content.decode()
    page = seen(browser, entry)
    for shown in (listed, page):
        assert "Fund program" in shown
        assert "program.fund" not in shown
    assert "Put federal or state money into a program" in page
    assert str(entry.context) not in page
    opened = seen(browser, TrailEntry.objects.get(verb="program.open"))
    assert f">Program {Program.objects.get().name}<" in opened


def test_the_history_of_a_record_leads_to_its_trail(as_: Any, office: Office) -> None:
    program = office.a_program()
    browser = as_(office.auditor)
    there = browser.get(reverse("admin:grants_program_history", args=[program.pk])).url
    page = browser.get(there)
    assert page.status_code == 200
    assert "Open program" in page.content.decode()


def test_a_line_is_named_by_kind_dollars_and_day(office: Office) -> None:
    office.a_subaward("10000.00", spent="9800.10")
    line = Entry.objects.get(kind=Kind.EXPENDITURE)
    assert str(line) == "Expenditure of $9,800.10 on March 31, 2022"


def test_a_reversed_line_leads_to_its_reversal_whose_posting_is_not_reversed(
    as_: Any, office: Office
) -> None:
    office.a_subaward("1000.00", spent="100.00")
    line = Entry.objects.get(kind=Kind.EXPENDITURE)
    reversal = reverse_posting(line.posting, reason="billed twice", by=office.fiscal_officer)
    browser = as_(office.fiscal_officer)
    page = seen(browser, line)
    assert "Reversed by Expenditure of -$100.00" in page
    assert reverse("admin:grants_entry_change", args=[Entry.objects.get(reverses=line).pk]) in page
    assert "ledger.reverse_posting" not in seen(browser, reversal)
    assert "ledger.reverse_posting" in seen(browser, Entry.objects.first().posting)


def test_who_may_not_is_told_who_may_and_led_back(as_: Any, office: Office) -> None:
    draft = office.a_draft()
    address = reverse("admin:grants_subaward_do", args=[draft.pk, "subaward.issue"])
    answer = as_(office.auditor).get(address)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "You may not do this: Issue" in page
    assert "fiscal officer" in page
    assert reverse("admin:grants_subaward_change", args=[draft.pk]) in page


def test_a_file_name_is_not_capitalised_in_the_path(as_: Any, office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="1.00")
    posting = Entry.objects.get(kind=Kind.EXPENDITURE).posting
    page = seen(as_(office.auditor), posting)
    assert f">{posting.name}</a>" in page
    assert subaward.number in seen(as_(office.auditor), subaward)


def test_moments_name_their_zone(as_: Any, office: Office) -> None:
    office.a_program()
    page = as_(office.auditor).get("/admin/grants/trailentry/").content.decode()
    assert "EST" in page or "EDT" in page


def test_an_empty_list_says_so_and_offers_no_item_to_create(as_: Any, office: Office) -> None:
    page = as_(office.auditor).get("/admin/grants/amendment/").content.decode()
    assert "There is none yet, or none that you may see." in page
    assert "Create a new item" not in page


def test_a_party_is_searched_for_and_told_from_its_namesakes(
    as_: Any, office: Office, foreign: Office
) -> None:
    for county, code in (("Carroll", "perry-1"), ("Putnam", "perry-2")):
        a_party(keeper=office.agency, name="Perry township", county_name=county, code=code)
    a_party(keeper=foreign.agency, name="Perry township", code="perry-3")
    asked = {"app_label": "grants", "model_name": "subaward", "field_name": "subrecipient", "term": "perry"}
    found = as_(office.program_officer).get("/admin/autocomplete/", asked).json()["results"]
    assert [one["text"] for one in found] == [
        "Perry township, Carroll, perry-1",
        "Perry township, Putnam, perry-2",
    ]


def test_the_form_of_a_subaward_lists_no_parties_but_searches_them(as_: Any, office: Office) -> None:
    allocation = office.an_allocation()
    town = a_party(keeper=office.agency, name="Far away")
    address = reverse("admin:grants_allocation_do", args=[allocation.pk, "subaward.draft"])
    page = as_(office.program_officer).get(address).content.decode()
    assert "admin-autocomplete" in page
    assert town.name not in page


def test_an_award_to_fund_from_is_told_by_title_recipient_and_amount(as_: Any, office: Office) -> None:
    program = office.a_program()
    award = program.fundings.get().federal_award
    address = reverse("admin:grants_program_do", args=[program.pk, "program.fund"])
    page = as_(office.fiscal_officer).get(address).content.decode()
    assert f"{award}: {award.title}, {award.recipient}, $1,000,000.00" in page


def test_an_action_that_no_page_offers_is_told_by_its_verb() -> None:
    assert in_words("of_old.do") == "Do of old"
    assert in_words("program.fund") == "Fund program"
