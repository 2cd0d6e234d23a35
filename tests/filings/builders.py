"""Builders of periods and filings, made by the same actions that people use."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone

from grants.kernel.roles import Role
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
from tests.builders import Office, a_party, a_person

COST = {"incurred_on": "2022-05-17", "category": "Supplies", "payee": "Ohio Cable", "amount": "100.00"}


def a_cost(amount: str = "100.00", **given: str) -> dict[str, str]:
    """A line as a clerk enters it."""
    return {**COST, "amount": amount, **given}


class County:
    """A county with a subaward, its clerk who prepares and its officer who certifies."""

    def __init__(self, office: Office, *, amount: str = "1000.00", **given: Any) -> None:
        self.office = office
        self.party = a_party(keeper=office.agency)
        self.preparer = a_person(Role.PREPARER, self.party)
        self.certifier = a_person(Role.CERTIFIER, self.party)
        self.subaward: Subaward = office.a_subaward(amount, subrecipient=self.party, **given)
        self.program: Program = self.subaward.program

    def period(self, code: str = "2022-Q2") -> ReportingPeriod:
        """A period of the program; the periods are made when they are not there yet."""
        if not self.program.periods.filter(code=code).exists():
            open_periods(self.program, through=date(2023, 12, 31), by=self.office.program_officer)
        return self.program.periods.get(code=code)

    def files(self, *rows: Mapping[str, str], code: str = "2022-Q2", **given: Any) -> Filing:
        """What its clerk enters for a period: one cost of $100 by default."""
        period = given.pop("period", None) or self.period(code)
        entered: Sequence[Mapping[str, str]] = () if "content" in given else rows or (a_cost(),)
        return receive_filing(self.subaward, period=period, entered=entered, by=self.preparer, **given)

    def signs(self, filing: Filing) -> Filing:
        """What its officer certifies, once warnings are acknowledged."""
        if filing.stage == Stage.DRAFT:
            filing = acknowledge_warnings(filing, by=self.preparer)
        version = attestation_on(timezone.localdate()).version
        return certify_filing(filing, version=version, by=self.certifier)

    def signed(self, *rows: Mapping[str, str], **given: Any) -> Filing:
        """A filing that is filed and certified."""
        return self.signs(self.files(*rows, **given))

    def posted(self, *rows: Mapping[str, str], **given: Any) -> Filing:
        """A filing that is filed, certified and accepted."""
        return accept_filing(self.signed(*rows, **given), by=self.office.program_officer)

    @property
    def spent(self) -> Decimal:
        """What the subaward has spent, as its standing says."""
        return type(self.subaward.standing).objects.get(pk=self.subaward.pk).expended


def another(county: County, **given: Any) -> County:
    """A further county with a subaward of the same program."""
    return County(county.office, allocation=county.subaward.allocation, **given)


def address(page: str, record: Any) -> str:
    """Where the desk has a page of a period."""
    return reverse(f"admin:reporting_reportingperiod_{page}", args=[record.pk])
