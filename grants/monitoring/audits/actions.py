"""Following single audits: who is asked, what came, what was found, and what the agency decides."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.money import shown
from grants.kernel.refusals import Refusal
from grants.monitoring.audits.models import AuditFinding, AuditStage, ManagementDecision, SingleAudit
from grants.monitoring.audits.queries import duties_of, years_to_follow


@action("audit.follow", needs="monitor_subrecipients", locks=False)
def follow_audits(agency: Any, *, through: date, by: Any) -> int:
    """Begin to follow the audit of each fiscal year that a subrecipient of the agency ended by a day.

    Those that are followed already stay. Returns how many there are in all.
    """
    years = years_to_follow(agency, through=through)
    SingleAudit.objects.bulk_create(
        (
            SingleAudit(
                agency=agency, party_id=party, year_starts_on=year.starts_on, year_ends_on=year.ends_on
            )
            for party, found in years.items()
            for year in found
        ),
        ignore_conflicts=True,
    )
    return sum(map(len, years.values()))


@action("audit.declare", needs="declare_spending")
def declare_spending(audit: SingleAudit, *, amount: Decimal, source: str, by: Any) -> SingleAudit:
    """Keep what the party spent of federal money that these books do not hold, in dollars, and who said so.

    Refuses ``wrong-stage`` once the audit is in or the year is exempt.
    """
    if audit.stage != AuditStage.AWAITED:
        raise Refusal(f"{audit} is {audit.get_stage_display().lower()} already.", code="wrong-stage")
    audit.expended_elsewhere, audit.elsewhere_source = amount, source
    return _kept(audit)


@action("audit.receive", needs="monitor_subrecipients")
def receive_audit(
    audit: SingleAudit,
    *,
    kind: str,
    fac_report_id: str,
    fac_accepted_on: date,
    report_received_on: date | None = None,
    was_major_program: bool | None = None,
    by: Any,
) -> SingleAudit:
    """Keep that the audit report was accepted by the Federal Audit Clearinghouse (2 CFR 200.332(g)).

    Refuses ``not-yet`` for a day to come, and ``before-year-end`` for one before the year ended.
    """
    if fac_accepted_on > timezone.localdate():
        raise Refusal("The report cannot have been accepted on a day to come.", code="not-yet")
    if fac_accepted_on <= audit.year_ends_on:
        raise Refusal("A report is accepted after the fiscal year has ended.", code="before-year-end")
    audit.move_to(AuditStage.RECEIVED)
    audit.kind, audit.fac_report_id, audit.fac_accepted_on = kind, fac_report_id, fac_accepted_on
    audit.report_received_on, audit.was_major_program = report_received_on, was_major_program
    audit.verified_by, audit.verified_on = by, timezone.localdate()
    return _kept(audit)


@action("audit.exempt", needs="monitor_subrecipients")
def exempt_audit(audit: SingleAudit, *, statement: str, by: Any) -> SingleAudit:
    """Keep why no audit of the year was required.

    Refuses ``not-declared`` while nobody said what was spent elsewhere, and ``audit-required``.
    """
    if audit.expended_elsewhere is None:
        raise Refusal(f"{audit.party} has not said what it spent elsewhere.", code="not-declared")
    [standing] = duties_of([audit], on=timezone.localdate())
    if standing.duty.is_required:
        raise Refusal(
            f"{audit.party} spent {shown(standing.duty.expended)} in the year; from "
            f"{shown(standing.duty.threshold)} on an audit is required (2 CFR 200.501(a)).",
            code="audit-required",
        )
    audit.move_to(AuditStage.EXEMPT)
    audit.exemption, audit.verified_by, audit.verified_on = statement, by, timezone.localdate()
    return _kept(audit)


@action("audit.await", needs="monitor_subrecipients")
def await_audit(audit: SingleAudit, *, reason: str, by: Any) -> SingleAudit:
    """Take back an exemption: the audit is awaited again."""
    audit.move_to(AuditStage.AWAITED)
    return _kept(audit)


@action("audit.record_finding", needs="monitor_subrecipients", locks=False)
def record_finding(audit: SingleAudit, finding: AuditFinding, *, by: Any) -> AuditFinding:
    """Keep a finding of a received report, linked to the subaward of ours that it concerns.

    Refuses ``not-received``, and ``another-party`` for a subaward that the audited party does not have.
    """
    if audit.stage != AuditStage.RECEIVED:
        raise Refusal("Record the report before its findings.", code="not-received")
    subaward = finding.subaward
    if subaward and (subaward.subrecipient_id, subaward.program.agency_id) != (
        audit.party_id,
        audit.agency_id,
    ):
        raise Refusal(
            f"{subaward} is not a subaward of {audit.agency} to {audit.party}.", code="another-party"
        )
    finding.audit, finding.is_ours = audit, bool(finding.is_ours or subaward)
    finding.full_clean()
    finding.save()
    return finding


@action("audit.decide", needs="decide_audit_findings", locks=False)
def decide_finding(finding: AuditFinding, decision: ManagementDecision, *, by: Any) -> ManagementDecision:
    """Issue the management decision on a finding that concerns our money (2 CFR 200.521).

    Refuses ``not-ours``: others decide on the rest.
    """
    if not finding.is_ours:
        raise Refusal("The finding does not concern money of this agency.", code="not-ours")
    decision.finding, decision.decided_by = finding, by
    decision.full_clean()
    decision.save()
    return decision


def _kept(audit: SingleAudit) -> SingleAudit:
    audit.full_clean()
    audit.save()
    return audit
