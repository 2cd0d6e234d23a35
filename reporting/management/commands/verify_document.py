"""Says whether a file is a document that was issued here, unchanged."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reporting.documents.actions import drawn
from reporting.documents.queries import document_of, standing_of


class Command(BaseCommand):
    """Compare by hash, and draw the document again from its kept figures."""

    help = "Verify a file; exit 1 if it was not issued here or was changed."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        document = document_of(file.read_bytes())
        if document is None:
            raise CommandError(f"{file.name} was not issued here, or it was changed since.")
        again = "drawn again from its figures it has the same bytes"
        if drawn(document) != bytes(document.content):
            again = "this version of the product draws its figures otherwise"
        self.stdout.write(
            f"{file.name} is document {document.number}, {document.title}, issued by {document.issued_by} on "
            f"{document.issued_at:%Y-%m-%d at %H:%M} UTC, unchanged; {again}. "
            f"{standing_of(document)}"
        )
