"""Single audits are followed: who must be audited by our figures and theirs, what came, what is decided."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.ledger.models import Kind
from grants.monitoring.audits.actions import (
    decide_finding,
    declare_spending,
    exempt_audit,
    follow_audits,
    record_finding,
)
from grants.monitoring.audits.queries import decisions_due, duties_of, expended_here, overdue_audits
from grants.monitoring.models import ManagementDecision, SingleAudit
from tests.builders import Office, a_party, a_person
from tests.desk.test_buttons import press
from tests.monitoring.builders import a_decision, a_finding, an_audit, received

BIG = "800000.00"


def a_big_subaward(office: Office, **given: Any) -> Any:
    """A subaward of which 800,000 dollars were spent in March 2022."""
    return office.a_subaward(BIG, spent=BIG, allocation=office.an_allocation(BIG), **given)


def test_every_fiscal_year_that_a_subaward_touches_is_followed_once(office: Office) -> None:
    town = a_party(keeper=office.agency, fiscal_year_begins=7)
    office.a_subaward(subrecipient=town)
    assert follow_audits(office.agency, through=date(2023, 6, 30), by=office.program_officer) == 2
    assert follow_audits(office.agency, through=date(2023, 6, 30), by=office.program_officer) == 2
    years = SingleAudit.objects.order_by("year_ends_on").values_list("year_starts_on", "year_ends_on")
    assert list(years) == [(date(2021, 7, 1), date(2022, 6, 30)), (date(2022, 7, 1), date(2023, 6, 30))]


def test_spending_falls_into_the_fiscal_year_of_its_month(office: Office) -> None:
    subaward = a_big_subaward(office)
    audit = an_audit(office, subaward)
    before = SingleAudit.objects.get(year_ends_on=date(2021, 12, 31))
    assert expended_here([before, audit]) == {before.pk: Decimal("0.00"), audit.pk: Decimal(BIG)}


def test_what_a_party_passes_on_counts_when_it_is_disbursed(office: Office) -> None:
    county, town = a_party(keeper=office.agency), a_party(keeper=office.agency)
    allocation = office.an_allocation("1000.00", party=county)
    office.a_subaward("1000.00", spent="300.00", paid="200.00", allocation=allocation, subrecipient=town)
    follow_audits(office.agency, through=date(2022, 12, 31), by=office.program_officer)
    year = {"year_starts_on": date(2022, 1, 1), "year_ends_on": date(2022, 12, 31)}
    holder = SingleAudit(agency=office.agency, party=county, **year)
    holder.save()
    receiver = SingleAudit.objects.get(party=town, year_ends_on=date(2022, 12, 31))
    assert expended_here([holder, receiver]) == {
        holder.pk: Decimal("200.00"),
        receiver.pk: Decimal("300.00"),
    }


def test_our_money_and_what_is_declared_elsewhere_add_up_to_the_threshold(office: Office) -> None:
    subaward = office.a_subaward("700000.00", allocation=office.an_allocation("700000.00"))
    office.posts(subaward, Kind.EXPENDITURE, "700000.00")
    audit = an_audit(office, subaward)
    [standing] = duties_of([audit], on=date(2023, 10, 3))
    assert (standing.is_known, standing.in_words) == (False, "spending elsewhere not declared")
    [under] = duties_of([an_audit(office, subaward, elsewhere="49999.99")], on=date(2023, 10, 3))
    assert (under.is_known, under.in_words) == (True, "not required")
    [at] = duties_of([an_audit(office, subaward, elsewhere="50000.00")], on=date(2023, 10, 2))
    assert (at.duty.is_required, at.duty.due_on, at.is_overdue) == (True, date(2023, 10, 2), False)
    [late] = overdue_audits(office.auditor, on=date(2023, 10, 3))
    assert (late.audit, late.in_words) == (audit, "overdue")


def test_a_year_is_exempt_only_when_all_spending_is_known_and_below(office: Office) -> None:
    subaward = a_big_subaward(office)
    audit = an_audit(office, subaward)
    with pytest.raises(Refusal) as refusal:
        exempt_audit(audit, statement="small", by=office.program_officer)
    assert refusal.value.code == "not-declared"
    declared = an_audit(office, subaward, elsewhere="0.00")
    with pytest.raises(Refusal, match=r"spent \$800,000.00 .* from \$750,000.00") as refusal:
        exempt_audit(declared, statement="small", by=office.program_officer)
    assert refusal.value.code == "audit-required"
    other = office.a_subaward("10.00")
    small = an_audit(office, other, elsewhere="0.00")
    assert exempt_audit(small, statement="spent 10 dollars", by=office.program_officer).stage == "exempt"


def test_the_subrecipient_declares_for_itself_and_nobody_else(office: Office) -> None:
    subaward = office.a_subaward("10.00")
    audit = an_audit(office, subaward)
    preparer = a_person(Role.PREPARER, subaward.subrecipient)
    said = declare_spending(audit, amount=Decimal("5.00"), source="our ledger", by=preparer)
    assert said.expended_elsewhere == Decimal("5.00")
    stranger = a_person(Role.PREPARER, a_party(keeper=office.agency))
    with pytest.raises(PermissionDenied):
        declare_spending(audit, amount=Decimal("6.00"), source="guess", by=stranger)


def test_a_report_is_accepted_after_the_year_has_ended(office: Office) -> None:
    audit = an_audit(office, office.a_subaward("10.00"))
    with pytest.raises(Refusal, match="after the fiscal year"):
        received(office, audit, fac_accepted_on=date(2022, 12, 31))
    assert received(office, audit, fac_accepted_on=date(2023, 1, 1)).stage == "received"


def test_a_decision_is_due_six_months_after_acceptance_and_then_no_more(office: Office) -> None:
    subaward = office.a_subaward("10.00")
    audit = received(office, an_audit(office, subaward))
    finding = record_finding(audit, a_finding(subaward=subaward), by=office.program_officer)
    assert finding.is_ours
    [due] = decisions_due(office.auditor, on=date(2024, 2, 29))
    assert (due.due_on, due.is_overdue) == (date(2024, 2, 29), False)
    [late] = decisions_due(office.auditor, on=date(2024, 3, 1))
    assert late.is_overdue
    decide_finding(finding, a_decision(), by=office.fiscal_officer)
    assert decisions_due(office.auditor, on=date(2024, 3, 1)) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reasons": ""}, "reasons"),
        ({"appeal": ""}, "appeal"),
        ({"expected_action": ""}, "by when"),
        ({"timetable": ""}, "by when"),
        ({"expected": "none"}, "asks something"),
    ],
)
def test_a_decision_says_all_that_the_law_asks(office: Office, given: dict[str, str], said: str) -> None:
    subaward = office.a_subaward("10.00")
    audit = received(office, an_audit(office, subaward))
    finding = record_finding(audit, a_finding(subaward=subaward), by=office.program_officer)
    with pytest.raises(ValidationError, match=said):
        decide_finding(finding, a_decision(**given), by=office.fiscal_officer)
    assert not ManagementDecision.objects.exists()


def test_a_finding_on_others_money_is_not_ours_to_decide(office: Office) -> None:
    audit = received(office, an_audit(office, office.a_subaward("10.00")))
    finding = record_finding(audit, a_finding(), by=office.program_officer)
    with pytest.raises(Refusal) as refusal:
        decide_finding(finding, a_decision(), by=office.fiscal_officer)
    assert refusal.value.code == "not-ours"


def test_a_finding_is_linked_only_to_a_subaward_of_the_audited_party(office: Office) -> None:
    audit = received(office, an_audit(office, office.a_subaward("10.00")))
    other = office.a_subaward("10.00")
    with pytest.raises(Refusal) as refusal:
        record_finding(audit, a_finding(subaward=other), by=office.program_officer)
    assert refusal.value.code == "another-party"


def test_audits_are_followed_received_and_decided_at_the_desk(as_: Any, office: Office) -> None:
    subaward = a_big_subaward(office)
    browser = as_(office.program_officer)
    press(browser, office.agency, "audit.follow", through="2022-12-31")
    audit = SingleAudit.objects.get(year_ends_on=date(2022, 12, 31))
    assert "Audits overdue: 1" in browser.get("/admin/grants/singleaudit/").content.decode()
    report = {"kind": "single", "fac_report_id": "GSAFAC-1", "fac_accepted_on": "2023-08-31"}
    press(browser, audit, "audit.receive", **report)
    given = {
        "reference": "2022-001", "subaward": subaward.pk, "requirement": "Reporting", "summary": "late",
        "questioned_cost": "0",
    }  # fmt: skip
    press(browser, audit, "audit.record_finding", **given)
    finding = audit.findings.get()
    page = browser.get("/admin/grants/auditfinding/").content.decode()
    assert "Decisions due: 1" in page
    assert "February 29, 2024 (overdue)" in page
    verdict = {
        "sustained": "partly", "reasons": "some were late", "expected": "repay", "amount": "12.50",
        "expected_action": "repay", "timetable": "in June", "appeal": "in writing",
        "decided_on": "2024-02-01",
    }  # fmt: skip
    press(as_(office.fiscal_officer), finding, "audit.decide", **verdict)
    assert finding.decision.amount == Decimal("12.50")
