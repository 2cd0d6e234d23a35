"""Orders the reports whose schedules are due."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand
from django.utils import timezone

from reporting.ordering.actions import order_scheduled
from reporting.ordering.queries import due_on


class Command(BaseCommand):
    """Nightly: a week, month or quarter that is over is reported once for each schedule."""

    help = "Order the reports whose week, month or quarter is over. Each is ordered once."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="As of this day; today by default.")

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for schedule, through in due_on(options["on"] or timezone.localdate()):
            try:
                order_scheduled(schedule, through=through, by=schedule.set_up_by)
            except PermissionDenied as refused:
                self.stderr.write(f"{schedule}: {refused}")
            else:
                count += 1
        self.stdout.write(f"{count:,} reports ordered.")
