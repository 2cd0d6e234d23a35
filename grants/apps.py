"""The books as a Django application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GrantsConfig(AppConfig):
    """The books: everything from the federal award to the lines of the ledger."""

    name = "grants"
    verbose_name = "The books"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks of what must hold before the product starts, and keep triggers unyielding."""
        from grants import checks  # noqa: F401
        from grants.kernel.trail import let_no_trigger_be_ignored

        post_migrate.connect(let_no_trigger_be_ignored, sender=self)
