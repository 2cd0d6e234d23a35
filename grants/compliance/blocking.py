"""Rules that block: judged on the lines of a posting, in its own transaction, before they stand.

Only the lines being posted and their subawards go into the frames; lines that are alike in every column that
the rules read are one row. So a rule can only block here when single costs show its breach.
"""

from typing import Any

import pandas as pd
from django.db import connection

from grants.compliance.books import Books
from grants.compliance.frames import FRAMES
from grants.compliance.gathering import books_of
from grants.compliance.law import law
from grants.compliance.places import places_of
from grants.compliance.policies import severities
from grants.compliance.rule import RULES, Breach, Reads, Rule, reads_of
from grants.compliance.severity import Severity
from grants.compliance.sources import SOURCES
from grants.kernel.refusals import Refusal
from grants.ledger.models import Kind

_OF_LINES = "expenditures"
_BESIDE = frozenset({_OF_LINES, "subawards", "programs", "awards"})
_STANDING = frozenset({"obligated", "expended", "paid", "cost_shared"})
_PLACES = {
    "subawards": frozenset({"program", "award"}),
    "programs": frozenset({"family"}),
    "awards": frozenset({"awarded_on"}),
}
"""What it takes to say where a breach is, besides what the rules read."""

MOST_TOLD = 5


def last_line() -> int:
    """A key below that of every line that is posted from now on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value - (NOT is_called)::int FROM grants_entry_id_seq")
        return int(cursor.fetchone()[0])


def refuse_what_is_blocked(posting: Any, *, after: int) -> None:
    """Refuse ``not-allowed`` when a line of a posting breaks a rule that blocks.

    ``after`` is a key below those of its lines (``last_line``). A day that is not recorded blocks nothing.
    """
    rules = _that_may_block()
    graver = severities(posting.posted_at.date()) if rules else {}
    blocking = [rule for rule in rules if rule.severity == Severity.BLOCK or _is_raised(rule.code, graver)]
    if not blocking:
        return
    reads = reads_of(rule.code for rule in blocking)
    lines, counts = _lines_of(posting, after, sorted(reads[_OF_LINES] | {"subaward"}))
    if lines.empty:
        return
    books = _books_with(lines, reads)
    breaches = [each for rule in blocking for each in rule.judge(books, law) if each.subject == "expenditure"]
    if not breaches:
        return
    books = _books_with(lines, {name: reads.get(name, frozenset()) | more for name, more in _PLACES.items()})
    found = [
        breach
        for breach, place in zip(breaches, places_of(breaches, books), strict=True)
        if _severity(breach, place.agency, graver) == Severity.BLOCK
    ]
    if found:
        raise Refusal(_sentence(found, counts), code="not-allowed")


def _that_may_block() -> list[Rule]:
    """The rules that single costs, their subawards, programs and awards are enough for."""
    return [
        rule
        for rule in RULES.values()
        if _OF_LINES in rule.reads
        and rule.reads.keys() <= _BESIDE
        and not rule.reads.get("subawards", frozenset()) & _STANDING
    ]


def _is_raised(code: str, policies: Any) -> bool:
    return any(rule == code and policy.severity == Severity.BLOCK for (_, rule), policy in policies.items())


def _severity(breach: Breach, agency: int | None, policies: Any) -> int:
    policy = policies.get((agency or 0, breach.rule))
    return int(policy.severity if policy else breach.severity)


def _lines_of(posting: Any, after: int, columns: list[str]) -> tuple[pd.DataFrame, dict[int, int]]:
    """A frame of these lines, those that are alike as one row, and how many lines each row stands for."""
    source = SOURCES[_OF_LINES]
    said = ", ".join(source.columns[name] for name in columns).replace("%%", "%")
    alike = ", ".join(str(place) for place in range(3, len(columns) + 3))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(e.id), count(*), {said} FROM grants_entry AS e WHERE e.id > {int(after)} "
            f"AND e.posting_id = {int(posting.pk)} AND e.kind = '{Kind.EXPENDITURE}' "
            f"AND e.reverses_id IS NULL AND e.subaward_id IS NOT NULL GROUP BY {alike}"
        )
        rows = cursor.fetchall()
    if not rows:
        return pd.DataFrame(), {}
    keys, counts, *values = zip(*rows, strict=True)
    lines = pd.DataFrame(dict(zip(columns, map(list, values), strict=True)), index=list(keys))
    for name in columns:
        if FRAMES[_OF_LINES].columns[name].name.startswith("MONEY"):
            lines[name] = [int(amount * 100) for amount in lines[name]]
    return lines, dict(zip(keys, counts, strict=True))


def _books_with(lines: pd.DataFrame, reads: Reads) -> Books:
    """The books with no other costs than these lines, and no other subawards than theirs."""
    wanted = {**reads, _OF_LINES: frozenset(lines.columns)}
    subawards = sorted({int(key) for key in lines.subaward})
    return books_of(subawards=subawards, reads=wanted, expenditures=lines)


def _sentence(breaches: list[Breach], counts: dict[int, int]) -> str:
    """Which lines break which rule, by which law, and what to do."""
    with connection.cursor() as cursor:
        keys = [breach.id for breach in breaches[:MOST_TOLD]]
        cursor.execute(
            "SELECT e.id, e.place, s.number FROM grants_entry e "
            "JOIN grants_subaward s ON s.id = e.subaward_id WHERE e.id = ANY(%s)",
            [keys],
        )
        places = {key: (place, number) for key, place, number in cursor.fetchall()}
    told = []
    for breach in breaches[:MOST_TOLD]:
        place, number = places[breach.id]
        more = counts[breach.id] - 1
        alike = f" and {more:,} more like it" if more else ""
        where = f"{place[:1].upper()}{place[1:]}" if place else "A line"
        told.append(f"{where}{alike}, subaward {number}: {breach.sentence}")
    left = sum(counts[breach.id] for breach in breaches[MOST_TOLD:])
    if left:
        told.append(f"So do {left:,} more lines.")
    for code in dict.fromkeys(breach.rule for breach in breaches):
        told.append(f"{RULES[code].title} is not allowed ({RULES[code].cites}). {RULES[code].fix}")
    return f"Nothing was posted. {' '.join(told)}"
