"""Who is excluded, who was never checked, and whose registration ends soon."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from grants.monitoring.sam.models import ExclusionCheck
from grants.parties.models import Party
from grants.subawards.models import Stage, Subaward

AHEAD = timedelta(days=60)
"""How long before its end a registration is told of: renewing one takes weeks."""


def newest_checks(agency: Any, parties: Collection[int]) -> dict[int, ExclusionCheck]:
    """The last check of each party by an agency, by the party's key."""
    checks = ExclusionCheck.objects.filter(agency=agency, party__in=parties)
    return {
        check.party_id: check
        for check in checks.order_by("party", "-checked_on", "-pk").distinct("party").select_related("party")
    }


def never_checked(person: Any) -> list[Subaward]:
    """Drafted and issued subawards that a person sees, to parties whose agency never checked them."""
    alive = Subaward.objects.visible_to(person).filter(stage__in=[Stage.DRAFT, Stage.ISSUED])
    alive = alive.select_related("subrecipient", "program")
    pairs = {(each.program.agency_id, each.subrecipient_id) for each in alive}
    checked = set(
        ExclusionCheck.objects.filter(party__in={party for _, party in pairs}).values_list("agency", "party")
    )
    return [each for each in alive if (each.program.agency_id, each.subrecipient_id) not in checked]


def registrations_ending(person: Any, *, on: date) -> list[Party]:
    """Subrecipients of issued subawards whose registration ends within 60 days or has ended."""
    seen = Subaward.objects.visible_to(person).filter(stage=Stage.ISSUED).values("subrecipient")
    ending = Party.objects.filter(pk__in=seen, sam_expires_on__lte=on + AHEAD)
    return list(ending.order_by("sam_expires_on", "pk"))
