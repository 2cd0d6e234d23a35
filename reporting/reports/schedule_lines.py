"""The lines of an agency's schedule of expenditures of federal awards: a line for each award."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.compliance.duties import PANDEMIC
from grants.kernel.money import ZERO, total
from grants.kernel.periods import Period, fiscal_year
from grants.monitoring.schedule.models import ScheduleNotes
from grants.monitoring.schedule.queries import Expended, expended_by
from grants.parties.models import Party
from grants.programs.clusters import NO_CLUSTER, RESEARCH
from grants.programs.models import FederalAward, Program, Route

SECTIONS = ("cluster", "none", "unknown")


def schedule_of(agency: Party, through: date, as_known_at: datetime) -> dict[str, Any]:
    """The schedule of an agency for its fiscal year that a day falls in, through that day; dollars.

    The schedule of a state is that of all its agencies. Sample programs stand apart and in no total.
    """
    year = fiscal_year(through, begins_in=agency.fiscal_year_begins)
    agencies = [agency, *agency.children.order_by("pk")]
    programs = list(Program.objects.filter(agency__in=agencies).exclude(route=Route.DIRECT))
    found = _found(agencies, programs, year, through, as_known_at)
    awards = FederalAward.objects.in_bulk({award for _, award in found})
    is_sample = {program.pk: program.is_sample for program in programs}
    notes = ScheduleNotes.objects.filter(agency=agency, year_ends_on=year.ends_on).first()
    real = {key: each for key, each in found.items() if not is_sample[key[0]]}
    samples = {key: each for key, each in found.items() if is_sample[key[0]]}
    pandemic = {program.pk for program in programs if program.family in PANDEMIC}
    return {
        "agency": agency.name,
        "uei": agency.uei,
        "ein": agency.ein,
        "year_starts_on": year.starts_on,
        "year_ends_on": year.ends_on,
        "through": min(through, year.ends_on),
        "lines": _lines(real, awards, pandemic, year),
        "samples": _lines(samples, awards, pandemic, year),
        "to_others": _to_others(real, awards),
        "accounting_policies": notes.accounting_policies if notes else "",
        "is_de_minimis_used": notes.de_minimis if notes else "",
        "rate_explained": notes.rate_explained if notes else "",
        "other": notes.other if notes else "",
    }


def _found(
    agencies: Iterable[Party],
    programs: Collection[Program],
    year: Period,
    through: date,
    as_known_at: datetime,
) -> dict[tuple[int, int], Expended]:
    found: dict[tuple[int, int], Expended] = {}
    for agency in agencies:
        keys = [program.pk for program in programs if program.agency_id == agency.pk]
        if keys:
            found |= expended_by(agency, keys, year, through=through, as_known_at=as_known_at)
    return found


def _lines(
    found: dict[tuple[int, int], Expended],
    awards: dict[int, FederalAward],
    pandemic: set[int],
    year: Period,
) -> list[dict[str, Any]]:
    """A line for each award, by cluster, federal agency, listing and number."""
    expended: dict[int, Expended] = {}
    covid: set[int] = set()
    for (program, award), each in found.items():
        expended[award] = expended.get(award, Expended()).plus(each)
        if program in pandemic:
            covid.add(award)
    lines = [
        _line(awards[key], each, key in covid, year)
        for key, each in expended.items()
        if each.own or each.passed_on
    ]
    return sorted(lines, key=_order)


def _order(line: dict[str, Any]) -> tuple[Any, ...]:
    place = SECTIONS.index(section_of(line))
    return place, cluster_named(line), line["federal_agency"], line["aln"], line["fain"], line["award"]


def section_of(line: dict[str, Any]) -> str:
    """Whether the award stands in a cluster, in none, or nobody recorded which."""
    if line["is_research"] or line["cluster"] not in ("", NO_CLUSTER):
        return "cluster"
    return "none" if line["cluster"] else "unknown"


def cluster_named(line: dict[str, Any]) -> str:
    """The cluster of an award by the name it is shown with; nothing for none."""
    if line["is_research"]:
        return RESEARCH
    return line["cluster_name"] or (line["cluster"] if line["cluster"] != NO_CLUSTER else "")


def _line(award: FederalAward, expended: Expended, is_pandemic: bool, year: Period) -> dict[str, Any]:
    has_balance = award.loan_balance_on == year.ends_on
    return {
        "award": award.code,
        "aln": award.aln,
        "fain": award.fain,
        "title": award.title,
        "federal_agency": award.agency_name,
        "is_covid": is_pandemic if award.is_covid is None else award.is_covid,
        "is_research": award.is_research,
        "cluster": award.cluster,
        "cluster_name": award.cluster_name,
        "is_loan": award.is_loan,
        "loan_balance": award.loan_balance if has_balance else None,
        "is_direct": award.is_direct,
        "received_from": award.received_from,
        "received_number": award.received_number,
        "own": expended.own,
        "passed_on": expended.passed_on,
        "expended": expended.total,
    }


def _to_others(
    found: dict[tuple[int, int], Expended], awards: dict[int, FederalAward]
) -> list[dict[str, Any]]:
    """What was paid to parties that report it themselves, by award."""
    paid: dict[int, Decimal] = {}
    for (_, award), each in found.items():
        paid[award] = paid.get(award, ZERO) + each.to_others
    named = {key: f"{awards[key].aln} {awards[key].title}" for key in paid}
    return [
        {"award": named[key], "amount": amount}
        for key, amount in sorted(paid.items(), key=lambda each: named[each[0]])
        if amount
    ]


def summed(lines: Iterable[dict[str, Any]]) -> tuple[Decimal, Decimal]:
    """What lines passed on, and what they expended."""
    chosen = list(lines)
    return total(line["passed_on"] for line in chosen), total(line["expended"] for line in chosen)
