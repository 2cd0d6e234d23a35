"""Closeouts of subawards, with their checklists (2 CFR 200.344)."""

from django_filters import FilterSet
from rest_framework import serializers

from api.base import Code, Person, Records
from api.filtering import RefersTo
from grants.models import Closeout, CloseoutItem, Program, Subaward


class CloseoutItemSerializer(serializers.ModelSerializer):
    """One thing to be done, the day it is due, and whether the subrecipient does it."""

    settled_by = Person()

    class Meta:
        model = CloseoutItem
        fields = (
            "position", "code", "title", "cites", "is_theirs", "due_on", "stage", "settled_on",
            "settled_by", "note",
        )  # fmt: skip


class CloseoutSerializer(serializers.ModelSerializer):
    """The closing of a subaward, its days and its checklist."""

    program = Code(source="subaward.program")
    subaward = Code("number")
    begun_by = Person()
    finished_by = Person()
    items = CloseoutItemSerializer(many=True, read_only=True)

    class Meta:
        model = Closeout
        fields = (
            "id", "program", "subaward", "checklist", "ends_on", "reports_due_on", "target_on",
            "final_report_on", "expended_on", "disposed_on", "stage", "begun_by", "finished_by",
            "finished_on", "reason", "items",
        )  # fmt: skip


class CloseoutFilter(FilterSet):
    """By program, subaward, or stage."""

    program = RefersTo(Program.objects, "code", field_name="subaward__program")
    subaward = RefersTo(Subaward.objects, "number")

    class Meta:
        model = Closeout
        fields = ("stage",)


class Closeouts(Records):
    """Closeouts that the person may see."""

    queryset = Closeout.objects.select_related(
        "subaward__program", "begun_by", "finished_by"
    ).prefetch_related("items__settled_by")
    serializer_class = CloseoutSerializer
    filterset_class = CloseoutFilter
