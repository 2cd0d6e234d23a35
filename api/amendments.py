"""Amendments of subawards: proposed by one person, decided on by another."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Amount, Asked, Code, Person, Reason, Records, Reference, given
from api.filtering import RefersTo
from grants.models import Amendment, FederalAward, Program, Subaward
from grants.subawards.actions import approve_amendment, decline_amendment
from grants.subawards.models import MoneySource


class SplitGiven(Asked):
    """Dollars that one federal award pays; without an award the state's own money."""

    federal_award = Reference(slug_field="code", queryset=FederalAward.objects, allow_null=True)
    amount = Amount()


class BudgetGiven(Asked):
    """One line of a budget."""

    category = serializers.CharField(max_length=40)
    amount = Amount(min_value=Decimal(0))
    source = serializers.ChoiceField(MoneySource.choices, default=MoneySource.FEDERAL)  # type: ignore[assignment]


class AmendmentGiven(Asked):
    """What is to change: dollars more or less from each federal award, the budget, the last day."""

    splits = SplitGiven(many=True, required=False, default=list)
    budget = BudgetGiven(many=True, required=False, default=list)
    ends_on = serializers.DateField(required=False, allow_null=True)
    effective_on = serializers.DateField()
    reason = serializers.CharField(max_length=2_000)


class AmendmentSerializer(serializers.ModelSerializer):
    """A change of a subaward; ``splits`` holds dollars more or less by code of the federal award."""

    subaward = Code("number")
    splits = serializers.DictField(child=serializers.CharField(), read_only=True)
    budget = serializers.ListField(child=serializers.ListField(child=serializers.CharField()), read_only=True)
    proposed_by = Person()
    decided_by = Person()

    class Meta:
        model = Amendment
        fields = (
            "id", "subaward", "number", "stage", "splits", "budget", "ends_on", "effective_on", "reason",
            "proposed_by", "decided_by", "decided_at",
        )  # fmt: skip


class AmendmentFilter(FilterSet):
    """By program, subaward, or stage."""

    program = RefersTo(Program.objects, "code", field_name="subaward__program")
    subaward = RefersTo(Subaward.objects, "number")

    class Meta:
        model = Amendment
        fields = ("stage",)


class Amendments(Records):
    """Amendments that the person may see."""

    queryset = Amendment.objects.select_related("subaward", "proposed_by", "decided_by")
    serializer_class = AmendmentSerializer
    filterset_class = AmendmentFilter

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Carry out an amendment."""
        return self.shown(approve_amendment(self.get_object(), by=request.user))

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Turn down an amendment."""
        return self.shown(decline_amendment(self.get_object(), **given(Reason, request), by=request.user))


def by_award(splits: Iterable[Mapping[str, Any]]) -> dict[FederalAward | None, Decimal]:
    """Dollars by federal award. Raises ValidationError when one is named twice."""
    found: dict[FederalAward | None, Decimal] = {}
    for number, split in enumerate(splits):
        if split["federal_award"] in found:
            twice = {"federal_award": ["This federal award is named twice."]}
            raise serializers.ValidationError({"splits": {str(number): twice}})
        found[split["federal_award"]] = split["amount"]
    return found
