"""Plans, reviews and follow-ups of monitoring at the staff's desk."""

from django.contrib import admin
from django.http import HttpRequest

import grants.compliance.admin  # (whose pages take buttons)
import grants.monitoring.audits.admin
import grants.subawards.admin  # noqa: F401  (whose pages take buttons)
from grants.compliance.models import UNSOLVED, Finding
from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.columns import money
from grants.desk.filters import ByChoice
from grants.desk.forms import Reason
from grants.desk.pages import offer, offer_lead
from grants.desk.told import Table, Told
from grants.monitoring.audits.models import AuditFinding
from grants.monitoring.lists import ListAfterWork, first_of
from grants.monitoring.visits.actions import (
    cancel_visit,
    close_visit,
    finish_follow_up,
    follow_up_breach,
    follow_up_finding,
    follow_up_visit,
    hold_visit,
    plan_monitoring,
    review_report,
)
from grants.monitoring.visits.checklists import ANSWERS, checklist_of
from grants.monitoring.visits.forms import Evidence, Held, MendBooks, PutRight, Reading, Year
from grants.monitoring.visits.models import (
    FollowUp,
    FollowUpStage,
    MonitoringPlan,
    MonitoringVisit,
    ReportReview,
    VisitStage,
)
from grants.monitoring.visits.queries import reports_not_read
from grants.parties.admin import AGENCIES
from grants.parties.models import Party
from grants.subawards.models import Subaward


class VisitRows(Rows):
    """The reviews of the plan."""

    model = MonitoringVisit
    fields = ("kind", "planned_for", "stage", "held_on")
    show_change_link = True


class FollowUpRows(Rows):
    """What must be put right."""

    model = FollowUp
    fields = ("condition", "owner", "due_on", "stage", money("questioned_cost"))
    show_change_link = True


@admin.register(MonitoringPlan)
class MonitoringPlanDesk(Desk):
    """How often each subrecipient is looked at in a year."""

    section = "Monitoring"
    list_display = ("party", "year", "level", "made_by")
    list_select_related = ("party", "made_by")
    list_filter = ("year", ("level", ByChoice))
    search_fields = ("party__name",)
    ordering = ("-year", "id")
    inlines = (VisitRows,)
    begins = (Begin("Plan a year", "grants.Party", "monitoring.plan", "the agency"),)


@admin.register(MonitoringVisit)
class MonitoringVisitDesk(Desk):
    """Desk reviews and site visits (2 CFR 200.332(f))."""

    section = "Monitoring"
    list_display = ("party", "kind", "planned_for", "stage", "held_on", "held_by")
    list_select_related = ("party", "held_by")
    list_filter = (("stage", ByChoice), ("kind", ByChoice))
    search_fields = ("party__name", "result")
    ordering = ("planned_for", "id")
    hidden = ("answers",)
    inlines = (FollowUpRows,)
    buttons = (
        Button("Record what it found", hold_visit, Held, to=VisitStage.HELD),
        Button("Ask to put right", follow_up_visit, PutRight, among={"stage": VisitStage.HELD}),
        Button("Close", close_visit, to=VisitStage.CLOSED, in_bulk=True),
        Button("Call off", cancel_visit, Reason, to=VisitStage.CANCELLED),
    )

    def told(self, record: MonitoringVisit, *, on_its_page: bool = False) -> Told:
        """The checklist as it was answered."""
        if not record.answers:
            return Told()
        titles = {question.code: question for question in checklist_of(record.kind).questions}
        rows = [
            (
                titles[code].title if code in titles else code,
                ANSWERS.get(given["answer"], given["answer"]),
                given.get("note", ""),
                titles[code].cites if code in titles else "",
            )
            for code, given in record.answers.items()
        ]
        return Told(tables=(Table(f"Checklist {record.checklist}", ("Area", "Answer", "Note", "Law"), rows),))


@admin.register(FollowUp)
class FollowUpDesk(Desk):
    """What subrecipients must put right, until it is (2 CFR 200.332(e)(2))."""

    section = "Monitoring"
    list_display = ("party", "condition", "owner", "due_on", "stage", money("questioned_cost"))
    list_select_related = ("party",)
    list_filter = (("stage", ByChoice),)
    search_fields = ("party__name", "condition")
    ordering = ("due_on", "id")
    buttons = (Button("It is put right", finish_follow_up, Evidence, to=FollowUpStage.DONE),)


@admin.register(ReportReview)
class ReportReviewDesk(ListAfterWork):
    """Who read which report, and what came of it (2 CFR 200.332(e)(1))."""

    section = "Monitoring"
    list_display = ("subaward", "kind", "period", "result", "reviewed_on", "reviewed_by")
    list_select_related = ("subaward", "reviewed_by")
    list_filter = (("result", ByChoice), ("kind", ByChoice))
    search_fields = ("subaward__number",)
    ordering = ("-id",)

    def to_do(self, request: HttpRequest) -> Table | None:
        """Signed reports that nobody has read."""
        return first_of(
            "Reports not reviewed",
            ("Filing", "Subaward", "Period", "Stage"),
            reports_not_read(request.user),
            lambda each: (str(each), str(each.subaward), each.period.code, each.get_stage_display()),
        )

    begins = (Begin("Record a review", "grants.Subaward", "monitoring.review_report", "the subaward"),)


offer(Party, Button("Plan monitoring", plan_monitoring, Year, among=AGENCIES))
offer(Subaward, Button("Record a report's review", review_report, Reading, among={"stage": "issued"}))
offer(AuditFinding, Button("Ask to put right", follow_up_finding, PutRight))
offer(Finding, Button("Ask to put right", follow_up_breach, MendBooks, among={"stage__in": UNSOLVED}))
offer_lead(Party, Lead("Its reviews and visits", "grants_monitoringvisit", "party__id__exact"))
