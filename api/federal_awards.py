"""Federal awards, of the state and of local governments that were awarded directly."""

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, Code, Records, Reference, given
from api.filtering import RefersTo
from grants.models import FederalAward, Party
from grants.programs.actions import record_award


class FederalAwardSerializer(serializers.ModelSerializer):
    """What a federal agency awards."""

    recipient = Code()
    agency = Code()

    class Meta:
        model = FederalAward
        fields = (
            "code", "fain", "aln", "title", "agency_name", "recipient", "agency", "description", "statute",
            "award_date", "amount", "starts_on", "ends_on", "is_research", "source",
        )  # fmt: skip


class FederalAwardGiven(Asked, serializers.ModelSerializer):
    """A federal award to enter into the books of an agency."""

    agency = Reference(slug_field="code", queryset=Party.objects)
    recipient = Reference(slug_field="code", queryset=Party.objects)

    class Meta:
        model = FederalAward
        fields = FederalAwardSerializer.Meta.fields


class FederalAwardFilter(FilterSet):
    """By Assistance Listing, FAIN, or who was awarded."""

    recipient = RefersTo(Party.objects, "code")

    class Meta:
        model = FederalAward
        fields = ("aln", "fain")


class FederalAwards(Records):
    """Federal awards that the person may see."""

    queryset = FederalAward.objects.select_related("recipient", "agency")
    serializer_class = FederalAwardSerializer
    filterset_class = FederalAwardFilter
    lookup_field = "code"

    @extend_schema(request=FederalAwardGiven, responses={201: FederalAwardSerializer})
    def create(self, request: Request) -> Response:
        """Enter a federal award."""
        asked = given(FederalAwardGiven, request)
        return self.shown(record_award(asked.pop("agency"), FederalAward(**asked), by=request.user), 201)
