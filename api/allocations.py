"""Allocations, and the projects that parties carry out with them."""

from typing import Any

from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, Code, Records, Reference, given
from api.filtering import RefersTo
from grants.models import Allocation, AllocationStanding, Party, Program, Project, Subaward
from grants.subawards.actions import record_projects


class AllocationStandingSerializer(serializers.ModelSerializer):
    """Where an allocation stands."""

    class Meta:
        model = AllocationStanding
        fields = ("allocated", "subawarded", "obligated", "spent", "paid")


class AllocationSerializer(serializers.ModelSerializer):
    """The part of a program that one party may spend or pass on."""

    program = Code()
    party = Code()
    party_name = serializers.CharField(source="party.name", read_only=True)
    standing = AllocationStandingSerializer(read_only=True)

    class Meta:
        model = Allocation
        fields = ("id", "program", "party", "party_name", "standing")


class AllocationFilter(FilterSet):
    """By program or party."""

    program = RefersTo(Program.objects, "code")
    party = RefersTo(Party.objects, "code")


class Allocations(Records):
    """Allocations that the person may see."""

    queryset = Allocation.objects.select_related("program", "party", "standing")
    serializer_class = AllocationSerializer
    filterset_class = AllocationFilter


class ProjectSerializer(serializers.ModelSerializer):
    """What a party does with its allocation or subaward."""

    program = Code(source="allocation.program")
    party = Code(source="allocation.party")
    subaward = Code("number")

    class Meta:
        model = Project
        fields = (
            "code", "allocation", "program", "party", "subaward", "name", "number", "expenditure_category",
            "description", "adopted_budget", "completion", "source",
        )  # fmt: skip


class ProjectGiven(Asked, serializers.ModelSerializer):
    """A project to keep with an allocation, or with a subaward of it."""

    allocation = Reference(slug_field="id", queryset=Allocation.objects)
    subaward = Reference(slug_field="number", queryset=Subaward.objects, allow_null=True, default=None)

    class Meta:
        model = Project
        fields = (
            "code", "allocation", "subaward", "name", "number", "expenditure_category", "description",
            "adopted_budget", "completion", "source",
        )  # fmt: skip

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A subaward of the same allocation."""
        if asked["subaward"] and asked["subaward"].allocation_id != asked["allocation"].pk:
            raise serializers.ValidationError({"subaward": "This subaward is of another allocation."})
        return asked


class ProjectFilter(FilterSet):
    """By program, party, subaward, or expenditure category."""

    program = RefersTo(Program.objects, "code", field_name="allocation__program")
    party = RefersTo(Party.objects, "code", field_name="allocation__party")
    subaward = RefersTo(Subaward.objects, "number")

    class Meta:
        model = Project
        fields = ("expenditure_category",)


class Projects(Records):
    """Projects that the person may see."""

    queryset = Project.objects.select_related("allocation__program", "allocation__party", "subaward")
    serializer_class = ProjectSerializer
    filterset_class = ProjectFilter
    lookup_field = "code"

    @extend_schema(request=ProjectGiven, responses={201: ProjectSerializer})
    def create(self, request: Request) -> Response:
        """Keep a project."""
        asked = given(ProjectGiven, request)
        (project,) = record_projects(asked.pop("allocation"), [Project(**asked)], by=request.user)
        return self.shown(project, 201)
