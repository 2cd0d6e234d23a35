"""Periods and filings at the staff's desk."""

import re

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.columns import brief, money
from grants.desk.filters import ByChoice, ByRecord
from grants.desk.forms import Confirm, Reason
from grants.desk.pages import offer_lead
from grants.desk.told import Told
from grants.desk.waiting import Decision, waits
from grants.programs.models import Program
from reporting.filings.actions import accept_filing, return_filing
from reporting.filings.board_pages import PeriodPages
from reporting.filings.models import Certification, Filing, Reminder, ReportingPeriod, Stage
from reporting.filings.told import told_of_filing

_MARKED = '{} <span class="mark">sample</span>'


@admin.display(description="reporting period", ordering="code")
def period_named(period: ReportingPeriod) -> str:
    """The program and the code, with the word “sample” where the program is made up."""
    return format_html(_MARKED, period) if period.program.is_sample else str(period)


@admin.register(ReportingPeriod)
class PeriodDesk(PeriodPages, Desk):
    """Stretches of days for which subrecipients report."""

    section = "Reports"
    list_display = (period_named, "starts_on", "ends_on", "due_on")
    list_select_related = ("program",)
    list_filter = (("program", ByRecord),)
    date_hierarchy = "due_on"
    search_fields = ("code", "program__name")
    search_help_text = "Code, or name of the program"
    ordering = ("-due_on", "-id")
    leads = (
        Lead("How it stands", "reporting_reportingperiod_board"),
        Lead("Its filings", "reporting_filing", "period__id__exact"),
        Lead("Reminders sent", "reporting_reminder", "period__id__exact"),
    )
    begins = (Begin("Open periods", "grants.Program", "period.open"),)


offer_lead(Program, Lead("By project, subaward and quarter", "reporting_reportingperiod_quarters"))


class CertificationRows(Rows):
    """Who signed for it, and what."""

    model = Certification
    fields = ("certified_by", "certified_at", "version", "text")


@admin.display(description="SHA-256")
def digest(filing: Filing) -> str:
    """The hash of its file, which may be broken anywhere on a narrow page."""
    return format_html_join("", "{}<wbr>", ((part,) for part in re.findall("." * 8, filing.sha256)))


@admin.display(description="problems")
def problems_told(filing: Filing) -> str:
    """What was found in it, with sheet, cells and what to do."""
    rows = (
        (problem["severity"], f"{problem['sheet']} {problem['cells']}".strip(), problem["message"])
        for problem in filing.problems
    )
    return format_html_join("", "<p><b>{}</b> {}: {}</p>", rows) or "none"


@admin.register(Filing)
class FilingDesk(Desk):
    """Workbooks received from subrecipients, accepted or returned here."""

    section = "Reports"
    list_display = (
        "number",
        "subaward",
        brief("subaward__subrecipient", "subrecipient"),
        brief("period__code", "period"),
        "stage",
        money("spent"),
        "warnings",
        brief("is_late", "late"),
        "certified_at",
    )
    list_select_related = ("subaward__subrecipient", "period")
    list_filter = (("stage", ByChoice), "is_late", ("period", ByRecord))
    date_hierarchy = "received_at"
    search_fields = ("subaward__number", "subaward__subrecipient__name", "sha256", "name")
    search_help_text = "Number of the subaward, name of the subrecipient, file name or SHA-256"
    ordering = ("-id",)
    hidden = ("problems", "figures", "sha256")
    readonly_fields = (digest, problems_told)
    headline = (money("spent", "reported as spent"),)
    inlines = (CertificationRows,)
    buttons = (
        Button(
            "Accept",
            accept_filing,
            Confirm,
            says="Its lines are posted, whole or not at all; what an earlier filing posted is reversed.",
            to=Stage.ACCEPTED,
            in_bulk=True,
        ),
        Button(
            "Return",
            return_filing,
            Reason,
            says="The subrecipient reads why, and files again.",
            to=Stage.RETURNED,
        ),
    )

    def told(self, record: Filing, *, on_its_page: bool = False) -> Told:
        """What it reports; its page shows the rest."""
        return told_of_filing(record, with_facts=not on_its_page)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Without the figures, which no page shows."""
        return super().get_queryset(request).defer("figures")


waits(
    Decision(
        Filing,
        Button("Filings to accept", accept_filing, to=Stage.ACCEPTED),
        lambda filing: f"{filing.subaward}, {filing.subaward.subrecipient}, {filing.period.code}",
        own=("prepared_by", "certified_by"),
        related=("subaward__subrecipient", "period"),
    )
)


@admin.register(Reminder)
class ReminderDesk(Desk):
    """Mails to subrecipients about reports that they had not signed."""

    section = "Reports"
    list_display = ("sent_at", "party", "period", "kind", "sent_to")
    list_display_links = ("party",)
    list_select_related = ("party", "period__program")
    list_filter = (("kind", ByChoice), ("period", ByRecord))
    search_fields = ("party__name",)
    ordering = ("-id",)
