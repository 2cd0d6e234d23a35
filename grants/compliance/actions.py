"""How findings are worked off by people: acknowledged, planned, done, waived; and the state's policies."""

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone

from grants.compliance.examining import examine
from grants.compliance.figures import code_of, read_figures
from grants.compliance.models import (
    UNSOLVED,
    ActionStage,
    CorrectiveAction,
    Examination,
    Finding,
    Policy,
    PolicyKind,
    PolicyStage,
    Severity,
    Stage,
    Waiver,
    WaiverStage,
)
from grants.compliance.own_rules import refuse_unfit
from grants.compliance.rule import RULES
from grants.kernel.action import action
from grants.kernel.periods import long_date
from grants.kernel.refusals import Refusal
from grants.parties.models import PartyKind


@action("program.examine", needs="examine_books", locks=False)
def examine_program(program: Any, *, by: Any) -> Examination:
    """Run all rules over the books of a program, and bring its findings up to date."""
    return examine(programs=[program], by=by)[0]


@action("subaward.examine", needs="examine_books", locks=False)
def examine_subaward(subaward: Any, *, by: Any) -> Examination:
    """Run all rules over one subaward, and bring its findings up to date."""
    return examine(subaward=subaward, by=by)[0]


@action("finding.acknowledge", needs="answer_findings")
def acknowledge_finding(finding: Finding, *, sentence: str, by: Any) -> Finding:
    """Say that a finding is known, and in a sentence what one makes of it.

    Refuses ``no-sentence``, and ``wrong-stage`` unless it is open.
    """
    if not sentence.strip():
        raise Refusal("Say in a sentence what you make of it.", code="no-sentence")
    finding.move_to(Stage.ACKNOWLEDGED)
    finding.acknowledgement, finding.acknowledged_by = sentence.strip(), by
    finding.acknowledged_at = timezone.now()
    finding.save()
    return finding


@action("finding.plan", needs="answer_findings")
def plan_correction(finding: Finding, *, plan: str, due_on: date, owner: str, by: Any) -> CorrectiveAction:
    """Plan what will be done about a finding, by whom and until when (2 CFR 200.332(e)(2)).

    Refuses ``not-to-be-corrected`` for one that is corrected or waived, and ``due-before-today``.
    """
    _refuse_unless_unsolved(finding)
    if due_on < timezone.localdate():
        raise Refusal(f"{long_date(due_on)} is past; plan a day that can be kept.", code="due-before-today")
    planned = CorrectiveAction(finding=finding, plan=plan, owner=owner, due_on=due_on, planned_by=by)
    planned.full_clean()
    planned.save()
    return planned


@action("correction.complete", needs="answer_findings")
def complete_correction(
    correction: CorrectiveAction, *, evidence: str, done_on: date | None = None, by: Any
) -> CorrectiveAction:
    """Say that a corrective action is done, and what shows it. Refuses ``done-later`` for a day to come."""
    day = done_on or timezone.localdate()
    if day > timezone.localdate():
        raise Refusal(f"{long_date(day)} has not come yet.", code="done-later")
    correction.move_to(ActionStage.DONE)
    correction.evidence, correction.done_on, correction.ended_by = evidence, day, by
    correction.full_clean()
    correction.save()
    return correction


@action("correction.return", needs="examine_books")
def return_correction(correction: CorrectiveAction, *, reason: str, by: Any) -> CorrectiveAction:
    """Say that what was shown is not enough: the corrective action is to be done still."""
    correction.move_to(ActionStage.PLANNED)
    correction.evidence, correction.done_on, correction.ended_by = "", None, None
    correction.save()
    return correction


@action("correction.reschedule", needs="examine_books")
def reschedule_correction(
    correction: CorrectiveAction, *, due_on: date, reason: str, by: Any
) -> CorrectiveAction:
    """Give a corrective action another day. Refuses ``wrong-stage`` unless it is planned."""
    if correction.stage != ActionStage.PLANNED:
        raise Refusal(f"{correction} is not planned any more.", code="wrong-stage")
    correction.due_on = due_on
    correction.save()
    return correction


@action("correction.drop", needs="examine_books")
def drop_correction(correction: CorrectiveAction, *, reason: str, by: Any) -> CorrectiveAction:
    """Give up a corrective action that another has taken the place of."""
    correction.move_to(ActionStage.DROPPED)
    correction.ended_by = by
    correction.save()
    return correction


@action("finding.ask_waiver", needs="ask_waivers")
def ask_waiver(finding: Finding, *, reason: str, until: date, by: Any) -> Waiver:
    """Ask that a finding may stand until a day.

    Refuses ``not-to-be-corrected``, ``until-past``, and ``waiver-asked-already``.
    """
    _refuse_unless_unsolved(finding)
    if until < timezone.localdate():
        raise Refusal(f"A waiver until {long_date(until)} would have ended already.", code="until-past")
    waiver = Waiver(finding=finding, reason=reason, until=until, asked_by=by)
    waiver.full_clean(validate_constraints=False)
    waiver.save()
    return waiver


@action("waiver.grant", needs="decide_waivers")
def grant_waiver(waiver: Waiver, *, reason: str = "", by: Any) -> Waiver:
    """Let a finding stand until the day asked for, as it is now.

    Refuses ``same-person`` for who asked, ``until-past``, and ``wrong-stage`` when the finding is corrected.
    """
    _refuse_own(waiver, by)
    if waiver.until < timezone.localdate():
        raise Refusal(f"The waiver was asked for until {long_date(waiver.until)}.", code="until-past")
    finding = Finding.objects.select_for_update(no_key=True).get(pk=waiver.finding_id)
    finding.move_to(Stage.WAIVED)
    waiver.covers = {"severity": finding.severity, "evidence": finding.evidence}
    _decide_waiver(waiver, WaiverStage.GRANTED, reason, by)
    finding.save()
    return waiver


@action("waiver.decline", needs="decide_waivers")
def decline_waiver(waiver: Waiver, *, reason: str, by: Any) -> Waiver:
    """Say that a finding must be corrected. Refuses ``same-person`` for who asked."""
    _refuse_own(waiver, by)
    return _decide_waiver(waiver, WaiverStage.DECLINED, reason, by)


@action("policy.draft_severity", needs="draft_policies")
def draft_severity(agency: Any, policy: Policy, *, by: Any) -> Policy:
    """Draft how grave a state takes a rule of the law. It has no effect until it is approved.

    Refuses ``not-an-agency``, ``no-reason``, ``unknown-rule``, and ``nothing-changes``.
    """
    if policy.rule not in RULES:
        raise Refusal(f"There is no rule “{policy.rule}”.", code="unknown-rule")
    rule, is_first = RULES[policy.rule], not Policy.objects.filter(agency=agency, rule=policy.rule).exists()
    if is_first and policy.severity == int(rule.severity):
        grave = Severity(policy.severity).label.lower()
        raise Refusal(f"“{rule.title}” is taken as “{grave}” already.", code="nothing-changes")
    policy.kind, policy.form, policy.parameters = PolicyKind.SEVERITY, "", {}
    policy.title, policy.cites = rule.title[:200], rule.cites[:300]
    return _drafted(agency, policy, by)


@action("policy.draft_rule", needs="draft_policies")
def draft_own_rule(agency: Any, policy: Policy, *, by: Any) -> Policy:
    """Draft a rule of a state's own. It has no effect until it is approved.

    Refuses ``not-an-agency``, ``no-reason``, ``known-rule`` for a code of the product's, and
    ``unfit-parameters`` with what is wrong.
    """
    refuse_unfit(policy)
    policy.kind = PolicyKind.OWN_RULE
    return _drafted(agency, policy, by)


@action("policy.draft_figures", needs="draft_policies")
def draft_figures(agency: Any, policy: Policy, *, program: Any, by: Any) -> Policy:
    """Draft the figures that a state sets for a program of its own: speeds, caps, days, with their source.

    Refuses ``not-an-agency``, ``no-reason``, ``not-its-program``, and ``unfit-parameters``.
    """
    if program.agency_id != agency.pk:
        raise Refusal(f"{program} is not a program of {agency}.", code="not-its-program")
    if not policy.cites.strip():
        raise Refusal("Give the law or guide that sets these figures.", code="unfit-parameters")
    read_figures(policy.parameters)
    policy.kind, policy.rule, policy.severity = PolicyKind.PARAMETERS, code_of(program.code), Severity.NOTE
    policy.title = f"Figures of {program}"[:200]
    return _drafted(agency, policy, by)


@action("policy.approve", needs="approve_policies")
def approve_policy(policy: Policy, *, by: Any) -> Policy:
    """Put a policy into force from its first day. Refuses ``same-person`` for who drafted it."""
    if policy.drafted_by_id == by.pk:
        raise Refusal("Who drafted a policy cannot approve it.", code="same-person")
    return _decide_policy(policy, PolicyStage.APPROVED, by)


@action("policy.decline", needs="approve_policies")
def decline_policy(policy: Policy, *, reason: str, by: Any) -> Policy:
    """Turn down a policy. Refuses ``same-person`` for who drafted it."""
    if policy.drafted_by_id == by.pk:
        raise Refusal("Who drafted a policy cannot decide on it.", code="same-person")
    return _decide_policy(policy, PolicyStage.DECLINED, by)


def _refuse_unless_unsolved(finding: Finding) -> None:
    if finding.stage not in UNSOLVED:
        how = finding.get_stage_display().lower()
        raise Refusal(f"“{finding}” is {how}; nothing is to be done about it.", code="not-to-be-corrected")


def _refuse_own(waiver: Waiver, by: Any) -> None:
    if waiver.asked_by_id == by.pk:
        raise Refusal("Who asked for a waiver cannot decide on it.", code="same-person")


def _decide_waiver(waiver: Waiver, stage: str, reason: str, by: Any) -> Waiver:
    waiver.move_to(stage)
    waiver.decision, waiver.decided_by, waiver.decided_at = reason, by, timezone.now()
    waiver.save()
    return waiver


def _decide_policy(policy: Policy, stage: str, by: Any) -> Policy:
    policy.move_to(stage)
    policy.decided_by, policy.decided_at = by, timezone.now()
    policy.save()
    return policy


def _drafted(agency: Any, policy: Policy, by: Any) -> Policy:
    """The policy, kept as the next version of what the agency has set for the same rule."""
    if agency.kind not in (PartyKind.STATE, PartyKind.STATE_AGENCY):
        raise Refusal("Only a state or an agency of it sets policies.", code="not-an-agency")
    if not policy.reason.strip():
        raise Refusal("Say why the state sets this.", code="no-reason")
    before = Policy.objects.filter(agency=agency, rule=policy.rule)
    policy.agency, policy.drafted_by = agency, by
    policy.version = (before.aggregate(last=Max("version"))["last"] or 0) + 1
    policy.full_clean(validate_constraints=False)
    policy.save()
    return policy
