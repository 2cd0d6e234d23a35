"""Single audits of subrecipients, with what the auditors found (2 CFR 200.501, 200.332(g))."""

from django_filters import FilterSet
from rest_framework import serializers

from api.base import Code, Person, Records
from api.filtering import RefersTo
from grants.models import AuditFinding, Party, SingleAudit


class AuditFindingSerializer(serializers.ModelSerializer):
    """A finding of an audit report; ``decision`` is the key of its management decision."""

    subaward = Code("number")
    decision: serializers.PrimaryKeyRelatedField = serializers.PrimaryKeyRelatedField(read_only=True)

    class Meta:
        model = AuditFinding
        fields = (
            "id", "reference", "subaward", "requirement", "summary", "questioned_cost", "is_repeat",
            "is_ours", "plan_received_on", "decision",
        )  # fmt: skip


class SingleAuditSerializer(serializers.ModelSerializer):
    """The audit of a subrecipient's fiscal year, as the agency follows it."""

    agency = Code()
    party = Code()
    verified_by = Person()
    findings = AuditFindingSerializer(many=True, read_only=True)

    class Meta:
        model = SingleAudit
        fields = (
            "id", "agency", "party", "year_starts_on", "year_ends_on", "expended_elsewhere",
            "elsewhere_source", "stage", "kind", "exemption", "report_received_on", "fac_report_id",
            "fac_accepted_on", "was_major_program", "verified_by", "verified_on", "findings",
        )  # fmt: skip


class SingleAuditFilter(FilterSet):
    """By party, last day of the fiscal year, or stage."""

    party = RefersTo(Party.objects, "code")

    class Meta:
        model = SingleAudit
        fields = ("year_ends_on", "stage")


class SingleAudits(Records):
    """Single audits that the person may see."""

    queryset = SingleAudit.objects.select_related("agency", "party", "verified_by").prefetch_related(
        "findings__subaward", "findings__decision"
    )
    serializer_class = SingleAuditSerializer
    filterset_class = SingleAuditFilter
