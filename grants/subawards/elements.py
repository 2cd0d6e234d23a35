"""What a subaward must tell its subrecipient, element by element (2 CFR 200.332(b)(1)), and what it lacks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum

from grants.kernel.money import ZERO, shown
from grants.kernel.periods import long_date
from grants.programs.models import FederalAward
from grants.subawards.models import FundingSplit, IndirectRateKind, Subaward

PARAGRAPH = "2 CFR 200.332(b)(1)"


@dataclass(frozen=True)
class Element:
    """One thing that a subaward tells, by the part of the rule that asks for it.

    ``lacks`` says what of it is asked for and not recorded. Of the state's own money nothing is asked that
    only a federal award has: then neither ``value`` nor ``lacks`` says anything.
    """

    name: str
    value: str
    part: str
    lacks: str = ""


def elements_of(subaward: Subaward) -> list[Element]:
    """The elements in the order of the rule, as they stand today."""
    splits = list(subaward.splits.select_related("federal_award").order_by("federal_award__code"))
    awards = [split.federal_award for split in splits if split.federal_award]
    return [
        *_of_the_parties(subaward, awards),
        *_of_the_money(subaward, splits, awards),
        _rate(subaward),
    ]


def elements_not_recorded(subaward: Subaward) -> list[str]:
    """What the rule asks a subaward to tell and is not recorded, each with its paragraph."""
    return [f"{each.lacks}: {PARAGRAPH}{each.part}" for each in elements_of(subaward) if each.lacks]


def committed_to(subaward: Subaward) -> Any:
    """What the agency has obligated to the same subrecipient by all its subawards, in dollars."""
    theirs = Subaward.objects.filter(
        subrecipient=subaward.subrecipient, program__agency=subaward.program.agency
    )
    return theirs.aggregate(sum=Sum("standing__obligated"))["sum"] or ZERO


def _of_the_parties(subaward: Subaward, awards: list[FederalAward]) -> Iterator[Element]:
    """Parts (i) to (vi): who, by which award, and when."""
    party = subaward.subrecipient
    yield Element("Subrecipient", party.uei_name or party.name, "(i)")
    uei = "Unique entity identifier of the subrecipient"
    yield _told("Unique entity identifier (UEI)", party.uei, "(ii)", uei)
    yield _of_awards("Federal award identification number", "(iii)", awards, "fain")
    yield _of_awards("Federal award date", "(iv)", awards, "award_date")
    yield _days("Period of performance", "(v)", subaward.starts_on, subaward.ends_on)
    yield _days("Budget period", "(vi)", subaward.budget_starts_on, subaward.budget_ends_on)


def _of_the_money(
    subaward: Subaward, splits: list[FundingSplit], awards: list[FederalAward]
) -> Iterator[Element]:
    """Parts (vii) to (xiii): how much, of what, from whom."""
    yield Element("Obligated by this subaward", shown(subaward.standing.obligated), "(vii)")
    yield Element("Obligated to you in all by this agency", shown(committed_to(subaward)), "(viii)")
    yield Element("Total committed to you by this subaward", shown(subaward.amount), "(ix)")
    yield _of_awards("Description of the federal award", "(x)", awards, "description")
    yield _of_awards("Federal agency", "(xi)", awards, "agency_name", lacks="Name of the federal agency")
    yield Element("Pass-through entity", subaward.program.agency.name, "(xi)")
    official = "Awarding official of the pass-through entity"
    yield _told("Awarding official", _reached(subaward.awarding_official), "(xi)", official)
    listing = _of_awards("Assistance Listing", "(xii)", awards, "aln")
    titled = _each(f"{award.aln} {award.title}".strip() for award in awards)
    yield Element(listing.name, titled, listing.part, listing.lacks)
    paid_by = _each(f"{split.federal_award or 'state money'}: {shown(split.amount)}" for split in splits)
    yield Element("Paid by each federal award" if awards else "Paid by", paid_by, "(xii)")
    yield Element("Research and development", _research(awards), "(xiii)")


def _told(name: str, value: str, part: str, lacks: str) -> Element:
    return Element(name, value, part, "" if value else lacks)


def _of_awards(name: str, part: str, awards: list[FederalAward], field: str, *, lacks: str = "") -> Element:
    """What each award says of itself, and which of them do not."""
    values = [getattr(award, field) for award in awards]
    silent = [str(award) for award, value in zip(awards, values, strict=True) if not value]
    said = _each(long_date(value) if isinstance(value, date) else value for value in values)
    return Element(name, said, part, f"{lacks or name} of {', '.join(silent)}" if silent else "")


def _days(name: str, part: str, first: date | None, last: date | None) -> Element:
    lacks = "" if first and last else f"{name}, first and last day"
    if not first and not last:
        return Element(name, "", part, lacks)
    begins = long_date(first) if first else "first day not recorded"
    ends = long_date(last) if last else "last day not recorded"
    return Element(name, f"{begins} to {ends}", part, lacks)


def _rate(subaward: Subaward) -> Element:
    name, kind, rate = "Indirect cost rate", subaward.indirect_rate_kind, subaward.indirect_rate
    if kind == IndirectRateKind.NOT_RECORDED:
        return Element(name, "", "(xiv)", name)
    label = IndirectRateKind(kind).label
    if rate is None:
        return Element(name, label, "(xiv)", "" if kind == IndirectRateKind.NONE else name)
    return Element(name, f"{label}, {(rate * 100).normalize():f} percent", "(xiv)")


def _each(values: Iterable[str | None]) -> str:
    """The different values in their order, without blanks."""
    return "; ".join(dict.fromkeys(value for value in values if value))


def _reached(official: Any) -> str:
    if not official:
        return ""
    return ", ".join(filter(None, (official.name, official.title, official.email, official.phone)))


def _research(awards: list[FederalAward]) -> str:
    return ("Yes" if any(award.is_research for award in awards) else "No") if awards else ""
