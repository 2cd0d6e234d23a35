"""Work done soon rather than now: ``later`` puts an action into the queue, a worker performs it.

A job may run twice (a worker killed in the middle is started again), so an action given to ``later`` must be
safe to run twice. The job is part of the caller's transaction: it exists if and only if that commits.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from grants.kernel.action import ACTIONS

_RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)


def later(act: Any, record: models.Model, *, by: Any, **given: Any) -> int:
    """Queue an action on a record; returns the number of the job."""
    return perform.defer(
        verb=act.verb,
        record=[record._meta.label, record.pk],
        by=by.pk,
        given={name: _packed(value) for name, value in given.items()},
    )


@app.task(name="perform", retry=_RETRY, queue="actions")
def perform(verb: str, record: list[Any], by: int, given: dict[str, Any]) -> None:
    """Perform a queued action, with its permission judged at this moment."""
    label, key = record
    subject = apps.get_model(label)._base_manager.get(pk=key)
    person = apps.get_model(settings.AUTH_USER_MODEL)._base_manager.get(pk=by)
    ACTIONS[verb].perform(subject, by=person, **{name: _unpacked(value) for name, value in given.items()})


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
    return value


def _unpacked(value: Any) -> Any:
    """The value that ``_packed`` was given."""
    match value:
        case {"decimal": text}:
            return Decimal(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"record": [label, key]}:
            return apps.get_model(label)._base_manager.get(pk=key)
    return value
