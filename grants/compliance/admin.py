"""Findings, corrective actions, waivers, examinations and policies at the staff's desk."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_GET

import grants.parties.admin
import grants.programs.admin
import grants.subawards.admin  # noqa: F401  (their pages offer what is declared here)
from grants.compliance.actions import (
    acknowledge_finding,
    approve_policy,
    ask_waiver,
    complete_correction,
    decline_policy,
    decline_waiver,
    draft_figures,
    draft_own_rule,
    draft_severity,
    drop_correction,
    examine_program,
    examine_subaward,
    grant_waiver,
    plan_correction,
    reschedule_correction,
    return_correction,
)
from grants.compliance.forms import (
    Acknowledge,
    AskWaiver,
    Decide,
    Done,
    DraftFigures,
    DraftOwnRule,
    DraftSeverity,
    NewDay,
    Plan,
)
from grants.compliance.listed import rule_listed, rules_listed
from grants.compliance.models import (
    UNSOLVED,
    ActionStage,
    CorrectiveAction,
    Examination,
    Finding,
    Policy,
    PolicyKind,
    PolicyStage,
    Stage,
    Waiver,
    WaiverStage,
)
from grants.compliance.queries import open_by_program, overdue_corrections
from grants.compliance.rule import RULES
from grants.compliance.told import told_of_finding, told_of_policy, told_of_rule, told_of_trial
from grants.compliance.trials import tried
from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.columns import brief
from grants.desk.filters import ByChoice, ByRecord
from grants.desk.forms import Confirm, Reason
from grants.desk.pages import offer, offer_lead
from grants.desk.told import Table, Told
from grants.desk.waiting import Decision, waits
from grants.kernel.periods import long_date
from grants.parties.models import Party, PartyKind
from grants.programs.models import Program
from grants.subawards.models import Subaward

SECTION = "Compliance"
_UNSOLVED = {"stage__in": UNSOLVED}
_OF_A_STATE = {"kind__in": (PartyKind.STATE, PartyKind.STATE_AGENCY)}


class CorrectionRows(Rows):
    """What will be done about it."""

    model = CorrectiveAction
    fields = ("plan", "owner", "due_on", "stage", "done_on")
    show_change_link = True
    verbose_name_plural = "corrective actions"


class WaiverRows(Rows):
    """Who asked to let it stand, and what was decided."""

    model = Waiver
    fields = ("reason", "until", "stage", "asked_by", "decided_by")
    show_change_link = True


class FindingRows(Rows):
    """What is still to be worked off."""

    model = Finding
    fields = ("severity", "title", "sentence", "fix", "stage")
    show_change_link = True
    ordering = ("-severity", "id")
    verbose_name_plural = "findings to work off"

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        """Those that are neither corrected nor waived."""
        return super().get_queryset(request).filter(stage__in=UNSOLVED)


@admin.register(Finding)
class FindingDesk(Desk):
    """Breaches of rules, kept until they are mended."""

    section = SECTION
    list_display = ("title", "severity", "subject", "stage", brief("opened_at", "open since"))
    list_filter = (
        ("stage", ByChoice),
        ("severity", ByChoice),
        ("program", ByRecord),
        ("program__family", ByChoice),
    )
    list_before_template = "admin/desk/findings.html"
    search_fields = ("title", "subject", "rule", "cites")
    search_help_text = "What was found, where, or by which law"
    ordering = ("-severity", "-opened_at", "-id")
    inlines = (CorrectionRows, WaiverRows)
    buttons = (
        Button("Acknowledge", acknowledge_finding, Acknowledge, to=Stage.ACKNOWLEDGED, in_bulk=True),
        Button("Plan a correction", plan_correction, Plan, among=_UNSOLVED),
        Button("Ask for a waiver", ask_waiver, AskWaiver, among=_UNSOLVED),
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Only the stage: all else is told above it."""
        return ["stage"]

    def told(self, record: Finding, *, on_its_page: bool = False) -> Told:
        """What was found, where, by which law, what to do, and what happened."""
        return told_of_finding(record)

    def in_line(self, record: Finding) -> str:
        """The finding and what to do about it."""
        return f"{record}: {record.sentence}"

    def get_urls(self) -> list[URLPattern]:
        """The list of rules and the page of each, before the admin's own addresses."""
        wrap = self.admin_site.admin_view
        rules = path("rules/", wrap(require_GET(self.rules)), name="grants_finding_rules")
        rule = path("rules/<slug:code>/", wrap(require_GET(self.rule)), name="grants_finding_rule")
        return [rules, rule, *super().get_urls()]

    def rules(self, request: HttpRequest) -> HttpResponse:
        """Every rule, how it is judged, and how often it was broken."""
        given = {"title": "Rules", "opts": self.opts, "rules": rules_listed(request.user)}
        context = {**self.admin_site.each_context(request), **given, "media": self.media}
        return TemplateResponse(request, "admin/desk/rules.html", context)

    def rule(self, request: HttpRequest, code: str) -> HttpResponse:
        """What one rule asks, by which editions of which law, and its cases."""
        listed = rule_listed(code, request.user)
        if listed is None:
            raise Http404
        given = {"title": listed.title, "opts": self.opts, "told": told_of_rule(listed), "code": code}
        context = {**self.admin_site.each_context(request), **given, "media": self.media}
        return TemplateResponse(request, "admin/desk/rule.html", context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, with what is open by program."""
        more = {
            "tallies": open_by_program(request.user),
            "overdue": overdue_corrections(request.user).count(),
        }
        return super().changelist_view(request, {**(extra_context or {}), **more})


@admin.register(CorrectiveAction)
class CorrectionDesk(Desk):
    """What will be done about findings, by whom and until when."""

    section = SECTION
    list_display = ("plan", "owner", "due_on", "stage", "finding")
    list_select_related = ("finding",)
    list_filter = (("stage", ByChoice), ("finding__program", ByRecord))
    search_fields = ("plan", "owner", "finding__title", "finding__subject")
    date_hierarchy = "due_on"
    ordering = ("due_on", "id")
    buttons = (
        Button("It is done", complete_correction, Done, to=ActionStage.DONE),
        Button("Not enough", return_correction, Reason, among={"stage": ActionStage.DONE}),
        Button("Another day", reschedule_correction, NewDay, among={"stage": ActionStage.PLANNED}),
        Button("Give it up", drop_correction, Reason, to=ActionStage.DROPPED),
    )


@admin.register(Waiver)
class WaiverDesk(Desk):
    """Leave to let findings stand until a day, asked by one person and decided by another."""

    section = SECTION
    list_display = ("finding", "reason", "until", "stage", "asked_by", "decided_by")
    list_select_related = ("finding", "asked_by", "decided_by")
    list_filter = (("stage", ByChoice), ("finding__program", ByRecord))
    search_fields = ("reason", "finding__title", "finding__subject")
    ordering = ("-id",)
    hidden = ("covers",)
    buttons = (
        Button(
            "Grant",
            grant_waiver,
            Decide,
            says="The finding may stand until that day, as long as it does not get worse.",
            to=WaiverStage.GRANTED,
        ),
        Button("Decline", decline_waiver, Reason, to=WaiverStage.DECLINED),
    )

    def told(self, record: Waiver, *, on_its_page: bool = False) -> Told:
        """The finding that it is about."""
        return told_of_finding(record.finding)


@admin.register(Examination)
class ExaminationDesk(Desk):
    """Runs of the rules over the books."""

    section = SECTION
    list_display = ("__str__", "examined_at", "by", "opened", "reopened", "corrected")
    list_select_related = ("agency", "program", "subaward", "by")
    ordering = ("-id",)
    hidden = ("rules", "not_examined", "counts")

    def told(self, record: Examination, *, on_its_page: bool = False) -> Told:
        """What was found by rule, and what could not be examined."""
        found = [
            (RULES[code].title if code in RULES else code, f"{count:,}")
            for code, count in record.counts["by_rule"].items()
        ]
        silent = [(each["title"], each["why"]) for each in record.not_examined]
        tables = [
            Table("What was found", ("Rule", "How often"), found),
            Table("Not examined, as it is not recorded", ("Rule", "What is not recorded"), silent),
        ]
        facts = [("Rules run", f"{len(record.rules):,}")]
        return Told(facts, [table for table in tables if table.rows])


@admin.register(Policy)
class PolicyDesk(Desk):
    """What a state sets: how grave it takes rules, rules of its own, figures of its programs."""

    section = SECTION
    list_display = ("__str__", "kind", "severity", "agency", "starts_on", "ends_on", "stage")
    list_select_related = ("agency",)
    list_filter = (("stage", ByChoice), ("kind", ByChoice))
    search_fields = ("title", "rule", "reason")
    ordering = ("rule", "-version")
    hidden = ("parameters",)
    leads = (Lead("What would this have found?", "grants_policy_tried"),)
    buttons = (
        Button(
            "Approve",
            approve_policy,
            Confirm,
            says="It holds from its first day; the next examination goes by it.",
            to=PolicyStage.APPROVED,
        ),
        Button("Decline", decline_policy, Reason, to=PolicyStage.DECLINED),
    )
    begins = (
        Begin("Take a rule more or less gravely", "grants.Party", "policy.draft_severity", "the agency"),
        Begin("Set up a rule of our own", "grants.Party", "policy.draft_rule", "the agency"),
        Begin("Set the figures of a program", "grants.Party", "policy.draft_figures", "the agency"),
    )

    def told(self, record: Policy, *, on_its_page: bool = False) -> Told:
        """What it sets, from when and why."""
        return told_of_policy(record)

    def get_urls(self) -> list[URLPattern]:
        """The page of a trial, before the admin's own addresses."""
        wrap = self.admin_site.admin_view
        trial = path("<int:key>/tried/", wrap(require_GET(self.trial)), name="grants_policy_tried")
        return [trial, *super().get_urls()]

    def trial(self, request: HttpRequest, key: int) -> HttpResponse:
        """What a policy would find in the whole books; nothing is changed."""
        policy = self.get_object(request, str(key))
        if policy is None or policy.kind == PolicyKind.PARAMETERS:
            raise Http404
        given = {
            "title": f"What would this have found? {policy}",
            "opts": self.opts,
            "told": told_of_trial(tried(policy)),
            "back": reverse("admin:grants_policy_change", args=[policy.pk]),
        }
        context = {**self.admin_site.each_context(request), **given, "media": self.media}
        return TemplateResponse(request, "admin/desk/tried.html", context)


_EXAMINES = "All rules are run over it now; what they find is kept, and what is mended is closed."
offer(Program, Button("Examine", examine_program, Confirm, says=_EXAMINES))
offer(Subaward, Button("Examine", examine_subaward, Confirm, says=_EXAMINES, among={"stage": "issued"}))
offer(Party, Button("Take a rule more or less gravely", draft_severity, DraftSeverity, among=_OF_A_STATE))
offer(Party, Button("Set up a rule of our own", draft_own_rule, DraftOwnRule, among=_OF_A_STATE))
offer(Party, Button("Set the figures of a program", draft_figures, DraftFigures, among=_OF_A_STATE))
offer_lead(Program, Lead("Its findings", "grants_finding", "program__id__exact"))
offer_lead(Subaward, Lead("Its findings", "grants_finding", "subaward__id__exact"))
_of_subawards: Any = admin.site.get_model_admin(Subaward)
_of_subawards.inlines = (*_of_subawards.inlines, FindingRows)

waits(
    Decision(
        Waiver,
        Button("Waivers to decide", grant_waiver, to=WaiverStage.GRANTED),
        lambda waiver: f"{waiver.finding}, until {long_date(waiver.until)}",
        own=("asked_by",),
        related=("finding",),
    )
)
waits(
    Decision(
        Policy,
        Button("Policies to approve", approve_policy, to=PolicyStage.APPROVED),
        lambda policy: f"{policy}, from {long_date(policy.starts_on)}",
        own=("drafted_by",),
    )
)
