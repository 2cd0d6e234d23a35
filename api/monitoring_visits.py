"""Desk reviews and site visits (2 CFR 200.332(e), (f))."""

from django_filters import FilterSet
from rest_framework import serializers

from api.base import Code, Person, Records
from api.filtering import RefersTo
from grants.models import MonitoringVisit, Party


class MonitoringVisitSerializer(serializers.ModelSerializer):
    """A review or visit: when, by which checklist, what was answered, and what came of it."""

    agency = Code()
    party = Code()
    answers = serializers.DictField(child=serializers.JSONField(), read_only=True)
    held_by = Person()

    class Meta:
        model = MonitoringVisit
        fields = (
            "id", "agency", "party", "kind", "planned_for", "scope", "stage", "checklist", "answers",
            "held_on", "held_by", "result", "ended_on",
        )  # fmt: skip


class MonitoringVisitFilter(FilterSet):
    """By party, kind, or stage."""

    party = RefersTo(Party.objects, "code")

    class Meta:
        model = MonitoringVisit
        fields = ("kind", "stage")


class MonitoringVisits(Records):
    """Reviews and visits that the person may see."""

    queryset = MonitoringVisit.objects.select_related("agency", "party", "held_by")
    serializer_class = MonitoringVisitSerializer
    filterset_class = MonitoringVisitFilter
