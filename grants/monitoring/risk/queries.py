"""What is known of a subrecipient's risk: the assessment in force, and what the books say of it."""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Max, Q, Sum

from grants.compliance.models import UNSOLVED, Finding, Severity
from grants.kernel.money import ZERO
from grants.kernel.roles import AT_THE_DESK
from grants.monitoring.audits.models import AuditFinding
from grants.monitoring.risk.models import RiskAssessment, RiskBands
from grants.monitoring.risk.scoring import scheme
from grants.monitoring.visits.models import FollowUp, FollowUpStage
from grants.subawards.models import Stage, Subaward
from reporting.filings.models import SIGNED, Filing, ReportingPeriod

_YEAR = timedelta(days=365)
_OWED_BY_THE_AGENCY = ("200.208", "200.331", "200.332", "200.521", "part 170")
"""Paragraphs that bind the pass-through entity: their breach says nothing of its subrecipient."""


def bands_of(agency: Any) -> tuple[int, int]:
    """From which score on an agency calls a risk medium, and high; by default as the factors say."""
    own = RiskBands.objects.filter(agency=agency).order_by("-pk").first()
    return (own.medium_from, own.high_from) if own else (scheme().medium_from, scheme().high_from)


def in_force(agency: Any, parties: Collection[int] | None = None) -> dict[int, RiskAssessment]:
    """The newest assessment of each party by an agency, by the party's key."""
    made = RiskAssessment.objects.filter(agency=agency)
    if parties is not None:
        made = made.filter(party__in=parties)
    newest = made.order_by().values("party").annotate(newest=Max("pk")).values("newest")
    return {each.party_id: each for each in RiskAssessment.objects.filter(pk__in=newest)}


def figures_of(agency: Any, party: Any, *, on: date) -> dict[str, Decimal | int]:
    """What the agency's books say of a party, by the codes of the computed factors."""
    theirs = Subaward.objects.filter(program__agency=agency, subrecipient=party)
    obligated = theirs.aggregate(total=Sum("standing__obligated"))["total"] or ZERO
    return {
        "size": obligated,
        "late": late_reports(agency, [party.pk], on=on)[party.pk],
        "open": open_findings(agency, party),
    }


def late_reports(agency: Any, parties: Collection[int], *, on: date) -> Counter[int]:
    """How many reports due in the twelve months before a day came late or not at all, by party.

    A report is owed by each issued subaward that the days of the period fall into.
    """
    due = ReportingPeriod.objects.filter(program__agency=agency, due_on__gt=on - _YEAR, due_on__lt=on)
    periods: dict[int, list[ReportingPeriod]] = {}
    for period in due:
        periods.setdefault(period.program_id, []).append(period)
    subawards = Subaward.objects.filter(
        program__in=periods, subrecipient__in=parties, stage__in=[Stage.ISSUED, Stage.CLOSED]
    )
    signed = Filing.objects.filter(period__in=due, stage__in=SIGNED).values("subaward", "period")
    in_time = {
        (row["subaward"], row["period"])
        for row in signed.annotate(late=Count("pk", filter=Q(is_late=True)), all=Count("pk"))
        if row["late"] < row["all"]
    }
    late: Counter[int] = Counter()
    for subaward in subawards:
        for period in periods[subaward.program_id]:
            first, last = subaward.starts_on or subaward.issued_on, subaward.ends_on
            owed = (not first or first <= period.ends_on) and (not last or last >= period.starts_on)
            if owed and (subaward.pk, period.pk) not in in_time:
                late[subaward.subrecipient_id] += 1
    return late


def open_findings(agency: Any, party: Any) -> int:
    """What a party has to put right: audit findings undecided, follow-ups, findings of the books.

    A follow-up of a finding that is still open counts once, with the finding.
    """
    undecided = AuditFinding.objects.filter(
        audit__agency=agency, audit__party=party, is_ours=True, decision=None
    )
    undone = FollowUp.objects.filter(agency=agency, party=party, stage=FollowUpStage.OPEN)
    once = undone.exclude(finding__in=Finding.objects.filter(_theirs(agency, party)))
    return undecided.count() + once.count() + Finding.objects.filter(_theirs(agency, party)).count()


def _theirs(agency: Any, party: Any) -> Q:
    """Open findings that a party has to answer for; what only the agency owes is left out."""
    of_the_agency = reduce(or_, (Q(cites__contains=place) for place in _OWED_BY_THE_AGENCY))
    about = Q(subaward__subrecipient=party) | Q(subaward=None, party=party)
    return about & Q(agency=agency, stage__in=UNSOLVED, severity__gte=Severity.WARNING) & ~of_the_agency


def told_to(person: Any) -> Q:
    """The conditions that a person is told of: all by an agency of hers, else those with a notice."""
    held = person.memberships.current().filter(role__in=AT_THE_DESK).values("party")
    agency = "subaward__program__agency"
    return Q(noticed_on__isnull=False) | Q(**{f"{agency}__in": held}) | Q(**{f"{agency}__parent__in": held})
