"""What the desk tells of a finding, a rule, and a policy before someone decides on it."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from grants.compliance.figures import FIGURES
from grants.compliance.listed import AT, CONFIDENCE, Listed, asked_of
from grants.compliance.models import Finding, Policy, PolicyKind, Severity, Stage
from grants.compliance.own_rules import FORMS, WHERE
from grants.compliance.queries import history_of
from grants.compliance.recording import Placed
from grants.compliance.rule import RULES
from grants.compliance.trials import Trial
from grants.desk.told import Table, Told
from grants.kernel.periods import long_date

MOST_ROWS = 50


def told_of_finding(finding: Finding) -> Told:
    """What was found, where, by which law, and what to do; then what happened to it."""
    facts: list[tuple[str, Any]] = [
        ("What was found", finding.sentence),
        ("Where", finding.subject),
        ("What to do", finding.fix),
        ("By which law", finding.cites),
        ("Taken as", Severity(finding.severity).label),
        ("First found", _day(finding.first_seen_at)),
        ("Last found", _day(finding.last_seen_at)),
    ]
    if finding.law_on:
        facts.append(("Edition of the law", f"that of a federal award of {long_date(finding.law_on)}"))
    if finding.policy:
        facts.append(("Set by the State", f"{finding.policy}: {finding.policy.reason}"))
    if finding.stage == Stage.ACKNOWLEDGED:
        facts.append((f"Acknowledged by {finding.acknowledged_by}", finding.acknowledgement))
    turns = [(_day(turn.at), turn.by, turn.what) for turn in history_of(finding)]
    return Told(facts, [Table("What happened to it", ("Day", "By", "What"), turns)])


def told_of_rule(listed: Listed) -> Told:
    """What a rule asks by which law, how it is judged, its legal numbers by edition, and its cases."""
    asks, question = listed.requirement, listed.requirement.question
    facts: list[tuple[str, Any]] = [
        ("What the law asks", asks.demands),
        ("By which law", asks.cites),
        ("Programs", listed.families or "all"),
        ("Taken as", Severity(int(asks.severity)).label),
        ("Judged by", listed.how),
        ("What to do about a breach", asks.fix),
        ("Edition chosen by", listed.edition or "the day it is judged"),
        ("Source", asks.source),
        ("Text of the law", listed.confidence),
        ("Broken ever", f"{listed.fired.ever:,}"),
        ("To work off", f"{listed.fired.now:,}"),
    ]
    if question:
        facts[5:5] = [
            ("Question", question.words),
            ("Asked of", asked_of(question)),
            ("Asked when", AT[question.at]),
        ]
    numbers = [
        (
            f"{number.title} ({number.unit}), chosen by the {number.selected_by}",
            number.in_words(edition.value),
            long_date(edition.starts_on),
            long_date(edition.ends_on) if edition.ends_on else "",
            f"{edition.source}. Text {CONFIDENCE[number.confidence]}; reviewed {long_date(number.reviewed)}.",
        )
        for number in listed.numbers
        for edition in number.values
    ]
    cases = [
        (_sentence(case.name), "in breach" if case.is_breach else "clean", case.says or "")
        for case in listed.cases
    ]
    columns = ("Number", "Is", "From", "Until", "Source")
    tables = [
        Table("Its legal numbers", columns, numbers),
        Table("Its cases", ("Case", "Found", "What is said"), cases),
    ]
    confirm = f"The text of the law was {listed.confidence.split(';')[0]}: confirm it before relying on this."
    warnings = () if listed.is_confirmed else (confirm,)
    return Told(facts, [table for table in tables if table.rows], warnings)


def _sentence(name: str) -> str:
    return name[:1].upper() + name[1:]


def told_of_policy(policy: Policy) -> Told:
    """What a policy sets, from when, why, and beside what it takes the place of."""
    facts: list[tuple[str, Any]] = [
        ("What it sets", policy.get_kind_display()),
        ("Rule", policy.title),
        ("By which law or guide", policy.cites),
        ("Reason", policy.reason),
        ("In force from", long_date(policy.starts_on)),
        ("In force until", long_date(policy.ends_on) if policy.ends_on else "a later version"),
        ("Drafted by", policy.drafted_by),
    ]
    if policy.kind != PolicyKind.PARAMETERS:
        facts.insert(2, ("Taken as", Severity(policy.severity).label))
    if policy.kind == PolicyKind.SEVERITY and policy.rule in RULES:
        law = Severity(int(RULES[policy.rule].severity))
        facts.insert(3, ("Taken by the product as", law.label))
    asks = {**FIGURES, **WHERE, **(FORMS[policy.form].asks if policy.form in FORMS else {})}
    rows = [(asks[name].label, str(value)) for name, value in policy.parameters.items() if name in asks]
    return Told(facts, [Table("Its figures", ("What", "How much"), rows)] if rows else ())


def told_of_trial(trial: Trial) -> Told:
    """What a policy would find, beside what is found now."""
    facts = [
        ("As of", long_date(trial.as_of)),
        ("It would find", f"{trial.found:,}"),
        ("Of these new", f"{len(trial.new):,}"),
        ("Not found any more", f"{len(trial.gone):,}"),
        ("Taken otherwise", f"{len(trial.changed):,}"),
    ]
    changed = [
        (*_row(placed), Severity(int(before)).label, Severity(int(placed.severity)).label)
        for placed, before in trial.changed[:MOST_ROWS]
    ]
    tables = [
        Table(_caption("New", trial.new), ("Where", "What"), _rows(trial.new)),
        Table(_caption("Not found any more", trial.gone), ("Where", "What"), _rows(trial.gone)),
        Table(_caption("Taken otherwise", trial.changed), ("Where", "What", "Now", "Then"), changed),
    ]
    return Told(facts, [table for table in tables if table.rows])


def _caption(words: str, of: Sequence[Any]) -> str:
    return words if len(of) <= MOST_ROWS else f"{words}: the first {MOST_ROWS} of {len(of):,}"


def _rows(found: list[Placed]) -> list[tuple[str, str]]:
    return [_row(each) for each in found[:MOST_ROWS]]


def _row(placed: Placed) -> tuple[str, str]:
    return placed.place.subject, placed.breach.sentence


def _day(moment: Any) -> str:
    return long_date(timezone.localtime(moment).date())
