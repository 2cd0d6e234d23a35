"""Mails to subrecipients that owe a report."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reporting.filings.reminders import send_reminders


class Command(BaseCommand):
    """Nightly: remind who has not signed a report that is due or overdue, each once a period and kind."""

    help = "Send reminders of reports that are due within two weeks, or overdue. Each is sent once."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--on", type=date.fromisoformat, help="As of this day; today by default.")

    def handle(self, *args: Any, **options: Any) -> None:
        sent, nobody = send_reminders(options["on"] or timezone.localdate())
        for owed in nobody:
            self.stderr.write(f"{owed.party} has nobody to write to about {owed.period}.")
        self.stdout.write(f"{len(sent):,} reminders sent; {len(nobody):,} had nobody to be sent to.")
