"""Reports of subawards under the Transparency Act that were made (2 CFR part 170)."""

from django_filters import FilterSet
from rest_framework import serializers

from api.base import Code, Person, Records
from api.filtering import RefersTo
from grants.models import FederalAward, FfataReport, Subaward


class FfataReportSerializer(serializers.ModelSerializer):
    """That a subaward was reported: when, with what amount, and how it was confirmed."""

    subaward = Code("number")
    federal_award = Code()
    recorded_by = Person()

    class Meta:
        model = FfataReport
        fields = (
            "id", "subaward", "federal_award", "reported_on", "amount", "confirmation", "recorded_by",
        )  # fmt: skip


class FfataReportFilter(FilterSet):
    """By subaward or federal award."""

    subaward = RefersTo(Subaward.objects, "number")
    federal_award = RefersTo(FederalAward.objects, "code")


class FfataReports(Records):
    """Reports that the person may see."""

    queryset = FfataReport.objects.select_related("subaward", "federal_award", "recorded_by")
    serializer_class = FfataReportSerializer
    filterset_class = FfataReportFilter
