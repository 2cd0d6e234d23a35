"""Makes the files of a federal report, keeps them, and writes them into a folder."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from grants.kernel.refusals import Refusal
from grants.programs.models import Program
from reporting.export import EXPORTS
from reporting.management.acting import acting
from reporting.submissions.actions import make_submission
from reporting.submissions.models import Submission

MOST_TOLD = 40


class Command(BaseCommand):
    """The same action as the desk and the API."""

    help = "Make the files of a federal report, and tell what the portal would refuse of them."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("code", help=f"One of: {', '.join(EXPORTS)}.")
        parser.add_argument("--program", required=True, help="Code of the program.")
        parser.add_argument("--period", required=True, help="Code of the period: 2022-Q2.")
        parser.add_argument("--as-known-at", type=datetime.fromisoformat, help="A moment; now by default.")
        parser.add_argument("--out", type=Path, required=True, help="The folder that the files go into.")
        parser.add_argument("--by", help="E-mail address of who makes them; needed where there are several.")

    def handle(self, *args: Any, **options: Any) -> None:
        known = options["as_known_at"]
        try:
            submission = make_submission(
                _program(options["program"]),
                export=options["code"],
                period=options["period"],
                as_known_at=timezone.make_aware(known) if known and timezone.is_naive(known) else known,
                by=acting(options["by"], "issue_documents"),
            )
        except (Refusal, PermissionDenied) as refused:
            raise CommandError(str(refused)) from refused
        options["out"].mkdir(parents=True, exist_ok=True)
        for file in submission.files.order_by("place"):
            (options["out"] / file.name).write_bytes(file.content)
            self.stdout.write(f"{file.name}: {file.rows:,} rows, SHA-256 {file.sha256}")
        self._tell(submission)

    def _tell(self, submission: Submission) -> None:
        """What the portal would refuse, errors first, and how much of it there is."""
        for objection in submission.objections[:MOST_TOLD]:
            causes = "; ".join(objection["causes"][:3])
            place = " ".join(filter(None, (objection["file"], objection["cells"])))
            self.stdout.write(
                f"{objection['severity']}: {place}: {objection['message']}{f' ({causes})' if causes else ''}"
            )
        if len(submission.objections) > MOST_TOLD:
            rules = Counter(objection["rule"] for objection in submission.objections[MOST_TOLD:])
            rest = ", ".join(f"{count:,} {rule}" for rule, count in rules.most_common())
            self.stdout.write(f"and more: {rest}")
        self.stdout.write(
            f"{submission.number}, {submission.title}: {submission.errors:,} errors, "
            f"{submission.warnings:,} warnings, SHA-256 {submission.sha256}"
        )


def _program(code: str) -> Program:
    try:
        return Program.objects.get(code=code)
    except Program.DoesNotExist:
        known = ", ".join(Program.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(f"There is no program “{code}”. There are: {known}.") from None
