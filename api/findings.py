"""Findings: breaches of rules, kept until they are mended."""

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, Code, Person, Records, given
from api.corrections import CorrectionSerializer, WaiverSerializer
from api.filtering import RefersTo
from grants.compliance.actions import acknowledge_finding, ask_waiver, plan_correction
from grants.compliance.queries import history_of
from grants.compliance.severity import Severity
from grants.models import Finding, Program, Subaward
from grants.programs.models import Family

GRAVE = [(severity.name.lower(), severity.name.lower()) for severity in Severity]


class FindingSerializer(serializers.ModelSerializer):
    """A breach of a rule: what, where, by which law, and what to do. Amounts of the evidence are text."""

    severity = serializers.SerializerMethodField()
    program = Code()
    subaward = Code("number")
    federal_award = Code()
    party = Code()
    acknowledged_by = Person()
    evidence = serializers.DictField(child=serializers.JSONField(), read_only=True)

    class Meta:
        model = Finding
        fields = (
            "id", "rule", "title", "severity", "stage", "subject_kind", "subject", "part", "sentence", "fix",
            "cites", "law_on", "evidence", "family", "program", "subaward", "federal_award", "party",
            "first_seen_at", "last_seen_at", "opened_at", "closed_at", "acknowledgement", "acknowledged_by",
            "acknowledged_at",
        )  # fmt: skip

    def get_severity(self, finding: Finding) -> str:
        """How grave it is, in a word."""
        return Severity(finding.severity).name.lower()


class TurnSerializer(serializers.Serializer):
    """One thing that happened to a finding."""

    at = serializers.DateTimeField()
    by = serializers.CharField()
    what = serializers.CharField()


class AcknowledgementGiven(Asked):
    """What one makes of a finding, in a sentence."""

    sentence = serializers.CharField(max_length=2_000)


class PlanGiven(Asked):
    """What will be done, by whom and until when."""

    plan = serializers.CharField(max_length=2_000)
    owner = serializers.CharField(max_length=120)
    due_on = serializers.DateField()


class WaiverGiven(Asked):
    """Why a finding may stand, and until when."""

    reason = serializers.CharField(max_length=2_000)
    until = serializers.DateField()


class FindingFilter(FilterSet):
    """By program, subaward, family, rule, severity, or stage."""

    program = RefersTo(Program.objects, "code")
    subaward = RefersTo(Subaward.objects, "number")
    family = ChoiceFilter(choices=Family.choices)
    severity = ChoiceFilter(choices=GRAVE, method="of_severity")

    class Meta:
        model = Finding
        fields = ("stage", "rule")

    def of_severity(self, findings: QuerySet, name: str, value: str) -> QuerySet:
        """Those that are as grave as a word says."""
        return findings.filter(severity=int(Severity[value.upper()]))


class Findings(Records):
    """Findings that the person may see."""

    queryset = Finding.objects.select_related(
        "program", "subaward", "federal_award", "party", "acknowledged_by"
    )
    serializer_class = FindingSerializer
    filterset_class = FindingFilter

    @extend_schema(responses=TurnSerializer(many=True), filters=False)
    @route(detail=True, pagination_class=None)
    def history(self, request: Request, pk: str) -> Response:
        """What happened to it, the latest first."""
        return Response(TurnSerializer(history_of(self.get_object()), many=True).data)

    @extend_schema(request=AcknowledgementGiven)
    @route(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say that it is known, and what one makes of it."""
        asked = given(AcknowledgementGiven, request)
        return self.shown(acknowledge_finding(self.get_object(), **asked, by=request.user))

    @extend_schema(request=PlanGiven, responses={201: CorrectionSerializer})
    @route(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:
        """Plan what will be done about it."""
        planned = plan_correction(self.get_object(), **given(PlanGiven, request), by=request.user)
        return Response(CorrectionSerializer(planned).data, 201)

    @extend_schema(request=WaiverGiven, responses={201: WaiverSerializer})
    @route(detail=True, methods=["post"])
    def waive(self, request: Request, pk: str) -> Response:
        """Ask that it may stand until a day; another person decides."""
        waiver = ask_waiver(self.get_object(), **given(WaiverGiven, request), by=request.user)
        return Response(WaiverSerializer(waiver).data, 201)
