"""Steps of a load that concern periods and filings; each looks first for what it would make."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from demo.steps import Office
from grants.parties.models import User
from grants.programs.models import Program
from grants.subawards.models import Subaward
from reporting.filings.actions import (
    accept_filing,
    acknowledge_warnings,
    certify_filing,
    open_periods,
    receive_filing,
)
from reporting.filings.attestation import attestation_on
from reporting.filings.models import Filing, ReportingPeriod, Stage
from reporting.filings.queries import missing_periods

Content = tuple[str, bytes]
"""A file's name and its bytes."""


@dataclass(frozen=True)
class Filers:
    """Who prepares and who certifies for a subrecipient, and the office that accepts."""

    prepares: User
    certifies: User
    office: Office

    def filed(self, subaward: Subaward, period: ReportingPeriod, content: Callable[[], Content]) -> Filing:
        """The filing of a subaward and period, received where there is none, as far as it can be brought.

        One with errors stays as it was received, with its problems.
        """
        found = subaward.filings.filter(period=period).exclude(stage=Stage.REPLACED).order_by("-pk").first()
        if found is None:
            name, given = content()
            found = receive_filing(subaward, period=period, name=name, content=given, by=self.prepares)
        if found.stage == Stage.DRAFT and not found.errors:
            found = acknowledge_warnings(found, by=self.prepares)
        if found.stage == Stage.CHECKED:
            version = attestation_on(timezone.localdate()).version
            found = certify_filing(found, version=version, by=self.certifies)
        return accept_filing(found, by=self.office.proposes) if found.stage == Stage.CERTIFIED else found


def opened(office: Office, program: Program, *, through: date, layout: str | None = None) -> None:
    """The reporting periods of a program through a day, as its family reports."""
    if missing_periods(program, through=through, today=timezone.localdate()):
        open_periods(program, through=through, layout=layout, by=office.proposes)
