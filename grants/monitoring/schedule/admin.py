"""Notes to schedules of expenditures of federal awards at the staff's desk."""

from django.contrib import admin

import grants.parties.admin  # noqa: F401  (whose pages take buttons)
from grants.desk.base import Desk
from grants.desk.buttons import Begin, Button
from grants.desk.forms import NewRecord
from grants.desk.pages import offer
from grants.monitoring.schedule.actions import annotate_schedule
from grants.monitoring.schedule.models import ScheduleNotes
from grants.parties.admin import AGENCIES
from grants.parties.models import Party


class Written(NewRecord):
    """The notes of one fiscal year."""

    class Meta:
        model = ScheduleNotes
        fields = ("year_ends_on", "accounting_policies", "de_minimis", "rate_explained", "other")


@admin.register(ScheduleNotes)
class ScheduleNotesDesk(Desk):
    """What agencies say in the notes to their schedules."""

    section = "Monitoring"
    list_display = ("agency", "year_ends_on", "de_minimis", "written_by")
    list_select_related = ("agency", "written_by")
    search_fields = ("agency__name",)
    ordering = ("-year_ends_on", "agency__name")
    begins = (Begin("Write the notes of a year", "grants.Party", "schedule.annotate", "the agency"),)


offer(
    Party,
    Button(
        "Write notes to its schedule",
        annotate_schedule,
        Written,
        says="The notes to the schedule of expenditures of federal awards of one fiscal year.",
        among=AGENCIES,
    ),
)
