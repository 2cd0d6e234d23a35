"""Who is excluded, who was never checked, and whose registration ends soon."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

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


def never_checked(person: Any) -> QuerySet[Subaward]:
    """Drafted and issued subawards that a person sees, to parties whose agency never checked them."""
    alive = Subaward.objects.visible_to(person).filter(stage__in=[Stage.DRAFT, Stage.ISSUED])
    checks = ExclusionCheck.objects.filter(agency=OuterRef("program__agency"), party=OuterRef("subrecipient"))
    return alive.filter(~Exists(checks)).select_related("subrecipient", "program").order_by("number", "pk")


def registrations_ending(person: Any, *, on: date) -> QuerySet[Party]:
    """Subrecipients of issued subawards whose registration ends within 60 days or has ended."""
    seen = Subaward.objects.visible_to(person).filter(stage=Stage.ISSUED).values("subrecipient")
    ending = Party.objects.filter(pk__in=seen, sam_expires_on__lte=on + AHEAD)
    return ending.order_by("sam_expires_on", "pk")
