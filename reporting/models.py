"""Every record of reporting, in one place for the framework to find."""

from reporting.documents.models import Document

__all__ = ["Document"]
