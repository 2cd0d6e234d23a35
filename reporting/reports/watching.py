"""What is recorded of watching over subrecipients: risk, conditions, plans, visits, and reports read."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from grants.monitoring.risk.models import RiskAssessment, SpecificCondition
from grants.monitoring.risk.scoring import NOT_APPLICABLE, scheme
from grants.monitoring.visits.models import (
    FollowUp,
    MonitoringPlan,
    MonitoringVisit,
    ReportReview,
    VisitStage,
)
from grants.subawards.models import Subaward
from reporting.filings.models import SIGNED, Filing
from reporting.reports.pieces import follow_up_of

Pair = tuple[int, int]
"""An agency and a party."""


def watched(subawards: Collection[Subaward], through: date) -> dict[Pair, dict[str, Any]]:
    """By agency and subrecipient of these subawards, all that is recorded of watching it through a day.

    Conditions, reports read and filings nobody read are those of these subawards alone.
    """
    pairs = {(each.program.agency_id, each.subrecipient_id) for each in subawards}
    found: dict[Pair, dict[str, Any]] = {pair: _nothing() for pair in pairs}
    if not pairs:
        return found
    among = {"agency__in": {agency for agency, _ in pairs}, "party__in": {party for _, party in pairs}}
    for assessment in _assessments(among, through):
        _of(found, assessment, "assessment", assessment_of(assessment))
    plans = MonitoringPlan.objects.filter(**among, year__lte=through.year).select_related("made_by")
    for plan in plans.order_by("year", "pk"):
        _add(found, plan, "plans", [plan.year, plan.get_level_display(), str(plan.made_by)])
    visits = MonitoringVisit.objects.filter(**among).select_related("held_by").order_by("planned_for", "pk")
    for visit in visits:
        _add(found, visit, "visits", visit_of(visit, through))
    follow_ups = FollowUp.objects.filter(**among).select_related("subaward").order_by("due_on", "pk")
    for follow_up in follow_ups:
        _add(found, follow_up, "follow_ups", follow_up_of(follow_up))
    _by_subaward(found, subawards, through)
    return found


def _nothing() -> dict[str, Any]:
    lists: tuple[str, ...] = ("conditions", "plans", "visits", "reviews", "follow_ups")
    return {"assessment": None, "not_read": 0, **{name: [] for name in lists}}


def _of(found: dict[Pair, dict[str, Any]], record: Any, name: str, figures: Any) -> None:
    if (pair := (record.agency_id, record.party_id)) in found:
        found[pair][name] = figures


def _add(found: dict[Pair, dict[str, Any]], record: Any, name: str, figures: Any) -> None:
    if (pair := (record.agency_id, record.party_id)) in found:
        found[pair][name].append(figures)


def _assessments(among: dict[str, Any], through: date) -> Iterable[RiskAssessment]:
    """All made through the day, the one in force last of each party's."""
    made = RiskAssessment.objects.filter(**among, assessed_on__lte=through)
    return made.select_related("assessed_by", "subaward").order_by("pk")


def _by_subaward(found: dict[Pair, dict[str, Any]], subawards: Collection[Subaward], through: date) -> None:
    """What belongs to a subaward, under its agency and subrecipient."""
    pair_of = {each.pk: (each.program.agency_id, each.subrecipient_id) for each in subawards}
    conditions = SpecificCondition.objects.filter(subaward__in=pair_of).select_related("subaward")
    for each in conditions.order_by("subaward__number", "pk"):
        found[pair_of[each.subaward_id]]["conditions"].append(
            [each.subaward.number, each.nature, each.get_stage_display(), each.noticed_on, each.ended_on]
        )
    reviews = ReportReview.objects.filter(subaward__in=pair_of, reviewed_on__lte=through)
    for review in reviews.select_related("subaward", "reviewed_by").order_by("reviewed_on", "pk"):
        told = [review.subaward.number, review.period, review.get_kind_display(), review.get_result_display(),
                review.note, review.reviewed_on, str(review.reviewed_by)]  # fmt: skip
        found[pair_of[review.subaward_id]]["reviews"].append(told)
    unread = Filing.objects.filter(subaward__in=pair_of, stage__in=SIGNED, reviews=None)
    for subaward in unread.values_list("subaward_id", flat=True):
        found[pair_of[subaward]]["not_read"] += 1


def assessment_of(assessment: RiskAssessment) -> dict[str, Any]:
    """An assessment with its factors in words; a factor of another version by its code."""
    by = scheme() if assessment.scheme == scheme().version else None
    asked = {each.code: each for each in by.asked} if by else {}
    computed = {each.code: each for each in by.computed} if by else {}
    factors = []
    for code, given in _in_order(assessment.answers, asked):
        factor, answer = asked.get(code), given["answer"]
        words = factor.answers[answer][0] if factor and answer in factor.answers else answer
        words = "Does not apply" if answer == NOT_APPLICABLE else words
        factors.append([factor.title if factor else code, words, given["points"], given["note"]])
    for code, given in _in_order(assessment.computed, computed):
        figure = computed.get(code)
        unit = f" {figure.unit}" if figure else ""
        factors.append([figure.title if figure else code, f"{given['figure']}{unit}", given["points"], ""])
    return {
        "level": assessment.get_level_display(),
        "fraud_risk": assessment.get_fraud_risk_display(),
        "score": assessment.score,
        "medium_from": assessment.medium_from,
        "high_from": assessment.high_from,
        "assessed_on": assessment.assessed_on,
        "assessed_by": str(assessment.assessed_by),
        "reason": assessment.reason,
        "scheme": assessment.scheme,
        "factors": factors,
    }


def _in_order(given: dict[str, Any], factors: Collection[str]) -> list[tuple[str, Any]]:
    """What was given, in the order of the factors; what they do not know last."""
    places = {code: place for place, code in enumerate(factors)}
    return sorted(given.items(), key=lambda each: (places.get(each[0], len(places)), each[0]))


def visit_of(visit: MonitoringVisit, through: date) -> dict[str, Any]:
    """A review or visit; one planned for a day that has passed is overdue."""
    is_overdue = visit.stage == VisitStage.PLANNED and visit.planned_for < through
    return {
        "kind": visit.get_kind_display(),
        "planned_for": visit.planned_for,
        "status": "Planned, overdue" if is_overdue else visit.get_stage_display(),
        "is_held": visit.stage in (VisitStage.HELD, VisitStage.CLOSED),
        "is_planned": visit.stage == VisitStage.PLANNED,
        "held_on": visit.held_on,
        "held_by": str(visit.held_by or ""),
        "result": visit.result,
    }
