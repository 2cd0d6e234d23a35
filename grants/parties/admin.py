"""Parties and people at the staff's desk."""

from django.contrib import admin

from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.columns import marked
from grants.desk.filters import ByChoice
from grants.desk.forms import Reason
from grants.parties.actions import appoint, correct_party, dismiss, register_parties
from grants.parties.forms import Appointment, Correction, NewAward, NewParty, NewProgram
from grants.parties.models import Budget, Contact, Membership, Party, PartyKind, Population, User
from grants.programs.actions import record_award, set_up_program

AGENCIES = {"kind__in": (PartyKind.STATE, PartyKind.STATE_AGENCY)}


class MembershipRows(Rows):
    """Who acts for a party, or for whom a person acts."""

    model = Membership
    fields = ("person", "party", "role", "starts_on", "ends_on")
    show_change_link = True
    verbose_name_plural = "who acts for it"


class ContactRows(Rows):
    """Whom to write to."""

    model = Contact
    fields = ("name", "kind", "title", "email", "phone")


class PopulationRows(Rows):
    """How many people live there."""

    model = Population
    fields = ("year", "count", "source")


class BudgetRows(Rows):
    """Its annual budgets."""

    model = Budget
    fields = ("fiscal_year", "amount", "source")


@admin.register(Party)
class PartyDesk(Desk):
    """The register of parties; an agency's page is where its awards and programs begin."""

    section = "Parties and people"
    list_display = (marked("name"), "kind", "county_name", "uei", "sam_expires_on", "code")
    list_filter = (("kind", ByChoice), "is_sample")
    search_fields = ("name", "code", "uei", "county_name")
    search_help_text = "Name, code, UEI or county"
    ordering = ("name", "id")
    inlines = (ContactRows, PopulationRows, BudgetRows, MembershipRows)
    buttons = (
        Button(
            "Set up a program",
            set_up_program,
            NewProgram,
            says="The program begins in draft; fund it, then open it.",
            among=AGENCIES,
        ),
        Button("Record a federal award", record_award, NewAward, among=AGENCIES),
        Button("Register a party", register_parties, NewParty, among=AGENCIES),
        Button("Correct", correct_party, Correction),
        Button("Appoint a person", appoint, Appointment),
    )
    begins = (
        Begin("Register a party", "grants.Party", "party.register", "the agency whose register it stands in"),
    )
    leads = (
        Lead("Programs", "grants_program", "agency__id__exact"),
        Lead("Allocations", "grants_allocation", "party__id__exact"),
        Lead("Subawards", "grants_subaward", "subrecipient__id__exact"),
    )

    def choice(self, record: Party) -> str:
        """Name, county and code, by which one Perry is told from another."""
        return ", ".join(filter(None, (record.name, record.county_name, record.code)))


@admin.register(User)
class PersonDesk(Desk):
    """People who act for a party of the person's agency."""

    section = "Parties and people"
    list_display = (marked("name"), "email", "is_active")
    search_fields = ("name", "email")
    ordering = ("name", "id")
    hidden = ("password",)
    inlines = (MembershipRows,)


@admin.register(Membership)
class MembershipDesk(Desk):
    """Who acts for whom, in which role, from when to when."""

    section = "Parties and people"
    list_display = ("person", "party", "role", "starts_on", "ends_on")
    list_select_related = ("person", "party")
    list_filter = (("role", ByChoice),)
    search_fields = ("person__name", "person__email", "party__name")
    ordering = ("person__name", "id")
    buttons = (
        Button(
            "Dismiss",
            dismiss,
            Reason,
            says="The membership ends; what the person did stays on record.",
            in_bulk=True,
        ),
    )
    begins = (
        Begin("Appoint a person", "grants.Party", "person.appoint", "the party that the person acts for"),
    )
