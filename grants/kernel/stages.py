"""Records with stages: which stage may follow which, refused by the database as well as by the code."""

from typing import Any, ClassVar, cast

import pgtrigger
from django.db import models
from django.db.models.signals import class_prepared

from grants.kernel.refusals import Refusal


class Staged(models.Model):
    """A record whose ``stage`` only moves as ``NEXT`` says; ``NEXT`` maps a stage to those that may follow.

    A database trigger is made from ``NEXT``, so that raw SQL is held to it too.
    """

    NEXT: ClassVar[dict[Any, set[Any]]] = {}
    stage: Any

    class Meta:
        abstract = True

    def move_to(self, stage: str) -> None:
        """Set the stage, without saving. Refuses ``wrong-stage`` where ``NEXT`` does not allow it."""
        if stage not in self.NEXT.get(self.stage, set()):
            now, then = type(self.stage)(self.stage), stage
            raise Refusal(
                f"{self} is {self._label(now)} and cannot become {self._label(then)}.", code="wrong-stage"
            )
        self.stage = stage

    def _label(self, stage: Any) -> str:
        """A stage as people say it."""
        field: Any = self._meta.get_field("stage")
        choices = dict(field.flatchoices)
        return str(choices.get(str(stage), stage)).lower()


def _hold_to_next(sender: type[models.Model], **_: Any) -> None:
    """Register the trigger of a staged record as soon as its class stands."""
    if issubclass(sender, Staged) and not sender._meta.abstract and sender.__module__ != "__fake__":
        transitions = [(str(now), str(then)) for now, after in sender.NEXT.items() for then in sorted(after)]
        field = cast("Any", sender)._meta.get_field("stage")
        pgtrigger.register(
            pgtrigger.FSM(name="stage_order", field="stage", transitions=transitions),
            pgtrigger.Protect(
                name="stage_begins",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__stage=str(field.default)),
            ),
        )(sender)


class_prepared.connect(_hold_to_next)
