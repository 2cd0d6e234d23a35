"""What every list and page of the desk is made of: scoped, read-only, money in columns."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from unfold.admin import ModelAdmin, TabularInline

from grants.desk.columns import is_money, money
from grants.desk.pages import ButtonPages
from grants.desk.who import may_here


class ReadOnly(admin.options.BaseModelAdmin):
    """Records within the person's reach, to look at and never to change."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """The records that the person may see."""
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everyone at the desk may look; ``get_queryset`` says at what."""
        return may_here(request, "view")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: records are made by actions."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: records are changed by actions."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what was recorded stays."""
        return False


class Desk(ReadOnly, ButtonPages, ModelAdmin):
    """A list of records and their pages: read here, changed only by the actions behind the buttons."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_filter_submit = True
    compressed_fields = True
    readonly_fields: ClassVar[Any] = ()
    hidden: tuple[str, ...] = ()
    section = "Programs"

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the desk shows this kind of record at all."""
        return may_here(request, "view")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Every field of the record that is not ``hidden``, dollars as money; then ``readonly_fields``."""
        fields = [field for field in self.opts.fields if field.editable and not field.primary_key]
        shown = [
            money(field.name, str(field.verbose_name)) if is_money(field) else field.name
            for field in fields
            if field.name not in self.hidden
        ]
        return [*shown, *self.readonly_fields]

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        """Not by ``hidden`` fields: what is not shown cannot be guessed by filtering either."""
        name = lookup.partition("__")[0]
        return name not in self.hidden and super().lookup_allowed(lookup, value, request)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The trail of the record."""
        trail = reverse("admin:grants_trailentry_changelist")
        return redirect(f"{trail}?subject_kind={self.opts.model_name}&subject_id={object_id}")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """Refused: there is no second way to change the books."""
        raise PermissionDenied

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Refused: what was recorded stays."""
        raise PermissionDenied

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet) -> None:
        """Refused: what was recorded stays."""
        raise PermissionDenied


class Rows(ReadOnly, TabularInline):
    """Records that belong to the record of a page, a few at a time."""

    extra = 0
    max_num = 0
    per_page = 20
    can_delete = False
    show_change_link = False
    hide_title = True
    fields: ClassVar[Any] = None
    ordering: ClassVar[tuple[str, ...]] = ("id",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The fields named by the rows."""
        return self.fields or super().get_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them."""
        return self.fields or super().get_readonly_fields(request, obj)
