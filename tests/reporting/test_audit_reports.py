"""Single audits as a report, and the letter by which an agency decides on findings."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from grants.kernel.roles import Role
from grants.ledger.models import Kind
from grants.monitoring.audits.actions import decide_finding, record_finding
from grants.monitoring.models import SingleAudit
from grants.parties.models import Contact
from reporting.blocks import Facts, FigureTable, Prose
from reporting.documents.actions import issue_document
from reporting.documents.models import Document
from reporting.report import REPORTS, thawed
from tests.builders import Office, a_party, a_person
from tests.monitoring.builders import a_decision, a_finding, an_audit, received

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)
WORKED = {
    "a": ("2024-07-01", "2025-06-30", "900000.00", "2026-03-20", "750000.00", True, "2026-03-31"),
    "b": ("2024-10-01", "2025-09-30", "900000.00", None, "1000000.00", False, None),
    "c": ("2025-01-01", "2025-12-31", "1000000.00", "2026-08-13", "1000000.00", True, "2026-09-14"),
    "d": ("2025-01-01", "2025-12-31", "999999.99", None, "1000000.00", False, None),
    "e": ("2024-09-30", "2025-09-29", "750000.00", "2026-05-04", "750000.00", True, "2026-06-03"),
}


def a_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def tracked(office: Office, through: date = DAY) -> dict[str, Any]:
    document = issue_document(office.agency, report="single-audits", through=through, by=office.auditor)
    return thawed(document.figures)


def letter(subject: Any, office: Office, **given: Any) -> Document:
    given = {"through": DAY, "by": office.auditor, **given}
    return issue_document(subject, report="management-decision", **given)


def decided(office: Office) -> Any:
    """A decision on a finding about a subaward whose party has someone to write to."""
    party = a_party(keeper=office.agency, address="1 Canal Road\nCanal City, OH 44614")
    Contact.objects.create(party=party, kind="certifier", name="Cy Certify", title="Auditor")
    subaward = office.a_subaward("1000.00", subrecipient=party)
    audit = received(office, an_audit(office, subaward))
    finding = a_finding(subaward=subaward, questioned_cost=Decimal("70.05"))
    record_finding(audit, finding, by=office.program_officer)
    return decide_finding(finding, a_decision(amount=Decimal("70.05")), by=office.fiscal_officer)


def test_the_threshold_and_the_due_day_of_the_worked_case_stand_in_the_report(office: Office) -> None:
    for name, (starts, ends, expended, report, *_) in WORKED.items():
        SingleAudit.objects.create(
            agency=office.agency, party=a_party(keeper=office.agency, name=name),
            year_starts_on=a_day(starts), year_ends_on=a_day(ends), expended_elsewhere=Decimal(expended),
            elsewhere_source="SEFA", report_received_on=a_day(report),
        )  # fmt: skip
    found = {
        each["party"]: (each["threshold"], each["is_required"], each["due_on"])
        for each in tracked(office)["audits"]
    }
    assert found == {
        name: (Decimal(threshold), is_required, a_day(due))
        for name, (*_, threshold, is_required, due) in WORKED.items()
    }
    blocks = REPORTS["single-audits"].compose(tracked(office))
    (duties,) = (
        each for each in blocks if isinstance(each, FigureTable) and "Expended in the" in each.caption
    )
    assert [row[-1] for row in duties.rows] == ["Yes", "No", "Yes", "No", "Yes"]
    assert duties.totals[4] == Decimal("4549999.99")


def test_the_totals_equal_a_query_over_the_bare_ledger(office: Office) -> None:
    for number in range(3):
        subaward = office.a_subaward("1000.00", spent=f"{number + 1}00.07", paid=f"{number + 1}0.03")
        office.posts(subaward, Kind.REFUND, "5.01", on=date(2022, 12, 31))
        office.posts(subaward, Kind.PAYMENT, "9.99", on=date(2023, 1, 1))
        an_audit(office, subaward)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sum(e.amount) FILTER (WHERE e.kind = 'expenditure'),
                      sum(CASE e.kind WHEN 'payment' THEN e.amount WHEN 'refund' THEN -e.amount END)
               FROM grants_entry e JOIN grants_subaward s ON s.id = e.subaward_id
               WHERE e.incurred_on BETWEEN '2022-01-01' AND '2022-12-31'"""
        )
        spent, paid = cursor.fetchone()
    figures = tracked(office, date(2022, 12, 31))
    (table,) = (
        block
        for block in REPORTS["single-audits"].compose(figures)
        if isinstance(block, FigureTable) and block.caption.startswith("In the fiscal year")
    )
    assert table.totals[2:] == (spent, paid, spent - paid)
    assert (spent, paid) == (Decimal("600.21"), Decimal("45.06"))


def test_decisions_due_and_made_are_told_with_their_days(office: Office) -> None:
    decision = decided(office)
    open_one = a_finding(reference="2022-002", is_ours=True)
    record_finding(decision.finding.audit, open_one, by=office.program_officer)
    made, waiting = tracked(office)["findings"]
    assert (made["sustained"], made["decided_on"], made["is_overdue"]) == (
        "Sustained", decision.decided_on, False,
    )  # fmt: skip
    assert (waiting["decided_on"], waiting["is_overdue"]) == (None, True)
    (facts,) = (each for each in REPORTS["single-audits"].compose(tracked(office)) if isinstance(each, Facts))
    told = dict(facts.pairs)
    assert (told["Decisions made"], told["Decisions overdue"]) == ("1", "1")


def test_an_agency_that_follows_none_says_so(office: Office) -> None:
    blocks = REPORTS["single-audits"].compose(tracked(office))
    assert any(isinstance(each, Prose) and "No audit" in each.text for each in blocks)


def test_the_letter_says_all_that_a_decision_must_say(office: Office) -> None:
    decision = decided(office)
    figures = thawed(letter(decision, office).figures)
    (told,) = figures["decisions"]
    assert told["reasons"] == "The reports were late."
    assert told["awards"] == [
        f"21.027 Coronavirus State and Local Fiscal Recovery Funds, FAIN {award.fain}"
        for award in [decision.finding.subaward.splits.get().federal_award]
    ]
    blocks = list(REPORTS["management-decision"].compose(figures))
    facts = {name: value for block in blocks if isinstance(block, Facts) for name, value in block.pairs}
    assert facts["Attention"] == "Cy Certify, Auditor"
    assert facts["Address"] == "1 Canal Road, Canal City, OH 44614"
    assert facts["To repay or adjust ($)"] == facts["Questioned costs ($)"] == Decimal("70.05")
    assert facts["Timetable"] == "By June 30, 2024."
    assert facts["UEI"] == facts["Whom to ask"] == "not recorded"
    prose = " ".join(block.text for block in blocks if isinstance(block, Prose))
    assert all(
        words in prose for words in ("Sustained. The reports were late.", "In writing, within 30 days.")
    )


def test_a_letter_on_an_audit_has_every_decision_and_names_what_is_open(office: Office) -> None:
    decision = decided(office)
    audit = decision.finding.audit
    record_finding(audit, a_finding(reference="2022-002", is_ours=True), by=office.program_officer)
    record_finding(audit, a_finding(reference="2022-003"), by=office.program_officer)
    figures = thawed(letter(audit, office).figures)
    assert [each["reference"] for each in figures["decisions"]] == ["2022-001"]
    assert figures["undecided"] == ["2022-002"]
    assert thawed(letter(decision, office).figures)["undecided"] == []


def test_the_subrecipient_reads_the_letter_and_nobody_else_does(office: Office) -> None:
    decision = decided(office)
    document = letter(decision, office)
    theirs = a_person(Role.CERTIFIER, decision.finding.audit.party)
    stranger = a_person(Role.CERTIFIER, a_party(keeper=office.agency))
    assert document in Document.objects.visible_to(theirs)
    assert document not in Document.objects.visible_to(stranger)
