"""Who looks: the roles of the person of a request, asked once."""

from typing import Any

from django.db import models
from django.http import HttpRequest

from grants.kernel.roles import roles_that_may
from grants.kernel.scope import may


def roles_of(request: HttpRequest) -> frozenset[str]:
    """The roles that the person of a request holds today, at whatever party."""
    known = getattr(request, "_roles_held", None)
    if known is None:
        person: Any = request.user
        held = person.memberships.current() if person.is_authenticated and person.is_active else None
        known = frozenset(held.values_list("role", flat=True)) if held is not None else frozenset()
        request._roles_held = known  # type: ignore[attr-defined]
    return known


def may_here(request: HttpRequest, need: str, record: models.Model | None = None) -> bool:
    """Whether the person of a request holds a permission, anywhere or on a record."""
    if not roles_of(request) & roles_that_may(need):
        return False
    return record is None or may(request.user, need, record)
