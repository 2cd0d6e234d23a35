"""Work done soon rather than now: ``later`` puts an action into the queue, a worker performs it.

A job may run twice (a worker killed in the middle is started again), so an action given to ``later`` must be
safe to run twice. The job is part of the caller's transaction: it exists if and only if that commits.
A "no" is final: it is not tried again, and is kept for a week for who asked.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import connection, models
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from grants.kernel.action import ACTIONS
from grants.kernel.refusals import Problem, Refusal, Unreadable

_RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
_KEPT_FOR = 7 * 24 * 60 * 60
_NO = (Refusal, Unreadable, PermissionDenied, ValidationError)


@dataclass(frozen=True)
class KeptFile:
    """A file in the product's storage; the action is given it opened."""

    path: str


@dataclass(frozen=True)
class Progress:
    """How a job stands: lines copied so far, and in the end what it made or why it was not done."""

    is_over: bool
    is_begun: bool
    copied: int = 0
    made: tuple[str, int] | None = None
    no: str = ""
    problems: tuple[Problem, ...] = ()


def later(act: Any, record: models.Model, *, by: Any, **given: Any) -> int:
    """Queue an action on a record; returns the number of the job."""
    return perform.defer(
        verb=act.verb,
        record=[record._meta.label, record.pk],
        by=by.pk,
        given={name: _packed(value) for name, value in given.items()},
    )


def progress_of(job: int, *, by: Any) -> Progress | None:
    """How a job stands that ``by`` queued; None when there is none."""
    status = ProcrastinateJob.objects.filter(pk=job, task_name="perform", args__by=by.pk).values("status")
    if not status:
        return None
    kept = cache.get(_name(job), {})
    is_over = bool(kept) or status[0]["status"] not in ("todo", "doing")
    no = "" if kept or not is_over else "It could not be done; nothing was changed."
    return Progress(
        is_over=is_over,
        is_begun=status[0]["status"] == "doing",
        copied=_copied_by(job),
        made=kept.get("made"),
        no=kept.get("no", no),
        problems=tuple(Problem(**problem) for problem in kept.get("problems", ())),
    )


@app.task(name="perform", retry=_RETRY, queue="actions", pass_context=True)
def perform(context: Any, verb: str, record: list[Any], by: int, given: dict[str, Any]) -> None:
    """Perform a queued action, with its permission judged at this moment."""
    label, key = record
    subject = apps.get_model(label)._base_manager.get(pk=key)
    person = apps.get_model(settings.AUTH_USER_MODEL)._base_manager.get(pk=by)
    name = _name(context.job.id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('application_name', %s, false)", [name])
    with ExitStack() as files:
        values = {key: _unpacked(value, files) for key, value in given.items()}
        try:
            made = ACTIONS[verb].perform(subject, by=person, **values)
        except _NO as no:
            cache.set(name, _told(no), _KEPT_FOR)
        else:
            is_record = isinstance(made, models.Model)
            cache.set(name, {"made": (made._meta.label, made.pk) if is_record else None}, _KEPT_FOR)


def _name(job: int) -> str:
    """What a job is called in the cache, and by the database while it works."""
    return f"headgate-job-{job}"


def _told(no: Exception) -> Mapping[str, Any]:
    """A "no" as plain values."""
    if isinstance(no, Unreadable):
        return {"problems": [problem.as_dict() for problem in no.problems]}
    sentence = " ".join(no.messages) if isinstance(no, ValidationError) else str(no)
    return {"no": sentence}


def _copied_by(job: int) -> int:
    """How many lines the job has copied into the database so far, as PostgreSQL itself counts them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(tuples_processed), 0) FROM pg_stat_progress_copy "
            "WHERE pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = %s)",
            [_name(job)],
        )
        return int(cursor.fetchone()[0])


@app.periodic(cron="*/5 * * * *")
@app.task(name="take_up_stalled_jobs", queueing_lock="take_up_stalled_jobs", pass_context=True)
async def take_up_stalled_jobs(context: Any, timestamp: int) -> None:
    """Start again what a killed worker left half done."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)


def _packed(value: Any) -> Any:
    """A value as JSON that remembers what it was."""
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, models.Model):
        return {"record": [value._meta.label, value.pk]}
    if isinstance(value, KeptFile):
        return {"file": value.path}
    return value


def _unpacked(value: Any, files: ExitStack) -> Any:
    """The value that ``_packed`` was given; a file is opened, until ``files`` ends."""
    match value:
        case {"decimal": text}:
            return Decimal(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"record": [label, key]}:
            return apps.get_model(label)._base_manager.get(pk=key)
        case {"file": path}:
            return files.enter_context(default_storage.open(path))
    return value
