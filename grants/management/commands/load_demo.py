"""Load the demonstration: the State of Ohio."""

import json
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demo.ohio.figures import figures
from demo.ohio.load import load
from demo.ohio.report import issued_report
from grants.kernel.refusals import Refusal, Unreadable


class Command(BaseCommand):
    """Set up, load, issue a report: what each step did, and as last line the figures as JSON."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("set_up", stdout=self.stdout)
        try:
            load(self._say)
        except Unreadable as unreadable:
            self.stderr.write(str(unreadable))
            sys.exit(1)
        except Refusal as refusal:
            raise CommandError(refusal.reason) from refusal
        self._say(f"Issued the spend report: {issued_report()}")
        self.stdout.write(json.dumps(figures()))

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()
