"""What every noun shares: reads of what the person may see, and the answer to a write."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response


class Records(viewsets.ReadOnlyModelViewSet):
    """Records that the person may see, in the order of their keys."""

    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet:
        """All of them, with what is shown beside each."""
        records: Any = super().get_queryset()
        return records.visible_to(self.request.user).order_by("pk")

    def shown(self, record: Model, status: int = 200) -> Response:
        """The answer to a write: the record as it now stands."""
        return Response(self.get_serializer(self.get_queryset().get(pk=record.pk)).data, status)


class Reference(serializers.SlugRelatedField):
    """A record by its natural key; only one that the person may see."""

    def get_queryset(self) -> QuerySet:
        """Those that may be named."""
        records: Any = super().get_queryset()
        return records.visible_to(self.context["request"].user)


class Code(serializers.SlugRelatedField):
    """The natural key of a record that is shown."""

    def __init__(self, key: str = "code", **options: Any) -> None:
        super().__init__(slug_field=key, read_only=True, **options)


class Person(serializers.StringRelatedField):
    """A person by name; what else is known of her is not shown."""


class Amount(serializers.DecimalField):
    """Dollars and whole cents. Out it is always text with two decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=2, **options)


class Asked(serializers.Serializer):
    """What a call may give. What it gives besides is an error: misspelt, it would be left out unseen."""

    def to_internal_value(self, data: Any) -> Any:
        """The values, when each has its field."""
        unknown = [name for name in data if name not in self.fields] if isinstance(data, Mapping) else []
        if unknown:
            raise serializers.ValidationError({name: ["This is not asked for here."] for name in unknown})
        return super().to_internal_value(data)


class Reason(Asked):
    """Why it is done; kept in the trail."""

    reason = serializers.CharField(max_length=2_000)


def given(asks: type[Asked], request: Request, *, partial: bool = False) -> dict[str, Any]:
    """What a write was given, read and judged; ``partial`` if it may leave things out.

    Raises ValidationError with every error.
    """
    asked = asks(data=request.data, context={"request": request}, partial=partial)
    asked.is_valid(raise_exception=True)
    return asked.validated_data


def given_in_query(asks: type[Asked], request: Request) -> dict[str, Any]:
    """What a read was given in its address."""
    asked = asks(data=request.query_params)
    asked.is_valid(raise_exception=True)
    return asked.validated_data
