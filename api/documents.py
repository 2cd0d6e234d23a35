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

from api.base import Asked, Code, Person, Records, Reference, given
from api.filtering import RefersTo
from grants.models import Party, Program, Subaward
from reporting.documents.actions import issue_document
from reporting.documents.models import MEDIA_TYPES, Format
from reporting.models import Document


class DocumentSerializer(serializers.ModelSerializer):
    """What was issued; its bytes are at ``content/``, and hash to ``sha256``."""

    agency = Code()
    program = Code()
    subaward = Code("number")
    issued_by = Person()

    class Meta:
        model = Document
        fields = (
            "number", "report", "title", "agency", "program", "subaward", "format", "through", "as_known_at",
            "sha256", "issued_by", "issued_at",
        )  # fmt: skip


class DocumentGiven(Asked):
    """A report to issue: on a program, on a subaward, or on all programs of an agency."""

    report = serializers.CharField(max_length=60)
    program = Reference(slug_field="code", queryset=Program.objects, required=False)
    subaward = Reference(slug_field="number", queryset=Subaward.objects, required=False)
    agency = Reference(slug_field="code", queryset=Party.objects, required=False)
    through = serializers.DateField()
    as_known_at = serializers.DateTimeField(required=False, allow_null=True)
    format = serializers.ChoiceField(Format.choices, default=Format.PDF)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One subject, not two."""
        if sum(name in asked for name in ("program", "subaward", "agency")) != 1:
            raise serializers.ValidationError("Name either a program, a subaward or an agency.")
        return asked


class DocumentFilter(FilterSet):
    """By program, subaward, agency, report, or hash."""

    program = RefersTo(Program.objects, "code")
    subaward = RefersTo(Subaward.objects, "number")
    agency = RefersTo(Party.objects, "code")

    class Meta:
        model = Document
        fields = ("report", "format", "sha256")


class Documents(Records):
    """Documents that the person may see."""

    queryset = Document.objects.select_related("agency", "program", "subaward", "issued_by")
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
        subject = next(asked.pop(name) for name in ("program", "subaward", "agency") if name in asked)
        return self.shown(issue_document(subject, **asked, by=request.user), 201)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, filters=False)
    @route(detail=True)
    def content(self, request: Request, number: str) -> HttpResponse:
        """The bytes of a document."""
        document = self.get_object()
        name = f"{document.number}.{document.format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "ETag": f'"{document.sha256}"'}
        return HttpResponse(bytes(document.content), MEDIA_TYPES[Format(document.format)], headers=headers)
