"""Federal awards, of the state and of local governments that were awarded directly."""

from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, Code, Records, Reference, given
from api.filtering import RefersTo
from grants.models import FederalAward, Party
from grants.programs.actions import FIXED, correct_award, record_award


class FederalAwardSerializer(serializers.ModelSerializer):
    """What a federal agency awards."""

    recipient = Code()
    agency = Code()

    class Meta:
        model = FederalAward
        fields = (
            "code", "fain", "aln", "title", "agency_name", "recipient", "agency", "description", "statute",
            "award_date", "amount", "starts_on", "ends_on", "is_research", "is_covid", "is_direct",
            "received_from", "received_number", "cluster", "cluster_name", "is_loan", "loan_balance",
            "loan_balance_on", "source",
        )  # fmt: skip


class FederalAwardGiven(Asked, serializers.ModelSerializer):
    """A federal award to enter into the books of an agency."""

    agency = Reference(slug_field="code", queryset=Party.objects)
    recipient = Reference(slug_field="code", queryset=Party.objects)

    class Meta:
        model = FederalAward
        fields = FederalAwardSerializer.Meta.fields


class AwardCorrectionGiven(FederalAwardGiven):
    """What is to be recorded of an award from now on; what is left out stays."""

    agency = recipient = None  # type: ignore[assignment]
    reason = serializers.CharField(max_length=2_000)

    class Meta:
        model = FederalAward
        fields = (*(name for name in FederalAwardSerializer.Meta.fields if name not in FIXED), "reason")

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Never without a reason."""
        if "reason" not in asked:
            raise serializers.ValidationError({"reason": ["Say why it is corrected."]})
        return asked


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

    @extend_schema(request=AwardCorrectionGiven)
    @route(detail=True, methods=["post"])
    def correct(self, request: Request, code: str) -> Response:
        """Correct what is recorded of a federal award."""
        award, asked = self.get_object(), given(AwardCorrectionGiven, request, partial=True)
        reason = asked.pop("reason")
        return self.shown(correct_award(award, changes=asked, reason=reason, by=request.user))
