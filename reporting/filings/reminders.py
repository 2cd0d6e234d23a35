"""Reminders: mails to subrecipients that have not signed a report, each kind once a period."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.mail import send_mail
from django.db import transaction

from grants.kernel.periods import long_date
from grants.kernel.roles import Role
from grants.parties.models import ContactKind, Membership, Party
from grants.programs.models import ProgramStage
from grants.subawards.models import Stage
from reporting.filings.models import Reminder, ReminderKind, ReportingPeriod
from reporting.filings.queries import Due, due_for

DAYS_AHEAD = 14
"""Days before the due day on which a subrecipient is reminded."""


@dataclass(frozen=True)
class Owed:
    """Reports of one period that one party has not signed, and what it is reminded of."""

    period: ReportingPeriod
    party: Party
    kind: ReminderKind
    dues: tuple[Due, ...]

    @property
    def subject(self) -> str:
        """The subject of the mail."""
        is_late = self.kind == ReminderKind.OVERDUE
        says = "was due on" if is_late else "is due on"
        return f"Report {self.period.code} {says} {long_date(self.period.due_on)}: {self.period.program}"

    @property
    def text(self) -> str:
        """The body of the mail."""
        lines = [f"  {due.subaward.number}  {due.subaward.title}: {_how_it_stands(due)}" for due in self.dues]
        days = f"{long_date(self.period.starts_on)} to {long_date(self.period.ends_on)}"
        return "\n".join(
            [
                f"To {self.party}:",
                "",
                f"{self.subject}. It covers {days}.",
                "",
                "Not signed yet:",
                *lines,
                "",
                "Sign in, upload the workbook or enter the lines, and have your certifying official sign.",
            ]
        )


def owed_on(day: date) -> Iterator[Owed]:
    """What subrecipients are to be reminded of on a day and have not been yet."""
    periods = ReportingPeriod.objects.filter(
        ends_on__lt=day, due_on__lte=day + timedelta(days=DAYS_AHEAD), program__stage=ProgramStage.OPEN
    ).select_related("program")
    done = set(Reminder.objects.filter(period__in=periods).values_list("period", "party", "kind"))
    for period in periods.order_by("due_on", "pk"):
        kind = ReminderKind.OVERDUE if day > period.due_on else ReminderKind.DUE
        by_party: dict[Party, list[Due]] = {}
        for due in due_for(period, on=day):
            if not due.is_filed and due.subaward.stage == Stage.ISSUED:
                by_party.setdefault(due.subaward.subrecipient, []).append(due)
        for party, dues in by_party.items():
            if (period.pk, party.pk, kind) not in done:
                yield Owed(period, party, kind, tuple(dues))


def send_reminders(day: date) -> tuple[list[Reminder], list[Owed]]:
    """Send what is owed on a day; returns what was sent, and what has nobody to be sent to.

    Each mail and its record stand or fall together: what could not be sent is sent the next time.
    """
    sent, nobody = [], []
    for owed in owed_on(day):
        addresses = addresses_of(owed.party)
        if not addresses:
            nobody.append(owed)
        elif reminder := _sent(owed, addresses):
            sent.append(reminder)
    return sent, nobody


def _sent(owed: Owed, addresses: list[str]) -> Reminder | None:
    """The reminder, sent; None when somebody else sends it at this moment."""
    about = {"sent_to": addresses, "subawards": [due.subaward.number for due in owed.dues]}
    with transaction.atomic():
        reminder, is_new = Reminder.objects.get_or_create(
            period=owed.period, party=owed.party, kind=owed.kind, defaults=about
        )
        if is_new:
            send_mail(owed.subject, owed.text, None, addresses)
    return reminder if is_new else None


def addresses_of(party: Party) -> list[str]:
    """Where to write to: its contacts for finance and certification and its liaison, else its preparers."""
    kinds = [ContactKind.FINANCE, ContactKind.CERTIFIER, ContactKind.LIAISON]
    contacts = party.contacts.filter(kind__in=kinds).exclude(email="").order_by("pk")
    return _once(contacts.values_list("email", flat=True)) or _once(_preparers_of(party))


def _preparers_of(party: Party) -> Any:
    members = Membership.objects.current().filter(party=party, role=Role.PREPARER, person__is_active=True)
    return members.order_by("pk").values_list("person__email", flat=True)


def _once(addresses: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(addresses))


def _how_it_stands(due: Due) -> str:
    """In words, why it is not signed."""
    if due.filing is None:
        return "nothing filed"
    return f"{due.filing.number} is {due.filing.get_stage_display().lower()}"
