"""From which side of the money a person asks for something, and whose the thing is that she is given.

Who reaches a program from the agency's side sees all of it, and so may everybody else of that side. Who
reaches a subaward from the side of who receives it sees less than the agency does: what is made for her is
shown to her party and to the agency, which sees as much.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models

from grants.kernel.scope import ScopedQuerySet, may
from grants.parties.models import Party
from grants.programs.models import Program
from grants.subawards.models import Subaward

Subject = Party | Program | Subaward


def filed_under(subject: Subject, person: Any) -> dict[str, Any]:
    """Whom something about a subject belongs to: its agency, program and subaward, and the party that asked.

    Raises PermissionDenied to who does not reach the whole of the subject.
    """
    whose: dict[str, Any] = {"agency": subject, "about": f"agency/{getattr(subject, 'code', '')}"}
    if isinstance(subject, Program):
        whose = {"agency": subject.agency, "program": subject, "about": f"program/{subject.code}"}
    if isinstance(subject, Subaward):
        program = subject.program
        whose = {
            "agency": program.agency,
            "program": program,
            "subaward": subject,
            "about": f"subaward/{subject.number}",
        }
    if not may(person, "issue_documents", subject):  # which nobody has but from the agency's side
        whose["party"] = _party_of(subject, person)
    return whose


def subject_named(about: str) -> Subject:
    """The record that ``about`` names, as ``filed_under`` wrote it."""
    kind, _, key = about.partition("/")
    if kind == "subaward":
        return Subaward.objects.get(number=key)
    return Program.objects.get(code=key) if kind == "program" else Party.objects.get(code=key)


def lines_about(subject: Subject) -> models.Q:
    """The lines of a subaward, of a program, or of all programs of an agency and of those under it."""
    if isinstance(subject, Subaward):
        return models.Q(subaward=subject.pk)
    if isinstance(subject, Program):
        return models.Q(program=subject.pk)
    return models.Q(program__in=list(programs_of(subject).values_list("pk", flat=True)))


def programs_of(agency: Party) -> models.QuerySet[Program]:
    """The programs of an agency and of the agencies under it."""
    agencies = Party.objects.filter(models.Q(pk=agency.pk) | models.Q(parent=agency.pk))
    return Program.objects.filter(agency__in=agencies)


def _party_of(subject: Subject, person: Any) -> Party:
    """The party that receives the money of a subaward and that the person belongs to."""
    parties = (subject.subrecipient, subject.allocation.party) if isinstance(subject, Subaward) else ()
    for party in parties:
        if ScopedQuerySet(Party).within_reach_of(person, "view").filter(pk=party.pk).exists():
            return party
    raise PermissionDenied(f"{person} sees only a part of {subject}.")
