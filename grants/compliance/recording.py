"""Keeping what was judged: findings are opened, refreshed, closed and reopened, many at once."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from grants.compliance.books import Books
from grants.compliance.evidence import as_kept, is_worse
from grants.compliance.models import Examination, Policy, Stage, Waiver, WaiverStage
from grants.compliance.places import Place, places_of
from grants.compliance.rule import RULES, Breach, Rule
from grants.compliance.severity import Severity

FINDINGS_LOCK = 200_332
"""Held by whoever reads the books to record findings, so that the later reading is the later record."""
BY_AWARD = "federal_award_date"
"""What most requirements have their edition chosen by."""

_COLUMNS = (
    "rule", "title", "subject_kind", "subject_key", "subject", "part", "agency_id", "program_id",
    "subaward_id", "federal_award_id", "party_id", "family", "severity", "policy_id", "sentence", "fix",
    "cites", "law_on", "evidence",
)  # fmt: skip
_IDENTITY = ("rule", "subject_kind", "subject_key", "part")
_TOLD = tuple(name for name in _COLUMNS if name not in _IDENTITY)
_SAME = " AND ".join(f"finding.{name} = seen.{name}" for name in _IDENTITY)


@dataclass(frozen=True)
class Scope:
    """What was examined: these rules, over all the books or only over some programs, or one subaward."""

    rules: frozenset[str]
    programs: frozenset[int] | None = None
    subaward: int | None = None

    def holds(self, place: Place) -> bool:
        """Whether a breach at this place was looked for."""
        if self.subaward is not None:
            return place.subaward == self.subaward
        return self.programs is None or place.program in self.programs

    def condition(self) -> tuple[str, list[Any]]:
        """The same as a condition on rows of findings."""
        says, given = "finding.rule = ANY(%s)", [sorted(self.rules)]  # type: tuple[str, list[Any]]
        if self.subaward is not None:
            return f"{says} AND finding.subaward_id = %s", [*given, self.subaward]
        if self.programs is not None:
            return f"{says} AND finding.program_id = ANY(%s)", [*given, sorted(self.programs)]
        return says, given


@dataclass(frozen=True)
class Placed:
    """A breach with its place, and how grave the state takes it."""

    breach: Breach
    place: Place
    severity: Severity
    policy: Policy | None = None


@dataclass
class Recorded:
    """What came of recording, by agency."""

    opened: Counter = field(default_factory=Counter)
    reopened: Counter = field(default_factory=Counter)
    corrected: Counter = field(default_factory=Counter)


def hold_findings() -> None:
    """Keep others from recording until this transaction ends; to be called before the books are read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FINDINGS_LOCK])


def placed(
    breaches: Sequence[Breach],
    books: Books,
    policies: Mapping[tuple[int, str], Policy] | None = None,
    *,
    own: Policy | None = None,
) -> list[Placed]:
    """Each breach at its place, as grave as the policy of its agency says; ``own`` made the breaches."""
    found = []
    for breach, place in zip(breaches, places_of(breaches, books), strict=True):
        policy = own or (policies or {}).get((place.agency or 0, breach.rule))
        severity = Severity(policy.severity) if policy else breach.severity
        found.append(Placed(breach, place, severity, policy))
    return found


def record_findings(
    judged: Iterable[Placed],
    scope: Scope,
    *,
    as_of: date,
    rules: Mapping[str, Rule] = RULES,
    by: Any = None,
    not_examined: Sequence[Mapping[str, str]] = (),
    of: Mapping[str, Any] | None = None,
    agencies: Iterable[int] = (),
) -> list[Examination]:
    """Keep what was judged of a scope: one examination for each agency, and its findings brought up to date.

    What is in the scope and was not found any more is corrected. ``agencies`` are those whose books were
    looked at, even if nothing was found; ``of`` names the program or subaward of the examination. The same
    judgement recorded twice changes nothing the second time.
    """
    kept = {identity_of(each): each for each in judged if scope.holds(each.place)}
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        hold_findings()
        names = ", ".join(_COLUMNS)
        cursor.execute(
            f"CREATE TEMPORARY TABLE seen ON COMMIT DROP AS SELECT {names} FROM grants_finding LIMIT 0"
        )
        with cursor.copy(f"COPY seen ({names}) FROM STDIN") as copy:
            for row in _rows(kept.values(), rules):
                copy.write_row(row)
        cursor.execute(f"ANALYZE seen ({', '.join(_IDENTITY)})")
        back = _no_longer_waived(kept, scope, as_of)
        recorded = _recorded(cursor, scope, back, now)
        cursor.execute("DROP TABLE seen")
        Waiver.objects.filter(stage=WaiverStage.GRANTED).exclude(finding__stage=Stage.WAIVED).update(
            stage=WaiverStage.ENDED
        )
        return _examinations(
            kept.values(), scope, recorded, as_of, by=by, not_examined=not_examined, of=of, agencies=agencies
        )


def identity_of(each: Placed) -> tuple[str, ...]:
    """By what a finding is known again: rule, kind and key of the subject, and part."""
    breach = each.breach
    return breach.rule, breach.subject, str(breach.id), str(breach.part)[:200]


def _rows(judged: Iterable[Placed], rules: Mapping[str, Rule]) -> Iterator[tuple[Any, ...]]:
    """The breaches in the order of ``_COLUMNS``."""
    for each in judged:
        breach, place, policy = each.breach, each.place, each.policy
        rule = rules[breach.rule]
        code, kind, key, part = identity_of(each)
        yield (
            code, rule.title[:200], kind, key, place.subject, part, place.agency, place.program,
            place.subaward, place.award, place.party, place.family, int(each.severity), policy and policy.pk,
            breach.sentence, rule.fix, rule.cites[:300],
            place.awarded_on if rule.requirement.selected_by == BY_AWARD else None,
            json.dumps(as_kept(breach.evidence)),
        )  # fmt: skip


def _no_longer_waived(kept: Mapping[tuple[str, ...], Placed], scope: Scope, as_of: date) -> list[int]:
    """Waived findings that are still broken and whose waiver has ended, or does not cover what was found."""
    waivers = Waiver.objects.filter(
        stage=WaiverStage.GRANTED, finding__stage=Stage.WAIVED, finding__rule__in=scope.rules
    )
    back = []
    for key, until, covers, *identity in waivers.values_list(
        "finding", "until", "covers", *(f"finding__{name}" for name in _IDENTITY)
    ):
        found = kept.get(tuple(identity))
        if found and (
            until < as_of
            or found.severity > covers["severity"]
            or is_worse(covers["evidence"], found.breach.evidence)
        ):
            back.append(key)
    return back


def _recorded(cursor: Any, scope: Scope, back: list[int], now: Any) -> Recorded:
    """Bring the findings of a scope up to date with the table of what was seen."""
    done, names = Recorded(), ", ".join(_COLUMNS)
    comes_back = "(finding.stage = 'corrected' OR finding.id = ANY(%s))"
    cursor.execute(
        f"SELECT finding.agency_id, count(*) FROM grants_finding AS finding JOIN seen ON {_SAME} "
        f"WHERE {comes_back} GROUP BY 1",
        [back],
    )
    done.reopened.update(dict(cursor.fetchall()))
    told = ", ".join(f"{name} = seen.{name}" for name in _TOLD)
    was_open = f"CASE WHEN {comes_back} THEN"
    cursor.execute(
        f"UPDATE grants_finding AS finding SET {told}, last_seen_at = %s, "
        f"stage = {was_open} 'open' ELSE finding.stage END, "
        f"opened_at = {was_open} %s ELSE finding.opened_at END, closed_at = NULL, "
        f"acknowledgement = {was_open} '' ELSE finding.acknowledgement END, "
        f"acknowledged_by_id = {was_open} NULL ELSE finding.acknowledged_by_id END, "
        f"acknowledged_at = {was_open} NULL ELSE finding.acknowledged_at END "
        f"FROM seen WHERE {_SAME}",
        [now, back, back, now, back, back, back],
    )
    cursor.execute(
        f"WITH fresh AS (INSERT INTO grants_finding ({names}, stage, first_seen_at, last_seen_at, opened_at, "
        f"acknowledgement) SELECT {names}, 'open', %s, %s, %s, '' FROM seen WHERE NOT EXISTS "
        f"(SELECT 1 FROM grants_finding AS finding WHERE {_SAME}) RETURNING agency_id) "
        f"SELECT agency_id, count(*) FROM fresh GROUP BY 1",
        [now, now, now],
    )
    done.opened.update(dict(cursor.fetchall()))
    condition, given = scope.condition()
    cursor.execute(
        f"WITH closed AS (UPDATE grants_finding AS finding SET stage = 'corrected', closed_at = %s "
        f"WHERE finding.stage <> 'corrected' AND {condition} "
        f"AND NOT EXISTS (SELECT 1 FROM seen WHERE {_SAME}) "
        f"RETURNING agency_id) SELECT agency_id, count(*) FROM closed GROUP BY 1",
        [now, *given],
    )
    done.corrected.update(dict(cursor.fetchall()))
    return done


def _examinations(
    judged: Iterable[Placed],
    scope: Scope,
    recorded: Recorded,
    as_of: date,
    *,
    by: Any,
    not_examined: Sequence[Mapping[str, str]],
    of: Mapping[str, Any] | None,
    agencies: Iterable[int],
) -> list[Examination]:
    """One record for each agency whose books were looked at."""
    rules: dict[int, Counter] = {agency: Counter() for agency in agencies}
    grave: dict[int, Counter] = {}
    for each in judged:
        if each.place.agency is not None:
            rules.setdefault(each.place.agency, Counter())[each.breach.rule] += 1
            grave.setdefault(each.place.agency, Counter())[each.severity.name.lower()] += 1
    return Examination.objects.bulk_create(
        Examination(
            agency_id=agency,
            **(of or {}),
            by=by,
            as_of=as_of,
            rules=sorted(scope.rules),
            not_examined=list(not_examined),
            counts={"by_rule": dict(sorted(counts.items())), "by_severity": dict(grave.get(agency, {}))},
            opened=recorded.opened[agency],
            reopened=recorded.reopened[agency],
            corrected=recorded.corrected[agency],
        )
        for agency, counts in sorted(rules.items())
    )
