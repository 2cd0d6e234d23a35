"""Reports under the Transparency Act at the staff's desk."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

import grants.subawards.admin  # noqa: F401  (whose pages take buttons)
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.columns import money
from grants.desk.forms import NewRecord
from grants.desk.pages import offer, offer_lead
from grants.desk.told import Table
from grants.kernel.periods import long_date
from grants.monitoring.ffata.actions import record_ffata_report
from grants.monitoring.ffata.models import FfataReport
from grants.monitoring.ffata.queries import reportable
from grants.monitoring.lists import ListAfterWork, first_of
from grants.programs.models import FederalAward
from grants.subawards.models import Subaward


class Confirmed(NewRecord):
    """What was reported, when, and the number that came back."""

    class Meta:
        model = FfataReport
        fields = ("federal_award", "reported_on", "amount", "confirmation")

    def prepare(self) -> None:
        """The awards that pay the subaward."""
        pays = FederalAward.objects.filter(splits__subaward=self.record)
        self.fields["federal_award"].queryset = pays.distinct().order_by("code")  # type: ignore[attr-defined]


@admin.register(FfataReport)
class FfataReportDesk(ListAfterWork):
    """Reports that were made; above the list stands what is still to be reported."""

    section = "Monitoring"
    list_display = ("subaward", "federal_award", "reported_on", money("amount"), "confirmation")
    list_select_related = ("subaward", "federal_award")
    search_fields = ("subaward__number", "confirmation")
    ordering = ("-id",)
    begins = (Begin("Record a report", "grants.Subaward", "ffata.record", "the subaward"),)

    def to_do(self, request: HttpRequest) -> Table | None:
        """What must still be reported."""
        return first_of(
            "To be reported",
            ("Subaward", "Subrecipient", "Federal award", "Amount", "Due"),
            reportable(request.user, on=timezone.localdate(), but_not_reported=True),
            lambda duty: (
                str(duty.subaward),
                str(duty.subaward.subrecipient),
                str(duty.award),
                duty.amount,
                long_date(duty.due_on) + (" (overdue)" if duty.is_overdue else ""),
            ),
        )


offer(
    Subaward,
    Button(
        "Record an FFATA report", record_ffata_report, Confirmed, among={"stage__in": ("issued", "closed")}
    ),
)
offer_lead(Subaward, Lead("Its FFATA reports", "grants_ffatareport", "subaward__id__exact"))
