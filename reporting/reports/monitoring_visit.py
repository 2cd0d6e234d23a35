"""A monitoring review or visit: why it was made, what was looked at, what was found, what must be put right.

Its subrecipient may read it, so it tells nothing of the agency's own assessment of risk.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from grants.kernel.money import shown, total
from grants.ledger.queries import Standing, standings
from grants.monitoring.audits.queries import subrecipients_of
from grants.monitoring.risk.models import ConditionStage, SpecificCondition
from grants.monitoring.visits.checklists import ANSWERS, checklist_of
from grants.monitoring.visits.models import MonitoringVisit, VisitStage
from reporting.blocks import (
    Block,
    Column,
    Facts,
    FigureTable,
    FindingList,
    Heading,
    LedgerTable,
    Notes,
    Prose,
    SignatureBlock,
    Signer,
)
from reporting.report import REPORTS, Report
from reporting.reports.pieces import NOT_RECORDED, follow_up_of, follow_ups_found, known

_NOTES = (
    "Money counts through the day and as known at the moment in the foot; all else stands as when issued.",
    "A questioned cost is one that the agency asks about. It is not disallowed by being asked about.",
    "Sampled payments and documents are kept with the working papers of the review, not in these books.",
)


def gather(visit: MonitoringVisit, through: date, as_known_at: datetime) -> dict[str, Any]:
    """One review or visit with its answers and what followed from it; dollars through a day."""
    follow_ups = visit.follow_ups.select_related("subaward").order_by("pk")
    return {
        "through": through,
        "as_known_at": as_known_at,
        "review": f"V-{visit.pk:06}",
        "kind": visit.get_kind_display(),
        "agency": visit.agency.name,
        "party": visit.party.name,
        "stage": visit.get_stage_display(),
        "is_held": visit.stage in (VisitStage.HELD, VisitStage.CLOSED),
        "planned_for": visit.planned_for,
        "held_on": visit.held_on,
        "held_by": str(visit.held_by or ""),
        "ended_on": visit.ended_on,
        "scope": visit.scope,
        "result": visit.result,
        "checklist": visit.checklist,
        "answers": _answers(visit),
        "subawards": _subawards(visit, through, as_known_at),
        "follow_ups": [follow_up_of(each) for each in follow_ups],
        "conditions": _conditions(visit),
    }


def _answers(visit: MonitoringVisit) -> list[list[str]]:
    """Each area with its law, what came of it, and what was said to it."""
    checklist = checklist_of(visit.kind)
    titles = {each.code: each for each in checklist.questions} if checklist.version == visit.checklist else {}
    codes = [code for code in titles if code in visit.answers]
    codes += [code for code in visit.answers if code not in titles]
    rows = []
    for code in codes:
        given, question = visit.answers[code], titles.get(code)
        answer = ANSWERS.get(given["answer"], given["answer"])
        rows.append(
            [question.title if question else code, question.cites if question else "", answer, given["note"]]
        )
    return rows


def _subawards(visit: MonitoringVisit, through: date, as_known_at: datetime) -> list[list[Any]]:
    """The subawards of the agency to this subrecipient, with their money."""
    theirs = subrecipients_of(visit.agency).filter(subrecipient=visit.party).select_related("program")
    chosen = list(theirs.order_by("number"))
    if not chosen:
        return []
    keys = [each.pk for each in chosen]
    money = standings("subaward_id", through=through, as_known_at=as_known_at, where={"subaward_id": keys})
    rows = []
    for each in chosen:
        standing = money.get(each.pk, Standing())
        name = f"{each.number} (sample)" if each.is_sample or each.program.is_sample else each.number
        rows.append([name, each.title, each.starts_on, each.ends_on, standing.obligated, standing.spent])
    return rows


def _conditions(visit: MonitoringVisit) -> list[list[Any]]:
    """The specific conditions in force, of which the subrecipient was given notice."""
    imposed = SpecificCondition.objects.filter(
        subaward__subrecipient=visit.party,
        subaward__program__agency=visit.agency,
        stage=ConditionStage.IMPOSED,
    ).select_related("subaward")
    return [
        [each.subaward.number, each.nature, each.action_to_remove, each.noticed_on]
        for each in imposed.order_by("noticed_on", "pk")
    ]


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """The review, its areas, its findings and what must be done, then room to sign."""
    yield Heading(f"{figures['kind']} of {figures['party']}")
    yield Facts(
        (
            ("Review", figures["review"]),
            ("Agency", figures["agency"]),
            ("Subrecipient", figures["party"]),
            ("Stage", figures["stage"]),
            ("Planned for", figures["planned_for"]),
            ("Held on", known(figures["held_on"])),
            ("Held by", known(figures["held_by"])),
            ("Closed or cancelled on", known(figures["ended_on"])),
            ("Reason for the scope", known(figures["scope"])),
            ("Response of the subrecipient", NOT_RECORDED),
        )
    )
    yield from _covered(figures)
    yield from _examined(figures)
    yield Heading("Result", 2)
    yield Prose(figures["result"] if figures["result"] else f"Result: {NOT_RECORDED}.")
    yield from _findings(figures["follow_ups"])
    yield from _in_force(figures["conditions"])
    yield Heading("Signatures", 2)
    yield SignatureBlock((Signer(figures["agency"], figures["held_by"]), Signer(figures["party"])))
    yield Notes(_NOTES)


def _covered(figures: dict[str, Any]) -> Iterator[Block]:
    yield Heading("Subawards", 2)
    rows = figures["subawards"]
    if not rows:
        yield Prose("The agency has issued no subaward to this subrecipient.")
        return
    real = [row for row in rows if not row[0].endswith("(sample)")]
    totals = ("Total without samples", None, None, None, total(r[4] for r in real), total(r[5] for r in real))
    yield FigureTable(
        f"Subawards to {figures['party']}, in dollars",
        (
            Column("Subaward"), Column("Title", weight=2), Column("From", "date"), Column("To", "date"),
            Column("Obligated", "dollars"), Column("Spent", "dollars"),
        ),
        rows,
        totals,
    )  # fmt: skip


def _examined(figures: dict[str, Any]) -> Iterator[Block]:
    yield Heading("What was looked at", 2)
    if not figures["is_held"]:
        yield Prose("It has not been held. Nothing was looked at yet.")
        return
    if not figures["answers"]:
        yield Prose(f"Areas looked at: {NOT_RECORDED}.")
        return
    yield LedgerTable(
        f"Areas by the checklist {figures['checklist']}",
        (Column("Area", weight=2), Column("By which law"), Column("Result"), Column("Note", weight=2)),
        figures["answers"],
    )


def _findings(follow_ups: list[dict[str, Any]]) -> Iterator[Block]:
    yield Heading("Findings and corrective actions", 2)
    if not follow_ups:
        yield Prose("Nothing is recorded that must be put right.")
        return
    undone = sum(not each["done_on"] for each in follow_ups)
    questioned = shown(total(each["questioned_cost"] for each in follow_ups))
    yield Prose(f"{len(follow_ups):,} to be put right, {undone:,} of them open; {questioned} questioned.")
    yield FindingList("Findings of the review", follow_ups_found(follow_ups))


def _in_force(conditions: list[list[Any]]) -> Iterator[Block]:
    yield Heading("Specific conditions in force", 2)
    if not conditions:
        yield Prose("No specific condition is in force (2 CFR 200.208).")
        return
    yield FigureTable(
        "Specific conditions (2 CFR 200.208)",
        (
            Column("Subaward"), Column("What is asked", weight=2), Column("What ends it", weight=2),
            Column("Notice", "date"),
        ),
        conditions,
    )  # fmt: skip


REPORTS.add(
    "monitoring-visit",
    Report("Monitoring report", "2 CFR 200.332(e), (f)", gather, compose, about=("visit",)),
)
