"""A package is asked for, and gathered by a worker into one file."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.mail import send_mail
from django.db import connection, transaction
from django.utils import timezone

from grants.kernel.action import action
from grants.kernel.jobs import later
from grants.kernel.refusals import Refusal
from grants.kernel.scope import may
from grants.ledger.queries import moment_known
from reporting.packages.ledger import ledger_lines, write_ledger
from reporting.packages.models import Package, Part, Stage
from reporting.packages.parts import ADDS, Asked, add_reports
from reporting.packages.readme import readme_of
from reporting.packages.writing import Archive
from reporting.report import REPORTS
from reporting.standpoint import Subject, filed_under, subject_named

_PIECE = 1 << 20


@action("package.ask", needs="gather_packages", locks=False)
def ask_package(
    subject: Subject,
    *,
    through: date,
    parts: Sequence[str] = tuple(Part),
    reports: Sequence[str] = (),
    as_known_at: datetime | None = None,
    by: Any,
) -> Package:
    """Have a worker gather a package about a subaward, a program, or the programs of an agency.

    The same request while the first is still being gathered, or for the same moment, gives the same package.
    Refuses ``not-yet``, ``no-such-report`` and ``empty-package``.
    """
    known = moment_known()
    if as_known_at and as_known_at > known:
        raise Refusal("What will be known at a moment to come cannot be gathered.", code="not-yet")
    if unknown := [code for code in reports if code not in REPORTS]:
        raise Refusal(f"There is no report “{unknown[0]}”.", code="no-such-report")
    if not parts and not reports:
        raise Refusal("Choose at least one part or report.", code="empty-package")
    if reports and not may(by, "issue_documents", subject):
        raise PermissionDenied(f"{by} may not issue reports on {subject}.")
    asked = {
        **filed_under(subject, by),
        "parts": [part for part in Part.values if part in parts],
        "reports": sorted(set(reports)),
        "through": through,
        "asked_by": by,
    }
    same = Package.objects.filter(**{"party": None, **asked})
    same = same.filter(as_known_at=as_known_at) if as_known_at else same.filter(stage=Stage.ASKED)
    if found := same.order_by("pk").first():
        return found
    moment = as_known_at or known
    key = _next_key()
    package = Package.objects.create(
        pk=key,
        number=f"P-{key:06}",
        **asked,
        as_known_at=moment,
        entry_count=ledger_lines(subject, by, through=through, known=moment).count(),
        asked_at=known,
    )
    package.job = later(gather_package, package, by=by)
    package.save(update_fields=["job"])
    return package


@action("package.gather", needs="gather_packages")
def gather_package(package: Package, *, by: Any) -> Package:
    """Gather a package as who asked for it sees the books, keep its file, and write to her.

    One that is ready stays as it is, so that a job may run twice. Refuses ``of-another`` to anyone else.
    """
    if package.stage == Stage.READY:
        return package
    if package.asked_by_id != by.pk:
        raise Refusal("A package is gathered for who asked for it.", code="of-another")
    with TemporaryFile() as spool:
        write_package(package, spool, person=by)
        package.size, package.sha256 = spool.tell(), _hash_of(spool)
        package.file = f"packages/{package.number}.zip"
        default_storage.delete(package.file)
        package.file = default_storage.save(package.file, File(spool))
    package.ready_at = timezone.now()
    package.move_to(Stage.READY)
    package.save()
    transaction.on_commit(partial(_tell_her, package))
    return package


def write_package(package: Package, out: IO[bytes], *, person: Any) -> None:
    """Write the files of a package, and the manifest of their hashes, as a stream."""
    asked = Asked(package, subject_named(package.about), person)
    archive = Archive(out, package.as_known_at)
    archive.add("README.txt", readme_of(package).encode())
    add_reports(archive, asked)
    if Part.LEDGER in package.parts:
        lines = ledger_lines(asked.subject, person, through=package.through, known=package.as_known_at)
        write_ledger(archive, lines, moment=package.as_known_at.astimezone(UTC))
    for part, add in ADDS.items():
        if part in package.parts:
            add(archive, asked)
    archive.close()
    out.flush()


def _hash_of(file: IO[bytes]) -> str:
    """The SHA-256 of a file, which then stands at its beginning again."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def _tell_her(package: Package) -> None:
    text = (
        f"The package {package.number} about {package.about} is ready: {package.size:,} bytes, "
        f"SHA-256 {package.sha256}.\n\nSign in and open it under its number. Before you rely on it, "
        "unpack it and run sha256sum -c SHA256SUMS."
    )
    send_mail(f"Package {package.number} is ready", text, None, [package.asked_by.email])


def _next_key() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reporting_package', 'id'))")
        return cursor.fetchone()[0]
