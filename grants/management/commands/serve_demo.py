"""Loads the demonstration and serves it on this machine."""

import signal
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demo.ohio.people import PASSWORD, sign_ins
from demo.ohio.report import issued_report


class Command(BaseCommand):
    """The web server of production and a worker, on the demonstration's own database."""

    help = "Serve the demonstration; only where Headgate runs on the PostgreSQL that it starts itself."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("DATABASE_URL is set. In production let a web server run grants.wsgi.")
        call_command("load_demo", stdout=self.stdout)
        address = f"127.0.0.1:{options['port']}"
        self.stdout.write("\nSign in as one of these sample people, all with the same password:")
        for email, what in sign_ins():
            self.stdout.write(f"  {email:<46}{what}")
        self.stdout.write(f"  password: {PASSWORD}\n\nThe spend report of the state: {issued_report()}")
        self.stdout.write(f"\nHeadgate serves at http://{address}/ until you press Ctrl+C.")
        self.stdout.flush()
        arguments = ["--bind", address, "--workers", "2", "--threads", "4", "--log-level", "warning"]
        commands = (["-m", "gunicorn", *arguments, "grants.wsgi:application"], [sys.argv[0], "work"])
        processes = [subprocess.Popen([sys.executable, *command]) for command in commands]  # noqa: S603  (our own)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: _stop(processes))
        processes[0].wait()
        _stop(processes)
        processes[1].wait()


def _stop(processes: list[subprocess.Popen]) -> None:
    """Ask the server and the worker to end."""
    for process in processes:
        process.terminate()
