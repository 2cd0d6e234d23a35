"""What waits for the person at the desk: proposals of others that she may decide on.

Each slice says what it has to decide, in its ``admin.py``, by ``waits(...)``; what is listed first is shown
first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from grants.desk.buttons import Button
from grants.desk.who import may_here

FIRST = 5


@dataclass(frozen=True)
class Decision:
    """Records that someone decides on by a button; ``line`` tells one of them.

    ``own`` names the fields of those who may not decide, because they asked for it.
    """

    model: type[models.Model]
    button: Button
    line: Callable[[Any], str]
    own: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    def fit(self, person: Any) -> models.QuerySet:
        """What ``person`` may decide on now."""
        found = self.button.fit(self.model, person)
        for name in self.own:
            found = found.exclude(**{name: person})
        return found

    @property
    def stage(self) -> str:
        """The stage that what waits is in."""
        return next(str(now) for now, after in self.model.NEXT.items() if self.button.to in after)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Waiting:
    """What waits of one kind: how many, the first of them with their addresses, and where all stand."""

    label: str
    count: int
    first: list[tuple[str, str]]
    address: str


DECISIONS: list[Decision] = []


def waits(decision: Decision) -> None:
    """Let the first page list what can be decided."""
    DECISIONS.append(decision)


def waiting_for(request: HttpRequest) -> list[Waiting]:
    """What waits for the person of a request; two queries for each kind that she may decide on."""
    found = []
    for decision in DECISIONS:
        if may_here(request, decision.button.needs):
            fit = decision.fit(request.user)
            first = list(fit.select_related(*decision.related).order_by("pk")[: FIRST + 1])
            if first:
                count = fit.count() if len(first) > FIRST else len(first)
                found.append(_told(decision, first[:FIRST], count))
    return found


def _told(decision: Decision, first: list[Any], count: int) -> Waiting:
    name = f"admin:{decision.model._meta.app_label}_{decision.model._meta.model_name}"
    lines = [(decision.line(record), reverse(f"{name}_change", args=[record.pk])) for record in first]
    address = f"{reverse(f'{name}_changelist')}?stage__exact={decision.stage}"
    return Waiting(decision.button.label, count, lines, address)
