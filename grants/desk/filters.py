"""Filters of lists that offer only what the person may see."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

ByChoice = ChoicesDropdownFilter


class ByRecord(RelatedDropdownFilter):
    """A filter by another record, such as the program; its choices are within the person's reach."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        """The records to choose from, by name."""
        related: type[models.Model] = field.remote_field.model
        seen = related._default_manager.all().visible_to(request.user)  # type: ignore[attr-defined]
        return sorted(((record.pk, str(record)) for record in seen[:500]), key=lambda choice: choice[1])
