"""Records as the trail has them at a moment: what was recorded later, or changed later, is not known yet."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import models


def as_known(
    model: type[models.Model], keys: models.QuerySet | Collection[int], known: datetime
) -> dict[int, Any]:
    """The newest rows of the trail of some records up to a moment, by key, in order of the keys.

    Only of a tracked record: a row has its fields by name, and those of others as keys (``program_id``).
    """
    if isinstance(keys, Collection) and not isinstance(keys, models.QuerySet) and not keys:
        return {}
    events = model.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_obj_id__in=keys, pgh_created_at__lte=known
    )
    newest = events.order_by("pgh_obj_id", "-pgh_created_at", "-pgh_id").distinct("pgh_obj_id")
    return {event.pgh_obj_id: event for event in newest}
