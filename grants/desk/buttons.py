"""Buttons: how a page of the desk offers an action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from grants.desk.forms import AsksForAction, Confirm
from grants.kernel.action import ACTIONS
from grants.kernel.scope import ScopedQuerySet


@dataclass(frozen=True)
class Button:
    """An action as a page offers it: to whom may do it, on records that are fit for it.

    ``to`` is the stage the action leads to, so that only records from which it can be reached offer it;
    ``among`` are further conditions on the record, as of a query, and ``but_not`` those it must not meet.
    ``says`` tells what will happen; where it is a function, of the record, or of None for several at once.
    """

    label: str
    act: Callable[..., Any]
    form: type[AsksForAction] = Confirm
    says: str | Callable[[Any], str] = ""
    to: str = ""
    among: Mapping[str, Any] = field(default_factory=dict)
    but_not: Mapping[str, Any] = field(default_factory=dict)
    in_bulk: bool = False

    @property
    def verb(self) -> str:
        """The verb of the action, which is also the button's address."""
        return self.act.verb  # type: ignore[attr-defined]

    @property
    def needs(self) -> str:
        """The permission that the action needs."""
        return ACTIONS[self.verb].needs

    def fit(self, model: type[models.Model], person: Any) -> models.QuerySet:
        """The records of a kind on which ``person`` may press the button now."""
        stages = {"stage__in": _before(model, self.to)} if self.to else {}
        fit: models.QuerySet = (
            ScopedQuerySet(model).within_reach_of(person, self.needs).filter(**stages, **self.among)
        )
        return fit.exclude(**self.but_not) if self.but_not else fit

    def sentence(self, record: models.Model | None = None) -> str:
        """What pressing it does to the record, or to each of several."""
        return self.says if isinstance(self.says, str) else self.says(record)

    def is_fit(self, record: models.Model, person: Any) -> bool:
        """Whether ``person`` may press the button on the record now."""
        return self.fit(type(record), person).filter(pk=record.pk).exists()


@dataclass(frozen=True)
class Begin:
    """A button of another record's page, offered above a list of what it makes.

    ``asks`` says what is chosen where there are several such records.
    """

    label: str
    on: str
    verb: str
    asks: str = ""


@dataclass(frozen=True)
class Lead:
    """A way from a record to the list of records that belong to it; ``by`` is the lookup of that list.

    Without ``by`` it leads to a page of the record's own, whose address takes the record's key.
    """

    label: str
    to: str
    by: str = ""


def _before(model: type[models.Model], stage: str) -> list[str]:
    """The stages from which ``stage`` can be reached."""
    return [str(now) for now, after in model.NEXT.items() if stage in after]  # type: ignore[attr-defined]
