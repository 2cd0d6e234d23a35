"""What reports are about: each kind of record, how it is named from outside, and where its documents go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from grants.models import (
    AllocationRound,
    Amendment,
    FederalAward,
    ManagementDecision,
    MonitoringVisit,
    Party,
    Program,
    SingleAudit,
    Subaward,
)
from grants.parties.models import PartyKind
from reporting.report import REPORTS, About, Report

AGENCIES = frozenset[str]({PartyKind.STATE, PartyKind.STATE_AGENCY})
LOCAL = frozenset[str](set(PartyKind) - AGENCIES)


@dataclass(frozen=True)
class Subject:
    """A kind of record that reports are about.

    ``key`` is the field by which it is named outside; ``whose`` gives, of one of them, the agency whose
    document it is, and the program, the subaward and the party it concerns; ``about`` are the kinds of
    report that can be made of it; ``kinds`` are those of a party, where it is one.
    """

    name: str
    model: type[models.Model]
    key: str
    whose: Callable[[Any], dict[str, Any]]
    about: tuple[About, ...]
    kinds: frozenset[str] = frozenset()

    @property
    def words(self) -> str:
        """What one is called in a sentence."""
        return f"{'an' if self.name[0] in 'aeiou' else 'a'} {self.name.replace('_', ' ')}"

    def code(self, record: models.Model) -> str:
        """The record as a document names what it is about: ``program/ohio-neu``."""
        return f"{self.name}/{getattr(record, self.key)}"

    def is_of(self, record: Any) -> bool:
        """Whether the record is one of these."""
        if self.kinds and isinstance(record, Party):
            return record.kind in self.kinds
        return isinstance(record, self.model)


def _of_agency(agency: Party) -> dict[str, Any]:
    return {"agency": agency}


def _of_subrecipient(party: Party) -> dict[str, Any]:
    return {"agency": party.kept_by, "party": party}


def _of_program(program: Program) -> dict[str, Any]:
    return {"agency": program.agency, "program": program}


def _of_subaward(subaward: Subaward) -> dict[str, Any]:
    return {**_of_program(subaward.program), "subaward": subaward}


def _of_award(award: FederalAward) -> dict[str, Any]:
    return {"agency": award.agency}


def _of_round(round: AllocationRound) -> dict[str, Any]:
    return _of_program(round.program)


def _of_amendment(amendment: Amendment) -> dict[str, Any]:
    return _of_subaward(amendment.subaward)


def _of_visit(visit: MonitoringVisit) -> dict[str, Any]:
    return {"agency": visit.agency, "party": visit.party}


def _of_audit(audit: SingleAudit) -> dict[str, Any]:
    return {"agency": audit.agency, "party": audit.party}


def _of_decision(decision: ManagementDecision) -> dict[str, Any]:
    return _of_audit(decision.finding.audit)


SUBJECTS: Mapping[str, Subject] = {
    subject.name: subject
    for subject in (
        Subject("program", Program, "code", _of_program, ("programs",)),
        Subject("subaward", Subaward, "number", _of_subaward, ("subaward",)),
        Subject("agency", Party, "code", _of_agency, ("programs", "agency"), AGENCIES),
        Subject("subrecipient", Party, "code", _of_subrecipient, ("subrecipient",), LOCAL),
        Subject("federal_award", FederalAward, "code", _of_award, ("federal_award",)),
        Subject("allocation_round", AllocationRound, "code", _of_round, ("allocation_round",)),
        Subject("amendment", Amendment, "id", _of_amendment, ("amendment",)),
        Subject("visit", MonitoringVisit, "id", _of_visit, ("visit",)),
        Subject("single_audit", SingleAudit, "id", _of_audit, ("single_audit",)),
        Subject("management_decision", ManagementDecision, "id", _of_decision, ("management_decision",)),
    )
}


def subject_of(record: models.Model) -> Subject:
    """The kind of subject that a record is. Raises LookupError when reports are about no such thing."""
    for subject in SUBJECTS.values():
        if subject.is_of(record):
            return subject
    raise LookupError(f"No report is about a {record._meta.verbose_name}.")


def reports_on(subject: Subject) -> list[tuple[str, str]]:
    """Code and title of each report that can be made of such a thing."""
    return [
        (code, report.title) for code, report in REPORTS.items() if set(subject.about) & set(report.about)
    ]


def filed_under(record: models.Model, report: Report) -> dict[str, Any]:
    """What a document says of whom it concerns: its title, its agency, and what brings it to others.

    A report for the staff alone is not filed under the subaward or party that would let a subrecipient
    read it; ``about`` still names it.
    """
    subject = subject_of(record)
    whose = subject.whose(record)
    if report.for_staff:
        whose = {name: whose[name] for name in ("agency", "program") if name in whose}
    is_whole = "programs" in report.about and "programs" in subject.about
    title = report.title if is_whole else f"{report.title}: {record}"
    return {**whose, "about": subject.code(record), "title": title[:200]}
