"""Submissions: files made for federal portals, frozen, and taken away as they are."""

from django.db.models import Prefetch, QuerySet
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
from grants.models import Program
from reporting.models import Submission, SubmissionFile
from reporting.submissions.actions import make_submission
from reporting.submissions.packing import packed


class FileSerializer(serializers.ModelSerializer):
    """One file of a submission."""

    class Meta:
        model = SubmissionFile
        fields = ("name", "template", "version", "rows", "sha256")


class ObjectionSerializer(serializers.Serializer):
    """What the portal would refuse, and the filing cells, lines or records that cause it."""

    severity = serializers.ChoiceField(["error", "warning", "note"])
    file = serializers.CharField()
    cells = serializers.CharField()
    message = serializers.CharField()
    fix = serializers.CharField()
    rule = serializers.CharField()
    causes = serializers.ListField(child=serializers.CharField())


class SubmissionSerializer(serializers.ModelSerializer):
    """What was made; all files are at ``content/`` in one."""

    program = Code()
    made_by = Person()
    files = FileSerializer(many=True)
    objections = ObjectionSerializer(many=True)

    class Meta:
        model = Submission
        fields = (
            "number", "export", "edition", "title", "program", "period", "starts_on", "through",
            "as_known_at", "errors", "warnings", "objections", "files", "sha256", "made_by", "made_at",
        )  # fmt: skip


class SubmissionGiven(Asked):
    """A federal report to make the files of."""

    export = serializers.CharField(max_length=60)
    program = Reference(slug_field="code", queryset=Program.objects)
    period = serializers.CharField(max_length=20)
    as_known_at = serializers.DateTimeField(required=False, allow_null=True)


class SubmissionFilter(FilterSet):
    """By program, federal report, period, or hash."""

    program = RefersTo(Program.objects, "code")

    class Meta:
        model = Submission
        fields = ("export", "period", "sha256")


class Submissions(Records):
    """Submissions that the person may see."""

    queryset = Submission.objects.select_related("program", "made_by").prefetch_related("files")
    serializer_class = SubmissionSerializer
    filterset_class = SubmissionFilter
    lookup_field = "number"

    def get_queryset(self) -> QuerySet:
        """Without the bytes of their files."""
        files = SubmissionFile.objects.defer("content").order_by("place")
        records = super().get_queryset().prefetch_related(None).defer("figures")
        return records.prefetch_related(Prefetch("files", files))

    @extend_schema(request=SubmissionGiven, responses={201: SubmissionSerializer})
    def create(self, request: Request) -> Response:
        """Make the files of a federal report."""
        asked = given(SubmissionGiven, request)
        return self.shown(make_submission(asked.pop("program"), **asked, by=request.user), 201)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY}, filters=False)
    @route(detail=True)
    def content(self, request: Request, number: str) -> HttpResponse:
        """All files in a zip."""
        submission = self.get_object()
        headers = {"Content-Disposition": f'attachment; filename="{submission.number}.zip"'}
        return HttpResponse(packed(submission), "application/zip", headers=headers)
