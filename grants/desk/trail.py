"""The trail at the desk: who did what, when and why. Nobody has a button here."""

from inspect import getdoc
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.paginator import InfinitePaginator

from grants.desk.base import Desk
from grants.kernel.action import ACTIONS
from grants.kernel.seal import Seal
from grants.kernel.trail import ChangedRow, TrailEntry, changed_rows

MOST_ROWS = 200
"""How many changed records a page shows; an allocation round may change thousands."""


def in_words(verb: str) -> str:
    """An action as people say it, by the name of what performs it: “Fund program”.

    One that no page offers is not known here, and told by its verb.
    """
    known = ACTIONS.get(verb)
    record, _, deed = verb.partition(".")
    name = known.perform.__name__ if known else f"{deed} {record}"
    return name.replace("_", " ").strip().capitalize()


def _shown(value: Any) -> str:
    """A value of a row as a cell."""
    return "–" if value in (None, "") else str(value)


def _named(row: ChangedRow) -> str:
    """A changed row as people know it: the kind of record, and its number, name or code if it has one."""
    kinds = {model._meta.model_name: str(model._meta.verbose_name) for model in apps.get_models()}
    known = next((row.after[key] for key in ("number", "name", "code") if row.after.get(key)), "")
    return f"{kinds.get(row.kind, row.kind).capitalize()} {known}".strip()


@admin.register(TrailEntry)
class TrailDesk(Desk):
    """Actions that were done, newest first."""

    section = "Trail"
    list_display = ("happened_at", "what", "subject", "by", "reason")
    list_display_links = ("happened_at",)
    list_select_related = ("by",)
    list_filter = (("happened_at", RangeDateTimeFilter),)
    list_before_template = "admin/desk/sealed.html"
    search_fields = ("verb", "subject", "reason")
    search_help_text = "What was done, to what, or why"
    ordering = ("-id",)
    paginator = InfinitePaginator
    hidden = ("context", "verb", "subject_kind", "subject_id", "subject")
    readonly_fields = ("what", "which_is_to", "its_page", "changes")

    @admin.display(description="what was done", ordering="verb")
    def what(self, entry: TrailEntry) -> str:
        """The action in words."""
        return in_words(entry.verb)

    @admin.display(description="which is to")
    def which_is_to(self, entry: TrailEntry) -> str:
        """What the action does, as it says itself."""
        known = ACTIONS.get(entry.verb)
        return (getdoc(known.perform) or "").partition("\n\n")[0].replace("``", "") if known else "–"

    @admin.display(description="done to")
    def its_page(self, entry: TrailEntry) -> str:
        """The way to what was done something to."""
        known = {model._meta.model_name: model for model in self.admin_site._registry}
        model = known.get(entry.subject_kind)
        if model is None:
            return entry.subject
        address = reverse(
            f"admin:{model._meta.app_label}_{entry.subject_kind}_change", args=[entry.subject_id]
        )
        return format_html('<a class="text-link" href="{}">{}</a>', address, entry.subject)

    @admin.display(description="what changed")
    def changes(self, entry: TrailEntry) -> str:
        """Every field that the action changed, with its value before and after."""
        found = changed_rows(entry)
        rows = [
            (_named(row), name, _shown(before), _shown(after))
            for row in found[:MOST_ROWS]
            for name, (before, after) in row.differences().items()
        ]
        return render_to_string(
            "admin/desk/changes.html", {"rows": rows, "left_out": max(0, len(found) - MOST_ROWS)}
        )

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """By what an action was done to, too: the history of a record leads here."""
        return lookup in ("subject_kind", "subject_id") or super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The trail, with the newest hash of its seal."""
        newest = Seal.objects.order_by("-id").only("hash", "sealed_at").first()
        return super().changelist_view(request, {**(extra_context or {}), "seal": newest})
