"""What findings say: how many are open and how grave, what is overdue, how often rules fired, and history.

The rules themselves are listed in ``listed``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from grants.compliance.models import (
    UNSOLVED,
    ActionStage,
    CorrectiveAction,
    Finding,
    Severity,
    Stage,
)

_UNSOLVED = Q(stage__in=UNSOLVED)


def unsolved_of(subaward: Any, *, person: Any) -> models.QuerySet[Finding]:
    """The findings about a subaward that something is still to be done about, the gravest first."""
    findings = Finding.objects.visible_to(person).filter(_UNSOLVED, subaward=subaward)
    return findings.prefetch_related("corrective_actions").order_by("-severity", "opened_at", "pk")


@dataclass(frozen=True)
class Tally:
    """How many findings of one program are not corrected or waived, by how grave they are."""

    program: Any
    blocks: int
    errors: int
    warnings: int
    notes: int


def open_by_program(person: Any) -> list[Tally]:
    """The findings still to be worked off, of each program that the person sees; one question."""
    counts = {
        name: Count("pk", filter=Q(severity=severity))
        for name, severity in (
            ("blocks", Severity.BLOCK),
            ("errors", Severity.ERROR),
            ("warnings", Severity.WARNING),
            ("notes", Severity.NOTE),
        )
    }
    found = Finding.objects.visible_to(person).filter(_UNSOLVED)
    rows = found.values("program").annotate(**counts).order_by("program__name")
    shown = rows.values_list("program__name", *counts)
    return [Tally(name or "No program", *graves) for name, *graves in shown]


def overdue_corrections(person: Any, *, on: date | None = None) -> models.QuerySet[CorrectiveAction]:
    """Corrective actions past their day that are not done, the longest overdue first."""
    day = on or timezone.localdate()
    planned = CorrectiveAction.objects.visible_to(person).filter(stage=ActionStage.PLANNED, due_on__lt=day)
    unsolved = planned.filter(finding__stage__in=UNSOLVED)
    return unsolved.select_related("finding").order_by("due_on", "pk")


@dataclass(frozen=True)
class Fired:
    """How often a rule was broken: findings it ever made, and those still to be worked off."""

    ever: int = 0
    now: int = 0


def how_often(person: Any) -> dict[str, Fired]:
    """How often each rule was broken in what the person sees, by code; one question."""
    counts = (
        Finding.objects.visible_to(person)
        .values("rule")
        .annotate(ever=Count("pk"), now=Count("pk", filter=_UNSOLVED))
        .order_by("rule")
    )
    return {row["rule"]: Fired(row["ever"], row["now"]) for row in counts}


@dataclass(frozen=True)
class Turn:
    """One thing that happened to a finding: when, by whom, and in words what."""

    at: datetime
    by: str
    what: str


def history_of(finding: Finding) -> list[Turn]:
    """What happened to a finding, the latest first."""
    turns = [*_turns_of(finding), *_corrections_of(finding), *_waivers_of(finding)]
    return sorted(turns, key=lambda turn: turn.at)[::-1]


_BECAME = {
    Stage.OPEN: "Found again",
    Stage.CORRECTED: "Corrected: the books do not break the rule any more",
    Stage.WAIVED: "Waived",
}


def _turns_of(finding: Finding) -> Iterator[Turn]:
    """The changes of the finding itself, out of its kept versions."""
    kept = apps.get_model("grants", "FindingEvent").objects.filter(pgh_obj_id=finding.pk)
    before: Any = None
    for now in kept.order_by("pgh_id"):
        by = (now.pgh_context or {}).get("person", "")
        if before is None:
            yield Turn(now.pgh_created_at, by, f"Found: {now.sentence}")
        elif now.stage != before.stage:
            became = (
                f"Acknowledged: {now.acknowledgement}"
                if now.stage == Stage.ACKNOWLEDGED
                else _BECAME[Stage(now.stage)]
            )
            yield Turn(now.pgh_created_at, by, became)
        elif now.severity != before.severity:
            yield Turn(now.pgh_created_at, by, f"Now taken as “{Severity(now.severity).label}”")
        elif now.sentence != before.sentence:
            yield Turn(now.pgh_created_at, by, f"Now: {now.sentence}")
        before = now


def _corrections_of(finding: Finding) -> Iterator[Turn]:
    for each in finding.corrective_actions.select_related("planned_by"):
        yield Turn(each.planned_at, str(each.planned_by), f"Correction planned: {each}")


def _waivers_of(finding: Finding) -> Iterator[Turn]:
    for each in finding.waivers.select_related("asked_by", "decided_by"):
        yield Turn(each.asked_at, str(each.asked_by), f"Waiver asked for: {each.reason}")
        if each.decided_at and each.stage == "declined":
            yield Turn(each.decided_at, str(each.decided_by), f"Waiver declined: {each.decision}")
