"""Rules: what the books are judged by, with the law each rests on."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from grants.compliance.case import cases_of
from grants.compliance.law import law
from grants.compliance.listed import CONFIDENCE
from grants.compliance.queries import Fired, how_often
from grants.compliance.requirement import Moment, Question, Side, Subject
from grants.compliance.rule import RULES, Rule, Severity

NAMES = [severity.name.lower() for severity in Severity]


class CaseSerializer(serializers.Serializer):
    """A small book that shows what is a breach of a rule and what is not; ``says`` is what is said of it."""

    name = serializers.CharField()
    is_breach = serializers.BooleanField()
    says = serializers.CharField(allow_blank=True)


class EditionSerializer(serializers.Serializer):
    """What a legal number is from a day on, as text: amounts in dollars, shares from 0 to 1."""

    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)
    value = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]


class LegalNumberSerializer(serializers.Serializer):
    """A figure of the law with every edition; ``selected_by`` names the date that chooses among them."""

    code = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    selected_by = serializers.CharField()
    confidence = serializers.ChoiceField(list(CONFIDENCE))
    reviewed_on = serializers.DateField(source="reviewed")
    editions = EditionSerializer(source="values", many=True)


class QuestionSerializer(serializers.Serializer):
    """What a person is asked; yes means that the requirement is met.

    ``kinds`` and ``payment_methods`` name the parties and ways of paying that it is about; empty for all.
    """

    words = serializers.CharField()
    about = serializers.ChoiceField(list(Subject))
    of = serializers.ChoiceField(list(Side))
    at = serializers.ChoiceField(list(Moment))
    kinds = serializers.ListField(child=serializers.CharField())
    payment_methods = serializers.ListField(child=serializers.CharField())


class RuleSerializer(serializers.Serializer):
    """What the law asks, and how it is judged.

    ``says`` is the sentence of a breach, with the columns that it fills in; ``judged_by`` tells whether the
    books or a person's word show it, and ``asks`` what that person is asked, in ``question`` the words alone.
    ``cases`` show what is a breach and what is not; those asked of a person have none. ``edition`` names the
    date that chooses the edition, blank where one holds for all. ``confidence`` tells whether the text of the
    law was seen. ``fired`` and ``open`` count findings that the caller may see.
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
    asks = QuestionSerializer(allow_null=True)
    law = LegalNumberSerializer(many=True)
    cases = CaseSerializer(many=True)
    confidence = serializers.ChoiceField(list(CONFIDENCE))
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
            "asks": _asked(asks.question) if asks.question else None,
            "law": LegalNumberSerializer([law[code] for code in rule.law], many=True).data,
            "cases": [
                {"name": case.name, "is_breach": case.is_breach, "says": case.says or ""}
                for case in cases_of(rule.code)
            ],
            "confidence": asks.confidence,
            "source": asks.source,
            "fired": fired.ever,
            "open": fired.now,
        }


def _asked(question: Question) -> dict[str, Any]:
    narrowed = {name: sorted(getattr(question, name)) for name in ("kinds", "payment_methods")}
    return {name: str(getattr(question, name)) for name in ("words", "about", "of", "at")} | narrowed


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
