"""What a subaward must tell its subrecipient (2 CFR 200.332(b)(1)), with what is not recorded said so."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from grants.kernel.money import shown
from grants.kernel.periods import long_date
from grants.subawards.models import FundingSplit, IndirectRateKind, Subaward
from reporting.portal.queries import Standing, committed_to


@dataclass(frozen=True)
class Fact:
    """One thing that a subaward says; without a value it is not recorded."""

    name: str
    value: str
    part: str


def facts_of(subaward: Subaward, now: Standing, splits: list[FundingSplit]) -> Iterator[Fact]:
    """The elements of 200.332(b)(1) in their order, each with the part of the rule that asks for it."""
    party, agency, official = subaward.subrecipient, subaward.program.agency, subaward.awarding_official
    awards = [split.federal_award for split in splits if split.federal_award]
    yield Fact("Subrecipient", party.uei_name or party.name, "(i)")
    yield Fact("Unique entity identifier (UEI)", party.uei, "(ii)")
    yield Fact("Federal award identification number", _each(award.fain for award in awards), "(iii)")
    yield Fact("Federal award date", _each(_day(award.award_date) for award in awards), "(iv)")
    yield Fact("Period of performance", _days(subaward.starts_on, subaward.ends_on), "(v)")
    yield Fact("Budget period", _days(subaward.budget_starts_on, subaward.budget_ends_on), "(vi)")
    yield Fact("Obligated by this subaward", shown(now.obligated), "(vii)")
    yield Fact("Obligated to you in all by this agency", shown(committed_to(subaward)), "(viii)")
    yield Fact("Total committed to you by this subaward", shown(subaward.amount), "(ix)")
    yield Fact("Description of the federal award", _each(award.description for award in awards), "(x)")
    yield Fact("Federal agency", _each(award.agency_name for award in awards), "(xi)")
    yield Fact("Pass-through entity", agency.name, "(xi)")
    yield Fact("Awarding official", _reached(official), "(xi)")
    yield Fact("Assistance Listing", _each(f"{award.aln} {award.title}" for award in awards), "(xii)")
    yield Fact("Paid by each federal award", _each(_paid_by(split) for split in splits), "(xii)")
    yield Fact("Research and development", _research(awards), "(xiii)")
    yield Fact("Indirect cost rate", _rate(subaward), "(xiv)")


def _each(values: Any) -> str:
    """The different values in their order, without blanks."""
    return "; ".join(dict.fromkeys(value for value in values if value))


def _day(day: date | None) -> str:
    return long_date(day) if day else ""


def _days(first: date | None, last: date | None) -> str:
    if not first and not last:
        return ""
    return f"{_day(first) or 'first day not recorded'} to {_day(last) or 'last day not recorded'}"


def _reached(official: Any) -> str:
    return (
        ", ".join(filter(None, (official.name, official.title, official.email, official.phone)))
        if official
        else ""
    )


def _paid_by(split: FundingSplit) -> str:
    award = split.federal_award
    return f"{award or 'state money'}: {shown(split.amount)}"


def _research(awards: list[Any]) -> str:
    return ("Yes" if any(award.is_research for award in awards) else "No") if awards else ""


def _rate(subaward: Subaward) -> str:
    kind = IndirectRateKind(subaward.indirect_rate_kind)
    if kind == IndirectRateKind.NOT_RECORDED:
        return ""
    rate: Decimal | None = subaward.indirect_rate
    return f"{kind.label}, {(rate * 100).normalize():f} percent" if rate is not None else kind.label
