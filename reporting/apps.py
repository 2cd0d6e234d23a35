"""Reporting between the parties as a Django application."""

from django.apps import AppConfig


class ReportingConfig(AppConfig):
    """Reports, and the documents issued from them."""

    name = "reporting"
    verbose_name = "Reports and documents"
    default_auto_field = "django.db.models.BigAutoField"
