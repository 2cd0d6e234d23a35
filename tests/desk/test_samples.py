"""Files to begin from: the desk says what a file holds, and its own samples can be used as they are."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from grants.ledger.models import Entry, Kind
from grants.ledger.queries import spent_of
from grants.programs.method import METHODS
from grants.programs.models import AllocationRound
from tests.builders import Office, a_party


def page_of(record: Any, verb: str) -> str:
    """The address of a button's page."""
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_do"
    return reverse(name, args=[record.pk, verb])


def test_the_sample_of_lines_can_be_posted_as_it_is(as_: Any, office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    browser, page = as_(office.fiscal_officer), page_of(subaward.program, "ledger.post_file")
    sample = browser.get(f"{page}sample/lines.csv")
    assert sample["Content-Type"].startswith("text/csv")
    browser.post(page, {"file": SimpleUploadedFile("lines.csv", sample.content)})
    assert spent_of(subaward) == Decimal("0.01")


@pytest.mark.parametrize("code", list(METHODS))
def test_the_sample_of_a_method_can_be_drafted_as_it_is(as_: Any, office: Office, code: str) -> None:
    for number in range(2):
        a_party(keeper=office.agency, code=f"town-{number}")
    program = office.a_program("12000.00")
    browser, page = as_(office.program_officer), page_of(program, "round.draft")
    sample = browser.get(f"{page}sample/{code}.csv").content
    given = {"name": "First", "code": "first", "method": code, "amount": "12000.00", "on": "2022-06-01"}
    answer = browser.post(page, {**given, "file": SimpleUploadedFile("places.csv", sample)})
    assert answer.status_code == 302, answer.context["form"].sentences()
    assert AllocationRound.objects.get().method == code


def test_the_forms_say_which_columns_and_kinds_there_are(as_: Any, office: Office) -> None:
    program = office.a_program()
    lines = as_(office.fiscal_officer).get(page_of(program, "ledger.post_file")).content.decode()
    for word in ("incurred_on", "federal_award", *Kind.values):
        assert word in lines
    places = as_(office.program_officer).get(page_of(program, "round.draft")).content.decode()
    for word in ("reference_budget", "potential", "the code of a party in the register"):
        assert word in places


def test_samples_are_for_those_who_may_press_the_button(as_: Any, office: Office) -> None:
    page = page_of(office.a_program(), "ledger.post_file")
    assert as_(office.auditor).get(f"{page}sample/lines.csv").status_code == 404
    assert as_(office.fiscal_officer).get(f"{page}sample/other.csv").status_code == 404


def test_lines_beyond_what_is_obligated_are_told_by_subaward_and_row(as_: Any, office: Office) -> None:
    subaward = office.a_subaward("100.00", spent="60.00")
    text = "kind,incurred_on,amount,subaward\n" + "".join(
        f"expenditure,2022-01-0{day},15.00,{subaward}\n" for day in (1, 2, 3, 4)
    )
    file = SimpleUploadedFile("q.csv", text.encode())
    page = as_(office.fiscal_officer).post(page_of(subaward.program, "ledger.post_file"), {"file": file})
    [problem] = page.context["form"].problems
    assert (problem.row, problem.column) == (4, "amount")
    for told in (str(subaward), "$100.00 obligated", "$60.00 spent", "add $60.00", "$120.00 would be spent"):
        assert told in problem.message
    assert Entry.objects.filter(subaward=subaward, kind=Kind.EXPENDITURE).count() == 1


def test_an_unknown_kind_is_told_with_the_kinds_there_are(as_: Any, office: Office) -> None:
    subaward = office.a_subaward()
    file = SimpleUploadedFile(
        "q.csv", f"kind,incurred_on,amount,subaward\ncost,2022-01-01,1,{subaward}\n".encode()
    )
    page = as_(office.fiscal_officer).post(page_of(subaward.program, "ledger.post_file"), {"file": file})
    [problem] = page.context["form"].problems
    assert "The kinds are: obligation, deobligation, expenditure" in problem.message
