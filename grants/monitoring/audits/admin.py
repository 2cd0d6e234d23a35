"""Single audits at the staff's desk."""

from datetime import date

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

import grants.subawards.admin  # noqa: F401  (whose pages take buttons)
from grants.compliance.duties import decision_due_on
from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.columns import money
from grants.desk.filters import ByChoice
from grants.desk.forms import Reason
from grants.desk.pages import offer, offer_lead
from grants.desk.told import Table, Told
from grants.kernel.periods import long_date
from grants.monitoring.audits.actions import (
    await_audit,
    decide_finding,
    declare_spending,
    exempt_audit,
    follow_audits,
    receive_audit,
    record_finding,
)
from grants.monitoring.audits.forms import Declaration, Exemption, Finding, Report, Through, Verdict
from grants.monitoring.audits.models import AuditFinding, AuditStage, ManagementDecision, SingleAudit
from grants.monitoring.audits.queries import decisions_due, duties_of, overdue_audits
from grants.monitoring.lists import ListAfterWork, first_of
from grants.parties.admin import AGENCIES
from grants.parties.models import Party


class FindingRows(Rows):
    """What the auditor found."""

    model = AuditFinding
    fields = ("reference", "requirement", "subaward", money("questioned_cost"), "is_ours")
    show_change_link = True


@admin.register(SingleAudit)
class SingleAuditDesk(ListAfterWork):
    """Audits of subrecipients' fiscal years: required or not, due, received, exempt."""

    section = "Monitoring"
    list_display = (
        "party",
        "year_ends_on",
        "stage",
        money("expended_elsewhere", "elsewhere"),
        "fac_accepted_on",
    )
    list_select_related = ("party",)
    list_filter = (("stage", ByChoice),)
    search_fields = ("party__name", "party__uei", "fac_report_id")
    ordering = ("-year_ends_on", "id")
    inlines = (FindingRows,)
    buttons = (
        Button(
            "Declare spending elsewhere", declare_spending, Declaration, among={"stage": AuditStage.AWAITED}
        ),
        Button("Record the report", receive_audit, Report, to=AuditStage.RECEIVED),
        Button("Exempt", exempt_audit, Exemption, to=AuditStage.EXEMPT),
        Button("Await it again", await_audit, Reason, to=AuditStage.AWAITED),
        Button("Record a finding", record_finding, Finding, among={"stage": AuditStage.RECEIVED}),
    )
    begins = (Begin("Follow audits", "grants.Party", "audit.follow", "the agency that passed money on"),)

    def to_do(self, request: HttpRequest) -> Table | None:
        """Audits that are late."""
        return first_of(
            "Audits overdue",
            ("Subrecipient", "Fiscal year to", "Federal money", "Due"),
            overdue_audits(request.user, on=timezone.localdate()),
            lambda late: (
                str(late.audit.party),
                long_date(late.audit.year_ends_on),
                late.duty.expended,
                _day(late.duty.due_on),
            ),
        )

    def told(self, record: SingleAudit, *, on_its_page: bool = False) -> Told:
        """What was spent, whether an audit is required, and by when."""
        [standing] = duties_of([record], on=timezone.localdate())
        duty = standing.duty
        due = _day(duty.due_on)
        return Told(
            facts=(
                ("Federal money spent, by these books", standing.expended_here),
                ("Threshold of the year", duty.threshold),
                ("How it stands", standing.in_words),
                ("Due to the Clearinghouse", due),
            ),
            warnings=[f"The audit was due on {due} and has not come."] if standing.is_overdue else (),
        )


@admin.register(AuditFinding)
class AuditFindingDesk(ListAfterWork):
    """Findings of auditors, with the day by which a management decision is due."""

    section = "Monitoring"
    list_display = ("reference", "audit", "requirement", "subaward", money("questioned_cost"), "is_ours")
    list_select_related = ("audit__party", "subaward")
    search_fields = ("reference", "audit__party__name", "summary")
    ordering = ("-id",)
    buttons = (
        Button(
            "Decide",
            decide_finding,
            Verdict,
            says="The subrecipient sees the decision; it never changes.",
            among={"is_ours": True, "decision": None},
        ),
    )

    def to_do(self, request: HttpRequest) -> Table | None:
        """Findings that wait for a decision."""
        return first_of(
            "Decisions due",
            ("Finding", "Subrecipient", "Subaward", "Due"),
            decisions_due(request.user, on=timezone.localdate()),
            lambda due: (
                due.finding.reference,
                str(due.finding.audit.party),
                str(due.finding.subaward or "–"),
                long_date(due.due_on) + (" (overdue)" if due.is_overdue else ""),
            ),
        )

    def told(self, record: AuditFinding, *, on_its_page: bool = False) -> Told:
        """When its decision is due."""
        accepted = record.audit.fac_accepted_on
        if not accepted or not record.is_ours:
            return Told()
        due = decision_due_on(accepted)
        late = due < timezone.localdate() and not hasattr(record, "decision")
        warned = [f"The management decision was due on {long_date(due)} (2 CFR 200.521(d))."] if late else ()
        return Told(facts=(("Management decision due", long_date(due)),), warnings=warned)


@admin.register(ManagementDecision)
class ManagementDecisionDesk(Desk):
    """What the agency decided on findings (2 CFR 200.521)."""

    section = "Monitoring"
    list_display = ("finding", "sustained", "expected", money("amount"), "decided_on", "decided_by")
    list_select_related = ("finding__audit__party", "decided_by")
    list_filter = (("sustained", ByChoice),)
    ordering = ("-id",)


def _day(day: date | None) -> str:
    return long_date(day) if day else "–"


offer(Party, Button("Follow audits", follow_audits, Through, among=AGENCIES))
offer_lead(Party, Lead("Its single audits", "grants_singleaudit", "party__id__exact"))
