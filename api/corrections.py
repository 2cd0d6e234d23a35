"""Corrective actions and waivers: how findings are worked off."""

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, Person, Reason, Records, given
from api.filtering import RefersTo
from grants.compliance.actions import complete_correction, decline_waiver, grant_waiver, return_correction
from grants.models import CorrectiveAction, Finding, Waiver


class CorrectionSerializer(serializers.ModelSerializer):
    """What will be done about a finding, by whom and until when (2 CFR 200.332(e)(2))."""

    planned_by = Person()

    class Meta:
        model = CorrectiveAction
        fields = (
            "id", "finding", "plan", "owner", "due_on", "stage", "evidence", "done_on", "planned_by",
            "planned_at",
        )  # fmt: skip


class DoneGiven(Asked):
    """What shows that it is done, and since when; today by default."""

    evidence = serializers.CharField(max_length=2_000)
    done_on = serializers.DateField(required=False, allow_null=True)


class CorrectionFilter(FilterSet):
    """By finding or stage."""

    finding = RefersTo(Finding.objects, "id")

    class Meta:
        model = CorrectiveAction
        fields = ("stage",)


class Corrections(Records):
    """Corrective actions that the person may see."""

    queryset = CorrectiveAction.objects.select_related("planned_by")
    serializer_class = CorrectionSerializer
    filterset_class = CorrectionFilter

    @extend_schema(request=DoneGiven)
    @route(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Say that it is done, and what shows it."""
        asked = given(DoneGiven, request)
        return self.shown(complete_correction(self.get_object(), **asked, by=request.user))

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"], url_path="return", url_name="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """Say that what was shown is not enough."""
        return self.shown(return_correction(self.get_object(), **given(Reason, request), by=request.user))


class WaiverSerializer(serializers.ModelSerializer):
    """Leave to let a finding stand until a day."""

    asked_by = Person()
    decided_by = Person()

    class Meta:
        model = Waiver
        fields = (
            "id", "finding", "reason", "until", "stage", "asked_by", "asked_at", "decided_by", "decided_at",
            "decision",
        )  # fmt: skip


class WaiverFilter(FilterSet):
    """By finding or stage."""

    finding = RefersTo(Finding.objects, "id")

    class Meta:
        model = Waiver
        fields = ("stage",)


class Waivers(Records):
    """Waivers that the person may see."""

    queryset = Waiver.objects.select_related("asked_by", "decided_by")
    serializer_class = WaiverSerializer
    filterset_class = WaiverFilter

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"])
    def grant(self, request: Request, pk: str) -> Response:
        """Let the finding stand until the day asked for."""
        return self.shown(grant_waiver(self.get_object(), **given(Reason, request), by=request.user))

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Say that the finding must be corrected."""
        return self.shown(decline_waiver(self.get_object(), **given(Reason, request), by=request.user))
