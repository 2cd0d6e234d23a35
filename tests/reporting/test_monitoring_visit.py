"""The monitoring report tells what was looked at and found; its subrecipient may read it."""

from datetime import date
from decimal import Decimal
from typing import Any

from grants.kernel.roles import Role
from grants.ledger.queries import moment_known
from grants.monitoring.models import MonitoringVisit
from grants.monitoring.visits.actions import finish_follow_up, follow_up_visit
from grants.monitoring.visits.checklists import checklist_of
from reporting.blocks import FindingList, LedgerTable, Prose
from reporting.documents.actions import issue_document
from reporting.documents.models import Document
from reporting.report import REPORTS, frozen
from reporting.reports.monitoring_visit import compose, gather
from tests.builders import Office, a_party, a_person
from tests.monitoring.builders import Watched, a_follow_up, a_visit

DAY = date(2026, 11, 24)


def told(visit: MonitoringVisit) -> dict[str, Any]:
    """The figures of the report."""
    return gather(visit, DAY, moment_known())


def test_every_area_of_the_checklist_stands_with_its_law_and_result(office: Office) -> None:
    visit = a_visit(office, office.a_subaward("1000.00"))
    asked = checklist_of("desk").questions
    assert told(visit)["answers"] == [[each.title, each.cites, "In order", ""] for each in asked]


def test_each_finding_has_cause_questioned_cost_and_what_must_be_done(office: Office) -> None:
    visit = a_visit(office, office.a_subaward("1000.00"))
    more = a_follow_up(
        condition="Paid twice",
        criteria="2 CFR 200.403(g)",
        cause="No review",
        questioned_cost=Decimal("12.34"),
    )
    follow_up_visit(visit, more, by=office.program_officer)
    finish_follow_up(visit.follow_ups.first(), evidence="A list", by=office.program_officer)
    blocks = list(compose(told(visit)))
    (found,) = [each for each in blocks if isinstance(each, FindingList)]
    first, second = found.findings
    assert (first.status, first.corrections[0].evidence, first.facts[0]) == (
        "Done", "A list", ("Cause", "not recorded"),
    )  # fmt: skip
    assert (second.sentence, second.cites) == ("Paid twice", "2 CFR 200.403(g)")
    assert ("Questioned cost", "$12.34") in second.facts
    said = " ".join(each.text for each in blocks if isinstance(each, Prose))
    assert "2 to be put right, 1 of them open; $12.34 questioned." in said


def test_money_of_the_subawards_is_that_of_the_ledger(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00")
    office.a_subaward("5.00", subrecipient=subaward.subrecipient, is_sample=True)
    figures = told(a_visit(office, subaward))
    assert [row[4:] for row in figures["subawards"]] == [
        [Decimal("1000.00"), Decimal("600.00")],
        [Decimal("5.00"), Decimal("0.00")],
    ]
    table = next(each for each in compose(figures) if getattr(each, "totals", ()))
    assert table.totals[4:] == (Decimal("1000.00"), Decimal("600.00"))


def test_a_visit_that_was_not_held_has_looked_at_nothing(office: Office) -> None:
    a_visit(office, office.a_subaward("1000.00"), year=2022)
    planned = MonitoringVisit.objects.filter(stage="planned").first()
    planned = planned or MonitoringVisit.objects.create(
        agency=office.agency, party=a_party(keeper=office.agency), kind="site", planned_for=DAY
    )
    blocks = list(compose(told(planned)))
    assert any(isinstance(each, Prose) and "has not been held" in each.text for each in blocks)
    assert not any(isinstance(each, LedgerTable) for each in blocks)


def test_its_subrecipient_reads_it_and_nothing_of_the_assessment_is_in_it(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    watched = Watched(office, subaward)
    given = {"report": "monitoring-visit", "through": DAY, "by": office.auditor}
    document = issue_document(watched.monitoring_visit, **given)
    theirs = a_person(Role.AUDITOR, subaward.subrecipient)
    stranger = a_person(Role.AUDITOR, a_party(keeper=office.agency))
    assert document in Document.objects.visible_to(theirs)
    assert document not in Document.objects.visible_to(stranger)
    assert watched.risk_assessment.reason == "talked"
    assert "talked" not in frozen(told(watched.monitoring_visit))
    assert not REPORTS["monitoring-visit"].for_staff
