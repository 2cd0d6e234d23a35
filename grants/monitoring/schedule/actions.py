"""Writing the notes to a schedule of expenditures of federal awards."""

from typing import Any

from grants.kernel.action import action
from grants.kernel.periods import fiscal_year
from grants.kernel.refusals import Refusal
from grants.monitoring.schedule.models import ScheduleNotes

WRITTEN = ("accounting_policies", "de_minimis", "rate_explained", "other")


@action("schedule.annotate", needs="monitor_subrecipients")
def annotate_schedule(agency: Any, notes: ScheduleNotes, *, by: Any) -> ScheduleNotes:
    """Keep the notes of an agency to its schedule of a fiscal year; those written before are replaced.

    Refuses ``not-a-year-end`` for a day on which no fiscal year of the agency ends.
    """
    year = fiscal_year(notes.year_ends_on, begins_in=agency.fiscal_year_begins)
    if year.ends_on != notes.year_ends_on:
        raise Refusal(f"The fiscal year of {agency} ends on {year.ends_on}.", code="not-a-year-end")
    kept = ScheduleNotes.objects.filter(agency=agency, year_ends_on=notes.year_ends_on).first() or notes
    for name in WRITTEN:
        setattr(kept, name, getattr(notes, name))
    kept.agency, kept.written_by = agency, by
    kept.full_clean()
    kept.save()
    return kept
