"""Which records a person reaches, through memberships and each record's ``reached_by``; and nothing else.

A record declares ``reached_by``: for each side of the money, the paths of fields that lead from it to a
party. A membership reaches the records whose path, on a side that its role acts on, ends in its party or in
a child of its party. Paths under ``SHOWN_TO`` lead to parties whose staff may read the record, no more.
"""

from collections.abc import Iterable
from typing import Any, Self

from django.apps import apps
from django.db import models

from grants.kernel.roles import ACTS_AS, Role, Side, roles_that_may

SHOWN_TO = "shown_to"


class ScopedQuerySet(models.QuerySet):
    """Records that know who may see them."""

    def visible_to(self, person: Any) -> Self:
        """The records that ``person`` may see."""
        return self.within_reach_of(person, "view")

    def within_reach_of(self, person: Any, need: str) -> Self:
        """The records on which ``person`` has the permission ``need``."""
        roles = roles_that_may(need)
        held = _memberships_of(person).filter(role__in=roles)
        reached = models.Q(pk__in=[])
        for side, paths in _paths(self.model, need):
            parties = _parties_of(held, side)
            for path in paths:
                reached |= _leads_to(self.model, path, parties)
        return self.filter(reached)


def may(person: Any, need: str, record: models.Model) -> bool:
    """Whether ``person`` has the permission ``need`` on this record."""
    scoped = ScopedQuerySet(type(record)).filter(pk=record.pk)
    return scoped.within_reach_of(person, need).exists()


def may_anywhere(person: Any, need: str) -> bool:
    """Whether ``person`` holds the permission on any party at all."""
    return _memberships_of(person).filter(role__in=roles_that_may(need)).exists()


def _paths(model: type[models.Model], need: str) -> Iterable[tuple[Side, tuple[str, ...]]]:
    """The paths of each side that count for ``need``, always as a tuple."""
    for side, path in model.reached_by.items():  # type: ignore[attr-defined]
        paths = (path,) if isinstance(path, str) else tuple(path)
        if side != SHOWN_TO:
            yield Side(side), paths
        elif need == "view":
            yield Side.AGENCY, paths


def _leads_to(model: type[models.Model], path: str, parties: models.QuerySet) -> models.Q:
    """Records whose ``path`` ends in one of ``parties``; a subquery where the path could repeat rows."""
    condition = models.Q(**{f"{path}__in": parties})
    if "__" not in path:
        return condition
    return models.Q(pk__in=model._base_manager.filter(condition).values("pk"))


def _memberships_of(person: Any) -> models.QuerySet:
    """The memberships that ``person`` holds today."""
    memberships = apps.get_model("grants", "Membership").objects
    if not person.is_authenticated or not person.is_active:
        return memberships.none()
    return memberships.filter(person=person).current()


def _parties_of(held: models.QuerySet, side: Side) -> models.QuerySet:
    """The parties of memberships whose role acts on ``side``, and their children, as a subquery."""
    roles = [role for role in Role if side in ACTS_AS[role]]
    own = held.filter(role__in=roles).values("party")
    party = apps.get_model("grants", "Party")
    return party._base_manager.filter(models.Q(pk__in=own) | models.Q(parent__in=own)).values("pk")


def grants(person: Any, permission: str, record: models.Model | None = None) -> bool:
    """Whether a membership gives ``permission`` (``grants.amend_subawards``) on the record, or anywhere."""
    if not person.is_authenticated or not person.is_active:
        return False
    need = permission.rpartition(".")[2]
    need = "view" if need.startswith("view_") else need
    return may_anywhere(person, need) if record is None else may(person, need, record)
