"""Changes of what is known of places that lack service, and of where subawards build it."""

from collections.abc import Sequence
from typing import Any

from grants.broadband.models import ServiceArea, TractNeed
from grants.kernel.action import action


@action("tract_need.record", needs="manage_parties")
def record_tract_needs(keeper: Any, needs: Sequence[TractNeed], *, by: Any) -> int:
    """Keep the need of census tracts for the keeper of their counties; a tract known at its date stays.

    Returns how many were given. Refuses ``not-kept-here`` for a county of another's register.
    """
    keeper.refuse_unless_kept({need.county_id for need in needs})
    for need in needs:
        need.clean_fields(exclude=["county"])
    return len(TractNeed.objects.bulk_create(needs, ignore_conflicts=True))


@action("service_area.record", needs="draft_subawards")
def record_service_area(subaward: Any, area: ServiceArea, *, counties: Sequence[Any], by: Any) -> ServiceArea:
    """Keep where a subaward brings service: its counties, households, and least speeds."""
    area.subaward = subaward
    area.full_clean()
    area.save()
    area.counties.set(counties)
    return area
