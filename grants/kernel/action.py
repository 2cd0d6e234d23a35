"""Actions: the only way a record changes.

An action names its verb and the permission it needs. It runs in one transaction, on a fresh and locked copy
of the record it is given, and leaves one line in the trail. What it cannot do it refuses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar, cast

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from grants.kernel.refusals import Refusal
from grants.kernel.scope import may
from grants.kernel.trail import told_in_the_trail

Given = ParamSpec("Given")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Action:
    """What is known of an action: its verb, the permission it needs, and the function that performs it."""

    verb: str
    needs: str
    perform: Callable[..., Any]


ACTIONS: dict[str, Action] = {}


def action(
    verb: str, *, needs: str, locks: bool = True
) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Make a function ``act(record, *, ..., by)`` the action ``verb``.

    An action that only adds to the books of a record, and does not change it, need not lock it (``locks``).
    Raises PermissionDenied when ``by`` lacks ``needs`` on the record, and turns a constraint that the
    database upholds into a Refusal with that constraint's sentence and code.
    """

    def declare(act: Callable[Given, Result]) -> Callable[Given, Result]:
        if "by" not in signature(act).parameters:
            raise TypeError(f"The action {verb} must say who does it: {act.__qualname__}(..., by).")

        @wraps(act)
        def perform(*args: Any, **given: Any) -> Result:
            record, *rest = args
            by = given["by"]
            with _refusals_of_the_database(), transaction.atomic():
                current = _as_it_stands(record, locks)
                if not may(by, needs, current):
                    raise PermissionDenied(f"{by} may not do this to {record}.")
                reason = str(given.get("reason", ""))
                with told_in_the_trail(verb, current, by=by, reason=reason):
                    return act(current, *rest, **given)

        if verb in ACTIONS:
            raise ValueError(f"There are two of the action “{verb}”.")
        ACTIONS[verb] = Action(verb, needs, perform)
        perform.verb = verb  # type: ignore[attr-defined]
        return cast("Callable[Given, Result]", perform)

    return declare


def _as_it_stands(record: Any, locks: bool) -> Any:
    """The record as it is now and, if it ``locks``, kept from other actions until this one ends."""
    records = type(record)._base_manager.all()
    return (records.select_for_update(no_key=True) if locks else records).get(pk=record.pk)


class _refusals_of_the_database:
    """Turns a breach of a declared constraint into a Refusal; anything else passes through untouched."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, broken: BaseException | None, trace: Any) -> None:
        if not isinstance(broken, IntegrityError):
            return
        name = getattr(getattr(broken.__cause__, "diag", None), "constraint_name", None)
        declared = _declared_constraints().get(str(name))
        if declared:
            code, sentence = declared
            raise Refusal(sentence, code=code) from broken


def _declared_constraints() -> dict[str, tuple[str, str]]:
    """Code and sentence of every constraint that has them, and of those ``UPHELD`` by triggers, by name."""
    by_triggers = {
        name: declared
        for model in apps.get_models()
        for name, declared in getattr(model, "UPHELD", {}).items()
    }
    return by_triggers | {
        constraint.name: (constraint.violation_error_code, str(constraint.violation_error_message))
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_code
    }
