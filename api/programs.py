"""Programs: set up, funded, opened, and one day lapsed or closed."""

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Amount, Asked, Code, Reason, Records, Reference, given, given_in_query
from api.filtering import RefersTo
from grants.ledger.queries import Standing, standings
from grants.models import FederalAward, Funding, Party, Program, ProgramStanding
from grants.programs.actions import close_program, fund_program, lapse_program, open_program, set_up_program


class ProgramSerializer(serializers.ModelSerializer):
    """What an agency does with money of one or more awards."""

    agency = Code()

    class Meta:
        model = Program
        fields = (
            "code", "name", "family", "route", "agency", "stage", "statute", "purpose", "source", "note",
            "is_sample",
        )  # fmt: skip


class ProgramGiven(Asked, serializers.ModelSerializer):
    """A program to set up for an agency."""

    agency = Reference(slug_field="code", queryset=Party.objects)

    class Meta:
        model = Program
        fields = ("agency", "code", "name", "family", "route", "statute", "purpose", "source", "note")


class ProgramFilter(FilterSet):
    """By family, stage, or agency."""

    agency = RefersTo(Party.objects, "code")

    class Meta:
        model = Program
        fields = ("family", "stage", "route", "is_sample")


class FundingSerializer(serializers.ModelSerializer):
    """Money put into a program; a cut is below zero."""

    program = Code()
    federal_award = Code()

    class Meta:
        model = Funding
        fields = ("id", "program", "federal_award", "amount", "received_on", "source", "posted_at")


class FundingGiven(Asked):
    """Money to put into a program; without an award it is the state's own."""

    amount = Amount()
    federal_award = Reference(slug_field="code", queryset=FederalAward.objects, allow_null=True, default=None)
    received_on = serializers.DateField()
    source = serializers.CharField(max_length=2_000)  # type: ignore[assignment]


class AsOf(Asked):
    """Both times of the books: money incurred through a day, as it was known at a moment."""

    through = serializers.DateField(allow_null=True, default=None)
    as_known_at = serializers.DateTimeField(allow_null=True, default=None)


class StandingSerializer(AsOf):
    """Dollars of a program, net of deobligations and refunds."""

    program = serializers.CharField()
    obligated = Amount()
    spent = Amount()
    paid = Amount()
    cost_shared = Amount()
    program_income = Amount()
    drawn = Amount()
    interest = Amount()


class Programs(Records):
    """Programs that the person may see."""

    queryset = Program.objects.select_related("agency")
    serializer_class = ProgramSerializer
    filterset_class = ProgramFilter
    lookup_field = "code"

    @extend_schema(request=ProgramGiven, responses={201: ProgramSerializer})
    def create(self, request: Request) -> Response:
        """Set up a program, in draft."""
        asked = given(ProgramGiven, request)
        return self.shown(set_up_program(asked.pop("agency"), Program(**asked), by=request.user), 201)

    @extend_schema(request=FundingGiven, responses={201: FundingSerializer})
    @route(detail=True, methods=["post"])
    def fund(self, request: Request, code: str) -> Response:
        """Put federal or state money into a program."""
        funding = fund_program(self.get_object(), **given(FundingGiven, request), by=request.user)
        return Response(FundingSerializer(funding).data, 201)

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def open(self, request: Request, code: str) -> Response:
        """Open a program for obligations."""
        return self.shown(open_program(self.get_object(), by=request.user))

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"])
    def lapse(self, request: Request, code: str) -> Response:
        """Mark a program as lapsed or terminated."""
        return self.shown(lapse_program(self.get_object(), **given(Reason, request), by=request.user))

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"])
    def close(self, request: Request, code: str) -> Response:
        """Close a program."""
        return self.shown(close_program(self.get_object(), **given(Reason, request), by=request.user))

    @extend_schema(parameters=[AsOf], responses=StandingSerializer, filters=False)
    @route(detail=True)
    def standing(self, request: Request, code: str) -> Response:
        """Where the whole program stands; only its agency sees that."""
        program = get_object_or_404(ProgramStanding.objects.visible_to(request.user), program__code=code)
        times = given_in_query(AsOf, request)
        amounts = standings("program_id", **times, where={"program_id": [program.pk]})
        figures = amounts.get(program.pk, Standing())
        return Response({"program": code, **times, **figures._asdict()})
