"""The one table of nightly work: which command runs when. Each is safe to run twice."""

from collections.abc import Callable

from django.core.management import call_command
from procrastinate.contrib.django import app

SCHEDULES = {
    "examine": "30 1 * * *",
    "seal_trail": "0 3 * * *",
    "issue_scheduled": "30 5 * * *",
    "send_reminders": "0 6 * * *",
}
"""Command to its times, as cron writes them, in UTC. The worker runs them (`manage.py work`)."""


def _running(command: str) -> Callable[[int], None]:
    def run(timestamp: int) -> None:
        call_command(command)

    return run


for _command, _cron in SCHEDULES.items():
    app.periodic(cron=_cron)(
        app.task(name=f"nightly:{_command}", queueing_lock=f"nightly:{_command}")(_running(_command))
    )
