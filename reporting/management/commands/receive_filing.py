"""Receives a workbook as a filing, by the same actions as the portal and the API."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from grants.kernel.refusals import Refusal, Unreadable
from grants.kernel.roles import Role, roles_that_may
from grants.kernel.scope import may
from grants.parties.models import User
from grants.subawards.models import Subaward
from reporting.filings.actions import accept_filing, acknowledge_warnings, certify_filing, receive_filing
from reporting.filings.attestation import attestation_on
from reporting.filings.models import Filing, ReportingPeriod, Stage
from reporting.gates import LARGEST_FILE


class Command(BaseCommand):
    """Files for who prepares; with --accept also certifies and accepts it, each by another person."""

    help = "Receive FILE as a filing. Problems are told with sheet and cell; exit 1 if any is an error."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--subaward", required=True, metavar="NUMBER")
        parser.add_argument("--period", required=True, metavar="CODE")
        parser.add_argument("--accept", action="store_true", help="Acknowledge, certify, accept and post it.")
        for who, does in (("by", "prepares"), ("certified-by", "certifies"), ("accepted-by", "accepts")):
            says = f"E-mail address of who {does} it; needed where several may."
            parser.add_argument(f"--{who}", metavar="E-MAIL", help=says)

    def handle(self, *args: Any, **options: Any) -> None:
        subaward, period = _named(options["subaward"], options["period"])
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        with file.open("rb") as opened:
            content = opened.read(LARGEST_FILE + 1)
        try:
            filing = self._received(subaward, period, file.name, content, options)
        except (Refusal, Unreadable, PermissionDenied) as no:
            raise CommandError(str(no)) from no
        spent = f"{filing.line_count:,} lines, ${filing.spent:,.2f} spent"
        stage = filing.get_stage_display().lower()
        self.stdout.write(f"{filing.number}, {filing.layout}: {spent}; {stage}.")

    def _received(
        self,
        subaward: Subaward,
        period: ReportingPeriod,
        name: str,
        content: bytes,
        options: dict[str, Any],
    ) -> Filing:
        clerk = _person(options["by"], "file_reports", subaward)
        filing = receive_filing(subaward, period=period, name=name, content=content, by=clerk)
        for problem in filing.problems:
            place = " ".join(part for part in (problem["sheet"], problem["cells"]) if part) or name
            says = f"{place}: {problem['message']} {problem['fix']}".strip()
            self.stderr.write(f"{problem['severity']}: {says}")
        if filing.errors:
            raise CommandError(f"{filing.number} has {filing.errors:,} errors and stays a draft.")
        if not options["accept"]:
            return filing
        certifier = _person(options["certified_by"], "certify_reports", subaward)
        officer = _person(options["accepted_by"], "accept_reports", subaward)
        if filing.stage == Stage.DRAFT:
            filing = acknowledge_warnings(filing, by=clerk)
        version = attestation_on(timezone.localdate()).version
        return accept_filing(certify_filing(filing, version=version, by=certifier), by=officer)


def _named(number: str, code: str) -> tuple[Subaward, ReportingPeriod]:
    """The subaward of a number and the period of its program with a code."""
    subaward = Subaward.objects.filter(number=number).first()
    if subaward is None:
        raise CommandError(f"There is no subaward “{number}”.")
    period = ReportingPeriod.objects.filter(program=subaward.program_id, code=code).first()
    if period is None:
        known = subaward.program.periods.order_by("starts_on").values_list("code", flat=True)
        raise CommandError(f"There is no period “{code}”. There are: {', '.join(known) or 'none yet'}.")
    return subaward, period


def _person(email: str | None, need: str, subaward: Subaward) -> User:
    """Who acts: the person named, else the one who may.

    Where several may, those of the first role count, and of them who belongs to the party itself and not to
    the one above it.
    """
    people = User.objects.filter(is_active=True).order_by("pk")
    if email:
        person = people.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"There is no person “{email}”.")
        return person
    does = need.replace("_", " ")
    for role in (role for role in Role if role in roles_that_may(need)):
        holders = people.filter(memberships__role=role).distinct()
        found = [person for person in holders if may(person, need, subaward)]
        own = [person for person in found if _is_of(person, subaward)]
        if 1 in (len(found), len(own)):
            return (own or found)[0]
        if found:
            names = ", ".join(person.email for person in found[:5])
            raise CommandError(f"Several people may {does} of {subaward}; name one: {names}.")
    raise CommandError(f"Nobody may {does} of {subaward} yet.")


def _is_of(person: User, subaward: Subaward) -> bool:
    """Whether a person belongs to the agency or the subrecipient themselves."""
    parties = (subaward.program.agency_id, subaward.subrecipient_id)
    return person.memberships.current().filter(party__in=parties).exists()
