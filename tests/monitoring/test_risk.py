"""Risk: answered by a person, computed from the books, superseded and never changed; conditions follow."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from grants.compliance.models import Finding
from grants.compliance.recording import Scope
from grants.kernel.refusals import Refusal
from grants.monitoring.models import RiskAssessment, SpecificCondition
from grants.monitoring.risk.actions import (
    assess_risk,
    drop_condition,
    impose_condition,
    lift_condition,
    set_bands,
)
from grants.monitoring.risk.queries import figures_of, in_force
from grants.monitoring.risk.scoring import level_of, scored
from grants.monitoring.visits.actions import follow_up_breach
from tests.builders import Office
from tests.compliance.builders import LATE, PERIOD, a_finding, books_about, judged
from tests.desk.test_buttons import address, press
from tests.monitoring.builders import a_follow_up

CAREFUL = {
    "experience": "several", "audits": "clean", "major": "yes", "personnel": "no", "systems": "no",
    "federal_monitoring": "good",
}  # fmt: skip
TROUBLED = {
    "experience": "troubled", "audits": "material", "major": "unknown", "personnel": "key",
    "systems": "new", "federal_monitoring": "found",
}  # fmt: skip
NOTHING: dict[str, Decimal | int] = {"size": Decimal("0.00"), "late": 0, "open": 0}


def test_points_are_weighed_and_shown_in_percent_of_the_most_rounded_down() -> None:
    assert scored(CAREFUL, NOTHING).score == 0
    worst = scored(TROUBLED, {"size": Decimal("5000000.00"), "late": 4, "open": 4})
    assert worst.score == 100
    # asked weights 2+3+1+2+2+1, computed 1+2+3: at most 51 points; three points of weight 2 are 6 of 51
    assert scored({**CAREFUL, "personnel": "key"}, NOTHING).score == 11


def test_a_figure_counts_from_its_step_on() -> None:
    below = scored(CAREFUL, {**NOTHING, "size": Decimal("249999.99")})
    at = scored(CAREFUL, {**NOTHING, "size": Decimal("250000.00")})
    assert (below.computed["size"]["points"], at.computed["size"]["points"]) == (0, 1)


def test_a_factor_that_does_not_apply_needs_a_note_and_counts_neither_way() -> None:
    with pytest.raises(Refusal, match="Say why") as refusal:
        scored({**TROUBLED, "systems": "not_applicable"}, NOTHING)
    assert refusal.value.code == "no-note"
    noted = scored({**CAREFUL, "systems": "not_applicable"}, NOTHING, notes={"systems": "kept by the county"})
    assert (noted.score, noted.answers["systems"]["points"]) == (0, None)


def test_a_factor_left_out_is_refused_with_its_paragraph() -> None:
    with pytest.raises(Refusal, match=r"200.332\(c\)\(2\)"):
        scored({**CAREFUL, "audits": ""}, NOTHING)


@pytest.mark.parametrize(("score", "level"), [(33, "low"), (34, "medium"), (66, "medium"), (67, "high")])
def test_a_score_where_a_band_begins_is_in_it(score: int, level: str) -> None:
    assert level_of(score, medium_from=34, high_from=67) == level


def assessed(office: Office, subaward: Any, answers: dict[str, str]) -> RiskAssessment:
    return assess_risk(
        subaward, answers=answers, fraud_risk="low", reason="talked", by=office.program_officer
    )


def test_the_next_assessment_supersedes_and_none_is_ever_changed(office: Office) -> None:
    subaward = office.a_subaward()
    first, second = assessed(office, subaward, TROUBLED), assessed(office, subaward, CAREFUL)
    assert in_force(office.agency)[subaward.subrecipient_id] == second
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        RiskAssessment.objects.filter(pk=first.pk).update(level="low")


def test_the_books_say_how_much_and_what_is_open(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    figures = figures_of(office.agency, subaward.subrecipient, on=date(2022, 4, 1))
    assert figures == {"size": Decimal("1000.00"), "late": 0, "open": 0}


def test_a_report_that_never_came_is_late_on_the_day_after_it_was_due(office: Office) -> None:
    from reporting.filings.actions import open_periods

    subaward = office.a_subaward("1000.00", starts_on=date(2022, 1, 1), issued_on=date(2022, 1, 1))
    open_periods(subaward.program, through=date(2022, 3, 31), by=office.program_officer)
    due = subaward.program.periods.get(code="2022-Q1").due_on
    party = subaward.subrecipient
    assert figures_of(office.agency, party, on=due)["late"] == 0
    assert figures_of(office.agency, party, on=due + timedelta(days=1))["late"] == 1


def test_bands_of_the_state_decide_the_level_of_the_next_assessment(office: Office) -> None:
    subaward = office.a_subaward()
    assert assessed(office, subaward, {**CAREFUL, "personnel": "key"}).level == "low"
    set_bands(office.agency, medium_from=5, high_from=10, reason="a hard year", by=office.administrator)
    assert assessed(office, subaward, {**CAREFUL, "personnel": "key"}).level == "high"
    with pytest.raises(Exception, match="Medium begins above 0"):
        set_bands(office.agency, medium_from=10, high_from=10, reason="", by=office.administrator)


def test_high_risk_proposes_conditions_once_that_another_imposes_with_a_notice(office: Office) -> None:
    subaward = office.a_subaward()
    set_bands(office.agency, medium_from=20, high_from=40, reason="as ever", by=office.administrator)
    assessment = assessed(office, subaward, TROUBLED)
    assert assessment.level == "high"
    one, other = assessment.conditions.order_by("pk")
    assessed(office, subaward, TROUBLED)
    assert subaward.conditions.count() == 2
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Refusal, match="before"):
        impose_condition(one, noticed_on=tomorrow, by=office.fiscal_officer)
    imposed = impose_condition(one, noticed_on=timezone.localdate(), by=office.fiscal_officer)
    assert (imposed.stage, imposed.imposed_by) == ("imposed", office.fiscal_officer)
    assert lift_condition(imposed, reason="four good quarters", by=office.fiscal_officer).stage == "lifted"
    assert drop_condition(other, reason="too much", by=office.fiscal_officer).stage == "dropped"


def test_the_database_refuses_a_condition_in_force_without_notice(office: Office) -> None:
    set_bands(office.agency, medium_from=20, high_from=40, reason="as ever", by=office.administrator)
    assessed(office, office.a_subaward(), TROUBLED)
    with pytest.raises(IntegrityError), transaction.atomic():
        SpecificCondition.objects.update(stage="imposed")


def test_risk_is_assessed_at_the_desk_and_the_books_stand_apart(as_: Any, office: Office) -> None:
    subaward = office.a_subaward("300000.00", allocation=office.an_allocation("300000.00"))
    given = {**CAREFUL, "fraud_risk": "medium", "reason": "visited in spring"}
    made = press(as_(office.program_officer), subaward, "risk.assess", **given)
    assessment = RiskAssessment.objects.get(subaward=subaward)
    assert made.url == address(assessment, "change")
    page = as_(office.auditor).get(made.url).content.decode()
    assert "Answered by a person" in page
    assert "Computed from the books" in page
    assert "300000.00 dollars" in page
    assert (assessment.fraud_risk, assessment.computed["size"]["points"]) == ("medium", 1)


def test_nobody_of_another_agency_sees_an_assessment(as_: Any, office: Office, foreign: Office) -> None:
    assessment = assessed(office, office.a_subaward(), CAREFUL)
    assert not RiskAssessment.objects.visible_to(foreign.auditor).exists()
    page = as_(foreign.auditor).get(address(assessment, "change"))
    assert page.status_code == 302


def test_an_open_finding_of_the_books_counts_once_with_its_follow_up(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    found = a_finding(office, subaward=subaward)
    party = subaward.subrecipient
    assert figures_of(office.agency, party, on=LATE)["open"] == 1
    follow_up = follow_up_breach(found, a_follow_up(), by=office.program_officer)
    assert (follow_up.finding, follow_up.party, follow_up.subaward) == (found, party, subaward)
    assert figures_of(office.agency, party, on=LATE)["open"] == 1
    judged(books_about(subaward), scope=Scope(frozenset({PERIOD}), subaward=subaward.pk))
    found.refresh_from_db()
    assert found.stage == "corrected"
    assert figures_of(office.agency, party, on=LATE)["open"] == 1
    with pytest.raises(Refusal) as refusal:
        follow_up_breach(found, a_follow_up(), by=office.program_officer)
    assert refusal.value.code == "solved-already"


def test_what_only_the_agency_owes_is_no_risk_of_its_subrecipient(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    found = a_finding(office, subaward=subaward)
    Finding.objects.filter(pk=found.pk).update(cites="2 CFR 200.332(c)")
    assert figures_of(office.agency, subaward.subrecipient, on=LATE)["open"] == 0


def test_a_finding_is_followed_up_at_the_desk_in_its_own_words(as_: Any, office: Office) -> None:
    found = a_finding(office)
    browser = as_(office.program_officer)
    form = browser.get(address(found, "do", "finding.follow_up")).content.decode()
    assert found.cites in form
    given = {"condition": "Too late", "plan": "Move it", "owner": "Finance", "due_on": "2099-12-31"}
    press(browser, found, "finding.follow_up", questioned_cost="0", **given)
    assert found.follow_ups.get().condition == "Too late"
