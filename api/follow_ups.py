"""Follow-ups: what subrecipients must put right (2 CFR 200.332(e)(2))."""

from django_filters import FilterSet
from rest_framework import serializers

from api.base import Code, Person, Records
from api.filtering import RefersTo
from grants.models import FollowUp, Party, Subaward


class FollowUpSerializer(serializers.ModelSerializer):
    """Something to be put right: what is wrong, by which rule, what must be done, by whom and when."""

    agency = Code()
    party = Code()
    subaward = Code("number")
    opened_by = Person()

    class Meta:
        model = FollowUp
        fields = (
            "id", "agency", "party", "subaward", "visit", "audit_finding", "finding", "condition",
            "criteria", "cause", "questioned_cost", "plan", "owner", "due_on", "stage", "opened_by",
            "done_on", "evidence",
        )  # fmt: skip


class FollowUpFilter(FilterSet):
    """By party, subaward, or stage."""

    party = RefersTo(Party.objects, "code")
    subaward = RefersTo(Subaward.objects, "number")

    class Meta:
        model = FollowUp
        fields = ("stage",)


class FollowUps(Records):
    """Follow-ups that the person may see."""

    queryset = FollowUp.objects.select_related("agency", "party", "subaward", "opened_by")
    serializer_class = FollowUpSerializer
    filterset_class = FollowUpFilter
