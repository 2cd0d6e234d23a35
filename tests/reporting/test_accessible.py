"""Every report is accessible: veraPDF finds it PDF/UA-1, as section 508 asks (36 CFR 1194, E205.4)."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.db import models

from grants.models import ManagementDecision
from grants.monitoring.audits.actions import decide_finding, record_finding
from grants.subawards.actions import propose_amendment
from grants.subawards.models import Subaward
from reporting.documents.actions import issue_document
from reporting.pdf import draw_pdf
from reporting.report import REPORTS
from tests.builders import Office, a_party
from tests.compliance import builders as compliance
from tests.monitoring.builders import Watched, a_decision, a_finding, a_visit, an_audit, received
from tests.reporting.builders import AUTHOR, ISSUED_AT, RUNNING, TITLE, composed, spend_by_program
from tests.reporting.verapdf import Judge, verapdf


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    """veraPDF. Without it these tests fail: they are not left out."""
    with verapdf() as judge:
        yield judge


def sample(subrecipients: int = 60) -> bytes:
    """A report with a block of every kind."""
    figures = composed(spend_by_program(subrecipients))
    return draw_pdf(figures, title=TITLE, running=RUNNING, issued_at=ISSUED_AT, author=AUTHOR)


@pytest.mark.parametrize("subrecipients", [0, 1, 60, 600])
def test_blocks_of_every_kind_and_length_are_accessible(judge: Judge, subrecipients: int) -> None:
    assert judge(sample(subrecipients)) == []


def test_a_file_that_does_not_say_it_is_tagged_is_found_out(judge: Judge) -> None:
    content = sample(1)
    untagged = re.sub(rb"/Marked true", rb"/Marked null", content)
    assert untagged != content
    (breach,) = judge(untagged)
    assert breach.startswith("6.2, test 1")


def a_decided_finding(office: Office, subaward: Subaward) -> ManagementDecision:
    """A decision on a finding about a subaward."""
    audit = received(office, an_audit(office, subaward))
    finding = record_finding(audit, a_finding(subaward=subaward), by=office.program_officer)
    return decide_finding(finding, a_decision(), by=office.fiscal_officer)


def one_of_each(office: Office, subaward: Subaward) -> dict[str, models.Model]:
    """A record of each kind that a report can be about."""
    return {
        "programs": office.agency,
        "agency": office.agency,
        "subaward": subaward,
        "subrecipient": subaward.subrecipient,
        "federal_award": subaward.splits.get().federal_award,
        "allocation_round": subaward.program.rounds.get(),
        "management_decision": a_decided_finding(office, subaward),
        "amendment": propose_amendment(
            subaward,
            splits={subaward.splits.get().federal_award: Decimal("-40.00")},
            reason="fewer wells",
            effective_on=date(2022, 7, 1),
            by=office.program_officer,
        ),
        "visit": a_visit(office, subaward),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("report", list(REPORTS))
def test_every_report_is_accessible(judge: Judge, office: Office, report: str) -> None:
    county = a_party(keeper=office.agency)
    allocation = office.an_allocation(party=county)
    subaward = office.a_subaward("1000.00", spent="600.00", paid="250.00", allocation=allocation)
    subject = one_of_each(office, subaward)[REPORTS[report].about[0]]
    document = issue_document(subject, report=report, through=date(2022, 6, 30), by=office.auditor)
    assert judge(document.content) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "report",
    [
        "closeout",
        "compliance-of-subrecipient",
        "dossier",
        "ffata-list",
        "monitoring-visit",
        "risk-and-monitoring",
    ],
)
def test_reports_of_a_subaward_watched_in_every_way_are_accessible(
    judge: Judge, office: Office, report: str
) -> None:
    subaward = compliance.a_finding(office).subaward
    watched = Watched(office, subaward)
    subjects: dict[str, models.Model] = {
        "programs": office.agency,
        "subaward": subaward,
        "subrecipient": subaward.subrecipient,
        "visit": watched.monitoring_visit,
    }
    subject = subjects[REPORTS[report].about[0]]
    document = issue_document(subject, report=report, through=date(2026, 11, 24), by=office.auditor)
    assert judge(document.content) == []
