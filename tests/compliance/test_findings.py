"""A finding is one row for a rule and a subject: it opens, closes and comes back by itself."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grants.compliance.actions import (
    acknowledge_finding,
    ask_waiver,
    complete_correction,
    decline_waiver,
    grant_waiver,
    plan_correction,
    return_correction,
)
from grants.compliance.models import ActionStage, Examination, Finding, Stage, Waiver, WaiverStage
from grants.compliance.recording import Scope, placed, record_findings
from grants.compliance.rule import Breach
from grants.compliance.severity import Severity
from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from tests.builders import Office, a_party, a_person
from tests.compliance.builders import LATE, PERIOD, TODAY, a_finding, books_about, judged

pytestmark = pytest.mark.django_db

LATER = timezone.localdate() + timedelta(days=60)


def found(office: Office, subaward: Any, amount: str, severity: Severity = Severity.ERROR) -> Finding:
    """The finding after an examination that found a breach of this amount."""
    evidence = {"total": Decimal(amount), "limit": Decimal("5.00"), "days": 3}
    breach = Breach(PERIOD, severity, "subaward", subaward.pk, "", f"{amount} is too much.", evidence)
    books = books_about(subaward)
    record_findings(placed([breach], books), Scope(frozenset({PERIOD})), as_of=TODAY)
    return Finding.objects.get(subaward=subaward)


def test_what_is_found_says_what_where_by_which_law_and_what_to_do(office: Office) -> None:
    county = a_party(keeper=office.agency, name="Adams County")
    finding = a_finding(office, subaward=office.a_subaward("1000.00", subrecipient=county, number="SA-1"))
    assert finding.subject == "Cost of $10.00 on January 5, 2027, subaward SA-1 to Adams County"
    assert finding.sentence == (
        "Incurred on January 5, 2027; the subaward runs from July 1, 2021 to December 31, 2026."
    )
    assert finding.cites.startswith("2 CFR 200.403(h)")
    assert finding.fix
    assert (finding.agency, finding.program) == (office.agency, finding.subaward.program)
    assert finding.evidence["incurred_on"] == "2027-01-05"
    assert finding.stage == Stage.OPEN


def test_the_same_examination_twice_changes_nothing_but_when_it_was_last_seen(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    books = books_about(subaward, costs=[(subaward, LATE, "10.00")])
    judged(books)
    first = Finding.objects.get()
    events = Finding.pgh_event_model.objects.count()
    [examination] = judged(books)
    again = Finding.objects.get()
    assert (again.pk, again.first_seen_at, again.stage) == (first.pk, first.first_seen_at, Stage.OPEN)
    assert again.last_seen_at > first.last_seen_at
    assert Finding.pgh_event_model.objects.count() == events
    assert (examination.opened, examination.reopened, examination.corrected) == (0, 0, 0)
    assert examination.counts == {"by_rule": {PERIOD: 1}, "by_severity": {"block": 1}}


def test_a_finding_closes_when_the_books_are_mended_and_reopens_in_the_same_row(office: Office) -> None:
    finding = a_finding(office)
    broken = books_about(finding.subaward, costs=[(finding.subaward, LATE, "10.00")])
    [mended] = judged(books_about(finding.subaward), agencies=[office.agency.pk])
    finding.refresh_from_db()
    assert (finding.stage, mended.corrected) == (Stage.CORRECTED, 1)
    assert finding.closed_at is not None
    [broken_again] = judged(broken)
    finding.refresh_from_db()
    assert (finding.stage, finding.closed_at, broken_again.reopened) == (Stage.OPEN, None, 1)
    assert finding.opened_at > finding.first_seen_at
    assert Finding.objects.count() == 1


def test_an_examination_of_one_subaward_leaves_the_findings_of_another_alone(office: Office) -> None:
    one, other = a_finding(office), a_finding(office)
    judged(books_about(one.subaward), scope=Scope(frozenset({PERIOD}), subaward=one.subaward_id))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.stage, other.stage) == (Stage.CORRECTED, Stage.OPEN)


def test_an_examination_of_one_program_leaves_other_programs_and_other_rules_alone(office: Office) -> None:
    one, other = a_finding(office), a_finding(office)
    programs = frozenset({one.program_id})
    judged(books_about(one.subaward), scope=Scope(frozenset({"ffata-report-due"}), programs))
    one.refresh_from_db()
    assert one.stage == Stage.OPEN
    judged(books_about(one.subaward), scope=Scope(frozenset({PERIOD}), programs))
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.stage, other.stage) == (Stage.CORRECTED, Stage.OPEN)


def test_thousands_of_findings_cost_as_many_questions_as_one(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    few = books_about(subaward, costs=[(subaward, LATE, "10.00")])
    many = books_about(subaward, costs=[(subaward, LATE, "10.00")] * 3_000)
    with CaptureQueriesContext(
        connection,
    ) as of_few:
        judged(few)
    with CaptureQueriesContext(connection) as of_many:
        judged(many)
    assert len(of_many) == len(of_few)
    assert Finding.objects.filter(stage=Stage.OPEN).count() == 3_000


def test_an_acknowledged_finding_says_by_whom_and_forgets_it_when_it_comes_again(office: Office) -> None:
    finding = acknowledge_finding(
        a_finding(office), sentence="The county sent the wrong day.", by=office.program_officer
    )
    assert (finding.stage, finding.acknowledged_by) == (Stage.ACKNOWLEDGED, office.program_officer)
    judged(books_about(finding.subaward))
    judged(books_about(finding.subaward, costs=[(finding.subaward, LATE, "10.00")]))
    finding.refresh_from_db()
    assert (finding.stage, finding.acknowledged_by, finding.acknowledgement) == (Stage.OPEN, None, "")


def test_an_acknowledgement_without_a_sentence_is_refused(office: Office) -> None:
    with pytest.raises(Refusal) as refusal:
        acknowledge_finding(a_finding(office), sentence=" ", by=office.program_officer)
    assert refusal.value.code == "no-sentence"


def test_a_correction_is_planned_shown_to_be_done_and_returned_when_that_is_not_enough(
    office: Office,
) -> None:
    finding = a_finding(office)
    planned = plan_correction(
        finding,
        plan="Move the cost to state money",
        owner="Finance office",
        due_on=LATER,
        by=office.program_officer,
    )
    done = complete_correction(planned, evidence="Journal 114", by=office.fiscal_officer)
    assert (done.stage, done.done_on) == (ActionStage.DONE, timezone.localdate())
    back = return_correction(done, reason="Journal 114 is of another grant", by=office.program_officer)
    assert (back.stage, back.evidence, back.done_on) == (ActionStage.PLANNED, "", None)


def test_a_correction_is_not_planned_for_a_day_that_is_past_or_a_finding_that_is_corrected(
    office: Office,
) -> None:
    finding = a_finding(office)
    given = {"plan": "Move it", "owner": "Finance", "by": office.program_officer}
    with pytest.raises(Refusal) as past:
        plan_correction(finding, due_on=date(2020, 1, 1), **given)
    judged(books_about(finding.subaward))
    with pytest.raises(Refusal) as corrected:
        plan_correction(finding, due_on=LATER, **given)
    assert (past.value.code, corrected.value.code) == ("due-before-today", "not-to-be-corrected")


def a_waiver(office: Office, finding: Finding) -> Waiver:
    return ask_waiver(finding, reason="The flood of May", until=LATER, by=office.program_officer)


def test_who_asks_for_a_waiver_does_not_decide_on_it_neither_by_action_nor_by_the_database(
    office: Office,
) -> None:
    asks = office.program_officer
    asks.memberships.create(party=office.agency, role="fiscal_officer", starts_on="2020-01-01")
    waiver = a_waiver(office, a_finding(office))
    for decide in (grant_waiver, decline_waiver):
        with pytest.raises(Refusal) as refusal:
            decide(waiver, reason="as asked", by=asks)
        assert refusal.value.code == "same-person"
    with pytest.raises(IntegrityError, match="waiver_decided_by_another"), transaction.atomic():
        Waiver.objects.update(decided_by=asks, decided_at=timezone.now())


def test_a_finding_has_one_waiver_at_a_time(office: Office) -> None:
    finding = a_finding(office)
    a_waiver(office, finding)
    with pytest.raises(Refusal) as refusal:
        a_waiver(office, finding)
    assert refusal.value.code == "waiver-asked-already"


def test_a_waived_finding_stays_waived_while_nothing_gets_worse(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    grant_waiver(a_waiver(office, found(office, subaward, "10.00")), by=office.fiscal_officer)
    assert found(office, subaward, "10.00").stage == Stage.WAIVED
    assert found(office, subaward, "9.99").stage == Stage.WAIVED


@pytest.mark.parametrize(
    ("amount", "severity"), [("10.01", Severity.ERROR), ("10.00", Severity.BLOCK)], ids=["more", "graver"]
)
def test_a_waived_finding_comes_back_when_it_gets_worse(
    office: Office, amount: str, severity: Severity
) -> None:
    subaward = office.a_subaward("1000.00")
    waiver = grant_waiver(a_waiver(office, found(office, subaward, "10.00")), by=office.fiscal_officer)
    assert found(office, subaward, amount, severity).stage == Stage.OPEN
    waiver.refresh_from_db()
    assert waiver.stage == WaiverStage.ENDED


def test_a_waived_finding_comes_back_the_day_after_its_waiver_ends(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    grant_waiver(a_waiver(office, a_finding(office, subaward=subaward)), by=office.fiscal_officer)
    for day, stage in ((LATER, Stage.WAIVED), (LATER + timedelta(days=1), Stage.OPEN)):
        judged(books_about(subaward, costs=[(subaward, LATE, "10.00")], as_of=day))
        assert Finding.objects.get().stage == stage


def test_a_waived_finding_that_is_mended_is_corrected_and_its_waiver_ends(office: Office) -> None:
    finding = a_finding(office)
    waiver = grant_waiver(a_waiver(office, finding), by=office.fiscal_officer)
    judged(books_about(finding.subaward))
    finding.refresh_from_db()
    waiver.refresh_from_db()
    assert (finding.stage, waiver.stage) == (Stage.CORRECTED, WaiverStage.ENDED)


def test_findings_and_waivers_are_never_deleted(office: Office) -> None:
    a_waiver(office, a_finding(office))
    for model in (Waiver, Finding):
        with pytest.raises(Exception, match="pgtrigger: Cannot delete"), transaction.atomic():
            model.objects.all()._raw_delete("default")


def test_an_agency_sees_its_findings_a_subrecipient_those_of_its_subawards_and_nobody_others(
    office: Office,
) -> None:
    foreign = Office()
    finding = a_finding(office)
    preparer = a_person(Role.PREPARER, finding.subaward.subrecipient)
    stranger = a_person(Role.PREPARER, a_party())
    for person in (office.program_officer, office.auditor, preparer):
        assert list(Finding.objects.visible_to(person)) == [finding]
    for person in (foreign.program_officer, foreign.auditor, stranger):
        assert not Finding.objects.visible_to(person).exists()
        assert not Examination.objects.visible_to(person).exists()
    assert not Examination.objects.visible_to(preparer).exists()
