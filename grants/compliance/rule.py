"""The kit of rules: what a rule is, how it is declared, and judging the books by all of them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.frames import FRAME_OF
from grants.compliance.law import Law
from grants.compliance.sentences import fields_of, told
from grants.kernel.registry import Registry

Filter = Callable[[Books, Law], pd.DataFrame]


class Severity(IntEnum):
    """How grave a breach is.

    What blocks is refused; an error must be corrected or waived; a warning needs a reason; a note needs
    nothing.
    """

    NOTE = 1
    WARNING = 2
    ERROR = 3
    BLOCK = 4


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
    """A test of the books, with the law it rests on and the sentence it says about a breach."""

    code: str
    title: str
    cites: str
    severity: Severity
    says: str
    fix: str
    apart_by: str | None
    filter: Filter

    def judge(self, books: Books, law: Law) -> list[Breach]:
        """The breaches in the books, in the order of the rows that the rule returns."""
        rows = self.filter(books, law)
        if rows.empty:
            return []
        subject = str(rows.index.name)
        if subject not in FRAME_OF:
            raise TypeError(f"The rule {self.code} must return rows of the books, and returned “{subject}”.")
        parts = rows[self.apart_by].tolist() if self.apart_by else [""] * len(rows)
        return [
            Breach(self.code, self.severity, subject, key, part, sentence, evidence)
            for key, part, (sentence, evidence) in zip(
                rows.index.tolist(), parts, told(self.says, rows), strict=True
            )
        ]


RULES: Registry[Rule] = Registry("rule", "grants.compliance.rules")


def rule(
    code: str,
    title: str,
    *,
    cites: str,
    severity: Severity,
    says: str,
    fix: str = "",
    apart_by: str | None = None,
) -> Callable[[Filter], Filter]:
    """Declare a function ``(books, law)`` that returns the rows in breach as a rule.

    The rows keep the index of the frame they come from; it names the subject. ``says`` may name any of
    their columns. ``fix`` is what to do about it. ``apart_by`` is the column that tells breaches of one
    subject apart.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", code):
        raise ValueError(f"“{code}” is not a code of a rule.")
    fields_of(says)

    def declared(filter: Filter) -> Filter:
        RULES.add(code, Rule(code, title, cites, severity, says, fix, apart_by, filter))
        return filter

    return declared


def judge(books: Books, law: Law, *, codes: Iterable[str] | None = None) -> list[Breach]:
    """What in the books breaks the rules, or only those of ``codes``. An unknown code is a KeyError."""
    return [
        breach for code in (RULES if codes is None else codes) for breach in RULES[code].judge(books, law)
    ]
