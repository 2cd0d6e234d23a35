"""Writes the workbooks of the Federal Audit Clearinghouse for an agency's fiscal year."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from grants.kernel.refusals import Refusal
from grants.parties.models import Party
from reporting.documents.actions import issue_document
from reporting.exports.fac.of_schedule import workbooks_of
from reporting.management.acting import acting
from reporting.report import thawed


class Command(BaseCommand):
    """Issues the pre-check as a document, and writes it with the workbooks made from its figures."""

    help = "Write the federal awards and notes workbooks of a fiscal year, and what would be refused of them."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--agency", required=True, help="Code of the agency or state.")
        parser.add_argument(
            "--through", type=date.fromisoformat, required=True, help="Last day of the fiscal year."
        )
        parser.add_argument("--out", type=Path, required=True, help="The folder that the files go into.")
        parser.add_argument("--by", help="E-mail address of who makes them; needed where there are several.")

    def handle(self, *args: Any, **options: Any) -> None:
        agency = Party.objects.filter(code=options["agency"]).first()
        if agency is None:
            raise CommandError(f"There is no agency “{options['agency']}”.")
        try:
            document = issue_document(
                agency,
                report="audit-submission",
                through=options["through"],
                by=acting(options["by"], "issue_documents"),
            )
        except (Refusal, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        figures, out = thawed(document.figures), options["out"]
        out.mkdir(parents=True, exist_ok=True)
        files = {**workbooks_of(figures), f"{document.number}.pdf": bytes(document.content)}
        for name, content in files.items():
            (out / name).write_bytes(content)
            self.stdout.write(f"{name}: {len(content):,} bytes")
        for each in figures["refused"]:
            place = " ".join(filter(None, (each["sheet"], each["cells"])))
            self.stdout.write(
                f"{each['severity']}: {place}: {each['message']} {each['fix']} ({each['rule']})"
            )
