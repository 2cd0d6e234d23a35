"""Making the files of a federal report. They are made once, kept, and never change."""

import gc
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection

from grants.kernel.action import action
from grants.kernel.refusals import Refusal
from grants.ledger.queries import moment_known
from grants.programs.models import Program
from reporting.export import EXPORTS, Export, PortalFile
from reporting.precheck import objections_to
from reporting.problems import Severity
from reporting.submissions.models import Submission, SubmissionFile
from reporting.submissions.periods import stretch_of


@action("submission.make", needs="issue_documents", locks=False)
def make_submission(
    program: Program, *, export: str, period: str, as_known_at: datetime | None = None, by: Any
) -> Submission:
    """Make the files of a federal report of a program and period, with what the portal would refuse of them.

    Where they would have the same bytes as those made before for the period, these are returned. Refuses
    ``no-such-report``, ``not-of-this-family``, ``no-such-period``, ``not-yet`` for a moment that is still
    to come, and ``nothing-to-report``.
    """
    definition = _definition(export, program)
    known = moment_known()
    if as_known_at and as_known_at > known:
        raise Refusal("What will be known at a moment to come cannot be reported.", code="not-yet")
    stretch = stretch_of(program, period)
    edition = definition.edition(stretch.code)
    with no_collection():
        gathered = definition.gather(program, stretch, as_known_at or known, edition)
        files = list(definition.draw(edition, gathered.filled))
        objections = objections_to(edition, gathered, stretch.code)
    if not files:
        raise Refusal(f"{program} has nothing to report for {stretch.code}.", code="nothing-to-report")
    submission = Submission(
        pk=_next_key(),
        export=export,
        edition=edition.version,
        title=f"{definition.title}, {stretch.code}",
        program=program,
        period=stretch.code,
        starts_on=stretch.starts_on,
        through=stretch.ends_on,
        as_known_at=as_known_at or known,
        objections=[objection.as_dict() for objection in objections],
        errors=sum(objection.severity is Severity.ERROR for objection in objections),
        warnings=sum(objection.severity is Severity.WARNING for objection in objections),
        figures={file.name: {"rows": file.rows, "sums": dict(file.sums)} for file in files},
        made_by=by,
        made_at=known,
    )
    submission.number = f"X-{submission.pk:06}"
    return _kept(submission, files)


@contextmanager
def no_collection() -> Iterator[None]:
    """No search for garbage meanwhile: rows make none, and each looks at all that the process holds."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _definition(export: str, program: Program) -> Export:
    if export not in EXPORTS:
        known = ", ".join(EXPORTS)
        raise Refusal(f"There is no federal report “{export}”. There are: {known}.", code="no-such-report")
    definition = EXPORTS[export]
    if definition.families and program.family not in definition.families:
        family = program.get_family_display()
        raise Refusal(f"A program of {family} has no “{definition.title}”.", code="not-of-this-family")
    return definition


def _kept(submission: Submission, files: Sequence[PortalFile]) -> Submission:
    """The submission with its files, or the one that has the very same."""
    digests = [hashlib.sha256(file.content).hexdigest() for file in files]
    lines = [f"{digest}  {file.name}\n" for digest, file in zip(digests, files, strict=True)]
    submission.sha256 = hashlib.sha256("".join(lines).encode()).hexdigest()
    same = Submission.objects.filter(
        sha256=submission.sha256,
        program=submission.program,
        export=submission.export,
        period=submission.period,
        objections=submission.objections,
    )
    if found := same.first():
        return found
    submission.save(force_insert=True)
    SubmissionFile.objects.bulk_create(
        SubmissionFile(
            submission=submission,
            place=place,
            name=file.name,
            template=file.template,
            version=file.version,
            rows=file.rows,
            content=file.content,
            sha256=digest,
        )
        for place, (file, digest) in enumerate(zip(files, digests, strict=True), 1)
    )
    return submission


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reporting_submission', 'id'))")
        return cursor.fetchone()[0]
