"""The management decision letter: what an agency decides on findings of an audit (2 CFR 200.521)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from grants.compliance.duties import decision_due_on
from grants.kernel.periods import Period
from grants.monitoring.audits.models import AuditFinding, ManagementDecision, SingleAudit
from grants.parties.models import Contact, ContactKind
from grants.subawards.models import Subaward
from reporting.blocks import Block, Facts, Heading, Notes, Prose, SignatureBlock, Signer
from reporting.report import REPORTS, Report

UNKNOWN = "not recorded"
_NOTES = (
    (
        "A decision is due six months after the Clearinghouse accepted the report; the auditee begins its "
        "corrective action without waiting for it (2 CFR 200.521(d))."
    ),
    "This letter has the words of the decision as it was recorded; a decision never changes.",
)


def gather(decided: ManagementDecision | SingleAudit, through: date, as_known_at: datetime) -> dict[str, Any]:
    """One decision, or all decisions on the findings of one audit, made by a day; dollars."""
    del as_known_at
    audit = decided if isinstance(decided, SingleAudit) else decided.finding.audit
    chosen = ManagementDecision.objects.filter(finding__audit=audit, decided_on__lte=through)
    if isinstance(decided, ManagementDecision):
        chosen = chosen.filter(pk=decided.pk)
    decisions = chosen.select_related("finding__subaward", "decided_by").order_by("finding__reference", "pk")
    awarding = audit.agency.contacts.filter(kind=ContactKind.AWARDING).order_by("pk").first()
    addressee = audit.party.contacts.filter(kind=ContactKind.CERTIFIER).order_by("pk").first()
    return {
        "agency": audit.agency.name,
        "contact": _named(awarding, "name", "email", "phone"),
        "party": audit.party.name,
        "is_sample": audit.party.is_sample,
        "address": ", ".join(filter(None, map(str.strip, audit.party.address.splitlines()))),
        "addressee": _named(addressee, "name", "title"),
        "uei": audit.party.uei,
        "year_starts_on": audit.year_starts_on,
        "year_ends_on": audit.year_ends_on,
        "kind": audit.get_kind_display() if audit.kind else "",
        "fac_report_id": audit.fac_report_id,
        "fac_accepted_on": audit.fac_accepted_on,
        "due_on": decision_due_on(audit.fac_accepted_on) if audit.fac_accepted_on else None,
        "undecided": _undecided(audit, through) if isinstance(decided, SingleAudit) else [],
        "decisions": [_decision(each) for each in decisions],
    }


def _named(contact: Contact | None, *fields: str) -> str:
    """What is known of a person to write to, in one line."""
    return ", ".join(filter(None, (getattr(contact, field, "") for field in fields)))


def _undecided(audit: SingleAudit, through: date) -> list[str]:
    """The findings on the agency's money that it has not decided on by a day."""
    open_ones = AuditFinding.objects.filter(audit=audit, is_ours=True).exclude(
        decision__decided_on__lte=through
    )
    return list(open_ones.order_by("reference", "pk").values_list("reference", flat=True))


def _decision(decision: ManagementDecision) -> dict[str, Any]:
    finding = decision.finding
    return {
        "reference": finding.reference,
        "requirement": finding.requirement,
        "summary": finding.summary,
        "questioned_cost": finding.questioned_cost,
        "is_repeat": finding.is_repeat,
        "plan_received_on": finding.plan_received_on,
        "subaward": finding.subaward.number if finding.subaward else "",
        "awards": _awards(finding.subaward) if finding.subaward else [],
        "sustained": decision.get_sustained_display(),
        "reasons": decision.reasons,
        "expected": decision.get_expected_display(),
        "expected_action": decision.expected_action,
        "amount": decision.amount,
        "timetable": decision.timetable,
        "appeal": decision.appeal,
        "asked": decision.asked,
        "decided_on": decision.decided_on,
        "decided_by": decision.decided_by.name,
    }


def _awards(subaward: Subaward) -> list[str]:
    """The federal awards that pay a subaward: listing and FAIN of each."""
    splits = subaward.splits.filter(federal_award__isnull=False).select_related("federal_award")
    awards = [split.federal_award for split in splits.order_by("federal_award__code")]
    return [f"{award.aln} {award.title}, FAIN {award.fain or UNKNOWN}" for award in awards if award]


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """The letter: whose audit, then each finding with what is decided on it, then the signature."""
    yield Heading("Management decision")
    if figures["is_sample"]:
        yield Prose("This party is a sample. It is made up, and its money is not real.")
    yield Facts(_identity(figures))
    if not figures["decisions"]:
        yield Prose("No decision on a finding of this audit is recorded by this day.")
    for decision in figures["decisions"]:
        yield from _composed(decision)
    if figures["undecided"]:
        yield Heading("Not decided yet", 2)
        yield Prose(f"Findings on our money without a decision: {', '.join(figures['undecided'])}.")
    for person, days in _signers(figures).items():
        yield Heading(f"Signature: {person}", 2)
        yield SignatureBlock([Signer(figures["agency"], person)])
        yield Prose(f"Decided on {days}. The signature is added by hand.")
    yield Notes(_NOTES)


def _signers(figures: dict[str, Any]) -> dict[str, str]:
    """Who decided, and on which days."""
    found: dict[str, list[str]] = {}
    for each in figures["decisions"]:
        days = found.setdefault(each["decided_by"], [])
        if (day := each["decided_on"].isoformat()) not in days:
            days.append(day)
    return {person: ", ".join(days) for person, days in found.items()}


def _identity(figures: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        ("Pass-through entity", figures["agency"]),
        ("Whom to ask", figures["contact"] or UNKNOWN),
        ("To", figures["party"]),
        ("Attention", figures["addressee"] or UNKNOWN),
        ("Address", figures["address"] or UNKNOWN),
        ("UEI", figures["uei"] or UNKNOWN),
        ("Audit period", str(Period(figures["year_starts_on"], figures["year_ends_on"]))),
        ("Kind of audit", figures["kind"] or UNKNOWN),
        ("Report of the Federal Audit Clearinghouse", figures["fac_report_id"] or UNKNOWN),
        ("Accepted on", figures["fac_accepted_on"] or UNKNOWN),
        ("Decision due by", figures["due_on"] or UNKNOWN),
    ]


def _composed(decision: dict[str, Any]) -> Iterator[Block]:
    """One finding: what was found, what is decided and why, what is asked, and how to appeal."""
    yield Heading(f"Finding {decision['reference']}: {decision['sustained'].lower()}", 2)
    yield Facts(
        (
            ("Subaward", decision["subaward"] or UNKNOWN),
            ("Federal award", "; ".join(decision["awards"]) or UNKNOWN),
            ("Compliance requirement", decision["requirement"]),
            ("Questioned costs ($)", decision["questioned_cost"]),
            ("Repeats an earlier finding", "Yes" if decision["is_repeat"] else "No"),
            ("Corrective action plan received on", decision["plan_received_on"] or UNKNOWN),
            ("Decided on", decision["decided_on"]),
        )
    )
    yield Heading("What was found", 3)
    yield Prose(decision["summary"])
    yield Heading("What is decided, and why", 3)
    yield Prose(f"{decision['sustained']}. {decision['reasons']}")
    yield Heading("What is expected", 3)
    yield Facts(
        (
            ("Action", decision["expected"]),
            ("What must be done", decision["expected_action"] or "nothing further"),
            ("To repay or adjust ($)", decision["amount"]),
            ("Timetable", decision["timetable"] or "none"),
            ("Further information asked for", decision["asked"] or "none"),
        )
    )
    yield Heading("How to appeal", 3)
    yield Prose(decision["appeal"])


REPORTS.add(
    "management-decision",
    Report(
        "Management decision", "2 CFR 200.521", gather, compose, about=("management_decision", "single_audit")
    ),
)
