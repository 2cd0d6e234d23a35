"""Parties: agencies and local governments."""

from django_filters import CharFilter, FilterSet
from rest_framework import serializers

from api.base import Code, Records
from api.filtering import RefersTo
from grants.models import Party


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
