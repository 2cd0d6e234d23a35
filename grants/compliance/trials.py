"""Trying a policy: what it would find in the whole books of a state, without any effect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from grants.compliance.examining import agencies_under, judged_by_all, reads_for
from grants.compliance.gathering import books_of
from grants.compliance.models import Policy, PolicyKind
from grants.compliance.own_rules import rule_of
from grants.compliance.policies import own_rules, severities
from grants.compliance.recording import Placed, identity_of
from grants.compliance.severity import Severity
from grants.programs.models import Program


@dataclass(frozen=True)
class Trial:
    """What a policy would change: breaches that it alone finds, that it does not find any more, and those it
    takes more or less gravely, each with how grave it is taken now."""

    as_of: date
    found: int
    new: list[Placed] = field(default_factory=list)
    gone: list[Placed] = field(default_factory=list)
    changed: list[tuple[Placed, Severity]] = field(default_factory=list)


def tried(policy: Policy, *, as_of: date | None = None) -> Trial:
    """What the books of a state would show under a policy, beside what they show now. Nothing is written."""
    day = as_of or timezone.localdate()
    agencies = agencies_under(policy.agency)
    own_now = [(each, of & agencies) for each, of in own_rules(day) if each.rule == policy.rule]
    own_then = [(policy, agencies)] if policy.kind == PolicyKind.OWN_RULE else []
    graveness = severities(day)
    then_grave = graveness | {(agency, policy.rule): policy for agency in agencies if not own_then}
    codes = [] if policy.kind == PolicyKind.OWN_RULE else [policy.rule]
    books = books_of(
        as_of=day,
        programs=list(Program.objects.filter(agency__in=agencies).values_list("pk", flat=True)),
        reads=reads_for([rule_of(each) for each, _ in (*own_now, *own_then)], codes),
    )
    now = _by_identity(judged_by_all(books, own_now, codes=codes, policies=graveness).found)
    then = _by_identity(judged_by_all(books, own_then, codes=codes, policies=then_grave).found)
    return Trial(
        as_of=day,
        found=len(then),
        new=[each for key, each in then.items() if key not in now],
        gone=[each for key, each in now.items() if key not in then],
        changed=[
            (each, now[key].severity)
            for key, each in then.items()
            if key in now and now[key].severity != each.severity
        ],
    )


def _by_identity(found: list[Placed]) -> Mapping[tuple[str, ...], Placed]:
    return {identity_of(each): each for each in found}
