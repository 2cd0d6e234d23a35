"""Assessing risk, and putting specific conditions on subawards because of it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.refusals import Refusal
from grants.monitoring.risk.models import ConditionStage, RiskAssessment, RiskBands, SpecificCondition
from grants.monitoring.risk.queries import bands_of, figures_of
from grants.monitoring.risk.scoring import level_of, scheme, scored

RECONSIDERATION = "Write to the agency within 30 days of the notice and say why the condition is not needed."


@action("risk.set_bands", needs="set_risk_bands")
def set_bands(agency: Any, *, medium_from: int, high_from: int, reason: str, by: Any) -> RiskBands:
    """Say from which score on a risk is medium, and from which high; assessments already made stay."""
    bands = RiskBands(agency=agency, medium_from=medium_from, high_from=high_from, reason=reason, set_by=by)
    bands.full_clean()
    bands.save()
    return bands


@action("risk.assess", needs="monitor_subrecipients", locks=False)
def assess_risk(
    subaward: Any,
    *,
    answers: Mapping[str, str],
    notes: Mapping[str, str] | None = None,
    fraud_risk: str,
    reason: str,
    by: Any,
) -> RiskAssessment:
    """Assess the subrecipient of a subaward anew, and propose the conditions that its level suggests.

    Supersedes the agency's last assessment of it. Size, late reports and open findings come from the books.
    Refuses ``not-answered`` and ``no-note``.
    """
    agency, party, today = subaward.program.agency, subaward.subrecipient, timezone.localdate()
    score = scored(answers, figures_of(agency, party, on=today), notes=notes)
    medium_from, high_from = bands_of(agency)
    assessment = RiskAssessment(
        agency=agency,
        party=party,
        subaward=subaward,
        assessed_on=today,
        scheme=scheme().version,
        answers=score.answers,
        computed=score.computed,
        score=score.score,
        medium_from=medium_from,
        high_from=high_from,
        level=level_of(score.score, medium_from=medium_from, high_from=high_from),
        fraud_risk=fraud_risk,
        reason=reason,
        assessed_by=by,
    )
    assessment.full_clean()
    assessment.save()
    SpecificCondition.objects.bulk_create(_suggested(assessment, by))
    return assessment


def _suggested(assessment: RiskAssessment, by: Any) -> Sequence[SpecificCondition]:
    """The conditions that a level suggests and that are neither proposed nor imposed yet."""
    subaward = assessment.subaward
    standing = subaward.conditions.filter(stage__in=[ConditionStage.PROPOSED, ConditionStage.IMPOSED])
    there = set(standing.values_list("nature", flat=True))
    return [
        SpecificCondition(
            subaward=subaward,
            assessment=assessment,
            nature=each.nature,
            reason=f"The risk of noncompliance is {assessment.get_level_display().lower()}: "
            f"score {assessment.score} on {assessment.assessed_on}.",
            action_to_remove=each.action,
            time_allowed=each.time,
            reconsideration=RECONSIDERATION,
            proposed_by=by,
        )
        for each in scheme().proposals.get(assessment.level, ())
        if each.nature not in there
    ]


@action("condition.propose", needs="monitor_subrecipients", locks=False)
def propose_condition(subaward: Any, condition: SpecificCondition, *, by: Any) -> SpecificCondition:
    """Propose a specific condition of one's own wording."""
    condition.subaward, condition.proposed_by = subaward, by
    condition.full_clean()
    condition.save()
    return condition


@action("condition.impose", needs="impose_conditions")
def impose_condition(condition: SpecificCondition, *, noticed_on: date, by: Any) -> SpecificCondition:
    """Put a proposed condition into force; its notice was given on that day (2 CFR 200.208(d)).

    Refuses ``not-yet`` for a notice that is still to come, and ``not-issued`` for a draft.
    """
    if noticed_on > timezone.localdate():
        raise Refusal("The notice is given before the condition is in force.", code="not-yet")
    if condition.subaward.stage != "issued":
        raise Refusal(f"{condition.subaward} is not issued.", code="not-issued")
    condition.move_to(ConditionStage.IMPOSED)
    condition.noticed_on, condition.imposed_by = noticed_on, by
    condition.full_clean()
    condition.save()
    return condition


@action("condition.lift", needs="impose_conditions")
def lift_condition(condition: SpecificCondition, *, reason: str, by: Any) -> SpecificCondition:
    """Lift a condition once what ends it is done (2 CFR 200.208(e))."""
    return _ended(condition, ConditionStage.LIFTED, reason)


@action("condition.drop", needs="impose_conditions")
def drop_condition(condition: SpecificCondition, *, reason: str, by: Any) -> SpecificCondition:
    """Decide against a proposed condition."""
    return _ended(condition, ConditionStage.DROPPED, reason)


def _ended(condition: SpecificCondition, stage: ConditionStage, reason: str) -> SpecificCondition:
    condition.move_to(stage)
    condition.ended_on, condition.ended_because = timezone.localdate(), reason
    condition.full_clean()
    condition.save()
    return condition
