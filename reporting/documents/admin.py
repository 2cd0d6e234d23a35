"""Issued documents at the staff's desk."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from grants.desk.base import Desk
from grants.desk.buttons import Begin, Button
from grants.desk.filters import ByChoice, ByRecord
from grants.desk.pages import offer
from reporting.documents.actions import issue_document, withdraw_document
from reporting.documents.forms import Issue, Withdraw
from reporting.documents.models import Document
from reporting.documents.queries import standing_of
from reporting.documents.subjects import SUBJECTS, Subject, reports_on

ISSUE = "document.issue"
SAYS = "The document is kept with its figures and its hash, and never changes."
REPORTED: dict[type[models.Model], list[Subject]] = {}
for subject in SUBJECTS.values():
    if reports_on(subject):
        REPORTED.setdefault(subject.model, []).append(subject)
for model, subjects in REPORTED.items():
    kinds = frozenset().union(*(subject.kinds for subject in subjects))
    among = {"kind__in": sorted(kinds)} if kinds else {}
    offer(model, Button("Issue a report", issue_document, Issue, says=SAYS, among=among))


@admin.register(Document)
class DocumentDesk(Desk):
    """Reports that were issued, with their hashes; frozen."""

    section = "Reports"
    list_display = ("number", "title", "program", "subaward", "format", "through", "issued_by", "issued_at")
    list_select_related = ("program", "subaward", "issued_by")
    list_filter = (("format", ByChoice), ("program", ByRecord))
    date_hierarchy = "issued_at"
    search_fields = ("number", "title", "sha256")
    search_help_text = "Number, title or SHA-256"
    ordering = ("-id",)
    hidden = ("figures", "report")
    readonly_fields = ("file", "page", "standing")
    buttons = (
        Button(
            "Withdraw or replace",
            withdraw_document,
            Withdraw,
            says="The document stays as it is; its page and every check of it say that it was withdrawn.",
            among={"withdrawal": None},
        ),
    )
    begins = tuple(
        Begin(f"Issue a report on {' or '.join(each.words for each in subjects)}", model._meta.label, ISSUE)
        for model, subjects in REPORTED.items()
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Without the bytes and figures, which no list needs."""
        return super().get_queryset(request).defer("content", "figures")

    @admin.display(description="how it stands")
    def standing(self, document: Document) -> str:
        """Whether it is in force."""
        return standing_of(document)

    @admin.display(description="figures and their lines")
    def page(self, document: Document) -> str:
        """The way to its own page."""
        address = reverse("document", args=[document.number])
        return format_html('<a class="text-link" href="{}">Document {}</a>', address, document.number)

    @admin.display(description="file")
    def file(self, document: Document) -> str:
        """The way to its bytes."""
        address = reverse("document-content", args=[document.number])
        name = f"{document.number}.{document.format}"
        return format_html('<a class="text-link" href="{}">{}</a>', address, name)
