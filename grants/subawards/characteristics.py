"""By what it is told whether a payee is subrecipient or contractor (2 CFR 200.331), as data; pure."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grants.kernel.refusals import Refusal
from grants.subawards.models import PayeeRole

ANSWERS = {"yes": "Yes", "no": "No", "unclear": "Cannot be told"}


@dataclass(frozen=True)
class Characteristic:
    """One sign of a role; yes speaks for it."""

    code: str
    role: PayeeRole
    title: str
    cites: str


@dataclass(frozen=True)
class Tally:
    """How many characteristics of each side were answered with yes."""

    subrecipient: int
    contractor: int

    @property
    def suggested(self) -> PayeeRole | None:
        """The side with more; None when there are as many on both. A person decides."""
        if self.subrecipient == self.contractor:
            return None
        return PayeeRole.SUBRECIPIENT if self.subrecipient > self.contractor else PayeeRole.CONTRACTOR

    @property
    def in_words(self) -> str:
        """What the answers speak for, in a sentence."""
        counts = f"{self.subrecipient} of the subrecipient and {self.contractor} of the contractor"
        role = self.suggested
        speaks = f"they speak for a {role.label.lower()}" if role else "they speak for neither"
        return f"The transaction has {counts} characteristics: {speaks}."


@cache
def characteristics() -> tuple[Characteristic, ...]:
    """All of them, those of a subrecipient first."""
    sides = (PayeeRole.SUBRECIPIENT, PayeeRole.CONTRACTOR)
    return tuple(
        Characteristic(code, side, **given) for side in sides for code, given in _read()[side.value].items()
    )


def tally_of(answers: Mapping[str, str]) -> Tally:
    """How often yes was said on each side."""
    said = [each.role for each in characteristics() if answers.get(each.code) == "yes"]
    return Tally(said.count(PayeeRole.SUBRECIPIENT), said.count(PayeeRole.CONTRACTOR))


def kept(answers: Mapping[str, str], role: str) -> dict[str, Any]:
    """The answers in the shape in which a determination keeps them: version, answers, and what they suggest.

    A beneficiary is neither side, so none need be given for it. Refuses ``not-answered``, and
    ``unknown-characteristic`` for what nobody asks.
    """
    if unknown := set(answers) - {each.code for each in characteristics()}:
        raise Refusal(f"Nobody asks this: {', '.join(sorted(unknown))}.", code="unknown-characteristic")
    if role == PayeeRole.BENEFICIARY and not any(answers.values()):
        return {}
    for each in characteristics():
        if answers.get(each.code) not in ANSWERS:
            raise Refusal(f"Answer this: {each.title} ({each.cites}).", code="not-answered")
    suggested = tally_of(answers).suggested
    return {"version": _read()["version"], "answers": dict(answers), "suggested": suggested or ""}


def answered(factors: Mapping[str, Any]) -> Iterator[tuple[Characteristic, str]]:
    """Each characteristic with its answer in words, as a determination keeps them."""
    said = factors.get("answers", {})
    for each in characteristics():
        if each.code in said:
            yield each, ANSWERS[said[each.code]]


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "characteristics.toml").read_text(encoding="utf-8"))
