"""Subawards: drafted by one person, issued by another, amended and closed."""

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.amendments import AmendmentGiven, AmendmentSerializer, BudgetGiven, SplitGiven, by_award
from api.base import Asked, Code, Person, Reason, Records, Reference, given
from api.filtering import RefersTo
from grants.models import Allocation, BudgetLine, FundingSplit, Party, Program, Subaward, SubawardStanding
from grants.subawards.actions import (
    Budgeted,
    close_subaward,
    draft_subaward,
    issue_subaward,
    propose_amendment,
    withdraw_subaward,
)

TERMS = (
    "title", "description", "starts_on", "ends_on", "budget_starts_on", "budget_ends_on", "indirect_rate",
    "indirect_rate_kind", "payment_method", "required_cost_share", "place_of_performance", "terms_federal",
    "terms_pass_through", "has_records_access_clause", "has_closeout_terms", "specific_conditions", "source",
)  # fmt: skip


class SubawardStandingSerializer(serializers.ModelSerializer):
    """Where a subaward stands."""

    class Meta:
        model = SubawardStanding
        fields = ("obligated", "expended", "cost_shared", "earned", "paid", "advanced")


class SplitSerializer(serializers.ModelSerializer):
    """How much of a subaward one federal award pays."""

    federal_award = Code()

    class Meta:
        model = FundingSplit
        fields = ("federal_award", "amount")


class BudgetLineSerializer(serializers.ModelSerializer):
    """An approved cost category in one version of the budget."""

    class Meta:
        model = BudgetLine
        fields = ("version", "category", "source", "amount")


class SubawardSerializer(serializers.ModelSerializer):
    """A promise of federal money to a subrecipient (2 CFR 200.1)."""

    program = Code()
    subrecipient = Code()
    subrecipient_name = serializers.CharField(source="subrecipient.name", read_only=True)
    drafted_by = Person()
    issued_by = Person()
    splits = SplitSerializer(many=True, read_only=True)
    budget_lines = BudgetLineSerializer(many=True, read_only=True)
    standing = SubawardStandingSerializer(read_only=True)

    class Meta:
        model = Subaward
        fields = (
            "number", "program", "allocation", "subrecipient", "subrecipient_name", "amount", "stage", *TERMS,
            "drafted_by", "issued_by", "issued_on", "is_sample", "splits", "budget_lines", "standing",
        )  # fmt: skip


class SubawardGiven(Asked, serializers.ModelSerializer):
    """A subaward to draft out of an allocation."""

    allocation = Reference(slug_field="id", queryset=Allocation.objects)
    subrecipient = Reference(slug_field="code", queryset=Party.objects)
    splits = SplitGiven(many=True, allow_empty=False)
    budget = BudgetGiven(many=True, required=False, default=list)

    class Meta:
        model = Subaward
        fields = ("number", "allocation", "subrecipient", "amount", *TERMS, "splits", "budget")


class IssueGiven(Asked):
    """On which day it is issued, today by default, and a memo for the ledger."""

    issued_on = serializers.DateField(required=False, allow_null=True)
    memo = serializers.CharField(required=False, allow_blank=True, max_length=300)


class SubawardFilter(FilterSet):
    """By program, subrecipient, or stage."""

    program = RefersTo(Program.objects, "code")
    subrecipient = RefersTo(Party.objects, "code")
    allocation = RefersTo(Allocation.objects, "id")

    class Meta:
        model = Subaward
        fields = ("stage", "is_sample")


class Subawards(Records):
    """Subawards that the person may see."""

    queryset = Subaward.objects.select_related(
        "program", "subrecipient", "drafted_by", "issued_by", "standing"
    ).prefetch_related("splits__federal_award", "budget_lines")
    serializer_class = SubawardSerializer
    filterset_class = SubawardFilter
    lookup_field = "number"

    @extend_schema(request=SubawardGiven, responses={201: SubawardSerializer})
    def create(self, request: Request) -> Response:
        """Draft a subaward."""
        asked = given(SubawardGiven, request)
        allocation, splits = asked.pop("allocation"), by_award(asked.pop("splits"))
        budget = [Budgeted(**line) for line in asked.pop("budget")]
        subaward = draft_subaward(
            allocation, Subaward(**asked), splits=splits, budget=budget, by=request.user
        )
        return self.shown(subaward, 201)

    @extend_schema(request=IssueGiven)
    @route(detail=True, methods=["post"])
    def issue(self, request: Request, number: str) -> Response:
        """Issue a drafted subaward: its amount is obligated."""
        return self.shown(issue_subaward(self.get_object(), **given(IssueGiven, request), by=request.user))

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:
        """Take back a draft."""
        return self.shown(withdraw_subaward(self.get_object(), **given(Reason, request), by=request.user))

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"])
    def close(self, request: Request, number: str) -> Response:
        """Close a subaward that is spent and paid."""
        return self.shown(close_subaward(self.get_object(), **given(Reason, request), by=request.user))

    @extend_schema(request=AmendmentGiven, responses={201: AmendmentSerializer})
    @route(detail=True, methods=["post"])
    def amend(self, request: Request, number: str) -> Response:
        """Propose an amendment."""
        subaward, asked = self.get_object(), given(AmendmentGiven, request)
        splits, budget = by_award(asked.pop("splits")), [Budgeted(**line) for line in asked.pop("budget")]
        amendment = propose_amendment(subaward, **asked, splits=splits, budget=budget, by=request.user)
        return Response(AmendmentSerializer(amendment).data, 201)
