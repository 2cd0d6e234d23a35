"""Says whether the trail and the ledger are as they were sealed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grants.kernel.seal import Seal, unsealed_count, verify_trail


class Command(BaseCommand):
    """Compare every sealed row with its mark, and every block with the one before it."""

    help = "Verify the chain of hashes; exit 1 and name the first broken row if it is not whole."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--ends-in", help="The hash that seal_trail printed, kept elsewhere.")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = verify_trail()
        if broken:
            raise CommandError(f"The trail is not whole. {broken.message}")
        expected = options["ends_in"]
        if expected and not Seal.objects.filter(hash=expected).exists():
            raise CommandError(f"The trail is not whole. No block ends in {expected}.")
        self.stdout.write(
            f"The trail is whole: {Seal.objects.count():,} blocks. {unsealed_count():,} rows wait for a seal."
        )
