"""Issuing documents. A document is drawn once, kept with its figures, and never changed."""

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, models
from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.periods import long_date
from grants.kernel.refusals import Refusal
from grants.ledger.queries import moment_known
from grants.parties.models import Party
from grants.programs.models import Program
from reporting.documents.models import Document, Format, SignedCopy, Withdrawal
from reporting.documents.subjects import filed_under, subject_of
from reporting.pades import is_configured, sign_pdf
from reporting.pdf import draw_pdf
from reporting.report import REPORTS, Report, frozen, thawed
from reporting.sheets import draw_csv, draw_xlsx


@action("document.issue", needs="issue_documents", locks=False)
def issue_document(
    subject: models.Model,
    *,
    report: str,
    through: date,
    as_known_at: datetime | None = None,
    format: str = Format.PDF,
    by: Any,
) -> Document:
    """Issue a report on a record of one of the ``SUBJECTS``.

    On an agency it may be about the agency itself, or about its programs and those of agencies under it.

    Where it would have the same bytes as one issued before, that one is returned.

    Refuses ``no-such-report``, ``not-about-this`` for a report that is not made of such a thing,
    ``nothing-to-report``, and ``not-yet`` for a moment that is still to come.
    """
    if report not in REPORTS:
        raise Refusal(
            f"There is no report “{report}”. There are: {', '.join(REPORTS)}.", code="no-such-report"
        )
    known = moment_known()
    if as_known_at and as_known_at > known:
        raise Refusal("What will be known at a moment to come cannot be reported.", code="not-yet")
    told_of = _told_of(subject, REPORTS[report], by)
    figures = frozen(REPORTS[report].gather(told_of, through, as_known_at or known))
    document = Document(
        pk=_next_key(),
        report=report,
        **filed_under(subject, REPORTS[report]),
        format=format,
        through=through,
        as_known_at=as_known_at or known,
        figures=figures,
        issued_by=by,
        issued_at=known,
    )
    document.number = f"D-{document.pk:06}"
    document.content = drawn(document)
    document.sha256 = hashlib.sha256(document.content).hexdigest()
    same = Document.objects.filter(sha256=document.sha256, agency=document.agency, about=document.about)
    if found := same.first():
        return found
    document.save(force_insert=True)
    if document.format == Format.PDF and is_configured():
        _sign(document)
    return document


def _sign(document: Document) -> None:
    """Keep a copy with the state's signature beside the document, whose own bytes stay reproducible."""
    signed = sign_pdf(bytes(document.content), reason=f"Issued as document {document.number}")
    SignedCopy.objects.create(
        document=document,
        content=signed.content,
        sha256=hashlib.sha256(signed.content).hexdigest(),
        signer=signed.signer[:300],
        signed_at=timezone.now(),
    )


@action("document.withdraw", needs="withdraw_documents")
def withdraw_document(
    document: Document, *, reason: str, replaced_by: Document | None = None, by: Any
) -> Withdrawal:
    """Say that a document is not to be relied on any more, and which one takes its place, if any.

    The document itself stays as it is. Refuses ``withdrawn-already``, ``replaced-by-withdrawn`` and
    ``not-about-the-same``.
    """
    if Withdrawal.objects.filter(document=document).exists():
        raise Refusal(f"{document} was withdrawn already.", code="withdrawn-already")
    if replaced_by and replaced_by.about != document.about:
        raise Refusal(f"{replaced_by} is about something else than {document}.", code="not-about-the-same")
    if replaced_by and Withdrawal.objects.filter(document=replaced_by).exists():
        raise Refusal(f"{replaced_by} was withdrawn itself.", code="replaced-by-withdrawn")
    return Withdrawal.objects.create(
        document=document, reason=reason, replaced_by=replaced_by, withdrawn_by=by
    )


def drawn(document: Document) -> bytes:
    """The bytes of a document from its kept figures: the same figures, the same bytes."""
    blocks = REPORTS[document.report].compose(thawed(document.figures))
    return _DRAW[Format(document.format)](document, blocks)


def _pdf(document: Document, blocks: Any) -> bytes:
    return draw_pdf(
        blocks,
        title=document.title,
        subject=f"{REPORTS[document.report].cites}, {document.agency}",
        running=_running(document),
        issued_at=document.issued_at,
        author=str(document.agency),
    )


def _csv(document: Document, blocks: Any) -> bytes:
    return draw_csv(blocks)


def _xlsx(document: Document, blocks: Any) -> bytes:
    return draw_xlsx(blocks, title=document.title, running=_running(document), issued_at=document.issued_at)


_DRAW: dict[Format, Callable[[Document, Any], bytes]] = {
    Format.PDF: _pdf,
    Format.CSV: _csv,
    Format.XLSX: _xlsx,
}


def _running(document: Document) -> list[str]:
    """The lines in the foot of every page."""
    return [
        f"{document.agency} · Document {document.number} · issued {_moment(document.issued_at)}",
        f"Through {long_date(document.through)} · as known at {_moment(document.as_known_at)}",
    ]


def _moment(moment: datetime) -> str:
    at = moment.astimezone(UTC)
    return f"{long_date(at.date())}, {at:%H:%M:%S} UTC"


def _told_of(record: models.Model, report: Report, by: Any) -> models.Model | list[Program]:
    """What a report is gathered of, or a refusal where there is nothing of the kind."""
    subject = subject_of(record)
    if not set(subject.about) & set(report.about):
        of = " or ".join(name.replace("_", " ") for name in report.about)
        raise Refusal(f"The report “{report.title}” is about: {of}.", code="not-about-this")
    if not isinstance(record, Party | Program) or "programs" not in report.about:
        return record
    programs = _programs_of(record, by)
    if not programs:
        raise Refusal(f"{record} has no program that you may report on.", code="nothing-to-report")
    return programs


def _programs_of(subject: Party | Program, by: Any) -> list[Program]:
    """The programs a report is about, in order of their names: only those that ``by`` may report on."""
    programs = Program.objects.within_reach_of(by, "issue_documents").select_related("agency")
    if isinstance(subject, Program):
        return list(programs.filter(pk=subject.pk))
    agencies = Party.objects.filter(pk=subject.pk) | Party.objects.filter(parent=subject)
    return list(programs.filter(agency__in=agencies).order_by("name", "pk"))


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reporting_document', 'id'))")
        return cursor.fetchone()[0]
