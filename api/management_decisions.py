"""Management decisions on audit findings (2 CFR 200.521)."""

from django_filters import FilterSet
from rest_framework import serializers

from api.base import Code, Person, Records
from api.filtering import RefersTo
from grants.models import ManagementDecision, Party, SingleAudit


class ManagementDecisionSerializer(serializers.ModelSerializer):
    """What an agency decided on a finding, and what the subrecipient must do."""

    audit = serializers.IntegerField(source="finding.audit_id", read_only=True)
    party = Code(source="finding.audit.party")
    reference = serializers.CharField(source="finding.reference", read_only=True)
    decided_by = Person()

    class Meta:
        model = ManagementDecision
        fields = (
            "id", "audit", "party", "finding", "reference", "sustained", "reasons", "expected",
            "expected_action", "amount", "timetable", "appeal", "asked", "decided_on", "decided_by",
        )  # fmt: skip


class ManagementDecisionFilter(FilterSet):
    """By audit, party, or whether the finding is sustained."""

    audit = RefersTo(SingleAudit.objects, "id", field_name="finding__audit")
    party = RefersTo(Party.objects, "code", field_name="finding__audit__party")

    class Meta:
        model = ManagementDecision
        fields = ("sustained", "expected")


class ManagementDecisions(Records):
    """Management decisions that the person may see."""

    queryset = ManagementDecision.objects.select_related("finding__audit__party", "decided_by")
    serializer_class = ManagementDecisionSerializer
    filterset_class = ManagementDecisionFilter
