"""What an agency asks of a subrecipient beside its reports: conditions, closeout, and single audits."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from grants.kernel.refusals import Refusal
from grants.kernel.scope import may
from grants.monitoring.audits.actions import declare_spending
from grants.monitoring.audits.models import AuditStage, SingleAudit
from grants.monitoring.audits.queries import AuditStanding, duties_of
from grants.monitoring.closeout.models import Closeout, ItemStage
from grants.monitoring.models import SpecificCondition
from grants.monitoring.risk.models import ConditionStage
from grants.parties.models import Party
from grants.subawards.models import Subaward


class Declared(forms.Form):
    """What a party spent of federal money in a fiscal year that the agency's books do not hold."""

    amount = forms.DecimalField(
        label="Federal dollars spent elsewhere in the year",
        help_text="Dollars and cents. Zero if there was none.",
        min_value=0,
        max_digits=16,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    source = forms.CharField(
        label="Where the amount stands",
        help_text="Such as: schedule of expenditures of federal awards, line 12.",
        max_length=200,
    )

    def attempt(self, audit: SingleAudit, *, by: Any) -> bool:
        """Whether it was kept; else the reason why not stands on the form."""
        try:
            declare_spending(audit, **self.cleaned_data, by=by)
        except Refusal as refusal:
            self.add_error(None, refusal.reason)
        return not self.errors


def conditions_on(person: Any, subaward: Subaward) -> list[SpecificCondition]:
    """The specific conditions in force on a subaward, the newest notice first."""
    imposed = SpecificCondition.objects.visible_to(person).filter(
        subaward=subaward, stage=ConditionStage.IMPOSED
    )
    return list(imposed.order_by("-noticed_on", "-pk"))


def checklist_of(person: Any, subaward: Subaward, *, on: date) -> dict[str, Any]:
    """The closeout of a subaward, its items in order, and those of the subrecipient that are late."""
    closeout = Closeout.objects.visible_to(person).filter(subaward=subaward).first()
    items = list(closeout.items.all()) if closeout else []
    late = [item for item in items if item.stage == ItemStage.OPEN and item.due_on and item.due_on < on]
    return {"closeout": closeout, "items": items, "late": late}


def audits_of(person: Any, party: Party, *, on: date) -> list[AuditStanding]:
    """The fiscal years of a party whose audit is awaited, each with its duty; the last year first."""
    awaited = SingleAudit.objects.visible_to(person).filter(party=party, stage=AuditStage.AWAITED)
    return duties_of(awaited.select_related("agency", "party").order_by("-year_ends_on", "pk"), on=on)


@login_required
def audit(request: HttpRequest, key: int) -> HttpResponse:
    """A fiscal year of a party: whether an audit is due, and what it spent elsewhere."""
    person: Any = request.user
    records = SingleAudit.objects.visible_to(person).select_related("agency", "party")
    found = get_object_or_404(records, pk=key)
    [standing] = duties_of([found], on=timezone.localdate())
    may_declare = may(person, "declare_spending", found) and found.stage == AuditStage.AWAITED
    known = {"amount": found.expended_elsewhere, "source": found.elsewhere_source}
    form = Declared(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid() and form.attempt(found, by=person):
        messages.success(request, f"What {found.party} spent elsewhere is on record. Thank you.")
        return redirect("portal:party", found.party_id)
    given = {"audit": found, "standing": standing, "form": form, "may_declare": may_declare}
    return render(request, "portal/audit.html", given)
