"""The trail: who did what, when and why, and what each action changed."""

from django_filters import CharFilter, FilterSet, IsoDateTimeFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Code, Person, Records
from grants.kernel.trail import TrailEntry, changed_rows


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
        changed = [{"kind": row.kind, "change": row.change, "row": row.after} for row in changed_rows(entry)]
        return Response({**TrailSerializer(entry).data, "changed": changed})
