"""Performs queued actions and the nightly work."""

from typing import Any, cast

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from grants.checks import refuse_to_start_wrongly


class Command(BaseCommand):
    """A worker; run as many as you like, on as many hosts."""

    help = "Perform queued actions until stopped; --once performs what is waiting and ends."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--once", action="store_true", help="End when nothing waits.")
        parser.add_argument("--concurrency", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_to_start_wrongly()
        connector = cast("DjangoConnector", app.connector).get_worker_connector()
        with app.replace_connector(connector) as worker:
            worker.run_worker(wait=not options["once"], concurrency=options["concurrency"])
