"""Parties: agencies and local governments."""

from typing import Any

from django_filters import CharFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, Code, Records, Reference, given
from api.filtering import RefersTo
from grants.models import Party
from grants.parties.actions import FIXED, correct_party, register_parties


class PartySerializer(serializers.ModelSerializer):
    """An organization of the register."""

    parent = Code()  # type: ignore[assignment]
    kept_by = Code()

    class Meta:
        model = Party
        fields = (
            "code", "kind", "name", "parent", "kept_by", "uei", "uei_name", "ein", "county_fips",
            "county_name", "place_fips", "rural_urban_code", "fiscal_year_begins", "sam_expires_on",
            "congressional_district", "address", "is_sample",
        )  # fmt: skip


class PartyGiven(Asked, serializers.ModelSerializer):
    """A party to enter into the register that ``kept_by`` keeps."""

    kept_by = Reference(slug_field="code", queryset=Party.objects)
    parent = Reference(slug_field="code", queryset=Party.objects, allow_null=True, default=None)  # type: ignore[assignment]

    class Meta:
        model = Party
        fields = tuple(name for name in PartySerializer.Meta.fields if name != "is_sample")


class CorrectionGiven(PartyGiven):
    """What is to be recorded of a party from now on; what is left out stays."""

    kept_by = parent = None  # type: ignore[assignment]
    reason = serializers.CharField(max_length=2_000)

    class Meta:
        model = Party
        fields = (*(name for name in PartyGiven.Meta.fields if name not in FIXED), "reason")

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Never without a reason."""
        if "reason" not in asked:
            raise serializers.ValidationError({"reason": ["Say why it is corrected."]})
        return asked


class PartyFilter(FilterSet):
    """By kind, county, parent, or a part of the name."""

    parent = RefersTo(Party.objects, "code")
    name = CharFilter(lookup_expr="icontains")

    class Meta:
        model = Party
        fields = ("kind", "county_fips", "uei", "is_sample")


class Parties(Records):
    """Parties that the person may see."""

    queryset = Party.objects.select_related("parent", "kept_by")
    serializer_class = PartySerializer
    filterset_class = PartyFilter
    lookup_field = "code"

    @extend_schema(request=PartyGiven, responses={201: PartySerializer})
    def create(self, request: Request) -> Response:
        """Enter a party into the register."""
        asked = given(PartyGiven, request)
        register_parties(asked.pop("kept_by"), [Party(**asked)], by=request.user)
        return self.shown(Party.objects.get(code=asked["code"]), 201)

    @extend_schema(request=CorrectionGiven)
    @route(detail=True, methods=["post"])
    def correct(self, request: Request, code: str) -> Response:
        """Correct what is recorded of a party."""
        party, asked = self.get_object(), given(CorrectionGiven, request, partial=True)
        reason = asked.pop("reason")
        return self.shown(correct_party(party, changes=asked, reason=reason, by=request.user))
