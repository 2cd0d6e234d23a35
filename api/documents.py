"""Documents: issued from a report, frozen, and taken away as they are."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, Code, Person, Reason, Records, Reference, given
from api.filtering import RefersTo
from grants.kernel.scope import ScopedQuerySet
from grants.models import Party, Program, Subaward
from reporting.documents.actions import issue_document, withdraw_document
from reporting.documents.models import MEDIA_TYPES, Format
from reporting.documents.subjects import SUBJECTS
from reporting.models import Document


class DocumentSerializer(serializers.ModelSerializer):
    """What was issued; its bytes are at ``content/``, and hash to ``sha256``."""

    agency = Code()
    program = Code()
    subaward = Code("number")
    party = Code()
    issued_by = Person()
    withdrawn_at = serializers.DateTimeField(source="withdrawal.withdrawn_at", default=None, read_only=True)
    withdrawn_because = serializers.CharField(source="withdrawal.reason", default=None, read_only=True)
    replaced_by = serializers.CharField(source="withdrawal.replaced_by.number", default=None, read_only=True)

    class Meta:
        model = Document
        fields = (
            "number", "report", "title", "about", "agency", "program", "subaward", "party", "format",
            "through", "as_known_at", "sha256", "issued_by", "issued_at", "withdrawn_at", "withdrawn_because",
            "replaced_by",
        )  # fmt: skip


class DocumentGiven(Asked):
    """A report to issue, on one record. On an agency, it may be about all of its programs."""

    report = serializers.CharField(max_length=60)
    through = serializers.DateField()
    as_known_at = serializers.DateTimeField(required=False, allow_null=True)
    format = serializers.ChoiceField(Format.choices, default=Format.PDF)

    def get_fields(self) -> dict[str, serializers.Field]:
        """Beside its own, one for each kind of record that a report can be about."""
        subjects = {
            subject.name: Reference(
                slug_field=subject.key, queryset=ScopedQuerySet(subject.model).all(), required=False
            )
            for subject in SUBJECTS.values()
        }
        return {**super().get_fields(), **subjects}

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One subject, not two."""
        if sum(name in asked for name in SUBJECTS) != 1:
            raise serializers.ValidationError(f"Name one record that it is about: {', '.join(SUBJECTS)}.")
        return asked


class WithdrawalGiven(Reason):
    """Why a document is withdrawn, and which one takes its place, if any."""

    replaced_by = Reference(slug_field="number", queryset=Document.objects, required=False)


class DocumentFilter(FilterSet):
    """By program, subaward, agency, what it is about, report, or hash."""

    program = RefersTo(Program.objects, "code")
    subaward = RefersTo(Subaward.objects, "number")
    agency = RefersTo(Party.objects, "code")

    class Meta:
        model = Document
        fields = ("report", "about", "format", "sha256")


class Documents(Records):
    """Documents that the person may see."""

    queryset = Document.objects.select_related(
        "agency", "program", "subaward", "party", "issued_by", "withdrawal__replaced_by"
    )
    serializer_class = DocumentSerializer
    filterset_class = DocumentFilter
    lookup_field = "number"

    def get_queryset(self) -> QuerySet:
        """With their bytes only where they are taken away."""
        documents = super().get_queryset().defer("figures")
        return documents if self.action == "content" else documents.defer("content", "figures")

    @extend_schema(request=DocumentGiven, responses={201: DocumentSerializer})
    def create(self, request: Request) -> Response:
        """Issue a document."""
        asked = given(DocumentGiven, request)
        (subject,) = [asked.pop(name) for name in SUBJECTS if name in asked]
        return self.shown(issue_document(subject, **asked, by=request.user), 201)

    @extend_schema(request=WithdrawalGiven)
    @route(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:
        """Withdraw a document, or say which one replaces it; the document itself stays."""
        document = self.get_object()
        withdraw_document(document, **given(WithdrawalGiven, request), by=request.user)
        return self.shown(document)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, filters=False)
    @route(detail=True)
    def content(self, request: Request, number: str) -> HttpResponse:
        """The bytes of a document."""
        document = self.get_object()
        name = f"{document.number}.{document.format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{document.sha256}"'}
        return HttpResponse(bytes(document.content), MEDIA_TYPES[Format(document.format)], headers=headers)
