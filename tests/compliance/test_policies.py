"""A state sets how grave it takes a rule, and rules of its own; one drafts, another approves."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from grants.compliance.actions import approve_policy, draft_own_rule, draft_severity
from grants.compliance.law import law
from grants.compliance.models import Finding, Policy, PolicyKind, PolicyStage, Severity
from grants.compliance.own_rules import FORMS, rule_of
from grants.compliance.policies import own_rules, severities
from grants.compliance.severity import Severity as Grave
from grants.kernel.refusals import Refusal
from tests.builders import Office, an_agency
from tests.compliance.builders import LATE, PERIOD, TODAY, books_about, judged

pytestmark = pytest.mark.django_db


def a_policy(office: Office, severity: int = Severity.WARNING, **given: Any) -> Policy:
    """A drafted policy; by default of how grave the rule of the period is taken."""
    policy = Policy(
        **{
            "kind": PolicyKind.SEVERITY,
            "rule": PERIOD,
            "severity": severity,
            "reason": "The legislature extended the season.",
            "starts_on": date(2026, 1, 1),
            **given,
        }
    )
    draft = draft_own_rule if policy.kind == PolicyKind.OWN_RULE else draft_severity
    return draft(office.agency, policy, by=office.program_officer)


def an_own_rule(office: Office, form: str, **given: Any) -> Policy:
    """A drafted rule of the state's own."""
    parameters = given.pop("parameters")
    words = {"title": "Travel above the limit", "cites": "State guide, section 4", "fix": "Ask first."}
    return a_policy(
        office,
        kind=PolicyKind.OWN_RULE,
        rule="own-travel",
        form=form,
        parameters=parameters,
        **words,
        **given,
    )


def test_a_draft_has_no_effect_and_an_approved_policy_has_from_its_first_day(office: Office) -> None:
    policy = a_policy(office)
    assert severities(TODAY) == {}
    approve_policy(policy, by=office.fiscal_officer)
    assert severities(date(2025, 12, 31)) == {}
    assert severities(date(2026, 1, 1)) == {(office.agency.pk, PERIOD): policy}


def test_a_finding_is_as_grave_as_the_policy_says_and_names_it(office: Office) -> None:
    policy = approve_policy(a_policy(office), by=office.fiscal_officer)
    subaward = office.a_subaward("1000.00")
    judged(books_about(subaward, costs=[(subaward, LATE, "10.00")]), policies=severities(TODAY))
    finding = Finding.objects.get()
    assert (finding.severity, finding.policy) == (Severity.WARNING, policy)


def test_a_policy_holds_for_the_agencies_under_a_state_and_for_no_other(office: Office) -> None:
    child, other = an_agency(parent=office.agency), an_agency()
    approve_policy(a_policy(office), by=office.fiscal_officer)
    assert {agency for agency, _ in severities(TODAY)} == {office.agency.pk, child.pk}
    assert other.pk not in {agency for agency, _ in severities(TODAY)}


def test_a_newer_version_takes_the_place_of_the_one_before(office: Office) -> None:
    approve_policy(a_policy(office), by=office.fiscal_officer)
    newer = a_policy(office, Severity.NOTE, starts_on=date(2026, 6, 1))
    assert newer.version == 2
    approve_policy(newer, by=office.fiscal_officer)
    by_day = {day: severities(day)[office.agency.pk, PERIOD].version for day in (date(2026, 5, 31), TODAY)}
    assert by_day == {date(2026, 5, 31): 1, TODAY: 2}


def test_who_drafts_a_policy_does_not_approve_it_by_action_or_in_the_database(
    office: Office,
) -> None:
    drafts = office.program_officer
    drafts.memberships.create(party=office.agency, role="fiscal_officer", starts_on="2020-01-01")
    policy = a_policy(office)
    with pytest.raises(Refusal) as refusal:
        approve_policy(policy, by=drafts)
    assert refusal.value.code == "same-person"
    with pytest.raises(IntegrityError, match="policy_decided_by_another"), transaction.atomic():
        Policy.objects.update(decided_by=drafts, decided_at="2026-01-01T00:00Z")


def test_a_policy_is_never_changed_or_deleted(office: Office) -> None:
    a_policy(office)
    with pytest.raises(Exception, match="pgtrigger: Cannot"), transaction.atomic():
        Policy.objects.update(severity=Severity.NOTE)
    with pytest.raises(Exception, match="pgtrigger: Cannot delete"), transaction.atomic():
        Policy.objects.all()._raw_delete("default")
    assert Policy.objects.get().stage == PolicyStage.DRAFT


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"severity": Severity.BLOCK}, "nothing-changes"),
        ({"rule": "no-such-rule"}, "unknown-rule"),
        ({"reason": " "}, "no-reason"),
        ({"kind": PolicyKind.OWN_RULE}, "known-rule"),
        ({"kind": PolicyKind.OWN_RULE, "rule": "own-travel", "form": "none"}, "unfit-parameters"),
    ],
)
def test_a_policy_that_says_nothing_is_refused(office: Office, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        a_policy(office, **given)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"amount": "many"}, "is not an amount of money"),
        ({"amount": "0.00"}, "is not above zero"),
        ({}, "is not an amount of money"),
        ({"amount": "1.00", "colour": "red"}, "is not asked for"),
    ],
)
def test_parameters_that_cannot_be_read_are_refused_with_what_is_wrong(
    office: Office, parameters: dict[str, str], says: str
) -> None:
    with pytest.raises(Refusal, match=says) as refusal:
        an_own_rule(office, "cost-over-amount", parameters=parameters)
    assert refusal.value.code == "unfit-parameters"


CASES = [
    ("cost-over-amount", {"amount": "10.00"}, "10.01", "10.00"),
    ("cost-over-amount", {"amount": "10.00", "category": "Supplies"}, "10.01", "10.00"),
    ("category-over-amount", {"amount": "20.00", "category": "supplies"}, "20.01", "20.00"),
    ("category-over-share", {"percent": "2.5", "category": "supplies"}, "25.01", "25.00"),
]


@pytest.mark.parametrize(("form", "parameters", "over", "at"), CASES)
def test_a_rule_of_ones_own_finds_what_is_over_and_not_what_is_at_the_edge(
    office: Office, form: str, parameters: dict[str, str], over: str, at: str
) -> None:
    rule = rule_of(an_own_rule(office, form, parameters=parameters))
    subaward = office.a_subaward("1000.00")
    day = date(2026, 1, 5)
    assert len(rule.judge(books_about(subaward, costs=[(subaward, day, over)]), law)) == 1
    assert rule.judge(books_about(subaward, costs=[(subaward, day, at)]), law) == []


def test_a_rule_of_ones_own_says_what_was_found_in_words(office: Office) -> None:
    rule = rule_of(an_own_rule(office, "cost-over-amount", parameters={"amount": "10.00"}))
    subaward = office.a_subaward("1000.00")
    [breach] = rule.judge(books_about(subaward, costs=[(subaward, date(2026, 1, 5), "25.50")]), law)
    assert (
        breach.sentence
        == "A cost of $25.50 in the category “supplies” is above $10.00, the most for one cost."
    )
    assert breach.evidence["limit"] == Decimal("10.00")


def test_a_rule_of_ones_own_may_be_of_one_program_only(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    books = books_about(subaward, costs=[(subaward, date(2026, 1, 5), "25.50")])
    for program, count in (("P-1", 1), ("elsewhere", 0)):
        policy = an_own_rule(office, "cost-over-amount", parameters={"amount": "10.00", "program": program})
        assert len(rule_of(policy).judge(books, law)) == count


OF_SUBAWARDS = [
    ("subaward-over-amount", {"amount": "999.99"}, {"amount": "1000.00"}),
    ("subaward-longer-than", {"months": "65"}, {"months": "66"}),
    ("spent-too-little", {"day": "2026-11-22", "percent": "1"}, {"day": "2026-11-23", "percent": "1"}),
    ("subaward-over-share", {"percent": "99.99"}, {"percent": "100"}),
]


@pytest.mark.parametrize(("form", "broken", "kept"), OF_SUBAWARDS)
def test_a_rule_of_ones_own_about_subawards_holds_to_its_edge(
    office: Office, form: str, broken: dict[str, str], kept: dict[str, str]
) -> None:
    books = books_about(office.a_subaward("1000.00"))
    for parameters, count in ((broken, 1), (kept, 0)):
        rule = rule_of(an_own_rule(office, form, parameters=parameters))
        assert len(rule.judge(books, law)) == count


def test_every_form_is_tried_here() -> None:
    tried = {case[0] for case in (*CASES, *OF_SUBAWARDS)}
    assert set(FORMS) - tried == {"category-not-allowed"}


def test_a_category_that_is_not_allowed_is_found_whatever_its_case(office: Office) -> None:
    rule = rule_of(an_own_rule(office, "category-not-allowed", parameters={"category": "SUPPLIES"}))
    subaward = office.a_subaward("1000.00")
    assert len(rule.judge(books_about(subaward, costs=[(subaward, date(2026, 1, 5), "0.01")]), law)) == 1
    other = rule_of(an_own_rule(office, "category-not-allowed", parameters={"category": "travel"}))
    assert other.judge(books_about(subaward, costs=[(subaward, date(2026, 1, 5), "0.01")]), law) == []


def test_rules_of_ones_own_in_force_come_with_the_agencies_they_are_asked_of(office: Office) -> None:
    policy = an_own_rule(office, "cost-over-amount", parameters={"amount": "10.00"})
    assert own_rules(TODAY) == []
    approve_policy(policy, by=office.fiscal_officer)
    assert own_rules(TODAY) == [(policy, frozenset({office.agency.pk}))]


def test_records_and_rules_mean_the_same_by_each_severity() -> None:
    assert {each.name: each.value for each in Grave} == {each.name: each.value for each in Severity}
