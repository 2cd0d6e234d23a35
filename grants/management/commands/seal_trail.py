"""Seals what the trail and the ledger gained since the last seal."""

from typing import Any

from django.core.management.base import BaseCommand

from grants.kernel.seal import seal_trail


class Command(BaseCommand):
    """Nightly: add every new row to the chain of hashes."""

    help = "Seal new rows of the trail and the ledger. Keep the hash it prints somewhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        count, newest = seal_trail()
        self.stdout.write(
            f"{count:,} rows sealed. The chain ends in {newest or 'nothing: there is no row yet'}."
        )
