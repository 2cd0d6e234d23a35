"""Nightly work stands in one table, and the worker knows all of it."""

from django.core.management import get_commands
from procrastinate.contrib.django import app

from grants.schedules import SCHEDULES


def test_every_line_of_the_table_is_a_command_that_the_worker_runs_at_its_time() -> None:
    tasks = app.periodic_registry.periodic_tasks.values()
    known = {each.task.name: each.cron for each in tasks}
    for command, cron in SCHEDULES.items():
        assert command in get_commands()
        assert known[f"nightly:{command}"] == cron


def test_the_rules_are_run_every_night() -> None:
    assert SCHEDULES["examine"].split()[2:] == ["*", "*", "*"]
