"""The ledger at the staff's desk: lines are looked at, and reversed."""

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.paginator import InfinitePaginator

from grants.desk.base import Desk
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.columns import money
from grants.desk.filters import ByChoice, ByRecord
from grants.desk.forms import Reason
from grants.kernel.jobs import progress_of
from grants.ledger.actions import reverse_entry, reverse_posting
from grants.ledger.models import Entry, Posting

POST_A_FILE = Begin(
    "Post a file of lines", "grants.Program", "ledger.post_file", "the program whose lines they are"
)


@admin.register(Entry)
class EntryDesk(Desk):
    """Lines of money, newest first; never counted, for there may be ten million."""

    section = "Ledger"
    list_display = (
        "incurred_on",
        "kind",
        money("amount"),
        "program",
        "subaward",
        "category",
        "payee",
        "place",
    )
    list_select_related = ("program", "subaward")
    list_filter = (("kind", ByChoice), ("program", ByRecord), ("incurred_on", RangeDateFilter))
    search_fields = ("subaward__number__exact",)
    search_help_text = "The whole number of a subaward"
    ordering = ("-id",)
    paginator = InfinitePaginator
    readonly_fields = ("reversed_by",)
    buttons = (
        Button(
            "Reverse",
            reverse_entry,
            Reason,
            says="A line of the opposite amount is added; this one stays.",
            among={"reverses": None, "reversals": None},
            in_bulk=True,
        ),
    )
    begins = (POST_A_FILE,)

    @admin.display(description="reversed by", empty_value="–")
    def reversed_by(self, entry: Entry) -> SafeString | None:
        """The way to the line that reverses it."""
        reversal = Entry.objects.filter(reverses=entry).first()
        if reversal is None:
            return None
        address = reverse("admin:grants_entry_change", args=[reversal.pk])
        says = f"Reversed by {reversal}"
        return format_html('<a class="text-link" href="{}">{}</a>', address, says)


@admin.register(Posting)
class PostingDesk(Desk):
    """Files, forms and actions that brought lines into the ledger."""

    section = "Ledger"
    list_display = ("posted_at", "name", "program", "kind", "posted_by", "reason")
    list_display_links = ("name",)
    list_select_related = ("program", "posted_by")
    list_filter = (("kind", ByChoice), ("program", ByRecord))
    date_hierarchy = "posted_at"
    search_fields = ("name", "sha256", "reason")
    search_help_text = "Name, SHA-256 or reason"
    ordering = ("-id",)
    leads = (Lead("Its lines", "grants_entry", "posting__id__exact"),)
    buttons = (
        Button(
            "Reverse all its lines",
            reverse_posting,
            Reason,
            says="Each line that is not reversed yet gets one of the opposite amount.",
            but_not={"key__startswith": "reversal:"},
        ),
    )
    begins = (POST_A_FILE,)

    def get_urls(self) -> list[URLPattern]:
        """One more page: how a file goes that a worker posts."""
        page = self.admin_site.admin_view(self.waiting)
        return [path("waiting/<int:job>/", page, name="grants_posting_waiting"), *super().get_urls()]

    def waiting(self, request: HttpRequest, job: int) -> HttpResponse:
        """How far a worker is; the posting once it is done. Only for who sent the file."""
        progress = progress_of(job, by=request.user)
        if progress is None:
            raise Http404
        if progress.made:
            messages.success(request, "Posted, whole.")
            posting = reverse("admin:grants_posting_change", args=[progress.made[1]])
            if "HX-Request" in request.headers:
                return HttpResponse(headers={"HX-Redirect": posting})
            return redirect(posting)
        lines = request.GET.get("lines", "")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Post a file of lines",
            "media": self.media,
            "progress": progress,
            "lines": int(lines) if lines.isdecimal() else 0,
        }
        return TemplateResponse(request, "admin/desk/waiting.html", context)
