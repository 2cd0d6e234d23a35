"""Rules: what the books are judged by, with the law each rests on."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from grants.compliance.rule import RULES, Rule, Severity

NAMES = [severity.name.lower() for severity in Severity]


class RuleSerializer(serializers.Serializer):
    """A test of the books; ``says`` is its sentence, with the columns that it fills in."""

    code = serializers.CharField()
    title = serializers.CharField()
    cites = serializers.CharField()
    severity = serializers.ChoiceField(NAMES)
    says = serializers.CharField()
    fix = serializers.CharField()

    def to_representation(self, rule: Rule) -> dict[str, str]:
        """The rule, its severity in words."""
        names = ("code", "title", "cites", "says", "fix")
        return {name: getattr(rule, name) for name in names} | {"severity": rule.severity.name.lower()}


class Rules(viewsets.GenericViewSet):
    """Rules, the same for everyone."""

    serializer_class = RuleSerializer
    pagination_class = None
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    def list(self, request: Request) -> Response:
        """Every rule, by its code."""
        return Response(RuleSerializer([RULES[code] for code in RULES], many=True).data)

    @extend_schema(responses=RuleSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        """One rule."""
        if code not in RULES:
            raise Http404
        return Response(RuleSerializer(RULES[code]).data)
