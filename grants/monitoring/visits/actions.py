"""Planning and holding reviews, following up, and reading reports."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from grants.compliance.models import UNSOLVED, Finding
from grants.kernel.action import action
from grants.kernel.refusals import Refusal
from grants.monitoring.audits.queries import subrecipients_of
from grants.monitoring.risk.models import RiskLevel
from grants.monitoring.risk.queries import in_force
from grants.monitoring.visits.checklists import ANSWERS, checklist_of, reviews_of
from grants.monitoring.visits.models import (
    FollowUp,
    FollowUpStage,
    MonitoringPlan,
    MonitoringVisit,
    ReportReview,
    VisitStage,
)
from grants.subawards.models import Stage


@action("monitoring.plan", needs="monitor_subrecipients")
def plan_monitoring(agency: Any, *, year: int, by: Any) -> int:
    """Plan the reviews of a year for every subrecipient with an open subaward, by its risk in force.

    Who was never assessed is looked at as if its risk were high. Those planned already stay; returns how many
    were planned anew.
    """
    parties = set(subrecipients_of(agency).filter(stage=Stage.ISSUED).values_list("subrecipient", flat=True))
    parties -= set(MonitoringPlan.objects.filter(agency=agency, year=year).values_list("party", flat=True))
    assessed = in_force(agency, parties)
    plans = MonitoringPlan.objects.bulk_create(
        MonitoringPlan(
            agency=agency,
            party_id=party,
            year=year,
            level=assessed[party].level if party in assessed else RiskLevel.HIGH,
            assessment=assessed.get(party),
            made_by=by,
        )
        for party in sorted(parties)
    )
    MonitoringVisit.objects.bulk_create(
        MonitoringVisit(
            agency=agency,
            party_id=plan.party_id,
            plan=plan,
            kind=kind,
            planned_for=day,
            scope=f"{plan.get_level_display()} risk"
            + ("" if plan.assessment else ", because it was never assessed"),
        )
        for plan in plans
        for kind, day in reviews_of(plan.level, year)
    )
    return len(plans)


@action("monitoring.hold", needs="monitor_subrecipients")
def hold_visit(
    visit: MonitoringVisit, *, answers: Mapping[str, Mapping[str, str]], held_on: date, result: str, by: Any
) -> MonitoringVisit:
    """Keep what a review found: an answer and a note for each question of its checklist.

    Refuses ``not-answered``, ``no-note`` for what is not in order, and ``not-yet`` for a day to come.
    """
    if held_on > timezone.localdate():
        raise Refusal("A review is recorded once it was held.", code="not-yet")
    checklist = checklist_of(visit.kind)
    for question in checklist.questions:
        given = answers.get(question.code, {})
        if given.get("answer") not in ANSWERS:
            raise Refusal(f"Answer this: {question.title} ({question.cites}).", code="not-answered")
        if given["answer"] == "no" and not given.get("note", "").strip():
            raise Refusal(f"Say what is not in order: {question.title}.", code="no-note")
    visit.move_to(VisitStage.HELD)
    visit.checklist, visit.answers = checklist.version, {code: dict(given) for code, given in answers.items()}
    visit.held_on, visit.held_by, visit.result = held_on, by, result
    return _kept(visit)


@action("monitoring.close", needs="monitor_subrecipients")
def close_visit(visit: MonitoringVisit, *, by: Any) -> MonitoringVisit:
    """Close a review. Refuses ``follow-ups-open`` while something is not put right."""
    if left := visit.follow_ups.filter(stage=FollowUpStage.OPEN).count():
        raise Refusal(f"{left} of what it found is not put right.", code="follow-ups-open")
    visit.move_to(VisitStage.CLOSED)
    visit.ended_on = timezone.localdate()
    return _kept(visit)


@action("monitoring.cancel", needs="monitor_subrecipients")
def cancel_visit(visit: MonitoringVisit, *, reason: str, by: Any) -> MonitoringVisit:
    """Call off a planned review."""
    visit.move_to(VisitStage.CANCELLED)
    visit.ended_on = timezone.localdate()
    return _kept(visit)


@action("monitoring.follow_up", needs="monitor_subrecipients", locks=False)
def follow_up_visit(visit: MonitoringVisit, follow_up: FollowUp, *, by: Any) -> FollowUp:
    """Ask the subrecipient to put something right that a review found. Refuses ``not-held``."""
    if visit.stage != VisitStage.HELD:
        raise Refusal("Something to put right follows from a review that was held.", code="not-held")
    follow_up.visit, follow_up.agency, follow_up.party = visit, visit.agency, visit.party
    return _opened(follow_up, by)


@action("audit.follow_up", needs="monitor_subrecipients", locks=False)
def follow_up_finding(finding: Any, follow_up: FollowUp, *, by: Any) -> FollowUp:
    """Ask the subrecipient to put something right that an auditor found."""
    audit = finding.audit
    follow_up.audit_finding, follow_up.agency, follow_up.party = finding, audit.agency, audit.party
    follow_up.subaward = follow_up.subaward or finding.subaward
    return _opened(follow_up, by)


@action("finding.follow_up", needs="monitor_subrecipients", locks=False)
def follow_up_breach(finding: Finding, follow_up: FollowUp, *, by: Any) -> FollowUp:
    """Ask the subrecipient to put something right that the rules found in the books.

    Refuses ``solved-already``, and ``no-party`` for a finding that is about no subrecipient of the agency.
    """
    if finding.stage not in UNSOLVED:
        raise Refusal(f"{finding} is {finding.get_stage_display().lower()}.", code="solved-already")
    party = finding.subaward.subrecipient if finding.subaward else finding.party
    if party is None or finding.agency is None or party == finding.agency:
        raise Refusal("The finding is about no subrecipient; correct it yourself.", code="no-party")
    follow_up.finding, follow_up.agency, follow_up.party = finding, finding.agency, party
    follow_up.subaward = finding.subaward
    return _opened(follow_up, by)


@action("monitoring.finish_follow_up", needs="monitor_subrecipients")
def finish_follow_up(follow_up: FollowUp, *, evidence: str, by: Any) -> FollowUp:
    """Keep by what it is shown that something was put right."""
    follow_up.move_to(FollowUpStage.DONE)
    follow_up.done_on, follow_up.evidence = timezone.localdate(), evidence
    follow_up.full_clean()
    follow_up.save()
    return follow_up


@action("monitoring.review_report", needs="monitor_subrecipients", locks=False)
def review_report(subaward: Any, review: ReportReview, *, by: Any) -> ReportReview:
    """Keep that a report of the subrecipient was read, and what came of it (2 CFR 200.332(e)(1)).

    Refuses ``another-subaward`` for a filing of another.
    """
    review.subaward, review.reviewed_by, review.reviewed_on = subaward, by, timezone.localdate()
    if review.filing:
        if review.filing.subaward_id != subaward.pk:
            raise Refusal(f"{review.filing} is not a report of {subaward}.", code="another-subaward")
        review.period = review.period or review.filing.period.code
    review.full_clean()
    review.save()
    return review


def _opened(follow_up: FollowUp, by: Any) -> FollowUp:
    """Keep a new follow-up. Refuses ``another-party`` for a subaward that is not the party's."""
    subaward = follow_up.subaward
    if subaward and subaward.subrecipient_id != follow_up.party.pk:
        raise Refusal(f"{subaward} is not a subaward to {follow_up.party}.", code="another-party")
    follow_up.opened_by = by
    follow_up.full_clean()
    follow_up.save()
    return follow_up


def _kept(visit: MonitoringVisit) -> MonitoringVisit:
    visit.full_clean()
    visit.save()
    return visit
