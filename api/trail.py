"""The trail: who did what, when and why, and what each action changed."""

import json
from typing import Any

import pghistory.models
from django.apps import apps
from django.db import connection
from django_filters import CharFilter, FilterSet, IsoDateTimeFilter
from drf_spectacular.utils import extend_schema
from psycopg import sql
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Code, Person, Records
from grants.models import TrailEntry

BOOKKEEPING = "pgh_"


class TrailSerializer(serializers.ModelSerializer):
    """One action that was done."""

    by = Person()
    party = Code()

    class Meta:
        model = TrailEntry
        fields = (
            "id", "verb", "by", "reason", "subject_kind", "subject_id", "subject", "party", "happened_at",
            "context",
        )  # fmt: skip


class ChangedRow(serializers.Serializer):
    """A row as an action left it, or as it was when it was deleted; amounts as text."""

    kind = serializers.CharField()
    change = serializers.CharField()
    row = serializers.DictField()


class TrailDetail(TrailSerializer):
    """An action with the rows that it, and actions within it, changed."""

    changed = ChangedRow(many=True)

    class Meta:
        model = TrailEntry
        fields = (*TrailSerializer.Meta.fields, "changed")


class TrailFilter(FilterSet):
    """By verb, subject, or moment."""

    verb = CharFilter()
    happened_from = IsoDateTimeFilter("happened_at", "gte")
    happened_until = IsoDateTimeFilter("happened_at", "lte")

    class Meta:
        model = TrailEntry
        fields = ("subject_kind", "subject_id")


class Trail(Records):
    """The trail, as far as the person may see it."""

    queryset = TrailEntry.objects.select_related("by", "party")
    serializer_class = TrailSerializer
    filterset_class = TrailFilter

    @extend_schema(responses=TrailDetail)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One action, with the rows that it changed."""
        entry = self.get_object()
        return Response({**TrailSerializer(entry).data, "changed": changed_rows(entry)})


def changed_rows(entry: TrailEntry) -> list[dict[str, Any]]:
    """The rows that an action changed, in order, from every table of history in one query."""
    kept = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]
    parts = [
        sql.SQL(
            "SELECT {kind} AS kind, pgh_label, pgh_created_at, pgh_id, to_jsonb(event)::text"
            " FROM {table} AS event WHERE pgh_context_id = {context}"
        ).format(
            kind=sql.Literal(_tracked_by(model)),
            table=sql.Identifier(model._meta.db_table),
            context=sql.Literal(entry.context),
        )
        for model in kept
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("{} ORDER BY 3, 1, 4").format(sql.SQL(" UNION ALL ").join(parts)))
        return [{"kind": kind, "change": change, "row": _row_of(row)} for kind, change, _, _, row in cursor]


def _tracked_by(event: Any) -> str:
    """The name of the record whose history a table keeps."""
    return str(event._meta.get_field("pgh_obj").related_model._meta.model_name)


def _row_of(text: str) -> dict[str, Any]:
    """The fields of a row without those that history adds."""
    row = json.loads(text, parse_float=str)
    return {name: value for name, value in row.items() if not name.startswith(BOOKKEEPING)}
