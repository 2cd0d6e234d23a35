"""Subawards and their amendments at the staff's desk."""

from django.contrib import admin
from django.utils.safestring import SafeString

from grants.compliance.asking import SubawardAnswers
from grants.compliance.attestation import attest_for_subaward
from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.columns import as_money, brief, marked, money
from grants.desk.filters import ByChoice, ByRecord
from grants.desk.forms import Confirm, Reason
from grants.desk.told import Table, Told
from grants.desk.waiting import Decision, waits
from grants.kernel.money import shown
from grants.subawards.actions import (
    approve_amendment,
    close_subaward,
    decline_amendment,
    issue_subaward,
    propose_amendment,
    withdraw_subaward,
)
from grants.subawards.characteristics import answered, tally_of
from grants.subawards.forms import Change, Issue
from grants.subawards.models import (
    Amendment,
    AmendmentStage,
    BudgetLine,
    Determination,
    FundingSplit,
    Project,
    Stage,
    Subaward,
)
from grants.subawards.told import change_of, told_of_amendment, told_of_subaward

STANDING = (
    money("standing__obligated"),
    money("standing__expended", "spent"),
    money("standing__paid"),
)


class SplitRows(Rows):
    """Which federal award pays how much."""

    model = FundingSplit
    fields = ("federal_award", money("amount"))
    verbose_name_plural = "paid by"


class BudgetRows(Rows):
    """Its budget, newest version first."""

    model = BudgetLine
    fields = ("version", "category", "source", money("amount"))
    ordering = ("-version", "id")


class AmendmentRows(Rows):
    """What was asked to change."""

    model = Amendment
    fields = ("number", "stage", "effective_on", "reason", "proposed_by", "decided_by")
    show_change_link = True
    ordering = ("-number",)


@admin.register(Subaward)
class SubawardDesk(Desk):
    """Promises of federal money to subrecipients."""

    section = "Subawards"
    list_display = (
        marked("number"),
        "subrecipient",
        "program",
        "stage",
        money("amount"),
        *STANDING[1:],
        brief("ends_on", "ends on"),
    )
    list_select_related = ("subrecipient", "program", "standing")
    list_filter = (("stage", ByChoice), ("program", ByRecord), "is_sample")
    search_fields = ("number", "title", "subrecipient__name", "subrecipient__uei")
    search_help_text = "Number, title, or name or UEI of the subrecipient"
    ordering = ("number",)
    headline = (money("amount", "committed"), *STANDING)
    inlines = (SplitRows, BudgetRows, AmendmentRows)
    buttons = (
        Button(
            "Issue",
            issue_subaward,
            Issue,
            says="Its amount is obligated from the allocation on that day.",
            to=Stage.ISSUED,
            in_bulk=True,
        ),
        Button("Propose an amendment", propose_amendment, Change, among={"stage": Stage.ISSUED}),
        Button(
            "Close the subaward",
            close_subaward,
            Reason,
            says="Nothing may be left unspent or unpaid (2 CFR 200.344).",
            to=Stage.CLOSED,
            in_bulk=True,
        ),
        Button(
            "Answer what the law asks",
            attest_for_subaward,
            SubawardAnswers,
            says="For this subaward alone; what holds for all of a program is answered there.",
            among={"stage": Stage.ISSUED},
        ),
        Button("Withdraw", withdraw_subaward, Reason, to=Stage.WITHDRAWN, in_bulk=True),
    )
    leads = (
        Lead("Its ledger lines", "grants_entry", "subaward__id__exact"),
        Lead("Its projects", "grants_project", "subaward__id__exact"),
    )
    begins = (
        Begin(
            "Draft a subaward", "grants.Allocation", "subaward.draft", "the allocation that it is paid out of"
        ),
    )

    def told(self, record: Subaward, *, on_its_page: bool = False) -> Told:
        """What it promises, and what the law asks for that is not recorded."""
        return told_of_subaward(record, with_tables=not on_its_page)

    def in_line(self, record: Subaward) -> str:
        """The subaward, to whom, and how much."""
        return f"{record}, {record.subrecipient}: {shown(record.amount)}"


@admin.register(Amendment)
class AmendmentDesk(Desk):
    """Changes to issued subawards, proposed by one person and decided by another."""

    section = "Subawards"
    list_display = ("__str__", "stage", "change", "effective_on", "reason", "proposed_by", "decided_by")
    list_select_related = ("subaward__subrecipient", "proposed_by", "decided_by")
    list_filter = (("stage", ByChoice),)
    search_fields = ("subaward__number", "reason")
    ordering = ("-id",)
    buttons = (
        Button(
            "Approve",
            approve_amendment,
            Confirm,
            says="Obligations, splits, budget and last day change together.",
            to=AmendmentStage.APPROVED,
            in_bulk=True,
        ),
        Button("Decline", decline_amendment, Reason, to=AmendmentStage.DECLINED, in_bulk=True),
    )
    hidden = ("splits", "budget")

    def told(self, record: Amendment, *, on_its_page: bool = False) -> Told:
        """What it changes, before and after."""
        return told_of_amendment(record)

    @admin.display(description="change")
    def change(self, record: Amendment) -> SafeString:
        """What it adds to the amount, or takes from it."""
        return as_money(change_of(record))

    def in_line(self, record: Amendment) -> str:
        """The amendment, whose it is, and by how much."""
        return f"{record}, {record.subaward.subrecipient}: {shown(change_of(record))}"


waits(
    Decision(
        Subaward,
        Button("Subawards to issue", issue_subaward, to=Stage.ISSUED),
        lambda subaward: f"{subaward}, {subaward.subrecipient}: {shown(subaward.amount)}",
        own=("drafted_by",),
        related=("subrecipient",),
    )
)
waits(
    Decision(
        Amendment,
        Button("Amendments to decide", approve_amendment, to=AmendmentStage.APPROVED),
        lambda amendment: f"{amendment}, {amendment.subaward.subrecipient}: {shown(change_of(amendment))}",
        own=("proposed_by",),
        related=("subaward__subrecipient",),
    )
)


@admin.register(Project)
class ProjectDesk(Desk):
    """What parties do with their allocations, project by project."""

    section = "Subawards"
    list_display = ("name", "allocation", "expenditure_category", money("adopted_budget"), "completion")
    list_select_related = ("allocation__party", "allocation__program")
    list_filter = (("allocation__program", ByRecord),)
    search_fields = ("name", "code", "number")
    ordering = ("id",)
    leads = (Lead("Its ledger lines", "grants_entry", "project__id__exact"),)
    begins = (
        Begin("Record a project", "grants.Allocation", "project.record", "the allocation that pays for it"),
    )


@admin.register(Determination)
class DeterminationDesk(Desk):
    """Decisions what a party is in a transaction (2 CFR 200.331)."""

    section = "Subawards"
    list_display = ("party", "program", "role", "reason", "decided_by", "decided_at")
    list_select_related = ("party", "program", "decided_by")
    list_filter = (("role", ByChoice), ("program", ByRecord))
    search_fields = ("party__name", "reason")
    ordering = ("-id",)
    hidden = ("factors",)

    def told(self, record: Determination, *, on_its_page: bool = False) -> Told:
        """The characteristics as they were answered, and what they spoke for."""
        rows = [(each.title, said, each.role.label, each.cites) for each, said in answered(record.factors)]
        if not rows:
            return Told()
        columns = ("Characteristic", "Answer", "Yes speaks for", "Law")
        words = tally_of(record.factors["answers"]).in_words
        return Told(facts=(("What the answers speak for", words),), tables=(Table("Answers", columns, rows),))

    begins = (
        Begin("Record a determination", "grants.Program", "subaward.determine", "the program it is made in"),
    )
