"""The kit of rules: what a rule is, how it is declared, and judging the books by all of them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.frames import FRAME_OF, FRAMES
from grants.compliance.law import Law
from grants.compliance.requirement import REQUIREMENTS, Requirement
from grants.compliance.sentences import fields_of, told
from grants.compliance.severity import Severity
from grants.kernel.registry import Registry

__all__ = ["RULES", "Breach", "Rule", "Severity", "judge", "reads_of", "rule"]

Filter = Callable[[Books, Law], pd.DataFrame | tuple[pd.DataFrame, ...]]
Declared = TypeVar("Declared", bound=Filter)
Reads = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Breach:
    """One thing that breaks one rule.

    ``subject`` is the kind of row and ``id`` its identifier in the books. ``part`` tells two breaches of one
    subject apart, as when a subaward is paid from two awards. ``evidence`` has the figures of the sentence.
    """

    rule: str
    severity: Severity
    subject: str
    id: Any
    part: str
    sentence: str
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Rule:
    """A test of the books for one requirement, with the sentence it says about a breach.

    ``title`` names the breach. ``reads`` has the columns of each frame that the filter may look at, and
    ``law`` the legal numbers.
    """

    title: str
    requirement: Requirement
    says: str
    reads: Reads
    filter: Filter
    law: tuple[str, ...] = ()
    apart_by: str | None = None
    severity_by: str | None = field(default=None, kw_only=True)

    @property
    def code(self) -> str:
        """The code of the requirement."""
        return self.requirement.code

    @property
    def cites(self) -> str:
        """The paragraph of the law."""
        return self.requirement.cites

    @property
    def severity(self) -> Severity:
        """How grave a breach is."""
        return self.requirement.severity

    @property
    def fix(self) -> str:
        """What to do about a breach."""
        return self.requirement.fix

    @property
    def families(self) -> tuple[str, ...]:
        """The families of programs it is asked of; empty for all."""
        return self.requirement.families

    @property
    def is_attested(self) -> bool:
        """Whether it rests on a person's word."""
        return self.requirement.question is not None

    def judge(self, books: Books, law: Law) -> list[Breach]:
        """The breaches in the books, in the order of the rows that the rule returns."""
        found = self.filter(books, law)
        frames = found if isinstance(found, tuple) else (found,)
        return [breach for rows in frames for breach in self._breaches(rows)]

    def _breaches(self, rows: pd.DataFrame) -> Iterator[Breach]:
        if rows.empty:
            return
        subject = str(rows.index.name)
        if subject not in FRAME_OF:
            raise TypeError(f"The rule {self.code} must return rows of the books, and returned “{subject}”.")
        parts = rows[self.apart_by].tolist() if self.apart_by else [""] * len(rows)
        grave = rows[self.severity_by].tolist() if self.severity_by else [self.severity] * len(rows)
        for key, part, severity, (sentence, evidence) in zip(
            rows.index.tolist(), parts, grave, told(self.says, rows), strict=True
        ):
            yield Breach(self.code, Severity(severity), subject, key, part, sentence, evidence)


RULES: Registry[Rule] = Registry("rule", "grants.compliance.rules")


def rule(
    code: str,
    title: str,
    *,
    says: str,
    reads: Mapping[str, str],
    law: tuple[str, ...] = (),
    apart_by: str | None = None,
) -> Callable[[Declared], Declared]:
    """Declare a function ``(books, law)`` that returns the rows in breach as the rule of a requirement.

    The rows keep the index of the frame they come from; it names the subject. ``says`` may name any of
    their columns. ``reads`` names the columns of each frame that the function looks at, as words. ``law``
    has the codes of the legal numbers that it asks. ``apart_by`` is the column that tells breaches of one
    subject apart.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code):
        raise ValueError(f"“{code}” is not a code of a rule.")
    fields_of(says)
    columns = {frame: frozenset(words.split()) for frame, words in reads.items()}
    for frame, named in columns.items():
        if unknown := sorted(named - set(FRAMES[frame].columns)):
            raise ValueError(f"The frame {frame} has no {', '.join(unknown)}.")

    def declared(filter: Declared) -> Declared:
        RULES.add(code, Rule(title, REQUIREMENTS[code], says, columns, filter, law, apart_by))
        return filter

    return declared


def reads_of(codes: Iterable[str] | None = None) -> dict[str, frozenset[str]]:
    """The columns of each frame that the rules, or those of ``codes``, look at."""
    found: dict[str, frozenset[str]] = {}
    for code in RULES if codes is None else codes:
        for frame, columns in RULES[code].reads.items():
            found[frame] = found.get(frame, frozenset()) | columns
    return found


def judge(books: Books, law: Law, *, codes: Iterable[str] | None = None) -> list[Breach]:
    """What in the books breaks the rules, or only those of ``codes``. An unknown code is a KeyError."""
    return [
        breach for code in (RULES if codes is None else codes) for breach in RULES[code].judge(books, law)
    ]
