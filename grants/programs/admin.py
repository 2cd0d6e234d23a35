"""Federal awards, programs and allocations at the staff's desk."""

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from grants.compliance.asking import ProgramAnswers
from grants.compliance.attestation import attest_for_program
from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.columns import marked, money, steps
from grants.desk.filters import ByChoice, ByRecord
from grants.desk.forms import Confirm, Reason
from grants.desk.told import Told
from grants.desk.waiting import Decision, waits
from grants.kernel.money import shown
from grants.ledger.actions import post_file
from grants.ledger.forms import LinesFromFile
from grants.ledger.models import ProgramStanding
from grants.programs.actions import (
    approve_round,
    close_program,
    correct_award,
    draft_round,
    fund_program,
    lapse_program,
    open_program,
    propose_round,
    withdraw_round,
)
from grants.programs.forms import AwardCorrection, Money, NewRound, Through, award_in_words
from grants.programs.models import (
    Allocation,
    AllocationRound,
    FederalAward,
    Funding,
    Program,
    ProgramStage,
    RoundStage,
    Share,
    Tranche,
)
from grants.programs.queries import gift_of
from grants.programs.told import method_title, told_of_round, what_approval_does, what_opening_does
from grants.subawards.actions import determine_role, draft_subaward, record_projects
from grants.subawards.forms import Draft, NewProject, Role
from reporting.filings.actions import open_periods


class FundingRows(Rows):
    """Money put into the program."""

    model = Funding
    fields = ("received_on", "federal_award", money("amount"), "source")
    ordering = ("received_on", "id")


class RoundRows(Rows):
    """Its allocation rounds."""

    model = AllocationRound
    fields = ("name", "stage", "method", "on", money("returned"))
    show_change_link = True
    ordering = ("on", "id")


class TrancheRows(Rows):
    """The part-payments of a share."""

    model = Tranche
    fields = ("number", "name", money("amount"))
    ordering = ("number",)


class ShareRows(Rows):
    """What rounds gave to an allocation."""

    model = Share
    fields = ("round", money("amount"), "status", steps)
    show_change_link = True
    ordering = ("round", "id")


@admin.register(FederalAward)
class FederalAwardDesk(Desk):
    """What federal agencies awarded."""

    list_display = ("__str__", "aln", "title", "recipient", "award_date", money("amount"), "ends_on")
    list_select_related = ("recipient",)
    search_fields = ("fain", "code", "title", "aln", "recipient__name")
    search_help_text = "FAIN, Assistance Listing, title or recipient"
    ordering = ("code",)
    buttons = (Button("Correct", correct_award, AwardCorrection),)
    begins = (
        Begin("Record a federal award", "grants.Party", "award.record", "the agency that keeps its books"),
    )

    def choice(self, record: FederalAward) -> str:
        """Its number, what it is, whose, and how much."""
        return award_in_words(record)


@admin.register(Program)
class ProgramDesk(Desk):
    """Programs, and everything that begins in one."""

    list_display = (
        marked("name"), "family", "stage", "route",
        money("standing__funded"), money("standing__allocated"),
    )  # fmt: skip
    list_filter = (("family", ByChoice), ("stage", ByChoice), ("route", ByChoice), "is_sample")
    search_fields = ("name", "code")
    ordering = ("name",)
    headline = (money("standing__funded"), money("standing__allocated"))
    inlines = (FundingRows, RoundRows)
    buttons = (
        Button("Fund", fund_program, Money, says="A line of funding is added; none is ever changed."),
        Button("Draft an allocation round", draft_round, NewRound),
        Button("Post a file of lines", post_file, LinesFromFile, says="Whole or not at all."),
        Button(
            "Record a determination",
            determine_role,
            Role,
            says="Is a party subrecipient, contractor or beneficiary in one transaction (2 CFR 200.331)?",
        ),
        Button(
            "Open reporting periods",
            open_periods,
            Through,
            says="The periods through that day are made that are not there yet, each with its due day.",
        ),
        Button(
            "Answer what the law asks",
            attest_for_program,
            ProgramAnswers,
            says="An answer for the program speaks for every subaward issued by today. It stays on record.",
        ),
        Button("Open", open_program, Confirm, says=what_opening_does, to=ProgramStage.OPEN, in_bulk=True),
        Button(
            "Lapse or terminate",
            lapse_program,
            Reason,
            says="No new obligations; records, closeout and reports go on.",
            to=ProgramStage.LAPSED,
        ),
        Button("Close the program", close_program, Reason, to=ProgramStage.CLOSED),
    )
    leads = (
        Lead("Allocations", "grants_allocation", "program__id__exact"),
        Lead("Subawards", "grants_subaward", "program__id__exact"),
        Lead("Ledger lines", "grants_entry", "program__id__exact"),
        Lead("Postings", "grants_posting", "program__id__exact"),
        Lead("Reporting periods", "reporting_reportingperiod", "program__id__exact"),
    )
    begins = (Begin("Set up a program", "grants.Party", "program.set_up", "the agency that runs it"),)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """With their standings, but none of a program that the person only receives from."""
        standings = ProgramStanding.objects.visible_to(request.user)
        return super().get_queryset(request).prefetch_related(models.Prefetch("standing", standings))


@admin.register(AllocationRound)
class RoundDesk(Desk):
    """Runs of allocation methods, proposed by one person and approved by another."""

    list_display = (
        "name",
        "program",
        "stage",
        "method_title",
        "on",
        money("returned"),
        "proposed_by",
        "approved_by",
    )
    list_select_related = ("program", "proposed_by", "approved_by")
    list_filter = (("stage", ByChoice), ("program", ByRecord))
    search_fields = ("name", "code")
    ordering = ("-on", "-id")
    hidden = ("inputs", "method")
    readonly_fields = ("method_title",)
    buttons = (
        Button(
            "Propose",
            propose_round,
            Confirm,
            says="From now on the round cannot be changed; another person approves it.",
            to=RoundStage.PROPOSED,
            in_bulk=True,
        ),
        Button(
            "Approve",
            approve_round,
            Confirm,
            says=what_approval_does,
            to=RoundStage.APPROVED,
            in_bulk=True,
        ),
        Button("Withdraw", withdraw_round, Reason, to=RoundStage.WITHDRAWN, in_bulk=True),
    )
    begins = (
        Begin(
            "Draft an allocation round", "grants.Program", "round.draft", "the program whose money it gives"
        ),
    )

    def told(self, record: AllocationRound, *, on_its_page: bool = False) -> Told:
        """What the round gives, and what its program has room for."""
        return told_of_round(record)

    def in_line(self, record: AllocationRound) -> str:
        """The round, its program and what it gives."""
        gift = gift_of(record)
        return f"{record}, {record.program}: {shown(gift.amount)} to {gift.places:,} places"

    @admin.display(description="method", ordering="method")
    def method_title(self, record: AllocationRound) -> str:
        """The method by its title."""
        return method_title(record.method)


waits(
    Decision(
        AllocationRound,
        Button("Rounds to approve", approve_round, to=RoundStage.APPROVED),
        lambda round: f"{round}, {round.program}",
        own=("proposed_by",),
        related=("program",),
    )
)


@admin.register(Allocation)
class AllocationDesk(Desk):
    """What each party of a program may spend or pass on."""

    _standing = (
        money("standing__allocated"), money("standing__subawarded", "obligated"),
        money("standing__spent", "spent by itself"),
    )  # fmt: skip
    list_display = ("party", "program", *_standing)
    list_select_related = ("party", "program", "standing")
    list_filter = (("program", ByRecord),)
    search_fields = ("party__name", "party__code")
    search_help_text = "Name or code of the party"
    ordering = ("party__name", "id")
    headline = _standing
    inlines = (ShareRows,)
    buttons = (
        Button(
            "Draft a subaward",
            draft_subaward,
            Draft,
            says="Another person issues it; only then is money obligated.",
        ),
        Button("Record a project", record_projects, NewProject),
    )
    leads = (
        Lead("Subawards", "grants_subaward", "allocation__id__exact"),
        Lead("Projects", "grants_project", "allocation__id__exact"),
        Lead("Ledger lines", "grants_entry", "allocation__id__exact"),
    )


@admin.register(Share)
class ShareDesk(Desk):
    """What one round gives one party, and how that came about."""

    list_display = ("party", "round", money("amount"), "status")
    list_select_related = ("allocation__party", "round__program")
    list_filter = (("round", ByRecord),)
    search_fields = ("allocation__party__name", "allocation__party__code")
    search_help_text = "Name or code of the party"
    ordering = ("allocation__party__name", "id")
    hidden = ("steps",)
    readonly_fields = (steps,)
    inlines = (TrancheRows,)

    @admin.display(description="party", ordering="allocation__party__name")
    def party(self, share: Share) -> SafeString:
        """Whose share it is."""
        return format_html("{}", share.allocation.party)
