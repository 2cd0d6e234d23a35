"""Files of SAM.gov, and what they say of parties, at the staff's desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

import grants.subawards.admin  # noqa: F401  (whose pages take buttons)
from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.filters import ByChoice
from grants.desk.forms import Confirm, Day, NewRecord, Reason
from grants.desk.pages import offer, offer_lead
from grants.desk.told import Table, Told
from grants.desk.waiting import Decision, waits
from grants.kernel.periods import long_date
from grants.monitoring.lists import ListAfterWork, first_of
from grants.monitoring.sam.actions import confirm_match, dismiss_match, read_extract, record_check
from grants.monitoring.sam.models import (
    CheckMethod,
    ExclusionCheck,
    ExclusionMatch,
    ExtractKind,
    MatchStage,
    SamExtract,
)
from grants.monitoring.sam.queries import never_checked, registrations_ending
from grants.parties.admin import AGENCIES
from grants.parties.models import Party
from grants.subawards.models import Subaward


class Extract(Confirm):
    """A file of SAM.gov."""

    kind = forms.ChoiceField(choices=ExtractKind.choices)
    as_of = Day(label="Made by SAM.gov on")
    file = forms.FileField(label="CSV file")

    def guide(self) -> tuple[Table, ...]:
        """The columns that are read."""
        return (
            Table(
                "Columns that are read; others are kept with the match",
                ("File", "Column", "What for"),
                (
                    ("Exclusions", "Unique Entity ID", "Who is meant"),
                    (
                        "Exclusions",
                        "Name (or First, Middle, Last)",
                        "Who may be meant, where no UEI is given",
                    ),
                    ("Exclusions", "Termination Date", "An exclusion that has ended is passed over"),
                    ("Registrations", "Unique Entity ID", "Whose it is"),
                    ("Registrations", "Registration Expiration Date", "When it ends"),
                ),
            ),
        )

    def perform(self, act: Any, record: Any, *, by: Any) -> Any:
        """Read it."""
        given, file = self.cleaned_data, self.cleaned_data["file"]
        return act(record, file=file.read(), name=file.name, kind=given["kind"], as_of=given["as_of"], by=by)


class Check(NewRecord):
    """A check that a person made."""

    class Meta:
        model = ExclusionCheck
        fields = ("checked_on", "method", "result", "source")

    def prepare(self) -> None:
        """By file it is checked by reading the file."""
        ways = [choice for choice in CheckMethod.choices if choice[0] != CheckMethod.EXTRACT]
        self.fields["method"] = forms.ChoiceField(choices=ways)


class MatchRows(Rows):
    """Who may be on it."""

    model = ExclusionMatch
    fields = ("party", "listed_name", "is_by_uei", "stage")
    show_change_link = True


@admin.register(SamExtract)
class SamExtractDesk(ListAfterWork):
    """Files of SAM.gov that were read; above the list, registrations that end."""

    section = "Monitoring"
    list_display = ("name", "kind", "as_of", "rows", "matched", "uploaded_by", "uploaded_at")
    list_select_related = ("uploaded_by",)
    list_filter = (("kind", ByChoice),)
    ordering = ("-id",)
    hidden = ("content",)
    inlines = (MatchRows,)
    begins = (Begin("Read a file of SAM.gov", "grants.Party", "sam.read", "the agency"),)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Without the bytes."""
        return super().get_queryset(request).defer("content")

    def to_do(self, request: HttpRequest) -> Table | None:
        """Registrations that end within 60 days, or have ended."""
        return first_of(
            "Registrations that end soon or have ended",
            ("Subrecipient", "UEI", "Ends on"),
            registrations_ending(request.user, on=timezone.localdate()),
            lambda party: (str(party), party.uei, long_date(party.sam_expires_on)),
        )


@admin.register(ExclusionMatch)
class ExclusionMatchDesk(Desk):
    """Who may be excluded; by name alone a person decides."""

    section = "Monitoring"
    list_display = ("party", "listed_name", "is_by_uei", "stage", "decided_by", "decided_on")
    list_select_related = ("party", "decided_by")
    list_filter = (("stage", ByChoice), "is_by_uei")
    search_fields = ("party__name", "listed_name")
    ordering = ("-id",)
    hidden = ("listed",)
    buttons = (
        Button("It is the party", confirm_match, Reason, to=MatchStage.CONFIRMED),
        Button("It is someone else", dismiss_match, Reason, to=MatchStage.DISMISSED, in_bulk=True),
    )

    def told(self, record: ExclusionMatch, *, on_its_page: bool = False) -> Told:
        """The line of the list beside the party."""
        party = record.party
        facts = (("Party", party.name), ("Its UEI", party.uei), ("Its address", party.address))
        rows = [(heading.capitalize(), text) for heading, text in record.listed.items() if text]
        return Told(facts=facts, tables=(Table("As it is listed", ("Column", "Value"), rows),))


@admin.register(ExclusionCheck)
class ExclusionCheckDesk(ListAfterWork):
    """When each party was checked against exclusions, how, and with what result (2 CFR 180.300)."""

    section = "Monitoring"
    list_display = ("party", "checked_on", "method", "result", "source", "checked_by")
    list_select_related = ("party", "checked_by")
    list_filter = (("result", ByChoice), ("method", ByChoice))
    search_fields = ("party__name", "party__uei")
    ordering = ("-id",)
    begins = (Begin("Record a check", "grants.Subaward", "sam.record_check", "a subaward of the party"),)

    def to_do(self, request: HttpRequest) -> Table | None:
        """Subawards whose subrecipient was never checked."""
        return first_of(
            "Never checked",
            ("Subaward", "Subrecipient", "Stage"),
            never_checked(request.user),
            lambda each: (str(each), str(each.subrecipient), each.get_stage_display()),
        )


offer(Party, Button("Read a file of SAM.gov", read_extract, Extract, among=AGENCIES))
offer(
    Subaward,
    Button("Record an exclusion check", record_check, Check, among={"stage__in": ("draft", "issued")}),
)
offer_lead(Party, Lead("Its exclusion checks", "grants_exclusioncheck", "party__id__exact"))
waits(
    Decision(
        ExclusionMatch,
        Button(
            "Possible exclusions to decide",
            confirm_match,
            to=MatchStage.CONFIRMED,
            among={"stage": "possible"},
        ),
        lambda match: f"{match.party}, listed as {match.listed_name}",
        related=("party",),
    )
)
