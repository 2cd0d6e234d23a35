"""Findings at the desk: told in words, worked off by buttons, decided by another; policies are tried."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from grants.compliance.actions import approve_policy, ask_waiver, plan_correction
from grants.compliance.case import cases_of
from grants.compliance.models import Finding, Policy, PolicyKind, Severity, Stage
from grants.compliance.rule import RULES
from tests.builders import Office
from tests.compliance.builders import a_finding
from tests.compliance.test_examining import a_rule
from tests.desk.test_told import seen

pytestmark = pytest.mark.django_db
LATER = timezone.localdate() + timedelta(days=30)


def press(browser: Any, record: Any, verb: str, **given: Any) -> Any:
    """Press a button with what its form asks for."""
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_do"
    return browser.post(reverse(name, args=[record.pk, verb]), given)


def test_the_page_of_a_finding_says_what_where_which_law_and_what_to_do(as_: Any, office: Office) -> None:
    finding = a_finding(office)
    page = seen(as_(office.program_officer), finding)
    for told in (
        finding.sentence,
        "Cost of $10.00 on January 5, 2027",
        "2 CFR 200.403(h)",
        "Not allowed",
        "What to do",
        "Found: Incurred",
        "Acknowledge",
        "Plan a correction",
        "Ask for a waiver",
    ):
        assert told in page
    assert "ug-cost-within-period" not in page


def test_a_finding_is_acknowledged_and_planned_by_buttons(as_: Any, office: Office) -> None:
    finding, browser = a_finding(office), as_(office.program_officer)
    press(browser, finding, "finding.acknowledge", sentence="We know.")
    press(browser, finding, "finding.plan", plan="Move it", owner="Finance", due_on=LATER)
    finding.refresh_from_db()
    assert finding.stage == Stage.ACKNOWLEDGED
    assert finding.corrective_actions.get().owner == "Finance"
    page = seen(browser, finding)
    assert "Acknowledged: We know." in page
    assert "Correction planned: Move it" in page


def test_a_waiver_waits_for_another_person_and_is_granted_by_a_button(as_: Any, office: Office) -> None:
    finding = a_finding(office)
    waiver = ask_waiver(finding, reason="A flood", until=LATER, by=office.program_officer)
    browser = as_(office.fiscal_officer)
    assert "Waivers to decide" in browser.get("/admin/").content.decode()
    assert "A flood" in seen(browser, waiver)
    press(browser, waiver, "waiver.grant")
    finding.refresh_from_db()
    assert finding.stage == Stage.WAIVED


def test_the_list_counts_by_program_filters_by_family_and_tells_what_is_overdue(
    as_: Any, office: Office
) -> None:
    finding = a_finding(office)
    correction = plan_correction(finding, plan="x", owner="y", due_on=LATER, by=office.program_officer)
    type(correction).objects.filter(pk=correction.pk).update(due_on=date(2020, 1, 1))
    browser = as_(office.auditor)
    page = browser.get("/admin/grants/finding/").content.decode()
    assert finding.program.name in page
    assert "1 overdue" in page
    here = browser.get(
        "/admin/grants/finding/?program__family__exact=slfrf&severity__exact=4&stage__exact=open"
    )
    there = browser.get("/admin/grants/finding/?program__family__exact=crf")
    assert finding.subject in here.content.decode()
    assert finding.subject not in there.content.decode()


def test_a_subaward_shows_its_findings_and_is_examined_by_a_button(as_: Any, office: Office) -> None:
    approve_policy(a_rule(office), by=office.fiscal_officer)
    subaward = office.a_subaward("1000.00", spent="150.00")
    browser = as_(office.program_officer)
    press(browser, subaward, "subaward.examine")
    assert Finding.objects.filter(subaward=subaward, rule="own-largest-cost").exists()
    page = seen(browser, subaward)
    assert "A cost of $150.00" in page
    assert "Its findings" in page


def test_every_rule_is_listed_with_its_law_and_how_it_is_judged(as_: Any, office: Office) -> None:
    a_finding(office)
    page = as_(office.auditor).get(reverse("admin:grants_finding_rules")).content.decode()
    assert "Cost incurred outside the budget period" in page
    assert "2 CFR 200.403(h)" in page
    assert "computed" in page
    assert "a person&#x27;s word" in page


def seen_rule(browser: Any, code: str) -> str:
    """The page of one rule."""
    return unescape(browser.get(reverse("admin:grants_finding_rule", args=[code])).content.decode())


def test_the_page_of_a_computed_rule_has_its_law_its_numbers_by_edition_and_its_cases(
    as_: Any, office: Office
) -> None:
    page = seen_rule(as_(office.auditor), "ug-indirect-de-minimis")
    for told in (
        RULES["ug-indirect-de-minimis"].requirement.demands,
        "2 CFR 200.414(f)",
        "10 percent",
        "15 percent",
        "October 1, 2024",
        "89 FR 30046",
        "in breach",
        "clean",
        *(case.name[1:] for case in cases_of("ug-indirect-de-minimis")),
    ):
        assert told in page
    assert "Note:" not in page


def test_the_page_of_an_attested_rule_has_its_question_of_whom_and_when(as_: Any, office: Office) -> None:
    page = seen_rule(as_(office.auditor), "ug-for-profit-subrecipient-terms")
    assert "does the agreement say what it must comply with" in page
    assert "the agency, about each subaward, to one of these: Other organization, Internet service" in page
    assert "when it is set up" in page


def test_a_rule_whose_law_was_not_seen_is_marked_as_to_be_confirmed(as_: Any, office: Office) -> None:
    browser = as_(office.auditor)
    page = seen_rule(browser, "state-broadband-program-parameters")
    assert "not seen; to be confirmed" in page
    assert "The text of the law was not seen: confirm it before relying on this." in page
    assert browser.get(reverse("admin:grants_finding_rule", args=["no-such-rule"])).status_code == 404


def test_every_rule_has_its_page(as_: Any, office: Office) -> None:
    browser = as_(office.auditor)
    for code in RULES:
        assert RULES[code].requirement.cites in seen_rule(browser, code)


def test_a_rule_of_ones_own_is_drafted_tried_and_approved_at_the_desk(as_: Any, office: Office) -> None:
    office.a_subaward("1000.00", spent="150.00")
    browser = as_(office.program_officer)
    given = {
        "form": "cost-over-amount", "rule": "own-big", "title": "A large cost", "cites": "State guide",
        "fix": "Ask first.", "severity": "2", "reason": "We want to know.", "starts_on": "2022-01-01",
        "amount": "100.00",
    }  # fmt: skip
    press(browser, office.agency, "policy.draft_rule", **given)
    policy = Policy.objects.get()
    tried = browser.get(reverse("admin:grants_policy_tried", args=[policy.pk])).content.decode()
    assert "A cost of $150.00" in tried
    assert "Nothing was changed" in tried
    assert not Finding.objects.exists()
    press(as_(office.fiscal_officer), policy, "policy.approve")
    policy.refresh_from_db()
    assert policy.stage == "approved"


def test_a_severity_and_the_figures_of_a_program_are_drafted_at_the_desk(as_: Any, office: Office) -> None:
    program = office.a_program(family="state-broadband")
    browser = as_(office.program_officer)
    when = {"reason": "As agreed", "starts_on": "2026-01-01"}
    press(browser, office.agency, "policy.draft_severity", rule="ug-cost-within-period", severity="2", **when)
    figures = {
        "min_download_mbps": "100", "min_upload_mbps": "20", "max_grant_percent": "75",
        "challenge_window_days": "30", "completion_months": "24", "service_years": "5",
        "report_frequency": "Quarterly", "payment_method": "By milestones",
    }  # fmt: skip
    press(
        browser,
        office.agency,
        "policy.draft_figures",
        program=program.pk,
        cites="R.C. 122.40",
        **figures,
        **when,
    )
    severity, kept = Policy.objects.order_by("pk")
    assert (severity.severity, severity.kind) == (Severity.WARNING, PolicyKind.SEVERITY)
    assert kept.parameters == figures
    assert "Least download speed" in seen(browser, kept)


def test_a_foreign_agency_finds_no_finding_and_no_policy(as_: Any, office: Office, foreign: Office) -> None:
    finding, policy = a_finding(office), a_rule(office)
    browser = as_(foreign.program_officer)
    for record in (finding, policy):
        name = f"admin:grants_{record._meta.model_name}_change"
        assert browser.get(reverse(name, args=[record.pk])).status_code in (302, 404)
    assert browser.get(reverse("admin:grants_policy_tried", args=[policy.pk])).status_code == 404
