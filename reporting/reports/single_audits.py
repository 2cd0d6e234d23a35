"""Single audits of an agency's subrecipients: who must have one, what came, and what is to be decided."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.compliance.duties import decision_due_on
from grants.kernel.money import ZERO, total
from grants.ledger.queries import sums
from grants.monitoring.audits.models import AuditFinding, AuditStage, SingleAudit
from grants.monitoring.audits.queries import AuditStanding, duties_of
from grants.monitoring.schedule.queries import SIGNS
from grants.parties.models import Party
from grants.subawards.models import Subaward
from reporting.blocks import Block, Column, Facts, FigureTable, Heading, Notes, Prose
from reporting.report import REPORTS, Report

UNKNOWN = "not recorded"
_YES = {True: "Yes", False: "No", None: UNKNOWN}
_NOTES = (
    (
        "Expended here is what the books of the agency hold of the fiscal year: costs of subawards when they "
        "were incurred, and what was passed on when it was paid (2 CFR 200.502). Expended elsewhere is what "
        "the party, or its audit report, says of other federal money."
    ),
    (
        "The first day of the fiscal year chooses the threshold (2 CFR 200.501). The package is due 30 days "
        "after the auditor's report or nine months after the year, whichever comes first, or on the next "
        "business day (2 CFR 200.512). A decision is due six months after the Clearinghouse accepted the "
        "report (2 CFR 200.521(d))."
    ),
    "Audits, findings and decisions are those on record when this document was issued.",
)


def gather(agency: Party, through: date, as_known_at: datetime) -> dict[str, Any]:
    """Every audit followed of a fiscal year that ended by a day, as it stands on that day; dollars."""
    del as_known_at
    agencies = [agency, *agency.children.order_by("pk")]
    audits = list(
        SingleAudit.objects.filter(agency__in=agencies, year_ends_on__lte=through)
        .select_related("party", "agency")
        .order_by("party__name", "party_id", "year_ends_on", "pk")
    )
    paid = _paid(audits)
    return {
        "agency": agency.name,
        "through": through,
        "audits": [_audit(each, paid[each.audit.pk]) for each in duties_of(audits, on=through)],
        "findings": [_finding(each, through) for each in _findings(audits)],
    }


def _paid(audits: Iterable[SingleAudit]) -> dict[int, Decimal]:
    """What each party was paid of its subawards in the audited year, less refunds; federal dollars."""
    followed = list(audits)
    paid = {audit.pk: ZERO for audit in followed}
    rows = Subaward.objects.filter(
        program__agency__in={audit.agency_id for audit in followed},
        subrecipient__in={audit.party_id for audit in followed},
    ).values_list("pk", "program__agency_id", "subrecipient_id")
    owner = {subaward: (agency, party) for subaward, agency, party in rows}
    of_party: dict[tuple[int, int], list[SingleAudit]] = {}
    for audit in followed:
        of_party.setdefault((audit.agency_id, audit.party_id), []).append(audit)
    by = ("subaward_id", "federal_award_id", "kind", "month")
    for row in sums(by, where={"subaward_id": list(owner), "kind": list(SIGNS)}) if owner else ():
        if row["federal_award_id"] is not None:
            for audit in of_party.get(owner[row["subaward_id"]], ()):
                if audit.year_starts_on <= row["month"] <= audit.year_ends_on:
                    paid[audit.pk] += row["amount"] * SIGNS[row["kind"]]
    return paid


def _audit(standing: AuditStanding, paid: Decimal) -> dict[str, Any]:
    audit, duty = standing.audit, standing.duty
    return {
        "party": f"{audit.party.name} (sample)" if audit.party.is_sample else audit.party.name,
        "uei": audit.party.uei,
        "ein": audit.party.ein,
        "year_starts_on": audit.year_starts_on,
        "year_ends_on": audit.year_ends_on,
        "here": standing.expended_here,
        "elsewhere": audit.expended_elsewhere,
        "elsewhere_source": audit.elsewhere_source,
        "threshold": duty.threshold,
        "is_required": duty.is_required if standing.is_known else None,
        "due_on": duty.due_on,
        "is_overdue": standing.is_overdue,
        "stage": audit.stage,
        "in_words": standing.in_words,
        "kind": audit.get_kind_display() if audit.kind else "",
        "exemption": audit.exemption,
        "report_received_on": audit.report_received_on,
        "fac_report_id": audit.fac_report_id,
        "fac_accepted_on": audit.fac_accepted_on,
        "was_major_program": audit.was_major_program,
        "paid": paid,
    }


def _findings(audits: Iterable[SingleAudit]) -> Iterable[AuditFinding]:
    chosen = AuditFinding.objects.filter(audit__in=[audit.pk for audit in audits])
    related = ("audit__party", "subaward", "decision")
    return chosen.select_related(*related).order_by("audit__party__name", "audit", "reference", "pk")


def _finding(finding: AuditFinding, on: date) -> dict[str, Any]:
    decision = getattr(finding, "decision", None)
    accepted = finding.audit.fac_accepted_on
    due = decision_due_on(accepted) if accepted and finding.is_ours else None
    return {
        "party": finding.audit.party.name,
        "year_ends_on": finding.audit.year_ends_on,
        "reference": finding.reference,
        "requirement": finding.requirement,
        "questioned_cost": finding.questioned_cost,
        "is_repeat": finding.is_repeat,
        "is_ours": finding.is_ours,
        "subaward": finding.subaward.number if finding.subaward else "",
        "plan_received_on": finding.plan_received_on,
        "due_on": due,
        "decided_on": decision.decided_on if decision else None,
        "sustained": decision.get_sustained_display() if decision else "",
        "amount": decision.amount if decision else None,
        "is_overdue": bool(due and not decision and due < on),
    }


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """How many stand how; who must have an audit; what came; findings and decisions; what was paid."""
    audits, findings = figures["audits"], figures["findings"]
    yield Heading("Single audits of subrecipients")
    yield Facts(_counts(figures))
    if not audits:
        yield Prose("No audit of a fiscal year that ended by this day is followed.")
    else:
        yield Heading("Who must have an audit", 2)
        yield _duties(audits)
        yield Heading("What came", 2)
        yield _received(audits)
        yield Heading("Findings and management decisions", 2)
        if findings:
            yield _decisions(findings)
        else:
            yield Prose("No finding is recorded.")
        yield Heading("Expended beside what was paid", 2)
        yield _beside_payments(audits)
    yield Notes(_NOTES)


def _counts(figures: dict[str, Any]) -> list[tuple[str, Any]]:
    audits, findings = figures["audits"], figures["findings"]
    ours = [finding for finding in findings if finding["is_ours"]]
    return [
        ("Agency", figures["agency"]),
        ("As it stands on", figures["through"]),
        ("Audits followed", f"{len(audits):,}"),
        ("Required", f"{sum(each['is_required'] is True for each in audits):,}"),
        ("Not known whether required", f"{sum(each['is_required'] is None for each in audits):,}"),
        ("Received", f"{sum(each['stage'] == AuditStage.RECEIVED for each in audits):,}"),
        ("Exempt", f"{sum(each['stage'] == AuditStage.EXEMPT for each in audits):,}"),
        ("Overdue", f"{sum(each['is_overdue'] for each in audits):,}"),
        ("Findings", f"{len(findings):,}"),
        ("Findings on our money", f"{len(ours):,}"),
        ("Decisions made", f"{sum(each['decided_on'] is not None for each in ours):,}"),
        ("Decisions overdue", f"{sum(each['is_overdue'] for each in ours):,}"),
    ]


def _duties(audits: list[dict[str, Any]]) -> FigureTable:
    columns = (
        Column("Subrecipient", weight=2),
        Column("Year from", "date"),
        Column("Year to", "date"),
        Column("Expended here", "dollars"),
        Column("Elsewhere", "dollars"),
        Column("Threshold", "dollars"),
        Column("Required"),
    )
    rows = [
        (
            each["party"],
            each["year_starts_on"],
            each["year_ends_on"],
            each["here"],
            each["elsewhere"],
            each["threshold"],
            "Not known" if each["is_required"] is None else _YES[each["is_required"]],
        )
        for each in audits
    ]
    here = total(each["here"] for each in audits)
    elsewhere = total(each["elsewhere"] or ZERO for each in audits)
    totals = (f"Total of {len(audits):,}", None, None, here, elsewhere, None, None)
    return FigureTable("Expended in the fiscal year, in dollars; empty: not declared", columns, rows, totals)


def _received(audits: list[dict[str, Any]]) -> FigureTable:
    columns = (
        Column("Subrecipient (UEI, EIN)", weight=2),
        Column("Year to", "date"),
        Column("Due", "date"),
        Column("How it stands", weight=1.6),
        Column("Report", weight=1.4),
        Column("Accepted", "date"),
        Column("Our money major"),
    )
    rows = [
        (
            f"{each['party']} ({_identified(each)})",
            each["year_ends_on"],
            each["due_on"],
            (each["exemption"] and f"exempt: {each['exemption']}") or each["in_words"],
            ", ".join(filter(None, (each["kind"], each["fac_report_id"]))),
            each["fac_accepted_on"],
            _YES[each["was_major_program"]] if each["stage"] == AuditStage.RECEIVED else "",
        )
        for each in audits
    ]
    return FigureTable("Reports to the Federal Audit Clearinghouse", columns, rows)


def _identified(audit: dict[str, Any]) -> str:
    """The identifiers of the party of an audit."""
    known = [f"{name} {audit[name.lower()]}" for name in ("UEI", "EIN") if audit[name.lower()]]
    return ", ".join(known) or f"UEI, EIN {UNKNOWN}"


def _decisions(findings: list[dict[str, Any]]) -> FigureTable:
    columns = (
        Column("Subrecipient, finding", weight=2),
        Column("Requirement", weight=1.3),
        Column("Concerns", weight=1.2),
        Column("Questioned", "dollars"),
        Column("Plan received", "date"),
        Column("Decision due", "date"),
        Column("Decided", "date"),
        Column("Decision", weight=1.2),
    )
    rows = [
        (
            f"{each['party']}, {each['reference']}{' (repeat)' if each['is_repeat'] else ''}",
            each["requirement"],
            each["subaward"] or ("our money" if each["is_ours"] else "others' money"),
            each["questioned_cost"],
            each["plan_received_on"],
            each["due_on"],
            each["decided_on"],
            each["sustained"] or ("overdue" if each["is_overdue"] else ""),
        )
        for each in findings
    ]
    asked = total(each["questioned_cost"] for each in findings)
    totals = (f"Total of {len(findings):,}", None, None, asked, None, None, None, None)
    return FigureTable("Findings, in dollars", columns, rows, totals)


def _beside_payments(audits: list[dict[str, Any]]) -> FigureTable:
    columns = (
        Column("Subrecipient", weight=2),
        Column("Year to", "date"),
        Column("Expended here", "dollars"),
        Column("Paid", "dollars"),
        Column("Difference", "dollars"),
    )
    rows = [
        (each["party"], each["year_ends_on"], each["here"], each["paid"], each["here"] - each["paid"])
        for each in audits
    ]
    sums_of = [total(row[column] for row in rows) for column in (2, 3, 4)]
    return FigureTable("In the fiscal year, in dollars", columns, rows, ("Total", None, *sums_of))


REPORTS.add(
    "single-audits",
    Report("Single audits of subrecipients", "2 CFR 200.332(g), 200.512", gather, compose, about=("agency",)),
)
