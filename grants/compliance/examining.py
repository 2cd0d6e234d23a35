"""Running the rules over the books: all of them, those of a program, or one subaward at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone

from grants.compliance.books import Books
from grants.compliance.frames import FRAMES, Kind
from grants.compliance.gathering import books_of
from grants.compliance.lacking import what_lacks
from grants.compliance.law import Law
from grants.compliance.law import law as current
from grants.compliance.models import Examination, Policy
from grants.compliance.own_rules import rule_of
from grants.compliance.policies import own_rules, severities
from grants.compliance.recording import Placed, Scope, hold_findings, placed, record_findings
from grants.compliance.rule import RULES, Rule, reads_of
from grants.parties.models import Party
from grants.programs.models import Program
from grants.subawards.models import Subaward

NIGHTLY = "Nightly examination"
_ALWAYS = {
    "subawards": frozenset({"program", "party", "award", "awarded_on", "number", "amount"}),
    "programs": frozenset({"code", "family"}),
    "awards": frozenset({"awarded_on"}),
}
_NAMING = frozenset(
    {"amount", "incurred_on", "paid_on", "reported_on", "period", "category", "title", "name"}
)


@dataclass(frozen=True)
class Judged:
    """What the rules say of some books: breaches at their places, and the rules that could not be judged."""

    found: list[Placed]
    rules: Mapping[str, Rule]
    not_examined: list[dict[str, str]] = field(default_factory=list)


def examine(
    *,
    by: Any = None,
    programs: Sequence[Program] | None = None,
    subaward: Subaward | None = None,
    as_of: date | None = None,
) -> list[Examination]:
    """Judge the books and keep what was found: all of them, those of some programs, or of one subaward.

    One transaction; whoever examines at the same time waits, so that the later reading is the later record.
    """
    day = as_of or timezone.localdate()
    with transaction.atomic(), _told_in_history(by):
        hold_findings()
        own = own_rules(day)
        keys = None if programs is None else [program.pk for program in programs]
        books = books_of(
            as_of=day,
            programs=keys,
            subawards=None if subaward is None else [subaward.pk],
            reads=reads_for([rule_of(policy) for policy, _ in own]),
        )
        judged = judged_by_all(books, own)
        scope = Scope(
            frozenset(judged.rules) - {each["rule"] for each in judged.not_examined},
            None if keys is None else frozenset(keys),
            None if subaward is None else subaward.pk,
        )
        return record_findings(
            judged.found,
            scope,
            as_of=day,
            rules=judged.rules,
            by=by,
            not_examined=judged.not_examined,
            of={"program": programs[0] if programs and len(programs) == 1 else None, "subaward": subaward},
            agencies=_agencies(programs, subaward),
        )


def reads_for(own: Iterable[Rule] = (), codes: Iterable[str] | None = None) -> dict[str, frozenset[str]]:
    """The columns that the rules look at, with those that say where a row belongs and what it is called."""
    reads = reads_of(codes)
    for each in (*(rule.reads for rule in own), _ALWAYS):
        for frame, columns in each.items():
            reads[frame] = reads.get(frame, frozenset()) | columns
    return {
        name: columns
        | {each for each, kind in FRAMES[name].columns.items() if kind is Kind.KEY or each in _NAMING}
        for name, columns in reads.items()
    }


def judged_by_all(
    books: Books,
    own: Iterable[tuple[Policy, frozenset[int]]],
    *,
    codes: Iterable[str] | None = None,
    policies: Mapping[tuple[int, str], Policy] | None = None,
    law: Law = current,
) -> Judged:
    """What the rules of the law, or those of ``codes``, and states' own find; nothing is written."""
    asked = list(RULES if codes is None else codes)
    by_rule = {code: RULES[code].judge(books, law) for code in asked}
    silent = {
        code: why for code, found in by_rule.items() if not found and (why := what_lacks(RULES[code], books))
    }
    breaches = [breach for found in by_rule.values() for breach in found]
    found = placed(breaches, books, severities(books.as_of) if policies is None else policies)
    rules: dict[str, Rule] = {code: RULES[code] for code in asked}
    for policy, agencies in own:
        rule = rules[policy.rule] = rule_of(policy)
        theirs = placed(rule.judge(books, law), books, own=policy)
        found += [each for each in theirs if each.place.agency in agencies]
    not_examined = [
        {"rule": code, "title": RULES[code].title, "why": why} for code, why in sorted(silent.items())
    ]
    return Judged(found, rules, not_examined)


def agencies_under(agency: Any) -> frozenset[int]:
    """The keys of an agency and of those under it: whose books its policies are about."""
    return frozenset(Party.objects.filter(parent=agency).values_list("pk", flat=True)) | {agency.pk}


def _agencies(programs: Sequence[Program] | None, subaward: Subaward | None) -> set[int]:
    """The agencies whose books are looked at."""
    if subaward is not None:
        return {subaward.program.agency_id}
    if programs is not None:
        return {program.agency_id for program in programs}
    return set(Party.objects.exclude(programs=None).values_list("pk", flat=True))


def _told_in_history(by: Any) -> Any:
    """What the history of a finding says of who examined, where no action says it."""
    return pghistory.context(verb="books.examine", person=str(by) if by else NIGHTLY)
