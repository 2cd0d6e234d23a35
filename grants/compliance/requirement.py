"""What the law asks of federal money passed on, as data: ``requirements/*.toml``, one table each.

A requirement is *computed* when a rule of the same code finds its breaches in the books, and *attested* when
only a person can say whether it is met: then it has a question, of whom and when it is asked.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from grants.compliance.law import law
from grants.compliance.severity import Severity


class Moment(StrEnum):
    """When a question is asked."""

    AWARD = "award"
    YEARLY = "yearly"
    CLOSEOUT = "closeout"


class Subject(StrEnum):
    """What a question is asked about. An answer about a program speaks for all its subawards too."""

    PROGRAM = "program"
    SUBAWARD = "subaward"


class Side(StrEnum):
    """Whose word is wanted: that of the agency that passes the money on, or of who spends it."""

    AGENCY = "agency"
    SUBRECIPIENT = "subrecipient"


SENTENCES = frozenset({"title", "demands", "fix", "asks"})
_NUMBER = re.compile(r"\{([a-z_]+\.[a-z0-9_]+)\}")
CONFIDENCES = ("verified", "partial", "from-knowledge")


@dataclass(frozen=True)
class Question:
    """What a person is asked; yes means that the requirement is met.

    A question about subawards may be asked only of those to some ``kinds`` of parties, or paid by some
    ``payment_methods``; without them, of all.
    """

    words: str
    about: Subject
    of: Side
    at: Moment
    kinds: frozenset[str] = frozenset()
    payment_methods: frozenset[str] = frozenset()

    def concerns(self, *, kind: str, payment_method: str) -> bool:
        """Whether it is asked of a subaward to such a party that is paid so."""
        is_of_kind = not self.kinds or kind in self.kinds
        return is_of_kind and (not self.payment_methods or payment_method in self.payment_methods)


@dataclass(frozen=True)
class Requirement:
    """One thing that the law asks.

    Without ``families`` it holds for every program. ``demands`` says it in plain words, ``fix`` what to do
    about a breach, ``confidence`` whether the text of the law was seen (``source``). ``selected_by`` names
    the date that chooses its edition, where there are several. ``law`` has the codes of the legal numbers
    that its sentences show, ``{procurement.micro_purchase_threshold}`` in the file, and of those that go
    with them.
    """

    code: str
    title: str
    families: tuple[str, ...]
    level: str
    cites: str
    severity: Severity
    demands: str
    fix: str
    confidence: str
    source: str
    selected_by: str
    question: Question | None
    law: tuple[str, ...] = ()
    of_state_money: bool = False

    def holds_for(self, family: str, *, is_federal: bool = True) -> bool:
        """Whether it is asked of programs of this family, or of the state's own money in one."""
        return (not self.families or family in self.families) and (is_federal or self.of_state_money)


def requirements_in(folder: Path) -> Mapping[str, Requirement]:
    """Every requirement of the files of a folder, by code. Raises ValueError for one that is not complete."""
    found: dict[str, Requirement] = {}
    for file in sorted(folder.glob("*.toml")):
        for code, table in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in found:
                raise ValueError(f"{file.name}: there are two requirements “{code}”.")
            found[code] = _requirement(f"{file.name}, {code}", code, table)
    return found


def _requirement(place: str, code: str, table: dict[str, Any]) -> Requirement:
    try:
        given, named = _with_figures(table)
        question = _question(given)
        requirement = Requirement(
            code=code,
            law=named,
            families=tuple(given.pop("families", ())),
            severity=Severity[given.pop("severity").upper()],
            selected_by=given.pop("selected_by", ""),
            question=question,
            **given,
        )
    except (KeyError, TypeError, ValueError) as cause:
        raise ValueError(f"{place}: the requirement is not complete: {cause}.") from cause
    if requirement.confidence not in CONFIDENCES:
        raise ValueError(f"{place}: the confidence cannot be “{requirement.confidence}”.")
    return requirement


def _with_figures(table: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The table with each legal number that its sentences name as the figure it is, and their codes."""
    given = dict(table)
    named = list(given.pop("law", ()))
    for field in SENTENCES & given.keys():
        named += _NUMBER.findall(given[field])
        given[field] = _NUMBER.sub(lambda match: law[match[1]].told, given[field])
    if unknown := set(named) - set(law):
        raise ValueError(f"there is no legal number “{min(unknown)}”")
    return given, tuple(sorted(set(named)))


def _question(given: dict[str, Any]) -> Question | None:
    if "asks" not in given:
        return None
    words, about, of, at = (given.pop(name) for name in ("asks", "about", "of", "at"))
    kinds, methods = (frozenset(given.pop(name, ())) for name in ("kinds", "payment_methods"))
    if about != Subject.SUBAWARD and (kinds or methods):
        raise ValueError("only a question about subawards is asked of some of them")
    return Question(words, Subject(about), Side(of), Moment(at), kinds, methods)


REQUIREMENTS = requirements_in(Path(__file__).parent / "requirements")
