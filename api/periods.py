"""Reporting periods: opened for a program, who owes what, and what does not tie out."""

from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse
from django.utils import timezone
from django_filters import DateFilter, FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Amount, Asked, Code, Records, Reference, given, given_in_query
from api.filtering import RefersTo
from api.paging import LARGEST_KEY
from grants.models import Program
from reporting.filings.actions import open_periods
from reporting.filings.bundle import zip_of
from reporting.filings.dashboard import revalidated
from reporting.filings.queries import does_not_tie_out, due_for
from reporting.models import ReportingPeriod


class PeriodSerializer(serializers.ModelSerializer):
    """A stretch of days that is reported, and the day on which the report is due."""

    program = Code()

    class Meta:
        model = ReportingPeriod
        fields = ("id", "program", "code", "starts_on", "ends_on", "due_on", "layout")


class PeriodsGiven(Asked):
    """A program, the last day through which its periods are made, and, if not its family's, the workbook."""

    program = Reference(slug_field="code", queryset=Program.objects)
    through = serializers.DateField()
    layout = serializers.CharField(required=False, allow_blank=True, max_length=60)


class DueSerializer(serializers.Serializer):
    """What a subaward owes for the period: the stage of its filing, ``missing``, or ``overdue``."""

    subaward = serializers.CharField(source="subaward.number")
    subrecipient = serializers.CharField(source="subaward.subrecipient.code")
    filing = serializers.IntegerField(source="filing.pk", default=None)
    standing = serializers.CharField()
    is_filed = serializers.BooleanField()
    is_overdue = serializers.BooleanField()


class StraySerializer(serializers.Serializer):
    """A filing that does not agree with the ledger, or within itself."""

    filing = serializers.IntegerField(source="filing.pk")
    subaward = serializers.CharField(source="filing.subaward.number")
    reported = Amount()
    in_the_ledger = Amount()
    why = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """What was found in a filing, where, and what to do; errors are corrected, warnings acknowledged."""

    severity = serializers.CharField()
    sheet = serializers.CharField()
    cells = serializers.CharField()
    message = serializers.CharField()
    fix = serializers.CharField()
    rule = serializers.CharField()


class RejudgedSerializer(serializers.Serializer):
    """How a filing would be judged today."""

    filing = serializers.IntegerField(source="filing.pk")
    subaward = serializers.CharField(source="filing.subaward.number")
    new_errors = serializers.IntegerField()
    new = ProblemSerializer(many=True)
    gone = ProblemSerializer(many=True)


class RevalidationSerializer(serializers.Serializer):
    """How many filings were judged anew, how many are left beyond the key ``last``, and which differ."""

    judged = serializers.IntegerField()
    rest = serializers.IntegerField()
    last = serializers.IntegerField()
    differing = RejudgedSerializer(many=True)


class RejudgedAfter(Asked):
    """The key ``last`` of the answer before."""

    after = serializers.IntegerField(required=False, default=0, min_value=0, max_value=LARGEST_KEY)


class PeriodFilter(FilterSet):
    """By program, code, or due day."""

    program = RefersTo(Program.objects, "code")
    due_from = DateFilter("due_on", "gte")
    due_through = DateFilter("due_on", "lte")

    class Meta:
        model = ReportingPeriod
        fields = ("code",)


class Periods(Records):
    """Reporting periods of programs that the person may see."""

    queryset = ReportingPeriod.objects.select_related("program")
    serializer_class = PeriodSerializer
    filterset_class = PeriodFilter

    @extend_schema(request=PeriodsGiven, responses={201: PeriodSerializer(many=True)})
    def create(self, request: Request) -> Response:
        """Make the periods of a program through a day; answers with those that are new."""
        asked = given(PeriodsGiven, request)
        made = open_periods(asked.pop("program"), **asked, by=request.user)
        return Response(PeriodSerializer(made, many=True).data, 201)

    @extend_schema(responses=DueSerializer(many=True), filters=False)
    @route(detail=True, pagination_class=None)
    def due(self, request: Request, pk: str) -> Response:
        """What each subaward owes that the person may see."""
        owed = due_for(self.get_object(), on=timezone.localdate(), person=request.user)
        return Response(DueSerializer(owed, many=True).data)

    @extend_schema(responses=StraySerializer(many=True), filters=False)
    @route(detail=True, pagination_class=None)
    def strays(self, request: Request, pk: str) -> Response:
        """The filings that do not tie out, and only those."""
        strays = does_not_tie_out(self.get_object(), person=request.user)
        return Response(StraySerializer(strays, many=True).data)

    @extend_schema(parameters=[RejudgedAfter], responses=RevalidationSerializer, filters=False)
    @route(detail=True, pagination_class=None)
    def rejudged(self, request: Request, pk: str) -> Response:
        """What today's rules say of a good many filings; ``after`` the key ``last`` it goes on with the rest.

        Nothing is changed. All are read once ``rest`` is 0.
        """
        asked = given_in_query(RejudgedAfter, request)
        outcome = revalidated(self.get_object(), person=request.user, **asked)
        return Response(RevalidationSerializer(outcome).data)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY}, filters=False)
    @route(detail=True, pagination_class=None)
    def archive(self, request: Request, pk: str) -> Any:
        """All filings of the period as a zip, with an index."""
        period, file = self.get_object(), TemporaryFile()  # noqa: SIM115  (closed by the response)
        zip_of(period, file, person=request.user)
        file.seek(0)
        name = f"filings-{period.program.code}-{period.code}.zip"
        return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")
