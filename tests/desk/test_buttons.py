"""Buttons: they call actions, only for those who may, and say why when they do not."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from grants.compliance.actions import ask_waiver, plan_correction
from grants.desk import pages
from grants.desk.base import Desk
from grants.kernel.action import ACTIONS
from grants.kernel.roles import Role, roles_that_may
from grants.kernel.trail import TrailEntry
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import spent_of
from grants.programs.models import AllocationRound, Program, ProgramStage, RoundStage
from grants.subawards.characteristics import characteristics
from grants.subawards.models import Stage, Subaward
from reporting.documents.actions import issue_document
from reporting.models import Document, Filing, ReportSchedule, Submission
from reporting.ordering.actions import schedule_report
from tests.builders import Office, a_party, a_person
from tests.compliance.builders import a_finding
from tests.compliance.test_policies import a_policy
from tests.filings.builders import County
from tests.monitoring.builders import Watched

DESKS = [desk for desk in admin.site._registry.values() if isinstance(desk, Desk)]
BUTTONS = [(desk, button) for desk in DESKS for button in desk.buttons]


def address(record: Any, page: str, *more: str) -> str:
    """The address of a page of a record at the desk."""
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[record.pk, *more])


def press(browser: Any, record: Any, verb: str, **given: Any) -> Any:
    """Press a button and confirm."""
    return browser.post(address(record, "do", verb), given)


def test_nothing_stands_at_the_desk_that_knows_nothing_of_reach() -> None:
    assert len(DESKS) >= 14
    assert len(DESKS) == len(admin.site._registry)


@pytest.mark.parametrize(("desk", "button"), BUTTONS, ids=lambda x: getattr(x, "verb", ""))
def test_every_button_calls_an_action(desk: Any, button: Any) -> None:
    assert button.act is ACTIONS[button.verb].perform


@pytest.mark.parametrize(("desk", "button"), BUTTONS, ids=lambda x: getattr(x, "verb", ""))
def test_a_button_refuses_whoever_lacks_its_permission(
    as_: Any, office: Office, desk: Any, button: Any
) -> None:
    record = _a(desk.model, office)
    told = TrailEntry.objects.count()
    for role in {Role.REVIEWER, Role.AUDITOR} - roles_that_may(button.needs):
        browser = as_(a_person(role, office.agency))
        assert browser.get(address(record, "do", button.verb)).status_code == 403
        assert browser.post(address(record, "do", button.verb), {"reason": "because"}).status_code == 403
        assert f"/do/{button.verb}/" not in browser.get(address(record, "change")).content.decode()
    assert TrailEntry.objects.count() == told


@pytest.mark.parametrize(("desk", "button"), BUTTONS, ids=lambda x: getattr(x, "verb", ""))
def test_the_page_of_a_button_opens_for_whoever_may(as_: Any, office: Office, desk: Any, button: Any) -> None:
    record = _a(desk.model, office)
    person = a_person(next(iter(sorted(roles_that_may(button.needs)))), office.agency)
    page = as_(person).get(address(record, "do", button.verb))
    assert page.status_code == 200
    assert "csrfmiddlewaretoken" in page.content.decode()


def _a(model: Any, office: Office) -> Any:
    """A record of a kind, within reach of the office."""
    subaward = office.a_subaward("1000.00", spent="100.00")
    office.a_round(subaward.program, {office.agency: "1.00"})
    _an_amendment(office, subaward)
    if model is Filing:
        County(office).signed()
    if model.__module__.startswith("grants.monitoring"):
        Watched(office, subaward)
    if model.__module__.startswith("grants.compliance"):
        _findings(office, subaward)
    if model in (Document, ReportSchedule):
        _reported(office)
    return model.objects.visible_to(office.auditor).order_by("pk").first()


def _findings(office: Office, subaward: Subaward) -> None:
    """A finding with a correction planned and a waiver asked for, and a drafted policy."""
    found, officer = a_finding(office, subaward=subaward), office.program_officer
    plan_correction(found, plan="Move it", owner="Finance", due_on=date(2099, 12, 31), by=officer)
    ask_waiver(found, reason="a flood", until=date(2099, 12, 31), by=officer)
    a_policy(office)


def _reported(office: Office) -> None:
    """A document, and a schedule by which more of them are issued."""
    officer, report = office.program_officer, "spend-by-program"
    issue_document(office.agency, report=report, through=date(2022, 6, 30), format="csv", by=officer)
    schedule_report(office.agency, report=report, each="month", recipients=[officer.email], by=officer)


def _an_amendment(office: Office, subaward: Subaward) -> Any:
    from grants.subawards.actions import propose_amendment

    award = subaward.splits.get().federal_award
    more = {"splits": {award: Decimal("10.00")}, "reason": "more beds", "effective_on": date(2022, 1, 1)}
    return propose_amendment(subaward, **more, by=office.program_officer)


def test_a_page_offers_only_what_the_stage_allows(as_: Any, office: Office) -> None:
    draft, issued = office.a_draft(), office.a_subaward()
    browser = as_(office.fiscal_officer)
    assert "/do/subaward.issue/" in browser.get(address(draft, "change")).content.decode()
    assert "/do/subaward.issue/" not in browser.get(address(issued, "change")).content.decode()
    assert "/do/subaward.close/" in browser.get(address(issued, "change")).content.decode()


def test_a_program_is_set_up_funded_and_opened_at_the_desk(as_: Any, office: Office) -> None:
    made = press(
        as_(office.program_officer), office.agency, "program.set_up",
        code="roads", name="Roads", family="slfrf", route="passed_down",
    )  # fmt: skip
    program = Program.objects.get(code="roads")
    assert made.url == address(program, "change")
    money = {"amount": "500.00", "received_on": "2021-06-01", "source": "letter", "federal_award": ""}
    press(as_(office.fiscal_officer), program, "program.fund", **money)
    press(as_(office.program_officer), program, "program.open")
    program.refresh_from_db()
    assert program.stage == ProgramStage.OPEN
    assert program.standing.funded == Decimal("500.00")


def test_a_round_is_drafted_from_a_file_of_places(as_: Any, office: Office) -> None:
    program = office.a_program("100.00")
    town, village = a_party(keeper=office.agency, code="town"), a_party(keeper=office.agency, code="village")
    file = SimpleUploadedFile("places.csv", b"id,population\ntown,3\nvillage,1\n")
    given = {"name": "First", "code": "first", "method": "population", "amount": "100.00", "on": "2021-06-01"}
    press(as_(office.program_officer), program, "round.draft", file=file, **given)
    round = AllocationRound.objects.get(code="first")
    shares = dict(round.shares.values_list("allocation__party", "amount"))
    assert shares == {town.pk: Decimal("75.00"), village.pk: Decimal("25.00")}
    assert round.inputs["places"][0]["id"] == "town"


def test_every_problem_of_a_round_is_told_with_row_and_column(as_: Any, office: Office) -> None:
    program = office.a_program("100.00")
    file = SimpleUploadedFile("places.csv", b"id,population\ntown,many\nvillage,-1\n")
    given = {"name": "First", "code": "first", "method": "population", "amount": "100.00", "on": "2021-06-01"}
    page = press(as_(office.program_officer), program, "round.draft", file=file, **given)
    problems = page.context["form"].problems
    assert [(problem.row, problem.column) for problem in problems] == [(2, "population"), (3, "population")]
    assert 'value="First"' in page.content.decode()
    assert not AllocationRound.objects.exists()


def test_who_proposed_a_round_is_told_that_another_approves_it(as_: Any, office: Office) -> None:
    program = office.a_program("100.00")
    both = a_person(Role.PROGRAM_OFFICER, office.agency)
    both.memberships.create(party=office.agency, role=Role.FISCAL_OFFICER, starts_on="2020-01-01")
    round = office.a_round(program, {office.agency: "100.00"})
    browser = as_(both)
    press(browser, round, "round.propose")
    page = press(browser, round, "round.approve")
    assert "Who proposed a round cannot approve it." in page.content.decode()
    round.refresh_from_db()
    assert round.stage == RoundStage.PROPOSED


def test_a_subaward_is_drafted_issued_and_amended_at_the_desk(as_: Any, office: Office) -> None:
    allocation = office.an_allocation("5000.00")
    award = allocation.program.fundings.get().federal_award
    town = a_party(keeper=office.agency)
    given = {
        "number": "SA-1", "subrecipient": town.pk, "title": "Water", "amount": "1000.00",
        "indirect_rate_kind": "none", "payment_method": "reimbursement", "required_cost_share": "0",
        f"paid_by_{award.pk}": "1000.00",
        "budget-TOTAL_FORMS": "2", "budget-INITIAL_FORMS": "0",
        "budget-0-category": "construction", "budget-0-source": "federal", "budget-0-amount": "1000.00",
        "budget-1-category": "", "budget-1-source": "federal", "budget-1-amount": "",
    }  # fmt: skip
    press(as_(office.program_officer), allocation, "subaward.draft", **given)
    subaward = Subaward.objects.get(number="SA-1")
    assert subaward.budget_lines.get().amount == Decimal("1000.00")
    press(as_(office.fiscal_officer), subaward, "subaward.issue", issued_on="2021-07-01")
    subaward.refresh_from_db()
    assert (subaward.stage, subaward.issued_by) == (Stage.ISSUED, office.fiscal_officer)
    change = {
        f"paid_by_{award.pk}": "-400.00", "reason": "fewer pipes", "effective_on": "2022-01-01",
        "budget-TOTAL_FORMS": "1", "budget-INITIAL_FORMS": "0",
        "budget-0-category": "construction", "budget-0-source": "federal", "budget-0-amount": "600.00",
    }  # fmt: skip
    press(as_(office.program_officer), subaward, "subaward.propose_amendment", **change)
    press(as_(office.fiscal_officer), subaward.amendments.get(), "subaward.approve_amendment")
    subaward.refresh_from_db()
    assert subaward.amount == Decimal("600.00")


def test_splits_that_do_not_add_up_are_refused_and_nothing_entered_is_lost(as_: Any, office: Office) -> None:
    allocation = office.an_allocation("5000.00")
    given = {
        "number": "SA-1", "subrecipient": a_party(keeper=office.agency).pk, "title": "Water mains",
        "amount": "1000.00", "indirect_rate_kind": "none", "payment_method": "reimbursement",
        "required_cost_share": "0", "budget-TOTAL_FORMS": "0", "budget-INITIAL_FORMS": "0",
    }  # fmt: skip
    page = press(as_(office.program_officer), allocation, "subaward.draft", **given)
    shown = page.content.decode()
    assert "The federal awards pay $0.00 of $1,000.00." in shown
    assert "Water mains" in shown
    assert not Subaward.objects.exists()


def test_a_file_of_lines_is_posted_whole_or_told_by_row(as_: Any, office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    browser = as_(office.fiscal_officer)
    heading = "kind,incurred_on,amount,subaward\n"
    bad = f"{heading}expenditure,soon,1.00,{subaward}\nexpenditure,2022-01-01,-2,{subaward}\n"
    page = press(
        browser, subaward.program, "ledger.post_file", file=SimpleUploadedFile("q.csv", bad.encode())
    )
    told = [(problem.row, problem.column) for problem in page.context["form"].problems]
    assert told == [(2, "incurred_on"), (3, "amount")]
    assert spent_of(subaward) == 0
    good = f"{heading}expenditure,2022-01-01,1.50,{subaward}\n".encode()
    press(browser, subaward.program, "ledger.post_file", file=SimpleUploadedFile("q.csv", good))
    assert spent_of(subaward) == Decimal("1.50")
    again = press(browser, subaward.program, "ledger.post_file", file=SimpleUploadedFile("q.csv", good))
    assert "was posted already" in again.content.decode()


def test_a_line_is_reversed_once(as_: Any, office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="100.00")
    line = Entry.objects.get(kind=Kind.EXPENDITURE)
    browser = as_(office.fiscal_officer)
    press(browser, line, "ledger.reverse_entry", reason="billed twice")
    assert spent_of(subaward) == 0
    assert "/do/ledger.reverse_entry/" not in browser.get(address(line, "change")).content.decode()


def test_a_person_is_appointed_and_dismissed(as_: Any, office: Office) -> None:
    newcomer = a_person(Role.PREPARER, a_party())
    browser = as_(office.administrator)
    press(browser, office.agency, "person.appoint", email=newcomer.email, role="auditor")
    membership = newcomer.memberships.get(party=office.agency)
    press(browser, membership, "person.dismiss", reason="left")
    membership.refresh_from_db()
    assert membership.ends_on is not None


def test_a_party_is_registered_and_corrected(as_: Any, office: Office) -> None:
    browser = as_(office.program_officer)
    given = {"code": "new-town", "kind": "municipality", "name": "New Town", "fiscal_year_begins": "1"}
    press(browser, office.agency, "party.register", **given)
    town = office.agency.register.get(code="new-town")
    changed = {**given, "name": "Newer Town", "reason": "renamed"}
    press(browser, town, "party.correct", **changed)
    town.refresh_from_db()
    assert town.name == "Newer Town"
    assert TrailEntry.objects.filter(verb="party.correct", reason="renamed").exists()


def test_an_award_is_corrected_and_the_notes_of_a_year_are_written(as_: Any, office: Office) -> None:
    browser, award = as_(office.program_officer), office.an_award()
    given = {
        "fain": "SLFRP9999", "aln": award.aln, "title": award.title, "agency_name": award.agency_name,
        "cluster": "N/A", "is_direct": "true", "reason": "letter found",
    }  # fmt: skip
    press(browser, award, "award.correct", **given)
    award.refresh_from_db()
    assert (award.fain, award.cluster, award.is_direct) == ("SLFRP9999", "N/A", True)
    notes = {"accounting_policies": "Accrual.", "de_minimis": "N", "rate_explained": "Agreed rate."}
    press(browser, office.agency, "schedule.annotate", year_ends_on="2022-12-31", **notes)
    assert office.agency.schedule_notes.get().de_minimis == "N"


def test_an_auditor_issues_a_report_and_takes_its_bytes_away(as_: Any, office: Office) -> None:
    program = office.a_program()
    browser = as_(office.auditor)
    given = {"report": "spend-by-program", "through": "2022-03-31", "format": "pdf"}
    made = press(browser, program, "document.issue", **given)
    document = Document.objects.get(program=program)
    assert made.url == f"/admin/reporting/document/{document.pk}/change/"
    link = f"/api/v1/documents/{document.number}/content/"
    assert link in browser.get(made.url).content.decode()
    assert browser.get(link).content == bytes(document.content)


def test_what_is_begun_above_a_list_leads_to_the_record_it_can_be_done_on(
    as_: Any, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = office.a_program()
    browser = as_(office.fiscal_officer)
    there = browser.get("/admin/grants/entry/begin/ledger.post_file/")
    assert there.url == address(program, "do", "ledger.post_file")
    office.a_program()
    page = browser.get("/admin/grants/entry/begin/ledger.post_file/")
    assert len(page.context["choices"]) == 2
    monkeypatch.setattr(pages, "MOST_CHOICES", 1)
    first = browser.get("/admin/grants/entry/begin/ledger.post_file/")
    assert (len(first.context["choices"]), first.context["is_more"]) == (1, True)
    found = browser.get(f"/admin/grants/entry/begin/ledger.post_file/?q={program.name}")
    assert [name for name, _ in found.context["choices"]] == [program.name]
    assert as_(office.auditor).get("/admin/grants/entry/begin/ledger.post_file/").status_code == 403


def test_a_determination_and_a_project_are_recorded_at_the_desk(as_: Any, office: Office) -> None:
    subaward = office.a_subaward()
    browser = as_(office.program_officer)
    given = {
        "party": subaward.subrecipient_id,
        "subaward": subaward.pk,
        "role": "subrecipient",
        "reason": "it decides",
    }
    given |= {each.code: "no" if each.role == "contractor" else "yes" for each in characteristics()}
    undecided = browser.post(address(subaward.program, "do", "subaward.determine"), {**given, "role": ""})
    assert "5 of the subrecipient and 0 of the contractor" in undecided.content.decode()
    press(browser, subaward.program, "subaward.determine", **given)
    determined = subaward.determinations.get()
    page = browser.get(address(determined, "change")).content.decode()
    assert "they speak for a subrecipient" in page
    assert "2 CFR 200.331(b)(4)" in page
    assert (determined.party, determined.decided_by) == (subaward.subrecipient, office.program_officer)
    given = {"code": "mains", "name": "Mains", "subaward": subaward.pk, "expenditure_category": "5.10"}
    press(browser, subaward.allocation, "project.record", **given)
    assert subaward.projects.get().expenditure_category == "5.10"


def test_filings_are_accepted_many_at_once_and_one_is_returned_with_reasons(as_: Any, office: Office) -> None:
    counties = [County(office) for _ in range(3)]
    filings = [county.signed() for county in counties]
    browser = as_(office.program_officer)
    listed = reverse("admin:reporting_filing_changelist")
    waiting = browser.get("/admin/").content.decode()
    assert "Filings to accept" in waiting
    given = {"action": "filing.accept", "_selected_action": [filing.pk for filing in filings[:2]]}
    assert "done" in browser.post(listed, {**given, "confirmed": "1"}).content.decode()
    press(browser, filings[2], "filing.return", reason="The invoice is missing.")
    for filing in filings:
        filing.refresh_from_db()
    assert [filing.stage for filing in filings] == ["posted", "posted", "returned"]
    page = browser.get(address(filings[2], "change")).content.decode()
    assert "The invoice is missing." in page


def test_periods_are_opened_from_the_page_of_a_program(as_: Any, office: Office) -> None:
    program = office.a_program()
    browser = as_(office.program_officer)
    press(browser, program, "period.open", through="2022-06-30")
    period = program.periods.order_by("-ends_on").first()
    assert period.code == "2022-Q2"
    page = browser.get(address(period, "change")).content.decode().lower()
    assert "subawards that report" in page


def test_the_files_of_a_federal_report_are_made_and_taken_away(as_: Any, office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00")
    browser = as_(office.program_officer)
    made = press(browser, subaward.program, "submission.make", export="slfrf", period="2022-Q1")
    submission = Submission.objects.get(program=subaward.program)
    assert made.url == f"/admin/reporting/submission/{submission.pk}/change/"
    page = browser.get(made.url).content.decode()
    assert "Recipient Project Id is required and is not known." in page
    zipped = browser.get(f"/api/v1/documents/submissions/{submission.number}/content/").content
    assert sorted(ZipFile(BytesIO(zipped)).namelist()) == ["SHA256SUMS", "expendituresLT50000BulkUpload.csv"]
