"""What goes into a package beside the ledger: reports, filings, findings, trail, as one person sees them."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from grants.compliance.models import Finding
from grants.kernel.roles import Side
from grants.kernel.trail import TrailEntry
from grants.models import Party, Program, Subaward
from reporting.blocks import FigureTable
from reporting.documents.actions import issue_document
from reporting.documents.models import Format, SignedCopy
from reporting.filings.bundle import INDEX, PACKED_ALREADY, index_row, safe_name
from reporting.filings.models import Filing, FilingContent
from reporting.packages.models import Package, Part
from reporting.packages.writing import Archive
from reporting.sheets import draw_csv, guarded
from reporting.standpoint import Subject, programs_of

_NOT_PLAIN = re.compile(r"[^\w.()\- ]+", re.ASCII)
_AT_ONCE = 1_000

_FINDINGS: Mapping[str, str] = {
    "Finding": "pk",
    "Rule": "rule",
    "Title": "title",
    "Severity": "get_severity_display",
    "Stage": "get_stage_display",
    "Where": "subject",
    "What was found": "sentence",
    "What to do": "fix",
    "By which law": "cites",
    "First found": "first_seen_at",
    "Last found": "last_seen_at",
    "Corrected": "closed_at",
}
_TRAIL: Mapping[str, str] = {
    "When": "happened_at",
    "What": "verb",
    "Who": "by",
    "Why": "reason",
    "Kind of record": "subject_kind",
    "Key of record": "subject_id",
    "Record": "subject",
    "Action": "context",
}


@dataclass(frozen=True)
class Asked:
    """What a package is gathered of, and for whom."""

    package: Package
    subject: Subject
    person: Any


def add_reports(archive: Archive, asked: Asked) -> None:
    """The reports chosen, issued as documents and as they were issued."""
    package = asked.package
    for code in package.reports:
        document = issue_document(
            asked.subject,
            report=code,
            through=package.through,
            as_known_at=package.as_known_at,
            format=Format.PDF,
            by=asked.person,
        )
        name = plain_name(f"{document.number} {document.title}")
        archive.add(f"reports/{name}.{document.format}", bytes(document.content))
        if signed := SignedCopy.objects.filter(document=document).first():
            archive.add(f"reports/{name}, signed.{document.format}", bytes(signed.content))


def add_filings(archive: Archive, asked: Asked) -> None:
    """Every filing received by the moment, byte for byte, with an index that says how each stands."""
    rows = []
    filings = Filing.objects.visible_to(asked.person).filter(
        _within(asked.subject, "subaward"), received_at__lte=asked.package.as_known_at
    )
    related = ("subaward__subrecipient", "subaward__program", "period", "prepared_by", "certified_by")
    for filing in filings.select_related(*related).order_by("subaward__number", "pk").iterator(_AT_ONCE):
        path = f"filings/{plain_name(filing.subaward.number)}/{filing.number} {plain_name(filing.name)}"
        content = bytes(FilingContent.objects.values_list("content", flat=True).get(filing=filing))
        archive.add(path, content, packed=not path.lower().endswith(PACKED_ALREADY))
        rows.append(index_row(filing, path))
    archive.add("filings/index.csv", draw_csv([FigureTable("", INDEX, rows)]))


def add_findings(archive: Archive, asked: Asked) -> None:
    """The findings as they stand while the package is gathered."""
    found = Finding.objects.visible_to(asked.person).filter(_within(asked.subject)).order_by("pk")
    _add_rows(archive, "findings.csv", _FINDINGS, found.iterator(_AT_ONCE))


def add_trail(archive: Archive, asked: Asked) -> None:
    """Who did what about the subject by the moment; of the trail only what the person may see."""
    trail = TrailEntry.objects.visible_to(asked.person).filter(
        trail_about(asked.subject), happened_at__lte=asked.package.as_known_at
    )
    lines = trail.select_related("by").order_by("pk").iterator(_AT_ONCE)
    _add_rows(archive, "trail.csv", _TRAIL, lines)


ADDS: Mapping[Part, Callable[[Archive, Asked], None]] = {
    Part.FILINGS: add_filings,
    Part.FINDINGS: add_findings,
    Part.TRAIL: add_trail,
}


def trail_about(subject: Subject) -> Q:
    """The lines of the trail about a subject and whatever belongs to it.

    What belongs to a program or subaward is told by each record's own path to its agency.
    """
    if isinstance(subject, Party):
        return Q(party__in=Party.objects.filter(Q(pk=subject.pk) | Q(parent=subject.pk)))
    end = "subaward__program__agency" if isinstance(subject, Subaward) else "program__agency"
    cut = "__program__agency" if isinstance(subject, Subaward) else "__agency"
    about = Q(subject_kind=type(subject)._meta.model_name, subject_id=subject.pk)
    for model in apps.get_models():
        path = getattr(model, "reached_by", {}).get(Side.AGENCY, "")
        path = path if isinstance(path, str) else path[0]
        if path == end or path.endswith(f"__{end}"):
            records = model._base_manager.filter(**{path.removesuffix(cut): subject.pk})
            about |= Q(subject_kind=model._meta.model_name, subject_id__in=records.values("pk"))
    return about


def plain_name(name: str) -> str:
    """A name that stands on every system, in ASCII: ``sha256sum`` must find the file under it."""
    return _NOT_PLAIN.sub("_", safe_name(name)).strip(". ") or "file"


def _within(subject: Subject, by: str = "") -> Q:
    """The condition on records that belong to a subject, through their subaward or directly."""
    lead = f"{by}__" if by else ""
    if isinstance(subject, Subaward):
        return Q(**{by or "subaward": subject.pk})
    if isinstance(subject, Program):
        return Q(**{f"{lead}program": subject.pk})
    programs = Q(**{f"{lead}program__in": programs_of(subject)})
    agencies = Party.objects.filter(Q(pk=subject.pk) | Q(parent=subject.pk))
    return programs if by else programs | Q(program=None, agency__in=agencies)


def _add_rows(
    archive: Archive, path: str, columns: Mapping[str, str], records: Iterable[models.Model]
) -> None:
    """A CSV of records, written as they are read."""
    with archive.file(path) as file:
        file.write(f"\ufeff{_lines([list(columns)])}".encode())
        for block in _blocks([_said(record, name) for name in columns.values()] for record in records):
            file.write(_lines(block).encode())


def _blocks(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    held: list[list[str]] = []
    for row in rows:
        held.append(row)
        if len(held) == _AT_ONCE:
            yield held
            held = []
    if held:
        yield held


def _lines(rows: Sequence[list[str]]) -> str:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _said(record: models.Model, name: str) -> str:
    value = getattr(record, name)
    value = value() if callable(value) else value
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else guarded(str(value))
