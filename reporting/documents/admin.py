"""Issued documents at the staff's desk."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from grants.desk.base import Desk
from grants.desk.filters import ByChoice, ByRecord
from reporting.documents.models import Document


@admin.register(Document)
class DocumentDesk(Desk):
    """Reports that were issued, with their hashes; frozen."""

    section = "Reports"
    list_display = ("number", "title", "program", "format", "through", "issued_by", "issued_at")
    list_select_related = ("program", "issued_by")
    list_filter = (("format", ByChoice), ("program", ByRecord))
    date_hierarchy = "issued_at"
    search_fields = ("number", "title", "sha256")
    search_help_text = "Number, title or SHA-256"
    ordering = ("-id",)
    hidden = ("figures",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Without the bytes and figures, which no list needs."""
        return super().get_queryset(request).defer("content", "figures")
