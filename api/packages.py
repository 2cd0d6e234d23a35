"""Packages: asked for, gathered by a worker, and taken away; a download that breaks off is resumed."""

from typing import Any

from django.http.response import HttpResponseBase
from django_filters import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Asked, Code, Person, Records, Reference, given
from api.filtering import RefersTo
from grants.models import Party, Program, Subaward
from reporting.models import Package
from reporting.packages.actions import ask_package
from reporting.packages.models import Part
from reporting.packages.queries import progress_on
from reporting.packages.views import file_of


class PackageSerializer(serializers.ModelSerializer):
    """What is gathered and how far it is; once ready its bytes are at ``content/``."""

    agency = Code()
    program = Code()
    subaward = Code("number")
    parts = serializers.ListField(child=serializers.CharField(), read_only=True)
    reports = serializers.ListField(child=serializers.CharField(), read_only=True)
    asked_by = Person()
    copied = serializers.SerializerMethodField(help_text="Lines of the ledger that the worker has copied.")
    no = serializers.SerializerMethodField(help_text="Why it is not gathered, if it will not be.")

    class Meta:
        model = Package
        fields = (
            "number", "about", "agency", "program", "subaward", "parts", "reports", "through", "as_known_at",
            "entry_count", "stage", "copied", "no", "size", "sha256", "asked_by", "asked_at", "ready_at",
        )  # fmt: skip

    def get_copied(self, package: Package) -> int:
        """Lines copied so far."""
        return progress_on(package).copied

    def get_no(self, package: Package) -> str:
        """The reason, in a sentence."""
        return progress_on(package).no


class PackageGiven(Asked):
    """What a package is about, and what goes into it: all parts, unless some are named."""

    program = Reference(slug_field="code", queryset=Program.objects, required=False)
    subaward = Reference(slug_field="number", queryset=Subaward.objects, required=False)
    agency = Reference(slug_field="code", queryset=Party.objects, required=False)
    through = serializers.DateField()
    as_known_at = serializers.DateTimeField(required=False)
    parts = serializers.ListField(
        child=serializers.ChoiceField(Part.choices), required=False, max_length=len(Part)
    )
    reports = serializers.ListField(child=serializers.CharField(max_length=60), required=False, max_length=20)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        """One subject, not two."""
        if sum(name in asked for name in ("program", "subaward", "agency")) != 1:
            raise serializers.ValidationError("Name either a program, a subaward or an agency.")
        return asked


class PackageFilter(FilterSet):
    """By program, subaward, agency, or how it stands."""

    program = RefersTo(Program.objects, "code")
    subaward = RefersTo(Subaward.objects, "number")
    agency = RefersTo(Party.objects, "code")

    class Meta:
        model = Package
        fields = ("stage", "sha256")


class Packages(Records):
    """Packages that the person may see."""

    queryset = Package.objects.select_related("agency", "program", "subaward", "asked_by")
    serializer_class = PackageSerializer
    filterset_class = PackageFilter
    lookup_field = "number"

    @extend_schema(request=PackageGiven, responses={201: PackageSerializer})
    def create(self, request: Request) -> Response:
        """Have a package gathered; the same request again gives the same one."""
        asked = given(PackageGiven, request)
        subject = next(asked.pop(name) for name in ("program", "subaward", "agency") if name in asked)
        return self.shown(ask_package(subject, **asked, by=request.user), 201)

    @extend_schema(
        parameters=[OpenApiParameter("Range", str, OpenApiParameter.HEADER)],
        responses={(status, "application/zip"): OpenApiTypes.BINARY for status in (200, 206)},
        filters=False,
    )
    @route(detail=True)
    def content(self, request: Request, number: str) -> HttpResponseBase:
        """The bytes of a package, whole or in part (``Range``)."""
        return file_of(request._request, self.get_object())
