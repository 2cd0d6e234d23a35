"""What a page tells of a record before someone decides on it."""

from decimal import Decimal
from typing import Any

from django.urls import reverse

from grants.programs.actions import propose_round, set_up_program
from grants.programs.models import Family, Program
from grants.subawards.actions import Budgeted, propose_amendment
from grants.subawards.elements import elements_not_recorded
from tests.builders import Office, a_party


def seen(browser: Any, record: Any, *page: str) -> str:
    """A page of a record: its own, or that of a button."""
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_{'do' if page else 'change'}"
    return browser.get(reverse(name, args=[record.pk, *page])).content.decode()


def test_who_approves_a_round_sees_what_it_gives_and_what_is_left_then(as_: Any, office: Office) -> None:
    program = office.a_program("1000.00")
    town, village = a_party(keeper=office.agency), a_party(keeper=office.agency)
    round = propose_round(
        office.a_round(program, {town: "300.00", village: "150.50"}), by=office.program_officer
    )
    browser = as_(office.fiscal_officer)
    for page in (seen(browser, round, "round.approve"), seen(browser, round)):
        for told in ("$450.50", "$549.50", town.name, "$300.00", "By a fixed list", "round__id__exact="):
            assert told in page
    confirmation = seen(browser, round, "round.approve")
    assert "$450.50 is allocated." in confirmation
    assert "in place of" not in confirmation


def test_a_round_that_supersedes_another_says_what_that_frees(as_: Any, office: Office) -> None:
    program = office.a_program("1000.00")
    first = office.allocated(program, {office.agency: "400.00"}, name="First")
    again = office.a_round(program, {office.agency: "900.00"}, supersedes=first)
    propose_round(again, by=office.program_officer)
    page = seen(as_(office.fiscal_officer), again, "round.approve")
    assert "$900.00 is allocated in place of what “First” gave." in page
    assert "$100.00" in page
    assert "will be refused" not in page


def test_a_round_beyond_the_funding_says_that_it_will_be_refused(as_: Any, office: Office) -> None:
    round = propose_round(
        office.a_round(office.a_program("100.00"), {office.agency: "100.01"}), by=office.program_officer
    )
    page = seen(as_(office.fiscal_officer), round, "round.approve")
    assert "$100.01 would be allocated of $100.00" in page


def test_who_issues_a_subaward_sees_money_budget_and_what_is_not_recorded(as_: Any, office: Office) -> None:
    draft = office.a_draft("1000.00", budget=[Budgeted("construction", Decimal("1000.00"))])
    page = seen(as_(office.fiscal_officer), draft, "subaward.issue")
    for told in ("$1,000.00", draft.subrecipient.name, "construction", "$99,000.00", "SLFRP", "July 1, 2021"):
        assert told in page
    assert "Unique entity identifier of the subrecipient: 2 CFR 200.332(b)(1)(ii)" in page
    assert "200.332(b)(1)(ii)" in seen(as_(office.fiscal_officer), draft)


def test_each_element_is_missed_by_its_paragraph_until_it_is_recorded(office: Office) -> None:
    draft = office.a_draft()
    missed = {sentence.rpartition(")(1)")[2] for sentence in elements_not_recorded(draft)}
    assert missed == {"(ii)", "(vi)", "(x)", "(xi)", "(xiv)"}
    draft.indirect_rate_kind = "none"
    draft.budget_starts_on, draft.budget_ends_on = draft.starts_on, draft.ends_on
    draft.subrecipient.uei = "ABCDEFGHJKL1"
    left = elements_not_recorded(draft)
    assert [sentence.rpartition(")(1)")[2] for sentence in left] == ["(x)", "(xi)"]


def test_an_amendment_is_shown_as_money_before_and_after_and_never_as_code(as_: Any, office: Office) -> None:
    subaward = office.a_subaward("1000.00", budget=[Budgeted("construction", Decimal("1000.00"))])
    award = subaward.splits.get().federal_award
    amendment = propose_amendment(
        subaward,
        splits={award: Decimal("-400.00")},
        reason="fewer pipes",
        effective_on="2022-01-01",
        budget=[Budgeted("construction", Decimal("350.00")), Budgeted("design", Decimal("250.00"))],
        by=office.program_officer,
    )
    amendment.refresh_from_db()
    browser = as_(office.fiscal_officer)
    for page in (seen(browser, amendment), seen(browser, amendment, "subaward.approve_amendment")):
        for told in ("-$400.00", "$600.00", "$350.00", "design", str(award), "fewer pipes"):
            assert told in page
        assert award.code not in page
        assert "&quot;-400.00&quot;" not in page
    assert "-$400.00" in seen(browser, amendment, "subaward.decline_amendment")


def test_opening_a_program_without_money_is_warned_of(as_: Any, office: Office) -> None:
    bare = set_up_program(
        office.agency, Program(code="bare", name="Bare", family=Family.OTHER), by=office.program_officer
    )
    assert "nothing is funded yet" in seen(as_(office.program_officer), bare, "program.open")
