"""Says whether balances and standings agree with the ledger."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grants.ledger.agreement import disagreements


class Command(BaseCommand):
    """Add up the whole ledger anew and compare."""

    help = "Compare balances and standings with the lines they are kept of; exit 1 if any differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = disagreements()
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("Every balance and standing agrees with the ledger.")
