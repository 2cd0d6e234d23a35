"""Allocation rounds: a method run on given inputs, proposed by one person and approved by another."""

from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, Code, Person, Reason, Records, Reference, given
from api.filtering import RefersTo
from grants.kernel.refusals import Problem, Unreadable
from grants.models import AllocationRound, Party, Program, Share, Tranche
from grants.programs.actions import Given, approve_round, draft_round, propose_round, withdraw_round
from grants.programs.inputs import inputs_of
from grants.programs.method import Inputs, Outcome


class RoundSerializer(serializers.ModelSerializer):
    """One run of an allocation method on frozen inputs."""

    program = Code()
    supersedes = Code()
    proposed_by = Person()
    approved_by = Person()

    class Meta:
        model = AllocationRound
        fields = (
            "code", "program", "name", "method", "on", "returned", "stage", "supersedes", "proposed_by",
            "approved_by", "approved_at", "source", "note",
        )  # fmt: skip


class RoundWithInputs(RoundSerializer):
    """A round with everything that its method was run on."""

    class Meta:
        model = AllocationRound
        fields = (*RoundSerializer.Meta.fields, "inputs")


class RoundGiven(Asked, serializers.ModelSerializer):
    """A round to draft. ``inputs`` is what its method needs; each place's ``id`` is the code of a party."""

    program = Reference(slug_field="code", queryset=Program.objects)
    inputs = serializers.DictField()
    supersedes = Reference(slug_field="code", queryset=AllocationRound.objects, allow_null=True, default=None)

    class Meta:
        model = AllocationRound
        fields = ("code", "program", "name", "method", "inputs", "supersedes", "source", "note")


class TrancheSerializer(serializers.ModelSerializer):
    """One of the part-payments of a share."""

    class Meta:
        model = Tranche
        fields = ("number", "name", "amount")


class ShareSerializer(serializers.ModelSerializer):
    """What a round gives one party, and how it came about."""

    party = Code(source="allocation.party")
    party_name = serializers.CharField(source="allocation.party.name", read_only=True)
    steps = serializers.ListField(child=serializers.CharField(), read_only=True)
    tranches = TrancheSerializer(many=True, read_only=True)

    class Meta:
        model = Share
        fields = ("id", "allocation", "party", "party_name", "amount", "status", "steps", "tranches")


class RoundFilter(FilterSet):
    """By program, stage, or method."""

    program = RefersTo(Program.objects, "code")

    class Meta:
        model = AllocationRound
        fields = ("stage", "method")


class Rounds(Records):
    """Allocation rounds that the person may see."""

    queryset = AllocationRound.objects.select_related("program", "supersedes", "proposed_by", "approved_by")
    serializer_class = RoundWithInputs
    filterset_class = RoundFilter
    lookup_field = "code"

    def get_queryset(self) -> QuerySet:
        """Without their inputs in a list: those of one round may be forty thousand places."""
        rounds = super().get_queryset()
        return rounds.defer("inputs") if self.action == "list" else rounds

    @extend_schema(responses=RoundSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Rounds without their inputs."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(RoundSerializer(page, many=True).data)

    @extend_schema(request=RoundGiven, responses={201: RoundWithInputs})
    def create(self, request: Request) -> Response:
        """Run a method on inputs and keep its result as a round in draft."""
        asked = given(RoundGiven, request)
        program, inputs = asked.pop("program"), inputs_of(asked["method"], asked.pop("inputs"))
        outcome = inputs.outcome()
        round = AllocationRound(**asked, on=inputs.on, inputs=inputs.as_dict(), returned=outcome.returned)
        shares = _shares(inputs, outcome, Party.objects.visible_to(request.user))
        return self.shown(draft_round(program, round, shares, by=request.user), 201)

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def propose(self, request: Request, code: str) -> Response:
        """Ask for approval."""
        return self.shown(propose_round(self.get_object(), by=request.user))

    @extend_schema(request=None)
    @route(detail=True, methods=["post"])
    def approve(self, request: Request, code: str) -> Response:
        """Allocate what the round gives."""
        return self.shown(approve_round(self.get_object(), by=request.user))

    @extend_schema(request=Reason)
    @route(detail=True, methods=["post"])
    def withdraw(self, request: Request, code: str) -> Response:
        """Take back a round that is not approved."""
        return self.shown(withdraw_round(self.get_object(), **given(Reason, request), by=request.user))

    @extend_schema(responses=ShareSerializer(many=True), filters=False)
    @route(detail=True, serializer_class=ShareSerializer, filterset_class=None)
    def shares(self, request: Request, code: str) -> Response:
        """What the round gives each party."""
        shares = Share.objects.visible_to(request.user).filter(round=self.get_object())
        shares = shares.select_related("allocation__party").prefetch_related("tranches").order_by("pk")
        page = self.paginate_queryset(shares)
        return self.get_paginated_response(ShareSerializer(page, many=True).data)


def _shares(inputs: Inputs, outcome: Outcome, parties: Any) -> dict[Party, Given]:
    """The shares by party. Raises Unreadable for each place that is no party the person may see."""
    known = parties.in_bulk([place.id for place in inputs.places], field_name="code")
    strangers = [place for place in inputs.places if place.id not in known]
    if strangers:
        raise Unreadable(
            Problem(f"There is no party “{place.id}”.", row=place.row, column="id") for place in strangers
        )
    status = {place.id: place.fields.get("status") or "" for place in inputs.places}
    return {
        known[share.id]: Given(
            share.amount,
            [(f"Tranche {number}", amount) for number, amount in enumerate(share.tranches, start=1)],
            share.steps,
            status[share.id],
        )
        for share in outcome.shares
    }
