"""Keeping that subawards were reported under the Transparency Act."""

from typing import Any

from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.refusals import Refusal
from grants.monitoring.ffata.models import FfataReport


@action("ffata.record", needs="monitor_subrecipients", locks=False)
def record_ffata_report(subaward: Any, report: FfataReport, *, by: Any) -> FfataReport:
    """Keep the report of a subaward and how the system confirmed it.

    Refuses ``award-does-not-fund`` for an award that pays nothing of it, and ``not-yet`` for a day to come.
    """
    if not subaward.splits.filter(federal_award=report.federal_award_id).exists():
        raise Refusal(f"{report.federal_award} pays nothing of {subaward}.", code="award-does-not-fund")
    if report.reported_on > timezone.localdate():
        raise Refusal("The report cannot have been made on a day to come.", code="not-yet")
    report.subaward, report.recorded_by = subaward, by
    report.full_clean()
    report.save()
    return report
