"""Compliance of programs or of one subaward: findings, corrections and waivers, and what was examined."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from grants.compliance.attestation import Asked, questions_about, questions_on
from grants.compliance.models import UNSOLVED, Examination, Finding
from grants.compliance.requirement import REQUIREMENTS, Side
from grants.compliance.rule import RULES
from grants.programs.models import Program
from grants.subawards.models import Subaward
from grants.subawards.outlook import outlooks
from reporting.report import REPORTS, Report
from reporting.reports.compliance_blocks import compose
from reporting.reports.pieces import day_of

_ASKED = {Side.AGENCY: "The agency", Side.SUBRECIPIENT: "The subrecipient"}
_NIGHTLY = "Nobody: run by the nightly schedule"


def gather(told_of: Subaward | Sequence[Program], through: date, as_known_at: datetime) -> dict[str, Any]:
    """What stands on record of each program, or of one subaward; dollars through a day."""
    if isinstance(told_of, Subaward):
        parts = [of_subaward(told_of, through, as_known_at)]
    else:
        parts = [_of_program(program, through, as_known_at) for program in told_of]
    return {"through": through, "as_known_at": as_known_at, "parts": parts}


def _of_program(program: Program, through: date, as_known_at: datetime) -> dict[str, Any]:
    findings = Finding.objects.filter(program=program)
    subawards = program.subawards.select_related("subrecipient").order_by("number")
    covering = Q(program=program) | Q(program=None, subaward=None, agency=program.agency_id)
    return {
        "name": program.name,
        "agency": program.agency.name,
        "is_sample": program.is_sample,
        "findings": findings_of(findings),
        "examination": _examination(covering, program.family, findings),
        "questions": _questions(questions_on(program, today=through)),
        "outlook": _outlook(subawards, through, as_known_at),
    }


def of_subaward(subaward: Subaward, through: date, as_known_at: datetime) -> dict[str, Any]:
    """What stands on record of one subaward."""
    program, findings = subaward.program, Finding.objects.filter(subaward=subaward)
    covering = (
        Q(subaward=subaward)
        | Q(subaward=None, program=program)
        | Q(subaward=None, program=None, agency=program.agency_id)
    )
    asked = [each for side in Side for each in questions_about(subaward, side, today=through)]
    return {
        "name": f"Subaward {subaward.number}, {subaward.subrecipient.name}",
        "agency": program.agency.name,
        "is_sample": subaward.is_sample or program.is_sample,
        "findings": findings_of(findings),
        "examination": _examination(covering, program.family, findings),
        "questions": _questions(asked),
        "outlook": _outlook([subaward], through, as_known_at),
    }


def findings_of(findings: Any) -> list[dict[str, Any]]:
    """Each finding as it stands, the gravest first, with its corrections and waivers."""
    kept = findings.select_related("subaward", "acknowledged_by").prefetch_related(
        "corrective_actions", "waivers__asked_by", "waivers__decided_by"
    )
    return [
        {
            "rule": each.rule,
            "title": each.title,
            "cites": each.cites,
            "fix": each.fix or "not recorded",
            "where": _where(each),
            "sentence": each.sentence,
            "stage": each.stage,
            "severity": each.severity,
            "since": day_of(each.opened_at),
            "corrected_on": day_of(each.closed_at),
            "acknowledgement": each.acknowledgement,
            "acknowledged_by": str(each.acknowledged_by or ""),
            "corrections": [_correction(plan) for plan in each.corrective_actions.all()],
            "waivers": [_waiver(waiver) for waiver in each.waivers.all()],
        }
        for each in kept.order_by("-severity", "rule", "subject", "part", "pk")
    ]


def _where(finding: Finding) -> str:
    is_sample = finding.subaward and finding.subaward.is_sample
    return f"{finding.subject} (sample)" if is_sample else finding.subject


def _correction(plan: Any) -> dict[str, Any]:
    return {
        "plan": plan.plan,
        "owner": plan.owner,
        "due_on": plan.due_on,
        "status": plan.get_stage_display(),
        "evidence": plan.evidence,
    }


def _waiver(waiver: Any) -> dict[str, Any]:
    return {
        "reason": waiver.reason,
        "until": waiver.until,
        "status": waiver.get_stage_display(),
        "asked_by": str(waiver.asked_by),
        "decided_by": str(waiver.decided_by or ""),
        "decision": waiver.decision,
    }


def _examination(covering: Q, family: str, findings: Any) -> dict[str, Any] | None:
    """The last run of the rules over these books, and how often each rule is broken now; None without one."""
    last = Examination.objects.filter(covering).select_related("by").order_by("-examined_at", "-pk").first()
    if last is None:
        return None
    broken: dict[str, int] = {}
    for rule in findings.filter(stage__in=UNSOLVED).values_list("rule", flat=True):
        broken[rule] = broken.get(rule, 0) + 1
    return {
        "as_of": last.as_of,
        "examined_at": last.examined_at,
        "by": str(last.by or _NIGHTLY),
        "over": str(last.subaward or last.program or last.agency),
        "rules": [
            [*_named(code), broken.get(code, 0)]
            for code in sorted(last.rules)
            if code not in RULES or RULES[code].requirement.holds_for(family)
        ],
        "not_examined": [
            [each["title"], _named(each["rule"])[1], each["why"]]
            for each in last.not_examined
            if each["rule"] not in RULES or RULES[each["rule"]].requirement.holds_for(family)
        ],
    }


def _named(code: str) -> tuple[str, str]:
    """Title and paragraph of a rule; a rule of the state's own by its code."""
    return (RULES[code].title, RULES[code].cites) if code in RULES else (code, "the state's own")


def _questions(asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """What was asked, of whom, and what was said to it last, by whom and when."""
    return [
        {
            "words": f"{each.question.words}{f' ({each.year})' if each.year else ''}",
            "of": _ASKED[each.question.of],
            "cites": REQUIREMENTS[each.code].cites,
            "answer": each.answered.get_answer_display() if each.answered else "",
            "explanation": each.answered.explanation if each.answered else "",
            "by": str(each.answered.answered_by) if each.answered else "",
            "on": day_of(each.answered.answered_at) if each.answered else None,
        }
        for each in asked
    ]


def _outlook(subawards: Iterable[Subaward], through: date, as_known_at: datetime) -> list[dict[str, Any]]:
    """The subawards that will have money left on their last day, most money first."""
    found = outlooks(subawards, today=through, through=through, as_known_at=as_known_at)
    return [
        {
            "number": f"{each.subaward.number} (sample)" if each.subaward.is_sample else each.subaward.number,
            "subrecipient": each.subaward.subrecipient.name,
            "last_on": each.last_on,
            "obligated": each.obligated,
            "spent": each.spent,
            "short": each.short,
        }
        for each in found
        if each.will_miss
    ]


REPORTS.add(
    "compliance",
    Report("Compliance", "2 CFR 200.332(e)", gather, compose, about=("programs", "subaward")),
)
