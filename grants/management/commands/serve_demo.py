"""Serves the demonstration on this machine."""

import signal
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """The web server of production, on the demonstration's own database."""

    help = "Serve the demonstration; only where Headgate runs on the PostgreSQL that it starts itself."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("DATABASE_URL is set. In production let a web server run grants.wsgi.")
        address = f"127.0.0.1:{options['port']}"
        self.stdout.write(f"Headgate serves at http://{address}/ until you press Ctrl+C.")
        self.stdout.flush()
        arguments = ["--bind", address, "--workers", "2", "--threads", "4", "--log-level", "warning"]
        server = subprocess.Popen([sys.executable, "-m", "gunicorn", *arguments, "grants.wsgi:application"])
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: server.terminate())
        server.wait()
