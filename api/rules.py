"""Rules: what the books are judged by, with the law each rests on."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from grants.compliance.queries import Fired, how_often
from grants.compliance.rule import RULES, Rule, Severity

NAMES = [severity.name.lower() for severity in Severity]


class RuleSerializer(serializers.Serializer):
    """What the law asks, and how it is judged.

    ``says`` is the sentence of a breach, with the columns that it fills in; ``judged_by`` tells whether the
    books or a person's word show it, and ``question`` what that person is asked. ``edition`` names the date
    that chooses the edition, blank where one holds for all. ``confidence`` tells whether the text of the law
    was seen. ``fired`` and ``open`` count findings that the caller may see.
    """

    code = serializers.CharField()
    title = serializers.CharField()
    cites = serializers.CharField()
    severity = serializers.ChoiceField(NAMES)
    says = serializers.CharField()
    fix = serializers.CharField()
    demands = serializers.CharField()
    families = serializers.ListField(child=serializers.CharField())
    edition = serializers.CharField()
    judged_by = serializers.ChoiceField(["books", "person"])
    question = serializers.CharField()
    confidence = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    fired = serializers.IntegerField()
    open = serializers.IntegerField()

    def to_representation(self, rule: Rule) -> dict[str, Any]:
        """The rule, its severity in words."""
        asks, fired = rule.requirement, self.context["fired"].get(rule.code, Fired())
        return {
            **{name: getattr(rule, name) for name in ("code", "title", "cites", "says", "fix")},
            "severity": rule.severity.name.lower(),
            "demands": asks.demands,
            "families": list(asks.families),
            "edition": asks.selected_by,
            "judged_by": "person" if rule.is_attested else "books",
            "question": asks.question.words if asks.question else "",
            "confidence": asks.confidence,
            "source": asks.source,
            "fired": fired.ever,
            "open": fired.now,
        }


class Rules(viewsets.GenericViewSet):
    """Rules, the same for everyone."""

    serializer_class = RuleSerializer
    pagination_class = None
    filter_backends = ()
    lookup_field = "code"
    lookup_value_regex = "[^/]+"

    def list(self, request: Request) -> Response:
        """Every rule, by its code."""
        context = {"fired": how_often(request.user)}
        return Response(RuleSerializer([RULES[code] for code in RULES], many=True, context=context).data)

    @extend_schema(responses=RuleSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        """One rule."""
        if code not in RULES:
            raise Http404
        return Response(RuleSerializer(RULES[code], context={"fired": how_often(request.user)}).data)
