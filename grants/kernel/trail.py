"""The trail: one line for each action, and the rows it changed, written by database triggers.

Every record is tracked by pghistory: each insert, update and delete leaves a row in its event table, with
the verb, person and reason of the action in progress. Both are append-only.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import pghistory
import pghistory.models
import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import connection, connections, models
from django.db.models.functions import Now

from grants.kernel.roles import Side
from grants.kernel.scope import ScopedQuerySet

Record = TypeVar("Record", bound=type[models.Model])


def tracked(*, but_not: tuple[str, ...] = ()) -> Callable[[Record], Record]:
    """Marks a record whose every change is kept, except of the fields ``but_not``."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(but_not) or None,
        meta={"triggers": [never_emptied()]},
    )


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers that refuse to change, delete or truncate rows, whoever asks."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        never_emptied(),
    ]


def fixed(*fields: str) -> pgtrigger.Trigger:
    """Refuses to change these fields of a record once it stands: others rely on them."""
    return pgtrigger.ReadOnly(name="fixed", fields=list(fields))


def never_emptied() -> pgtrigger.Trigger:
    """Refuses TRUNCATE, which row triggers do not see."""
    return pgtrigger.Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows of % table', TG_TABLE_NAME;",
    )


def let_no_trigger_be_ignored(using: str, **_: Any) -> None:
    """Make the database deaf to the setting by which a session could ask triggers to stand aside.

    Runs after every migration, since installing a trigger makes the function anew.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN "
            "LANGUAGE sql IMMUTABLE AS 'SELECT FALSE'"
        )


_HAPPENED_NOW = pgtrigger.Trigger(
    name="happened_now",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="NEW.happened_at := clock_timestamp(); RETURN NEW;",
)


class TrailEntry(models.Model):
    """One action that was done: who did what to which record, when, and why."""

    context = models.UUIDField(db_index=True, help_text="Groups the rows that the action changed.")
    verb = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField(blank=True)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject = models.TextField()
    party = models.ForeignKey("grants.Party", models.PROTECT, null=True, related_name="+")
    happened_at = models.DateTimeField(db_default=Now())

    objects = ScopedQuerySet.as_manager()
    reached_by = {"agency": "party"}

    class Meta:
        verbose_name = "trail entry"
        verbose_name_plural = "trail"
        triggers = [*append_only(), _HAPPENED_NOW]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="trail_of_a_subject")]

    def __str__(self) -> str:
        deed = self.verb.rpartition(".")[2].replace("_", " ").capitalize()
        return f"{deed}: {self.subject}"


_in_progress: ContextVar[UUID | None] = ContextVar("action in progress", default=None)


@contextmanager
def told_in_the_trail(verb: str, record: models.Model, *, by: Any, reason: str) -> Iterator[None]:
    """Everything changed inside is one action: its rows share one context, and one line tells of it.

    An action within an action adds its own line and shares the context of the outer one.
    """
    outer = _in_progress.get()
    if outer:
        yield
        _tell(verb, record, by=by, reason=reason, context=outer)
        return
    with pghistory.context(verb=verb, by=by.pk, person=str(by), reason=reason) as context:
        token = _in_progress.set(context.id)
        try:
            yield
            _tell(verb, record, by=by, reason=reason, context=context.id)
        finally:
            _in_progress.reset(token)


def _tell(verb: str, record: models.Model, *, by: Any, reason: str, context: UUID) -> None:
    """Write the line of one action."""
    TrailEntry.objects.create(
        context=context,
        verb=verb,
        by=by,
        reason=reason,
        subject_kind=str(record._meta.model_name),
        subject_id=record.pk,
        subject=str(record),
        party_id=_agency_of(record),
    )


def _agency_of(record: models.Model) -> int | None:
    """The key of the party whose staff the record belongs to, by its first path from the agency's side."""
    path = record.reached_by.get(Side.AGENCY)  # type: ignore[attr-defined]
    first = path if isinstance(path, str) or path is None else path[0]
    if first is None:
        return None
    return type(record)._base_manager.filter(pk=record.pk).values_list(first, flat=True).first()


def require_an_action() -> None:
    """Raise RuntimeError outside of an action, where nothing of the books may change."""
    if _in_progress.get() is None:
        raise RuntimeError("The books change only within an action.")


@dataclass(frozen=True)
class ChangedRow:
    """A row that an action changed: its values after, or when it was deleted; and those before, if any."""

    kind: str
    change: str
    after: dict[str, Any]
    before: dict[str, Any]

    def differences(self) -> dict[str, tuple[Any, Any]]:
        """Each field whose value became another, with the values before and after."""
        return {
            name: (self.before.get(name), value)
            for name, value in self.after.items()
            if value != self.before.get(name)
        }


_CHANGED = """
    SELECT %s::text, pgh_label, to_jsonb(event)::text, (
        SELECT to_jsonb(prior)::text FROM {table} AS prior
        WHERE prior.pgh_obj_id = event.pgh_obj_id AND prior.pgh_id < event.pgh_id
        ORDER BY prior.pgh_id DESC LIMIT 1
    ), pgh_created_at, pgh_id
    FROM {table} AS event WHERE pgh_context_id = %s
"""


def changed_rows(entry: TrailEntry) -> list[ChangedRow]:
    """The rows that an action and those within it changed, in order, from all tables of history at once."""
    kept = [model for model in apps.get_models() if issubclass(model, pghistory.models.Event)]
    parts = [_CHANGED.format(table=model._meta.db_table) for model in kept]
    parameters = [value for model in kept for value in (_tracked_by(model), entry.context)]
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(parts)} ORDER BY 5, 1, 6", parameters)
        return [
            ChangedRow(kind, change, _row_of(after), _row_of(before or "{}"))
            for kind, change, after, before, _, _ in cursor.fetchall()
        ]


def _tracked_by(event: Any) -> str:
    """The name of the record whose history a table keeps."""
    return str(event._meta.get_field("pgh_obj").related_model._meta.model_name)


def _row_of(text: str) -> dict[str, Any]:
    """The fields of a row without those that history adds; numbers as they are written, never as floats."""
    row = json.loads(text, parse_float=str)
    return {name: value for name, value in row.items() if not name.startswith("pgh_")}
