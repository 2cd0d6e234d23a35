"""Issues a report as a document and writes it to a file."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.utils import timezone

from grants.kernel.refusals import Refusal
from grants.parties.models import Party, PartyKind
from reporting.documents.actions import issue_document
from reporting.documents.models import Format
from reporting.documents.subjects import SUBJECTS, Subject
from reporting.management.acting import acting
from reporting.report import REPORTS

MOST_TOLD = 40


class Command(BaseCommand):
    """The same action as the desk and the API."""

    help = f"Issue one of: {', '.join(REPORTS)}. The ending of --out says how: .pdf, .csv or .xlsx."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("report")
        of = parser.add_argument_group("about", "Without any: the state, and all its programs.")
        of = of.add_mutually_exclusive_group()
        for subject in SUBJECTS.values():
            told = f"{subject.words}, by its {subject.key}"
            of.add_argument(f"--{subject.name.replace('_', '-')}", help=told)
        parser.add_argument("--through", type=date.fromisoformat, help="Last day counted; today by default.")
        parser.add_argument("--as-known-at", type=datetime.fromisoformat, help="A moment; now by default.")
        parser.add_argument("--out", type=Path, required=True)
        parser.add_argument("--by", help="E-mail address of who issues it; needed where there are several.")

    def handle(self, *args: Any, **options: Any) -> None:
        out: Path = options["out"]
        format = out.suffix.removeprefix(".")
        if format not in Format.values:
            raise CommandError(f"{out.name} should end in .pdf, .csv or .xlsx.")
        known = options["as_known_at"]
        try:
            document = issue_document(
                _record({subject: options[name] for name, subject in SUBJECTS.items() if options[name]}),
                report=options["report"],
                through=options["through"] or timezone.localdate(),
                as_known_at=timezone.make_aware(known) if known and timezone.is_naive(known) else known,
                format=format,
                by=acting(options["by"], "issue_documents"),
            )
        except (Refusal, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        out.write_bytes(document.content)
        self.stdout.write(f"{document.number}, {document.title}: {out}, SHA-256 {document.sha256}")


def _record(named: dict[Subject, str]) -> models.Model:
    """The one record that was named, or the state where none was."""
    for subject, key in named.items():
        records = subject.model._base_manager.filter(**{"kind__in": subject.kinds} if subject.kinds else {})
        if not key.isdecimal() and subject.key == "id":
            raise CommandError(f"“{key}” is no id of {subject.words}.")
        if found := records.filter(**{subject.key: key}).first():
            return found
        known = list(records.order_by(subject.key).values_list(subject.key, flat=True)[:MOST_TOLD])
        told = ", ".join(map(str, known)) or "none"
        raise CommandError(f"There is no {subject.words.split(' ', 1)[1]} “{key}”. There are: {told}.")
    if state := Party.objects.filter(kind=PartyKind.STATE).first():
        return state
    raise CommandError("There is no state in the books yet.")
