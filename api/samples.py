"""Samples: drawn out of the ledger, frozen, and drawn again."""

from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Amount, Asked, Code, Person, Records, Reference, given
from api.filtering import RefersTo
from grants.ledger.models import Kind
from grants.models import Party, Program, Subaward
from reporting.models import Sample
from reporting.sampling.actions import draw_sample
from reporting.sampling.models import Method, ShareBy, Strata
from reporting.sampling.queries import drawn_again, lines_of, with_filings
from reporting.sampling.terms import MOST, Terms

_TERMS = ("method", "size", "interval", "tolerable", "confidence", "strata", "bounds", "share_by")


class SampleSerializer(serializers.ModelSerializer):
    """A sample with its population, method and seed; its lines are at ``lines/``."""

    agency = Code()
    program = Code()
    subaward = Code("number")
    kinds = serializers.ListField(child=serializers.CharField(), read_only=True)
    terms = serializers.DictField(read_only=True)
    strata = serializers.ListField(child=serializers.DictField(), read_only=True)
    population_amount = Amount()
    amount = Amount()
    drawn_by = Person()

    class Meta:
        model = Sample
        fields = (
            "number", "about", "purpose", "agency", "program", "subaward", "kinds", "since", "through",
            "as_known_at", "method", "terms", "algorithm", "seed", "population_lines", "population_amount",
            "strata", "lines", "amount", "drawn_by", "drawn_at",
        )  # fmt: skip


class SampleGiven(Asked):
    """What to draw from, how, and by which seed."""

    program = Reference(slug_field="code", queryset=Program.objects, required=False)
    subaward = Reference(slug_field="number", queryset=Subaward.objects, required=False)
    agency = Reference(slug_field="code", queryset=Party.objects, required=False)
    purpose = serializers.CharField(max_length=300, required=False)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(Kind.choices), required=False, allow_empty=False, max_length=len(Kind)
    )
    since = serializers.DateField(required=False)
    through = serializers.DateField()
    as_known_at = serializers.DateTimeField(required=False)
    seed = serializers.CharField(max_length=100, required=False)
    method = serializers.ChoiceField(Method.choices)
    size = serializers.IntegerField(min_value=1, max_value=MOST, required=False)
    interval = Amount(required=False)
    tolerable = Amount(required=False)
    confidence = serializers.IntegerField(required=False)
    strata = serializers.ChoiceField(Strata.choices, required=False)
    bounds = serializers.ListField(child=Amount(), required=False, max_length=20)
    share_by = serializers.ChoiceField(ShareBy.choices, required=False)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One subject, not two."""
        if sum(name in asked for name in ("program", "subaward", "agency")) != 1:
            raise serializers.ValidationError("Name either a program, a subaward or an agency.")
        return asked


class SampledLineSerializer(serializers.Serializer):
    """A line of a sample: the entry, how it was selected, and where its evidence is."""

    entry = serializers.IntegerField(source="entry_id")
    place = serializers.IntegerField()
    draw = serializers.IntegerField()
    is_certain = serializers.BooleanField()
    stratum = serializers.CharField()
    unit = Amount(allow_null=True)
    kind = serializers.CharField(source="entry.kind")
    amount = Amount(source="entry.amount")
    incurred_on = serializers.DateField(source="entry.incurred_on")
    subaward = serializers.CharField(source="entry.subaward.number", default=None)
    payee = serializers.CharField(source="entry.payee")
    category = serializers.CharField(source="entry.category")
    posting = serializers.CharField(source="entry.posting.name")
    cell = serializers.CharField(source="entry.place")
    filing = serializers.IntegerField(source="filing.pk", default=None)
    certified_by = serializers.CharField(source="filing.certified_by.name", default=None)
    certified_at = serializers.DateTimeField(source="filing.certified_at", default=None)


class SampleFilter(FilterSet):
    """By program, subaward, agency or method."""

    program = RefersTo(Program.objects, "code")
    subaward = RefersTo(Subaward.objects, "number")
    agency = RefersTo(Party.objects, "code")

    class Meta:
        model = Sample
        fields = ("method",)


class Samples(Records):
    """Samples that the person may see."""

    queryset = Sample.objects.select_related("agency", "program", "subaward", "drawn_by")
    serializer_class = SampleSerializer
    filterset_class = SampleFilter
    lookup_field = "number"

    @extend_schema(request=SampleGiven, responses={201: SampleSerializer})
    def create(self, request: Request) -> Response:
        """Draw a sample."""
        asked = given(SampleGiven, request)
        subject = next(asked.pop(name) for name in ("program", "subaward", "agency") if name in asked)
        terms = Terms(**{name: asked.pop(name) for name in _TERMS if name in asked})
        return self.shown(draw_sample(subject, terms=terms, **asked, by=request.user), 201)

    @extend_schema(responses=SampledLineSerializer(many=True), filters=False)
    @route(detail=True, pagination_class=None)
    def lines(self, request: Request, number: str) -> Response:
        """The lines drawn, each with its evidence."""
        lines = with_filings(lines_of(self.get_object()))
        return Response(SampledLineSerializer(lines, many=True).data)

    @extend_schema(
        responses=inline_serializer("DrawnAgain", {"is_the_same": serializers.BooleanField()}), filters=False
    )
    @route(detail=True, pagination_class=None)
    def again(self, request: Request, number: str) -> Response:
        """Draw it once more: whether the same population, method and seed give the same lines."""
        return Response({"is_the_same": drawn_again(self.get_object(), person=request.user)})
