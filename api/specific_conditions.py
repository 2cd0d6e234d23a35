"""Specific conditions on subawards (2 CFR 200.208)."""

from django.db.models import QuerySet
from django_filters import FilterSet
from rest_framework import serializers

from api.base import Code, Person, Records
from api.filtering import RefersTo
from grants.models import Party, SpecificCondition, Subaward
from grants.monitoring.risk.queries import told_to


class SpecificConditionSerializer(serializers.ModelSerializer):
    """A condition on a subaward, with what its notice says."""

    subaward = Code("number")
    party = Code(source="subaward.subrecipient")
    proposed_by = Person()
    imposed_by = Person()

    class Meta:
        model = SpecificCondition
        fields = (
            "id", "subaward", "party", "nature", "reason", "action_to_remove", "time_allowed",
            "reconsideration", "stage", "proposed_by", "noticed_on", "imposed_by", "ended_on",
            "ended_because",
        )  # fmt: skip


class SpecificConditionFilter(FilterSet):
    """By subaward, party, or stage."""

    subaward = RefersTo(Subaward.objects, "number")
    party = RefersTo(Party.objects, "code", field_name="subaward__subrecipient")

    class Meta:
        model = SpecificCondition
        fields = ("stage",)


class SpecificConditions(Records):
    """Specific conditions that the person may see; a subrecipient those it had notice of."""

    queryset = SpecificCondition.objects.select_related("subaward__subrecipient", "proposed_by", "imposed_by")
    serializer_class = SpecificConditionSerializer
    filterset_class = SpecificConditionFilter

    def get_queryset(self) -> QuerySet:
        """Proposals stay within the agency."""
        return super().get_queryset().filter(told_to(self.request.user))
