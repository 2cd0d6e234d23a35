"""Which records a person reaches, through memberships and each record's ``reached_by``; and nothing else.

A record declares ``reached_by``: for each side of the money, the paths of fields that lead from it to a
party. A membership reaches the records whose path, on a side that its role acts on, ends in its party or in
a child of its party. Paths under ``SHOWN_TO`` lead to parties whose staff may read the record, no more.
"""

from collections.abc import Collection, Iterable
from typing import Any, Self

from django.apps import apps
from django.db import models

from grants.kernel.roles import Role, Side, roles_that_may, sides_of

SHOWN_TO = "shown_to"


class ScopedQuerySet(models.QuerySet):
    """Records that know who may see them."""

    def visible_to(self, person: Any) -> Self:
        """The records that ``person`` may see."""
        return self.within_reach_of(person, "view")

    def within_reach_of(self, person: Any, need: str) -> Self:
        """The records on which ``person`` has the permission ``need``, as her memberships are now."""
        reached = models.Q(pk__in=[])
        parties = _parties_by_side(person, need)
        for side, paths in _paths(self.model, need):
            for path in paths if parties[side] else ():
                reached |= self.leading_to(path, parties[side])
        return self.filter(reached)

    def leading_to(self, path: str, parties: Collection[int]) -> models.Q:
        """The condition on records whose ``path`` ends in one of ``parties``."""
        return leads_to(self.model, path, parties)


def may(person: Any, need: str, record: models.Model) -> bool:
    """Whether ``person`` has the permission ``need`` on this record."""
    scoped: ScopedQuerySet = ScopedQuerySet(type(record)).filter(pk=record.pk)
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


def leads_to(model: type[models.Model], path: str, parties: Collection[int]) -> models.Q:
    """Records whose ``path`` ends in one of ``parties``.

    A subquery for each step and never a join: no row is repeated, and a long table such as the ledger is
    not read to find out which of its rows to read.
    """
    step, _, rest = path.partition("__")
    if step == "pk":
        return models.Q(pk__in=parties)
    field: Any = model._meta.get_field(step)
    if field.concrete and not rest:
        return models.Q(**{f"{step}__in": parties})
    there = field.related_model._base_manager.filter(leads_to(field.related_model, rest or "pk", parties))
    if field.concrete:
        return models.Q(**{f"{step}__in": there.values("pk")})
    return models.Q(pk__in=there.values(field.field.attname))


def _memberships_of(person: Any) -> models.QuerySet:
    """The memberships that ``person`` holds today."""
    memberships = apps.get_model("grants", "Membership").objects
    if not person.is_authenticated or not person.is_active:
        return memberships.none()
    return memberships.filter(person=person).current()


def _parties_by_side(person: Any, need: str) -> dict[Side, set[int]]:
    """The parties of memberships that give ``need``, and their children, by the side that a role acts on."""
    held = _memberships_of(person).filter(role__in=roles_that_may(need))
    parties: dict[Side, set[int]] = {side: set() for side in Side}
    for role, party, child in held.values_list("role", "party", "party__children"):
        for side in sides_of(Role(role), need):
            parties[side] |= {party, child} - {None}
    return parties


def grants(person: Any, permission: str, record: models.Model | None = None) -> bool:
    """Whether a membership gives ``permission`` (``grants.amend_subawards``) on the record, or anywhere."""
    if not person.is_authenticated or not person.is_active:
        return False
    need = permission.rpartition(".")[2]
    need = "view" if need.startswith("view_") else need
    return may_anywhere(person, need) if record is None else may(person, need, record)
