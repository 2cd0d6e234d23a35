"""Rules that block: judged on the lines of a posting, in its own transaction, before they stand.

Only the lines being posted and their subawards go into the frames; lines that are alike in every column that
the rules read are one row. So a rule can only block here when single costs show its breach. Lines that are
not posted yet, such as those of a filing, are asked about beforehand in the same way (``blocked_among``).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from django.db import connection
from django.utils import timezone

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


@dataclass(frozen=True)
class Blocking:
    """The rules that block on a day: those that the product takes so, and those that some state does."""

    rules: tuple[Rule, ...]
    policies: Mapping[tuple[int, str], Any]

    @property
    def reads(self) -> Reads:
        """The columns of each frame that they look at."""
        return reads_of(rule.code for rule in self.rules)

    @property
    def columns(self) -> frozenset[str]:
        """The columns of costs that they look at."""
        return self.reads[_OF_LINES] if self.rules else frozenset()

    def breaches(self, books: Books) -> list[Breach]:
        """The costs that break them, whoever's they are."""
        found = [breach for rule in self.rules for breach in rule.judge(books, law)]
        return [breach for breach in found if breach.subject == "expenditure"]

    def blocks(self, breach: Breach, agency: int | None) -> bool:
        """Whether a breach in the books of an agency is kept out, as its state takes the rule."""
        policy = self.policies.get((agency or 0, breach.rule))
        return int(policy.severity if policy else breach.severity) == Severity.BLOCK


def blocking_on(day: date) -> Blocking:
    """What blocks on a day."""
    rules = _that_may_block()
    policies = severities(day) if rules else {}
    raised = {code for (_, code), policy in policies.items() if policy.severity == Severity.BLOCK}
    chosen = [rule for rule in rules if rule.severity == Severity.BLOCK or rule.code in raised]
    return Blocking(tuple(chosen), policies)


def blocked_among(
    blocking: Blocking, subaward: Any, column: Callable[[str], Sequence[Any]]
) -> list[tuple[Breach, list[int]]]:
    """What would be kept out of costs of a subaward that are not posted yet, and at which of their places.

    ``column`` gives what one column of ``expenditures`` will hold, amounts in cents. Costs that are alike
    are judged once; a breach has all their places, counted from 0.
    """
    names = sorted(blocking.columns - {"subaward", "reverses"})
    columns = [column(name) for name in names]
    alike = list(dict.fromkeys(zip(*columns, strict=True)))
    if not alike:
        return []
    lines = pd.DataFrame(dict(zip(names, map(list, zip(*alike, strict=True)), strict=True)))
    books = _books_with(lines.assign(subaward=subaward.pk, reverses=None), blocking.reads)
    agency = subaward.program.agency_id
    found = [breach for breach in blocking.breaches(books) if blocking.blocks(breach, agency)]
    places: dict[tuple[Any, ...], list[int]] = {}
    for at, row in enumerate(zip(*columns, strict=True)) if found else ():
        places.setdefault(row, []).append(at)
    return [(breach, places[alike[breach.id]]) for breach in found]


def refuse_what_is_blocked(posting: Any, *, after: int) -> None:
    """Refuse ``not-allowed`` when a line of a posting breaks a rule that blocks.

    ``after`` is a key below those of its lines (``last_line``). A day that is not recorded blocks nothing.
    """
    blocking = blocking_on(timezone.localdate(posting.posted_at))
    if not blocking.rules:
        return
    lines, counts = _lines_of(posting, after, sorted(blocking.columns | {"subaward"}))
    if lines.empty:
        return
    reads = blocking.reads
    breaches = blocking.breaches(_books_with(lines, reads))
    if not breaches:
        return
    books = _books_with(lines, {name: reads.get(name, frozenset()) | more for name, more in _PLACES.items()})
    pairs = zip(breaches, places_of(breaches, books), strict=True)
    if found := [breach for breach, place in pairs if blocking.blocks(breach, place.agency)]:
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


def _lines_of(posting: Any, after: int, columns: list[str]) -> tuple[pd.DataFrame, dict[int, int]]:
    """A frame of these lines, those that are alike as one row, and how many lines each row stands for."""
    source = SOURCES[_OF_LINES]
    said = ", ".join(source.columns[name] for name in columns).replace("%%", "%")
    alike = ", ".join(str(place) for place in range(3, len(columns) + 3))
    raw = ", ".join(sorted(set(re.findall(r"\be\.\w+", said))))  # first, for an expression costs more
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min(e.id), sum(e.lines)::bigint, {said} FROM (SELECT min(e.id) AS id, "
            f"count(*) AS lines, {raw} FROM grants_entry AS e WHERE e.id > {int(after)} "
            f"AND e.posting_id = {int(posting.pk)} AND e.kind = '{Kind.EXPENDITURE}' "
            f"AND e.reverses_id IS NULL AND e.subaward_id IS NOT NULL GROUP BY {raw}) AS e GROUP BY {alike}"
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
