"""Filters of lists. A parameter that is not known is a problem: left out, it would show too much."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

PAGING = frozenset({"cursor", "page_size"})


class KnownFilters(DjangoFilterBackend):
    """The filters that a view declares, and no other parameter."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        """Only the records that fit. Refuses a parameter that is neither a filter nor one of paging."""
        if view.detail:
            return queryset
        declared = self.get_filterset_class(view, queryset)
        known = {*(declared.base_filters if declared else ()), *PAGING}
        unknown = {name: ["This is not a filter here."] for name in request.query_params if name not in known}
        if unknown:
            raise ValidationError(unknown)
        return super().filter_queryset(request, queryset, view)

    def get_filterset(self, request: Request, queryset: QuerySet, view: Any) -> Any:
        """The filters that are asked for; the others would look up what they may name for nothing."""
        filterset = super().get_filterset(request, queryset, view)
        if filterset is not None:
            known = filterset.filters.items()
            filterset.filters = {name: each for name, each in known if name in request.query_params}
        return filterset


class RefersTo(django_filters.ModelChoiceFilter):
    """Records that refer to one, named by its natural key, among those that the person may see."""

    def __init__(self, records: Any, key: str, **options: Any) -> None:
        def visible(request: Request | None) -> QuerySet:
            return records.visible_to(request.user) if request else records.none()

        super().__init__(queryset=visible, to_field_name=key, **options)
