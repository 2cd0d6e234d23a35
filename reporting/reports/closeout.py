"""The closeout of a subaward: its checklist, what is left to settle and to solve, how long records stay."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from grants.compliance.duties import closeout_days, settlement
from grants.compliance.models import UNSOLVED, Finding
from grants.ledger.queries import Standing, standings
from grants.monitoring.audits.models import AuditFinding
from grants.monitoring.closeout.checklist import items_for
from grants.monitoring.closeout.models import Closeout, CloseoutStage, ItemStage, RecordsHold
from grants.monitoring.closeout.queries import awarded_on, follow_ups_left, retention_of
from grants.subawards.models import Subaward
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
from reporting.reports.compliance import findings_of
from reporting.reports.compliance_blocks import found_of
from reporting.reports.pieces import NOT_RECORDED, SAMPLE, follow_up_of, follow_ups_found, known

_OURS, _THEIRS = "Agency", "Subrecipient"
_OVERDUE, _NOT_BEGUN = "Open, overdue", "Not begun"
_NOTES = (
    "Days run from the last day of performance; the date of the earliest federal award chooses the edition.",
    "Money counts through the day and as known at the moment in the foot; all else stands as when issued.",
    (
        "Closeout ends neither the right to disallow costs and recover money after an audit, nor the duties "
        "on audit, property and records (2 CFR 200.345)."
    ),
)


def gather(subaward: Subaward, through: date, as_known_at: datetime) -> dict[str, Any]:
    """How the closing of a subaward stands, in dollars through a day."""
    closeout = Closeout.objects.filter(subaward=subaward).select_related("begun_by", "finished_by").first()
    findings = Finding.objects.filter(subaward=subaward, stage__in=UNSOLVED)
    audit = AuditFinding.objects.filter(subaward=subaward, decision=None).order_by("reference", "pk")
    return {
        "through": through,
        "as_known_at": as_known_at,
        "number": subaward.number,
        "title": subaward.title,
        "program": subaward.program.name,
        "agency": subaward.program.agency.name,
        "subrecipient": subaward.subrecipient.name,
        "stage": subaward.get_stage_display(),
        "is_sample": subaward.is_sample or subaward.program.is_sample,
        "ends_on": subaward.ends_on,
        "closeout": _closeout(closeout) if closeout else None,
        "items": _items(closeout, through) if closeout else _planned(subaward),
        "money": _money(subaward, through, as_known_at),
        "findings": findings_of(findings),
        "follow_ups": [follow_up_of(each) for each in follow_ups_left(subaward)],
        "audit_findings": [
            [each.reference, each.requirement, each.summary, each.questioned_cost] for each in audit
        ],
        "records": _records(subaward, through),
    }


def _closeout(closeout: Closeout) -> dict[str, Any]:
    return {
        "checklist": closeout.checklist,
        "status": closeout.get_stage_display(),
        "is_done": closeout.stage == CloseoutStage.DONE,
        "reports_due_on": closeout.reports_due_on,
        "target_on": closeout.target_on,
        "final_report_on": closeout.final_report_on,
        "expended_on": closeout.expended_on,
        "disposed_on": closeout.disposed_on,
        "begun_by": str(closeout.begun_by),
        "finished_by": str(closeout.finished_by or ""),
        "finished_on": closeout.finished_on,
        "reason": closeout.reason,
    }


def _items(closeout: Closeout, through: date) -> list[dict[str, Any]]:
    """The checklist as it stands; what is open after its day is overdue."""
    return [
        {
            "title": item.title,
            "cites": item.cites,
            "whose": _THEIRS if item.is_theirs else _OURS,
            "due_on": item.due_on,
            "status": _OVERDUE
            if item.stage == ItemStage.OPEN and item.due_on and item.due_on < through
            else item.get_stage_display(),
            "settled_on": item.settled_on,
            "said": ": ".join(filter(None, (str(item.settled_by or ""), item.note))),
        }
        for item in closeout.items.select_related("settled_by").order_by("position")
    ]


def _planned(subaward: Subaward) -> list[dict[str, Any]]:
    """What the checklist will ask, with its days where they are known."""
    awarded = awarded_on(subaward)
    days = closeout_days(subaward.ends_on, awarded) if subaward.ends_on and awarded else None
    due = {"reports": days.reports_due_on, "target": days.target_on} if days else {}
    return [
        {
            "title": item.title,
            "cites": item.cites,
            "whose": _THEIRS if item.theirs else _OURS,
            "due_on": due.get(item.due),
            "status": _NOT_BEGUN,
            "settled_on": None,
            "said": "",
        }
        for item in items_for(subaward.program.family)
    ]


def _money(subaward: Subaward, through: date, as_known_at: datetime) -> dict[str, Any]:
    """What is obligated, spent and paid, and what follows from it at the end."""
    found = standings(
        "subaward_id", through=through, as_known_at=as_known_at, where={"subaward_id": [subaward.pk]}
    )
    standing = found.get(subaward.pk, Standing())
    left = settlement(
        obligated=standing.obligated,
        allowable=standing.spent,
        paid=standing.paid,
        cost_share_required=subaward.required_cost_share,
        cost_shared=standing.cost_shared,
    )
    return {
        "obligated": standing.obligated,
        "spent": standing.spent,
        "paid": standing.paid,
        "program_income": standing.program_income,
        "cost_share_required": subaward.required_cost_share,
        "cost_shared": standing.cost_shared,
        "refund_due": left.refund_due,
        "still_to_pay": left.still_to_pay,
        "to_deobligate": left.to_deobligate,
        "cost_share_short": left.cost_share_short,
    }


def _records(subaward: Subaward, through: date) -> dict[str, Any]:
    """Until when records are kept, and what holds them."""
    kept = retention_of(subaward, on=through)
    holds = RecordsHold.objects.filter(subaward=subaward, starts_on__lte=through).order_by("starts_on", "pk")
    return {
        "until": kept.until if kept else None,
        "under_part_200": kept.under_part_200 if kept else None,
        "under_treasury": kept.under_treasury if kept else None,
        "of_property": kept.of_property if kept else None,
        "holds": [[each.get_kind_display(), each.reason, each.starts_on, each.ends_on] for each in holds],
    }


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """The closeout, room to sign it, and notes."""
    yield from body(figures)
    yield Heading("Signatures", 2)
    yield SignatureBlock((Signer(figures["agency"]), Signer(figures["subrecipient"])))
    yield Notes(_NOTES)


def body(figures: dict[str, Any]) -> Iterator[Block]:
    """Where the closeout stands, its checklist, money, what stays open, and the records."""
    yield Heading(f"Closeout of subaward {figures['number']}")
    if figures["is_sample"]:
        yield Prose(SAMPLE)
    yield _standing(figures)
    yield from _checklist(figures)
    yield from _settlement(figures["money"])
    yield from _open(figures)
    yield from _kept(figures["records"])


def _standing(figures: dict[str, Any]) -> Facts:
    given = figures["closeout"] or {}
    pairs = [
        ("Title", figures["title"]),
        ("Program", figures["program"]),
        ("Pass-through entity", figures["agency"]),
        ("Subrecipient", figures["subrecipient"]),
        ("Stage of the subaward", figures["stage"]),
        ("Last day of performance", known(figures["ends_on"])),
        ("Closeout", given.get("status", "not begun")),
    ]
    if given:
        pairs += [
            ("Begun by", given["begun_by"]),
            ("Final reports and payments due", given["reports_due_on"]),
            ("To be closed by", known(given["target_on"])),
            ("Final financial report", known(given["final_report_on"])),
            ("All money spent or returned", known(given["expended_on"])),
            ("Last property disposed of", known(given["disposed_on"])),
        ]
    if given.get("is_done"):
        pairs += [("Finished by", given["finished_by"]), ("Finished on", given["finished_on"])]
    if given.get("reason"):
        pairs.append(("Why it was closed with items open", given["reason"]))
    return Facts(tuple(pairs))


def _checklist(figures: dict[str, Any]) -> Iterator[Block]:
    items = figures["items"]
    yield Heading("Checklist", 2)
    if figures["closeout"]:
        counts = {
            status: sum(each["status"] == status for each in items)
            for status in (*(stage.label for stage in ItemStage), _OVERDUE)
        }
        told = ", ".join(f"{count:,} {status.lower()}" for status, count in counts.items() if count)
        yield Prose(f"{len(items):,} items: {told}.")
    else:
        yield Prose("The closeout has not begun. This is what it will ask.")
    yield LedgerTable(
        "Checklist of closing the subaward (2 CFR 200.344)",
        (
            Column("What is done", weight=2), Column("By which law"), Column("By whom"),
            Column("Due", "date"), Column("Status"), Column("Settled", "date"), Column("Said to it"),
        ),
        [
            (each["title"], each["cites"], each["whose"], each["due_on"], each["status"],
             each["settled_on"], each["said"])
            for each in items
        ],
    )  # fmt: skip


def _settlement(money: dict[str, Any]) -> Iterator[Block]:
    yield Heading("Money", 2)
    words = (
        ("Obligated", "obligated"),
        ("Spent", "spent"),
        ("Paid, less refunds", "paid"),
        ("Program income", "program_income"),
        ("Cost share required", "cost_share_required"),
        ("Cost share given", "cost_shared"),
    )
    left = (
        ("To be refunded by the subrecipient (2 CFR 200.344(e), 200.346)", "refund_due"),
        ("Still to be paid to the subrecipient (2 CFR 200.344(d))", "still_to_pay"),
        ("To be deobligated (2 CFR 200.344(f))", "to_deobligate"),
        ("Cost share still lacking (2 CFR 200.306)", "cost_share_short"),
    )
    columns = (Column("Of the subaward", weight=3), Column("Dollars", "dollars"))
    yield FigureTable("Money of the subaward, in dollars", columns, [(w, money[name]) for w, name in words])
    yield FigureTable("Left to settle, in dollars", columns, [(w, money[name]) for w, name in left])


def _open(figures: dict[str, Any]) -> Iterator[Block]:
    yield Heading("What stays open", 2)
    findings = tuple(found_of(each) for each in figures["findings"])
    if findings:
        yield FindingList("Findings of the books not solved", findings)
    else:
        yield Prose("No finding of the books is open.")
    if figures["follow_ups"]:
        yield FindingList("To be put right", follow_ups_found(figures["follow_ups"]))
    else:
        yield Prose("No follow-up of a visit or an audit is open.")
    if figures["audit_findings"]:
        yield FigureTable(
            "Audit findings without a management decision",
            (
                Column("Reference"), Column("Requirement"), Column("What was found", weight=2),
                Column("Questioned ($)", "dollars"),
            ),
            figures["audit_findings"],
        )  # fmt: skip
    else:
        yield Prose("No audit finding on this subaward waits for a decision.")


def _kept(records: dict[str, Any]) -> Iterator[Block]:
    yield Heading("Records", 2)
    yield Facts(
        (
            ("To be kept until", known(records["until"])),
            ("From the final financial report (2 CFR 200.334)", known(records["under_part_200"])),
            ("By Treasury's terms", known(records["under_treasury"])),
            ("Of property", known(records["of_property"])),
        )
    )
    if not records["holds"]:
        yield Prose(f"Holds on records: {NOT_RECORDED}.")
        return
    yield FigureTable(
        "Holds on records (2 CFR 200.334(a), (b))",
        (Column("Kind"), Column("Why", weight=2), Column("From", "date"), Column("To", "date")),
        records["holds"],
    )


REPORTS.add("closeout", Report("Closeout report", "2 CFR 200.344", gather, compose, about=("subaward",)))
