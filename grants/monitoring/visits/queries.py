"""What watching over subrecipients leaves to do: reviews due, follow-ups late, reports nobody has read."""

from datetime import date
from typing import Any

from django.db.models import QuerySet

from grants.monitoring.visits.models import FollowUp, FollowUpStage, MonitoringVisit, VisitStage
from reporting.filings.models import SIGNED, Filing


def reviews_due(person: Any, *, through: date) -> list[MonitoringVisit]:
    """Reviews and visits planned up to a day and not held, of all that a person sees."""
    planned = MonitoringVisit.objects.visible_to(person).filter(
        stage=VisitStage.PLANNED, planned_for__lte=through
    )
    return list(planned.select_related("party").order_by("planned_for", "pk"))


def late_follow_ups(person: Any, *, on: date) -> list[FollowUp]:
    """What should have been put right before a day and is not, of all that a person sees."""
    late = FollowUp.objects.visible_to(person).filter(stage=FollowUpStage.OPEN, due_on__lt=on)
    return list(late.select_related("party").order_by("due_on", "pk"))


def reports_not_read(person: Any) -> QuerySet[Filing]:
    """Signed reports that nobody has reviewed (2 CFR 200.332(e)(1)), of all that a person sees."""
    signed = Filing.objects.visible_to(person).filter(stage__in=SIGNED, reviews=None)
    return signed.select_related("subaward", "period").order_by("period__ends_on", "pk")
