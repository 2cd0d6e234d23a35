"""Postings: lines that come into the ledger together, whole or not at all."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django_filters import FilterSet, IsoDateTimeFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action as route
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Amount, Asked, Code, Person, Reason, Records, Reference, given
from api.filtering import RefersTo
from grants.kernel.refusals import Unreadable
from grants.ledger.actions import post_entries, post_file, reverse_posting
from grants.ledger.files import Owners, Problems
from grants.ledger.models import Kind, PostingKind
from grants.ledger.posting import Line
from grants.models import Posting, Program

OWNER = ("subaward", "allocation", "federal_award", "project")


class PostingSerializer(serializers.ModelSerializer):
    """Where lines of the ledger came from."""

    program = Code()
    posted_by = Person()

    class Meta:
        model = Posting
        fields = ("id", "program", "kind", "name", "sha256", "reason", "posted_by", "posted_at")


class LineGiven(Asked):
    """A line to post. What it belongs to is named by code; a subaward brings its allocation with it."""

    kind = serializers.ChoiceField(Kind.choices)
    amount = Amount(min_value=Decimal("0.01"))
    incurred_on = serializers.DateField()
    subaward = serializers.CharField(default="", max_length=40)
    allocation = serializers.CharField(default="", max_length=60, help_text="Code of its party.")
    federal_award = serializers.CharField(default="", max_length=255, help_text="FAIN, or code here.")
    project = serializers.CharField(default="", max_length=80)
    category = serializers.CharField(default="", max_length=40)
    is_advance = serializers.BooleanField(default=False)
    payee = serializers.CharField(default="", max_length=200)
    period = serializers.CharField(default="", max_length=20)
    memo = serializers.CharField(default="", max_length=300)


class PostingGiven(Asked):
    """Lines to post to a program. The same ``key`` again is refused, so a call may safely be repeated."""

    program = Reference(slug_field="code", queryset=Program.objects)
    key = serializers.CharField(max_length=80)
    reason = serializers.CharField(max_length=2_000)
    lines: serializers.ListSerializer = serializers.ListSerializer(
        child=LineGiven(), allow_empty=False, max_length=10_000
    )


class FileGiven(Asked):
    """A CSV of lines to post to a program."""

    program = Reference(slug_field="code", queryset=Program.objects)
    file = serializers.FileField()
    reason = serializers.CharField(max_length=2_000, default="")


class PostingFilter(FilterSet):
    """By program, kind of source, or moment."""

    program = RefersTo(Program.objects, "code")
    posted_from = IsoDateTimeFilter("posted_at", "gte")
    posted_until = IsoDateTimeFilter("posted_at", "lte")

    class Meta:
        model = Posting
        fields = ("kind", "sha256")


class Postings(Records):
    """Postings that the person may see."""

    queryset = Posting.objects.select_related("program", "posted_by")
    serializer_class = PostingSerializer
    filterset_class = PostingFilter

    @extend_schema(request=PostingGiven, responses={201: PostingSerializer})
    def create(self, request: Request) -> Response:
        """Post lines."""
        asked = given(PostingGiven, request)
        program = asked["program"]
        posting = post_entries(
            program,
            _lines(Owners(program), asked["lines"]),
            key=f"{program.pk}:{asked['key']}",
            reason=asked["reason"],
            kind=PostingKind.API,
            by=request.user,
        )
        return self.shown(posting, 201)

    @extend_schema(request={"multipart/form-data": FileGiven}, responses={201: PostingSerializer})
    @route(detail=False, methods=["post"], parser_classes=[MultiPartParser])
    def files(self, request: Request) -> Response:
        """Post the lines of a CSV file."""
        asked = given(FileGiven, request)
        file = asked["file"]
        posting = post_file(
            asked["program"], file.file, name=file.name, reason=asked["reason"], by=request.user
        )
        return self.shown(posting, 201)

    @extend_schema(request=Reason, responses={201: PostingSerializer})
    @route(detail=True, methods=["post"])
    def reverse(self, request: Request, pk: str) -> Response:
        """Reverse every line that is not reversed yet."""
        reversal = reverse_posting(self.get_object(), **given(Reason, request), by=request.user)
        return self.shown(reversal, 201)


def _lines(owners: Owners, asked: list[dict[str, Any]]) -> Iterator[Line]:
    """Lines with the keys of what they belong to. At the end Unreadable; rows are lines, counted from 1."""
    problems = Problems(None)
    for row, line in enumerate(asked, start=1):
        number, party, award_code, project_code = (line.pop(name) for name in OWNER)
        keys = owners.keys_of((number, party, award_code, project_code), row, problems)
        award, allocation, subaward, project = keys
        yield Line(
            **line,
            federal_award=award,
            allocation=allocation,
            subaward=subaward,
            project=project,
            place=f"line {row}",
        )
    if problems.found:
        raise Unreadable(problems.found)
