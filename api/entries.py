"""Lines of the ledger: read as rows, without a record for each; reversed, never changed."""

from typing import Any

from django.db.models import QuerySet
from django_filters import DateFilter, FilterSet, IsoDateTimeFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Amount, Reason, Records, given
from api.filtering import RefersTo
from api.postings import PostingSerializer
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Kind
from grants.models import Entry, FederalAward, Posting, Program, Project, Subaward


class EntrySerializer(serializers.Serializer):
    """One line of money; a reversal is below zero and names the line it ``reverses``."""

    id = serializers.IntegerField()
    posting = serializers.IntegerField(source="posting_id")
    kind = serializers.ChoiceField(Kind.choices)
    amount = Amount()
    incurred_on = serializers.DateField()
    posted_at = serializers.DateTimeField()
    program = serializers.CharField(source="program__code")
    federal_award = serializers.CharField(source="federal_award__code", allow_null=True)
    allocation = serializers.IntegerField(source="allocation_id", allow_null=True)
    subaward = serializers.CharField(source="subaward__number", allow_null=True)
    project = serializers.CharField(source="project__code", allow_null=True)
    category = serializers.CharField()
    is_advance = serializers.BooleanField()
    payee = serializers.CharField()
    period = serializers.CharField()
    place = serializers.CharField()
    memo = serializers.CharField()
    reverses = serializers.IntegerField(source="reverses_id", allow_null=True)

    def to_representation(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row of ``COLUMNS`` by the names of the fields."""
        return {name: row[column] for name, column in COLUMNS.items()}


COLUMNS: dict[str, str] = {
    name: field.source or name for name, field in EntrySerializer._declared_fields.items()
}


class EntryFilter(FilterSet):
    """By what a line belongs to, its kind, and both of its times; ``through`` and ``until`` are included."""

    program = RefersTo(Program.objects, "code")
    federal_award = RefersTo(FederalAward.objects, "code")
    subaward = RefersTo(Subaward.objects, "number")
    project = RefersTo(Project.objects, "code")
    posting = RefersTo(Posting.objects, "id")
    incurred_from = DateFilter("incurred_on", "gte")
    incurred_through = DateFilter("incurred_on", "lte")
    posted_from = IsoDateTimeFilter("posted_at", "gte")
    posted_until = IsoDateTimeFilter("posted_at", "lte")

    class Meta:
        model = Entry
        fields = ("kind", "category", "period")


class Entries(Records):
    """Lines of the ledger that the person may see."""

    queryset = Entry.objects.all()
    serializer_class = EntrySerializer
    filterset_class = EntryFilter

    def get_queryset(self) -> QuerySet:
        """Rows to read; records to act on."""
        entries = super().get_queryset()
        return entries if self.action == "reverse" else entries.values(*COLUMNS.values())

    @extend_schema(request=Reason, responses={201: PostingSerializer})
    @route(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """Reverse one line."""
        posting = reverse_entry(self.get_object(), **given(Reason, request), by=request.user)
        return Response(PostingSerializer(posting).data, 201)
