"""Risk assessments: what an agency thinks of its subrecipients' risk (2 CFR 200.332(c))."""

from django_filters import FilterSet
from rest_framework import serializers

from api.base import Code, Person, Records
from api.filtering import RefersTo
from grants.models import Party, RiskAssessment, Subaward


class RiskAssessmentSerializer(serializers.ModelSerializer):
    """The risk of a subrecipient on a day: answers of a person, figures of the books, score and level."""

    agency = Code()
    party = Code()
    subaward = Code("number")
    answers = serializers.DictField(child=serializers.JSONField(), read_only=True)
    computed = serializers.DictField(child=serializers.JSONField(), read_only=True)
    assessed_by = Person()

    class Meta:
        model = RiskAssessment
        fields = (
            "id", "agency", "party", "subaward", "assessed_on", "scheme", "answers", "computed", "score",
            "medium_from", "high_from", "level", "fraud_risk", "reason", "assessed_by", "assessed_at",
        )  # fmt: skip


class RiskAssessmentFilter(FilterSet):
    """By party, subaward, or level."""

    party = RefersTo(Party.objects, "code")
    subaward = RefersTo(Subaward.objects, "number")

    class Meta:
        model = RiskAssessment
        fields = ("level", "fraud_risk")


class RiskAssessments(Records):
    """Risk assessments that the person may see; the newest of each party is in force."""

    queryset = RiskAssessment.objects.select_related("agency", "party", "subaward", "assessed_by")
    serializer_class = RiskAssessmentSerializer
    filterset_class = RiskAssessmentFilter
