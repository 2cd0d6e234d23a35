"""The books as a Django application."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    """The books: everything from the federal award to the lines of the ledger."""

    name = "grants"
    verbose_name = "The books"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the checks of what must hold before the product starts."""
        from grants import checks  # noqa: F401
