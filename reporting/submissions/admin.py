"""Files made for federal portals at the staff's desk."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from grants.desk.base import Desk
from grants.desk.buttons import Begin, Button
from grants.desk.filters import ByRecord
from grants.desk.pages import offer
from grants.models import Program
from reporting.submissions.actions import make_submission
from reporting.submissions.forms import Make
from reporting.submissions.models import Submission

SAYS = "The files are kept as they are made, with what the portal would refuse of them, and never change."
MOST_TOLD = 200
offer(Program, Button("Make the files of a federal report", make_submission, Make, says=SAYS))


@admin.register(Submission)
class SubmissionDesk(Desk):
    """Files that were made for federal portals, with what the portals would refuse; frozen."""

    section = "Reports"
    list_display = ("number", "title", "program", "period", "errors", "warnings", "made_by", "made_at")
    list_select_related = ("program", "made_by")
    list_filter = ("export", ("program", ByRecord))
    date_hierarchy = "made_at"
    search_fields = ("number", "title", "sha256", "files__sha256")
    search_help_text = "Number, title or SHA-256"
    ordering = ("-id",)
    hidden = ("objections", "figures", "export")
    readonly_fields = ("all_files", "would_be_refused")
    begins = (Begin("Make the files of a federal report", "grants.Program", "submission.make"),)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Without the objections and figures, which no list needs."""
        return super().get_queryset(request).defer("objections", "figures")

    @admin.display(description="files")
    def all_files(self, submission: Submission) -> SafeString:
        """The way to all files at once, and the hash of each."""
        address = reverse("submission-content", args=[submission.number])
        rows = submission.files.order_by("place").values_list("name", "rows", "sha256")
        listed = format_html_join("", "<li>{}: {} rows, SHA-256 {}</li>", rows)
        link = format_html('<a class="text-link" href="{}">{}.zip</a>', address, submission.number)
        return format_html("{}<ol>{}</ol>", link, listed)

    @admin.display(description="what the portal would refuse")
    def would_be_refused(self, submission: Submission) -> SafeString | str:
        """Errors first, each with the cells of the file, and the filing cells or records behind it."""
        told = submission.objections[:MOST_TOLD]
        if not told:
            return "Nothing"
        rows = (
            (each["severity"], f"{each['file']} {each['cells']}".strip(), each["message"], each["fix"],
             "; ".join(each["causes"]))
            for each in told
        )  # fmt: skip
        items = format_html_join("", "<li>{}: {}: {} {} <small>{}</small></li>", rows)
        rest = len(submission.objections) - len(told)
        more = f"and {rest:,} more, in the command and the API" if rest else ""
        return format_html("<ol>{}</ol>{}", items, more)
