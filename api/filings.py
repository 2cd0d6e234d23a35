"""Filings: a workbook or its lines sent in, certified by another person, accepted or returned."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django_filters import CharFilter, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Amount, Asked, Code, Person, Reason, Records, Reference, given, given_in_query
from api.filtering import RefersTo
from api.periods import ProblemSerializer
from grants.models import Program, Subaward
from reporting.filings.actions import (
    accept_filing,
    acknowledge_warnings,
    certify_filing,
    receive_filing,
    return_filing,
)
from reporting.filings.attestation import attestation_on
from reporting.filings.differences import differences
from reporting.filings.posting import lines_in
from reporting.gates import LARGEST_FILE
from reporting.models import Filing, ReportingPeriod

MOST_LINES = 1_000


class FilingSerializer(serializers.ModelSerializer):
    """A filing, how far it has come, and everything that is wrong with it."""

    subaward = Code("number")
    period = Code()
    spent = Amount()
    problems = ProblemSerializer(many=True, read_only=True)
    figures = serializers.JSONField(read_only=True)
    prepared_by = Person()
    acknowledged_by = Person()
    certified_by = Person()
    decided_by = Person()

    class Meta:
        model = Filing
        fields = (
            "id", "subaward", "period", "stage", "name", "size", "sha256", "layout", "line_count", "spent",
            "errors", "warnings", "problems", "figures", "is_late", "prepared_by", "received_at",
            "acknowledged_by", "acknowledged_at", "certified_by", "certified_at", "decided_by", "decided_at",
            "reasons", "replaces", "posting",
        )  # fmt: skip


class ForSubaward(Asked):
    """What is filed for which subaward, and for which period of its program, by code."""

    subaward = Reference(slug_field="number", queryset=Subaward.objects.select_related("program"))
    period = serializers.CharField(max_length=20)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """The period of the subaward's program."""
        program = asked["subaward"].program
        period = ReportingPeriod.objects.filter(program=program, code=asked["period"]).first()
        if period is None:
            raise serializers.ValidationError({"period": [f"{program} has no period “{asked['period']}”."]})
        return {**asked, "period": period}


class WorkbookGiven(ForSubaward):
    """A workbook, XLSX or CSV."""

    file = serializers.FileField(max_length=200)


class LinesGiven(ForSubaward):
    """Lines as they would stand in the workbook of quarterly costs, by the names of its columns."""

    lines = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=2_000)),
        allow_empty=False,
        max_length=MOST_LINES,
    )


class CertificationGiven(Asked):
    """The version of the text that was read and is signed; ``attestation/`` shows it."""

    version = serializers.CharField(max_length=40)


class AttestationSerializer(serializers.Serializer):
    """The text that is signed today."""

    version = serializers.CharField()
    text = serializers.CharField()
    cites = serializers.CharField(source="source")


class FiledLine(serializers.Serializer):
    """An amount of a filing and the cell it comes from."""

    kind = serializers.CharField()
    amount = Amount()
    sheet = serializers.CharField()
    cell = serializers.CharField()
    project = serializers.CharField()
    category = serializers.CharField()
    payee = serializers.CharField()
    award = serializers.CharField()
    description = serializers.CharField()
    incurred_on = serializers.DateField(allow_null=True)


class Against(Asked):
    """The filing to compare with; the one before it for the same period, unless another is named."""

    earlier = serializers.IntegerField(min_value=1, required=False)


class DifferenceSerializer(serializers.Serializer):
    """A line that was added, removed or changed, and by how many dollars."""

    kind = serializers.CharField()
    change = Amount()
    earlier = FiledLine(allow_null=True)
    later = FiledLine(allow_null=True)


class FilingFilter(FilterSet):
    """By program, subaward, code of the period, stage, or hash."""

    program = RefersTo(Program.objects, "code", field_name="subaward__program")
    subaward = RefersTo(Subaward.objects, "number")
    period = CharFilter("period__code")

    class Meta:
        model = Filing
        fields = ("stage", "is_late", "sha256")


class Filings(Records):
    """Filings that the person may see."""

    queryset = Filing.objects.select_related(
        "subaward", "period", "prepared_by", "acknowledged_by", "certified_by", "decided_by"
    )
    serializer_class = FilingSerializer
    filterset_class = FilingFilter

    @extend_schema(request=LinesGiven, responses={201: FilingSerializer})
    def create(self, request: Request) -> Response:
        """File lines."""
        asked = given(LinesGiven, request)
        filing = receive_filing(
            asked["subaward"], period=asked["period"], entered=asked["lines"], by=request.user
        )
        return self.shown(filing, 201)

    @extend_schema(request={"multipart/form-data": WorkbookGiven}, responses={201: FilingSerializer})
    @route(detail=False, methods=["post"], parser_classes=[MultiPartParser])
    def files(self, request: Request) -> Response:
        """File a workbook."""
        asked = given(WorkbookGiven, request)
        file = asked["file"]
        content = file.read(LARGEST_FILE + 1)
        filing = receive_filing(
            asked["subaward"], period=asked["period"], name=file.name, content=content, by=request.user
        )
        return self.shown(filing, 201)

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say that the warnings were read."""
        return self.shown(acknowledge_warnings(self.get_object(), by=request.user))

    @extend_schema(responses=AttestationSerializer, filters=False)
    @route(detail=True)
    def attestation(self, request: Request, pk: str) -> Response:
        """The text that is signed when this filing is certified."""
        self.get_object()
        return Response(AttestationSerializer(attestation_on(timezone.localdate())).data)

    @extend_schema(request=CertificationGiven)
    @route(detail=True, methods=["post"])
    def certify(self, request: Request, pk: str) -> Response:
        """Sign a checked filing."""
        filing = self.get_object()
        return self.shown(certify_filing(filing, **given(CertificationGiven, request), by=request.user))

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Return a signed filing with the reasons."""
        return self.shown(return_filing(self.get_object(), **given(Reason, request), by=request.user))

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Accept a signed filing and post its lines; very many are posted by a worker."""
        return self.shown(accept_filing(self.get_object(), by=request.user))

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}, filters=False)
    @route(detail=True)
    def content(self, request: Request, pk: str) -> HttpResponse:
        """The bytes as they came."""
        filing = self.get_object()
        headers = {
            "Content-Disposition": str(content_disposition_header(True, filing.name)),
            "ETag": f'"{filing.sha256}"',
        }
        return HttpResponse(bytes(filing.kept.content), "application/octet-stream", headers=headers)

    @extend_schema(responses=FiledLine(many=True), filters=False)
    @route(detail=True, pagination_class=None)
    def lines(self, request: Request, pk: str) -> Response:
        """The amounts that were read, each with its cell."""
        return Response(FiledLine(lines_in(self.get_object()), many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("earlier", int)],
        responses=DifferenceSerializer(many=True),
        filters=False,
    )
    @route(detail=True, pagination_class=None)
    def differences(self, request: Request, pk: str) -> Response:
        """The lines in which this filing differs from an earlier one of its subaward."""
        later, asked = self.get_object(), given_in_query(Against, request)
        same: QuerySet = self.get_queryset().filter(subaward=later.subaward_id)
        if "earlier" in asked:
            earlier = get_object_or_404(same, pk=asked["earlier"])
        else:
            earlier = same.filter(period=later.period_id, pk__lt=later.pk).last()
        lines = differences(earlier, later).lines if earlier else []
        return Response(DifferenceSerializer(lines, many=True).data)
