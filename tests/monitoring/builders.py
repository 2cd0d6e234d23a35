"""One record of each kind that monitoring keeps, made by the actions that people use."""

from datetime import date
from decimal import Decimal
from typing import Any

from grants.monitoring.audits.actions import (
    decide_finding,
    declare_spending,
    follow_audits,
    receive_audit,
    record_finding,
)
from grants.monitoring.closeout.actions import begin_closeout, hold_records
from grants.monitoring.ffata.actions import record_ffata_report
from grants.monitoring.models import (
    AuditFinding,
    ExclusionCheck,
    ExclusionMatch,
    FfataReport,
    FollowUp,
    ManagementDecision,
    MonitoringPlan,
    MonitoringVisit,
    RecordsHold,
    ReportReview,
    SingleAudit,
    SpecificCondition,
)
from grants.monitoring.risk.actions import assess_risk, propose_condition, set_bands
from grants.monitoring.sam.actions import read_extract, record_check
from grants.monitoring.visits.actions import (
    follow_up_finding,
    follow_up_visit,
    hold_visit,
    plan_monitoring,
    review_report,
)
from grants.monitoring.visits.checklists import checklist_of
from tests.builders import Office

CAREFUL = {
    "experience": "several", "audits": "clean", "major": "yes", "personnel": "no", "systems": "no",
    "federal_monitoring": "good",
}  # fmt: skip
EXCLUSIONS = "Unique Entity ID,Name,Termination Date\n"
THE_YEAR = date(2022, 12, 31)


def a_condition(**given: str) -> SpecificCondition:
    """The wording of a condition."""
    words = {name: f"{name} of it" for name in ("nature", "reason", "action_to_remove", "reconsideration")}
    return SpecificCondition(**{**words, "time_allowed": "six months", **given})


def a_finding(**given: Any) -> AuditFinding:
    """A finding as an auditor writes it."""
    return AuditFinding(
        **{"reference": "2022-001", "requirement": "Reporting", "summary": "Late reports", **given}
    )


def a_decision(**given: Any) -> ManagementDecision:
    """A decision with all that it must say."""
    return ManagementDecision(
        **{
            "sustained": "yes",
            "reasons": "The reports were late.",
            "expected": "other",
            "expected_action": "Write a calendar of reports.",
            "timetable": "By June 30, 2024.",
            "appeal": "In writing, within 30 days.",
            **given,
        }
    )


def a_follow_up(**given: Any) -> FollowUp:
    """Something to be put right."""
    return FollowUp(
        **{
            "condition": "No inventory",
            "plan": "Count the equipment",
            "owner": "The treasurer",
            "due_on": date(2023, 6, 30),
            **given,
        }
    )


def in_order(kind: str) -> dict[str, dict[str, str]]:
    """The answers of a review at which all is in order."""
    return {question.code: {"answer": "yes", "note": ""} for question in checklist_of(kind).questions}


def an_audit(office: Office, subaward: Any, *, elsewhere: str = "") -> SingleAudit:
    """The audit of the year 2022, awaited; with what was spent elsewhere, if it is said."""
    follow_audits(office.agency, through=THE_YEAR, by=office.program_officer)
    audit = SingleAudit.objects.get(party=subaward.subrecipient, year_ends_on=THE_YEAR)
    if elsewhere:
        declare_spending(audit, amount=Decimal(elsewhere), source="letter", by=office.program_officer)
        audit.refresh_from_db()
    return audit


def received(office: Office, audit: SingleAudit, **given: Any) -> SingleAudit:
    """The audit, with its report accepted."""
    report = {
        "kind": "single",
        "fac_report_id": "2022-12-GSAFAC-0000012345",
        "fac_accepted_on": date(2023, 8, 31),
    }
    return receive_audit(audit, **{**report, **given}, by=office.program_officer)


def a_visit(office: Office, subaward: Any, *, year: int = 2023) -> MonitoringVisit:
    """A desk review of the subrecipient, held, with something to be put right."""
    plan_monitoring(office.agency, year=year, by=office.program_officer)
    visit = hold_visit(
        MonitoringVisit.objects.filter(party=subaward.subrecipient, plan__year=year).order_by("pk")[0],
        answers=in_order("desk"),
        held_on=date(year, 6, 1),
        result="All in order but one.",
        by=office.program_officer,
    )
    follow_up_visit(visit, a_follow_up(subaward=subaward), by=office.program_officer)
    return visit


class Watched:
    """A subaward whose subrecipient is watched in every way; one record of each kind."""

    def __init__(self, office: Office, subaward: Any) -> None:
        self.office, self.subaward = office, subaward
        officer, fiscal, agency = office.program_officer, office.fiscal_officer, office.agency
        set_bands(agency, medium_from=30, high_from=60, reason="as ever", by=office.administrator)
        self.risk_assessment = assess_risk(
            subaward, answers=CAREFUL, fraud_risk="low", reason="talked", by=officer
        )
        self.specific_condition = propose_condition(subaward, a_condition(), by=officer)
        self.single_audit = received(office, an_audit(office, subaward, elsewhere="800000.00"))
        self.audit_finding = record_finding(self.single_audit, a_finding(subaward=subaward), by=officer)
        self.management_decision = decide_finding(self.audit_finding, a_decision(), by=fiscal)
        follow_up_finding(self.audit_finding, a_follow_up(), by=officer)
        plan_monitoring(agency, year=2023, by=officer)
        plan = MonitoringPlan.objects.get(agency=agency, party=subaward.subrecipient, year=2023)
        self.monitoring_visit = hold_visit(
            MonitoringVisit.objects.filter(plan=plan).order_by("pk")[0],
            answers=in_order("desk"),
            held_on=date(2023, 6, 1),
            result="All in order.",
            by=officer,
        )
        self.follow_up = follow_up_visit(self.monitoring_visit, a_follow_up(), by=officer)
        review = ReportReview(kind="financial", period="2022-Q1", result="in_order")
        self.report_review = review_report(subaward, review, by=officer)
        name = subaward.subrecipient.name
        read_extract(
            agency,
            file=f"{EXCLUSIONS},{name},Indefinite\n".encode(),
            name="exclusions.csv",
            kind="exclusions",
            as_of=date(2023, 1, 2),
            by=officer,
        )
        self.exclusion_match = ExclusionMatch.objects.get(party=subaward.subrecipient)
        check = ExclusionCheck(method="clause", result="clear", source="article 9")
        self.exclusion_check = record_check(subaward, check, by=officer)
        report = FfataReport(
            federal_award=subaward.splits.order_by("pk")[0].federal_award,
            reported_on=date(2021, 8, 31),
            amount=subaward.amount,
            confirmation=f"SAM-{subaward.pk}",
        )
        self.ffata_report = record_ffata_report(subaward, report, by=officer)
        self.closeout = begin_closeout(subaward, by=officer)
        hold = RecordsHold(kind="claim", reason="a contractor sues", starts_on=date(2023, 1, 1))
        self.records_hold = hold_records(subaward, hold, by=officer)
