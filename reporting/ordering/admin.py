"""Ordered and scheduled reports at the staff's desk."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from grants.desk.base import Desk
from grants.desk.buttons import Begin, Button
from grants.desk.filters import ByChoice, ByRecord
from grants.desk.forms import Reason
from grants.desk.pages import offer
from reporting.documents.admin import REPORTED
from reporting.ordering.actions import order_report, schedule_report, stop_schedule
from reporting.ordering.forms import Order, Schedule
from reporting.ordering.models import ReportOrder, ReportSchedule

for _model, _subjects in REPORTED.items():
    _kinds = frozenset().union(*(subject.kinds for subject in _subjects))
    _among = {"kind__in": sorted(_kinds)} if _kinds else {}
    offer(_model, Button("Order a long report", order_report, Order, "A worker issues it.", among=_among))
    offer(_model, Button("Schedule a report", schedule_report, Schedule, among=_among))


@admin.register(ReportSchedule)
class ScheduleDesk(Desk):
    """Reports issued at the end of each week, month or quarter."""

    section = "Reports"
    list_display = ("report", "about", "each", "format", "set_up_by", "set_up_on", "stopped_at")
    list_select_related = ("set_up_by",)
    list_filter = (("each", ByChoice), ("program", ByRecord))
    ordering = ("-id",)
    buttons = (
        Button("Stop", stop_schedule, Reason, says="What it issued stays.", among={"stopped_at": None}),
    )
    begins = (Begin("Schedule a report on a program", "grants.Program", "report.schedule"),)


@admin.register(ReportOrder)
class OrderDesk(Desk):
    """Reports that a worker issues."""

    section = "Reports"
    list_display = ("report", "about", "through", "format", "document", "ordered_by", "ordered_at")
    list_select_related = ("document", "ordered_by")
    list_filter = (("program", ByRecord),)
    ordering = ("-id",)
    hidden = ("job",)
    readonly_fields = ("page",)
    begins = (Begin("Order a report on a program", "grants.Program", "report.order"),)

    @admin.display(description="how it stands")
    def page(self, order: ReportOrder) -> str:
        """The way to its own page."""
        address = reverse("order", args=[order.pk])
        return format_html('<a class="text-link" href="{}">How it stands</a>', address)
