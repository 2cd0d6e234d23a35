"""Risk assessments and specific conditions at the staff's desk."""

from django.contrib import admin

import grants.subawards.admin  # noqa: F401  (whose pages take buttons)
from grants.desk.base import Desk, Rows
from grants.desk.buttons import Begin, Button, Lead
from grants.desk.filters import ByChoice
from grants.desk.forms import Reason
from grants.desk.pages import offer, offer_lead
from grants.desk.told import Table, Told
from grants.desk.waiting import Decision, waits
from grants.monitoring.risk.actions import (
    assess_risk,
    drop_condition,
    impose_condition,
    lift_condition,
    propose_condition,
    set_bands,
)
from grants.monitoring.risk.forms import Assessment, Bands, Condition, Notice
from grants.monitoring.risk.models import ConditionStage, RiskAssessment, RiskBands, SpecificCondition
from grants.monitoring.risk.scoring import NOT_APPLICABLE, scheme
from grants.parties.admin import AGENCIES
from grants.parties.models import Party
from grants.subawards.models import Subaward


class ConditionRows(Rows):
    """The conditions that it led to."""

    model = SpecificCondition
    fields = ("nature", "stage", "noticed_on", "ended_on")
    show_change_link = True


@admin.register(RiskAssessment)
class RiskAssessmentDesk(Desk):
    """What the agency thinks of its subrecipients' risk; the newest of each counts."""

    section = "Monitoring"
    list_display = ("party", "level", "score", "fraud_risk", "assessed_on", "assessed_by")
    list_select_related = ("party", "assessed_by")
    list_filter = (("level", ByChoice), ("fraud_risk", ByChoice))
    search_fields = ("party__name", "party__uei", "subaward__number")
    ordering = ("-id",)
    hidden = ("answers", "computed")
    inlines = (ConditionRows,)
    begins = (
        Begin(
            "Assess the risk of a subrecipient", "grants.Subaward", "risk.assess", "a subaward that it has"
        ),
    )

    def told(self, record: RiskAssessment, *, on_its_page: bool = False) -> Told:
        """The factors with their points: a person's answers, and apart from them what the books said."""
        asked, figures = [], []
        for factor in scheme().asked:
            if given := record.answers.get(factor.code):
                answer = given["answer"]
                words = (
                    "Does not apply" if answer == NOT_APPLICABLE else factor.answers.get(answer, (answer,))[0]
                )
                points = "–" if given["points"] is None else given["points"]
                asked.append((factor.title, words, points, given["note"], factor.cites))
        for each in scheme().computed:
            if known := record.computed.get(each.code):
                figures.append((each.title, f"{known['figure']} {each.unit}", known["points"]))
        bands = f"medium from {record.medium_from}, high from {record.high_from}"
        return Told(
            facts=(("Score, of 100", f"{record.score} ({bands})"),),
            tables=(
                Table("Answered by a person", ("Factor", "Answer", "Points", "Note", "Law"), asked),
                Table("Computed from the books", ("Factor", "Figure", "Points"), figures),
            ),
        )


@admin.register(RiskBands)
class RiskBandsDesk(Desk):
    """From which score on a risk is medium or high; the newest counts."""

    section = "Monitoring"
    list_display = ("agency", "medium_from", "high_from", "reason", "set_by", "set_at")
    ordering = ("-id",)
    begins = (Begin("Set the bands", "grants.Party", "risk.set_bands", "the agency"),)


@admin.register(SpecificCondition)
class SpecificConditionDesk(Desk):
    """Conditions on subawards (2 CFR 200.208)."""

    section = "Monitoring"
    list_display = ("subaward", "nature", "stage", "noticed_on", "time_allowed")
    list_select_related = ("subaward",)
    list_filter = (("stage", ByChoice),)
    search_fields = ("subaward__number", "subaward__subrecipient__name", "nature")
    ordering = ("-id",)
    buttons = (
        Button(
            "Impose",
            impose_condition,
            Notice,
            says="It is in force from the notice on, and the subrecipient sees it.",
            to=ConditionStage.IMPOSED,
            in_bulk=True,
        ),
        Button("Lift", lift_condition, Reason, to=ConditionStage.LIFTED),
        Button("Drop", drop_condition, Reason, to=ConditionStage.DROPPED, in_bulk=True),
    )
    begins = (Begin("Propose a condition", "grants.Subaward", "condition.propose", "the subaward"),)


ISSUED = {"stage": "issued"}
offer(Subaward, Button("Assess risk", assess_risk, Assessment, among={"stage__in": ("draft", "issued")}))
offer(Subaward, Button("Propose a condition", propose_condition, Condition, among=ISSUED))
offer(Party, Button("Set the bands of risk", set_bands, Bands, among=AGENCIES))
offer_lead(Party, Lead("Its risk", "grants_riskassessment", "party__id__exact"))
offer_lead(Subaward, Lead("Its conditions", "grants_specificcondition", "subaward__id__exact"))
waits(
    Decision(
        SpecificCondition,
        Button("Conditions to impose", impose_condition, to=ConditionStage.IMPOSED),
        str,
        related=("subaward",),
    )
)
