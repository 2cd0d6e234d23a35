"""All rules over the books: in one go, of a program or of one subaward, told by a command."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from grants.compliance.actions import approve_policy, draft_own_rule, examine_program, examine_subaward
from grants.compliance.examining import NIGHTLY, examine
from grants.compliance.listed import rules_listed
from grants.compliance.models import Examination, Finding, Policy, Severity, Stage
from grants.compliance.queries import history_of, how_often, open_by_program
from grants.compliance.rule import RULES
from grants.compliance.trials import tried
from grants.kernel.trail import TrailEntry
from grants.ledger.models import Kind
from tests.builders import Office
from tests.compliance.builders import PERIOD
from tests.compliance.test_policies import a_policy

pytestmark = pytest.mark.django_db

EARLY = date(2021, 6, 30)
"""A day before the first day of the builders' subawards."""


def a_rule(office: Office, amount: str = "100.00") -> Policy:
    """A drafted rule of the state's own: no cost above an amount."""
    policy = Policy(
        rule="own-largest-cost",
        form="cost-over-amount",
        parameters={"amount": amount},
        title="A cost above the State's limit",
        cites="State guide, section 4",
        fix="Ask the State before you buy.",
        severity=Severity.WARNING,
        reason="The State wants to see large costs.",
        starts_on=date(2021, 1, 1),
    )
    return draft_own_rule(office.agency, policy, by=office.program_officer)


def own(**given: Any) -> list[Finding]:
    """The findings of the state's own rule."""
    return list(Finding.objects.filter(rule="own-largest-cost", **given))


def test_every_rule_is_run_over_the_books_or_said_not_to_be(office: Office) -> None:
    office.a_subaward("1000.00", spent="100.00")
    [examination] = examine()
    silent = {each["rule"] for each in examination.not_examined}
    assert set(examination.rules) | silent == set(RULES)
    assert not set(examination.rules) & silent
    assert all(each["title"] and each["why"].endswith(".") for each in examination.not_examined)
    assert (examination.agency, examination.by) == (office.agency, None)


def test_a_rule_of_the_states_own_fires_once_it_is_approved(office: Office) -> None:
    policy, subaward = a_rule(office), office.a_subaward("1000.00", spent="100.01")
    examine()
    assert own() == []
    approve_policy(policy, by=office.fiscal_officer)
    examine()
    [finding] = own()
    assert (finding.policy, finding.subaward, finding.severity) == (policy, subaward, Severity.WARNING)
    assert finding.fix == "Ask the State before you buy."


def test_a_policy_is_tried_over_the_whole_books_without_effect(office: Office) -> None:
    office.a_subaward("1000.00", spent="100.01")
    policy = a_rule(office)
    trial = tried(policy)
    assert (len(trial.new), trial.gone, trial.changed) == (1, [], [])
    assert trial.new[0].breach.sentence.startswith("A cost of $100.01")
    assert not Finding.objects.exists()
    approve_policy(policy, by=office.fiscal_officer)
    wider, narrower = tried(a_rule(office, "200.00")), tried(a_rule(office, "50.00"))
    assert (len(wider.gone), wider.new, wider.found) == (1, [], 0)
    assert (narrower.gone, narrower.new, narrower.found) == ([], [], 1)


def test_a_severity_is_tried_and_says_what_would_be_taken_otherwise(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    office.posts(subaward, Kind.EXPENDITURE, "10.00", date(2021, 7, 1))
    type(subaward).objects.filter(pk=subaward.pk).update(starts_on=date(2021, 7, 2))
    [(placed, before)] = tried(a_policy(office)).changed
    assert (placed.breach.rule, before.name, placed.severity.name) == (PERIOD, "BLOCK", "WARNING")


def test_one_subaward_is_examined_at_once_and_others_are_left_alone(office: Office) -> None:
    approve_policy(a_rule(office), by=office.fiscal_officer)
    one, other = (office.a_subaward("1000.00", spent="150.00") for _ in range(2))
    examination = examine_subaward(one, by=office.program_officer)
    assert (examination.subaward, examination.by) == (one, office.program_officer)
    assert [finding.subaward for finding in own()] == [one]
    examine_program(other.program, by=office.program_officer)
    assert {finding.subaward for finding in own(stage=Stage.OPEN)} == {one, other}
    assert TrailEntry.objects.filter(verb="subaward.examine").count() == 1


def test_history_tells_who_found_it_and_what_became_of_it(office: Office) -> None:
    approve_policy(a_rule(office), by=office.fiscal_officer)
    subaward = office.a_subaward("1000.00", spent="150.00")
    examine_subaward(subaward, by=office.program_officer)
    approve_policy(a_rule(office, "200.00"), by=office.fiscal_officer)
    examine()
    closed, opened = history_of(own()[0])
    assert (opened.by, closed.by) == (str(office.program_officer), NIGHTLY)
    assert opened.what.startswith("Found: A cost of $150.00")
    assert closed.what.startswith("Corrected")


def test_counts_are_of_what_the_person_sees(office: Office) -> None:
    foreign = Office()
    approve_policy(a_rule(office), by=office.fiscal_officer)
    subaward = office.a_subaward("1000.00", spent="150.00")
    examine()
    [tally] = [each for each in open_by_program(office.auditor) if each.program == subaward.program.name]
    assert tally.warnings >= 1
    assert how_often(office.auditor)["own-largest-cost"].now == 1
    assert "own-largest-cost" not in how_often(foreign.auditor)


def test_the_list_of_rules_is_of_all_of_them(office: Office) -> None:
    listed = rules_listed(office.auditor)
    assert [each.requirement.code for each in listed] == sorted(RULES)
    assert {each.how for each in listed} == {"computed", "a person's word"}


def test_the_command_tells_counts_by_rule_and_severity(office: Office) -> None:
    approve_policy(a_rule(office), by=office.fiscal_officer)
    subaward = office.a_subaward("1000.00", spent="150.00")
    out = StringIO()
    call_command("examine", program=subaward.program.code, json=True, stdout=out)
    told = json.loads(out.getvalue())
    assert told["by_rule"]["own-largest-cost"] == 1
    assert told["by_severity"]["warning"] >= 1
    assert told["opened"] == sum(told["by_rule"].values())
    out = StringIO()
    call_command("examine", stdout=out)
    assert "rules were run over the books." in out.getvalue()
    with pytest.raises(CommandError, match="There is no program"):
        call_command("examine", program="nowhere")


def test_an_examination_is_never_changed(office: Office) -> None:
    office.a_subaward("1000.00")
    examine()
    with pytest.raises(Exception, match="pgtrigger: Cannot"):
        Examination.objects.update(opened=0)
