"""Whether a file was issued here, how it stands now, and which lines of the ledger are behind a figure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, When

from grants.kernel.money import ZERO
from grants.ledger.models import Entry, Kind
from grants.models import Program
from grants.parties.models import Party
from reporting.documents.models import Document, SignedCopy
from reporting.packages.models import Package

LESS = (Kind.DEOBLIGATION, Kind.REFUND)
"""Kinds of lines that count against the figure they stand behind."""


@dataclass(frozen=True)
class Issued:
    """What a hash belongs to: a document, or the signed copy of one, or a package."""

    sha256: str
    document: Document | None = None
    is_signed: bool = False
    package: Package | None = None

    def __bool__(self) -> bool:
        return bool(self.document or self.package)


def issued_as(sha256: str) -> Issued:
    """What was issued here with this hash; a withdrawn one after those in force. False when nothing was."""
    documents = Document.objects.defer("content", "figures").select_related(
        "agency", "issued_by", "withdrawal__replaced_by"
    )
    in_force_first = F("withdrawal").asc(nulls_first=True)
    document = documents.filter(sha256=sha256).order_by(in_force_first, "pk").first()
    if document is None and (copy := SignedCopy.objects.filter(sha256=sha256).first()):
        return Issued(sha256, documents.get(pk=copy.document_id), is_signed=True)
    return Issued(sha256, document, package=Package.objects.filter(sha256=sha256).first())


def document_of(content: bytes) -> Document | None:
    """The document with exactly these bytes, signed or not, or None."""
    return issued_as(hashlib.sha256(content).hexdigest()).document


def standing_of(document: Document) -> str:
    """How a document stands now, in a sentence."""
    withdrawal = getattr(document, "withdrawal", None)
    if withdrawal is None:
        return "In force: it was neither withdrawn nor replaced."
    when = f"{withdrawal.withdrawn_at:%Y-%m-%d}"
    if withdrawal.replaced_by:
        return f"Replaced by {withdrawal.replaced_by.number} on {when}: {withdrawal.reason}"
    return f"Withdrawn on {when}: {withdrawal.reason}"


def lines_behind(document: Document, person: Any, of: Mapping[str, Sequence[str]]) -> QuerySet[Entry]:
    """The lines of the ledger behind a figure of a document, as far as ``person`` may see them.

    ``of`` says which: kinds, a program, a party that received the money, a subaward, a category. They are
    never of more than the document is about, nor later than it knew.
    """
    entries: Any = Entry.objects
    lines = entries.visible_to(person).filter(
        _within(document), incurred_on__lte=document.through, posted_at__lte=document.as_known_at
    )
    if kinds := of.get("kind"):
        lines = lines.filter(kind__in=list(kinds))
    for name, lookup in (("program", "program__code"), ("subaward", "subaward__number")):
        if of.get(name):
            lines = lines.filter(**{lookup: of[name][0]})
    if of.get("category"):
        lines = lines.filter(category=of["category"][0])
    if of.get("party"):
        party = of["party"][0]
        received = Q(subaward__subrecipient__code=party)
        lines = lines.filter(received | Q(subaward=None, allocation__party__code=party))
    return lines


def sum_of(lines: QuerySet[Entry]) -> Decimal:
    """The dollars of lines; those that take back count against the others."""
    signed = Case(When(kind__in=LESS, then=-F("amount")), default=F("amount"))
    return lines.aggregate(sum=Sum(signed))["sum"] or ZERO


def _within(document: Document) -> Q:
    """The lines that a document can be about at all."""
    if document.about.startswith("subaward/"):
        return Q(subaward__number=document.about.partition("/")[2])
    if document.program_id:
        return Q(program=document.program_id)
    if document.subaward_id:
        return Q(subaward=document.subaward_id)
    agencies = Party.objects.filter(Q(pk=document.agency_id) | Q(parent=document.agency_id))
    return Q(program__in=list(Program.objects.filter(agency__in=agencies).values_list("pk", flat=True)))
