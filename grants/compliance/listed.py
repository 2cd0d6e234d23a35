"""The rules as people look them up: what each asks, by which law, how judged, and how often it fired."""

from dataclasses import dataclass
from typing import Any

from grants.compliance.case import Case, cases_of
from grants.compliance.law import LegalNumber, law
from grants.compliance.queries import Fired, how_often
from grants.compliance.requirement import Moment, Question, Requirement, Side, Subject
from grants.compliance.rule import RULES, Rule
from grants.parties.models import PartyKind
from grants.programs.models import Family
from grants.subawards.models import PaymentMethod

CONFIDENCE = {
    "verified": "seen",
    "partial": "seen in part; to be confirmed",
    "from-knowledge": "not seen; to be confirmed",
}
"""Whether the text of the law was seen, in words."""

ABOUT = {Subject.PROGRAM: "each program", Subject.SUBAWARD: "each subaward"}
OF = {Side.AGENCY: "the agency", Side.SUBRECIPIENT: "the subrecipient"}
AT = {Moment.AWARD: "when it is set up", Moment.YEARLY: "every year", Moment.CLOSEOUT: "at closeout"}


@dataclass(frozen=True)
class Listed:
    """A rule as it is listed, with how often it was broken in what somebody sees."""

    rule: Rule
    fired: Fired

    @property
    def code(self) -> str:
        """Its code."""
        return self.rule.code

    @property
    def title(self) -> str:
        """What it finds."""
        return self.rule.title

    @property
    def requirement(self) -> Requirement:
        """What the law asks."""
        return self.rule.requirement

    @property
    def families(self) -> str:
        """The families of programs it is asked of, in words; nothing for all."""
        return _named(self.requirement.families, Family)

    @property
    def edition(self) -> str:
        """In words, the date that chooses the edition; nothing where there is one for all."""
        return self.requirement.selected_by.replace("_", " ")

    @property
    def confidence(self) -> str:
        """In words, whether the text of the law was seen."""
        return CONFIDENCE[self.requirement.confidence]

    @property
    def is_confirmed(self) -> bool:
        """Whether the whole text of the law was seen."""
        return self.requirement.confidence == "verified"

    @property
    def how(self) -> str:
        """In words, how it is judged."""
        return "a person's word" if self.rule.is_attested else "computed"

    @property
    def cases(self) -> tuple[Case, ...]:
        """Small books in breach or clean; none of a rule that asks a person."""
        return cases_of(self.code)

    @property
    def numbers(self) -> list[LegalNumber]:
        """The legal numbers that it asks, with all their editions."""
        return [law[code] for code in dict.fromkeys((*self.rule.law, *self.requirement.law))]


def rules_listed(person: Any) -> list[Listed]:
    """Every rule, with how often it was broken in what the person sees."""
    fired = how_often(person)
    return [Listed(rule, fired.get(code, Fired())) for code, rule in sorted(RULES.items())]


def rule_listed(code: str, person: Any) -> Listed | None:
    """One rule, in the same way; None if there is none of that code."""
    return Listed(RULES[code], how_often(person).get(code, Fired())) if code in RULES else None


def asked_of(question: Question) -> str:
    """In words, whom a question is put to, about what, and of which subawards."""
    narrowed = (
        ("to one of these: ", question.kinds, PartyKind),
        ("paid by one of these: ", question.payment_methods, PaymentMethod),
    )
    only = [f"{words}{_named(sorted(chosen), names)}" for words, chosen, names in narrowed if chosen]
    return ", ".join([f"{OF[question.of]}, about {ABOUT[question.about]}", *only])


def _named(values: Any, names: Any) -> str:
    known = dict(names.choices)
    return ", ".join(str(known.get(each, each)) for each in values)
