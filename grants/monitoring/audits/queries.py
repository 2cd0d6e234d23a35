"""Who must be audited, by when, what is late, and which findings wait for a decision."""

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Case, DecimalField, F, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from grants.compliance.duties import AuditDuty, audit_duty, decision_due_on
from grants.compliance.law import law
from grants.kernel.money import ZERO
from grants.kernel.periods import Period, fiscal_year
from grants.ledger.models import Balance
from grants.ledger.queries import sums
from grants.monitoring.audits.models import AuditFinding, AuditStage, SingleAudit
from grants.programs.models import Allocation
from grants.subawards.models import Stage, Subaward

_SPENT, _PASSED_ON = "expenditure", {"payment": 1, "refund": -1}
_SIGNED = Case(When(kind="refund", then=-F("amount")), default=F("amount"))
_DOLLARS = DecimalField(max_digits=20, decimal_places=2)


@dataclass(frozen=True)
class AuditStanding:
    """The audit of a fiscal year as it stands: what was spent, whether it is required, whether it is late.

    While nobody has said what was spent elsewhere, the duty is known only if our money alone makes it.
    """

    audit: SingleAudit
    expended_here: Decimal
    duty: AuditDuty
    on: date

    @property
    def is_known(self) -> bool:
        """Whether the duty is certain."""
        return self.duty.is_required or self.audit.expended_elsewhere is not None

    @property
    def is_overdue(self) -> bool:
        """Whether an audit that is required should have come by now."""
        due = self.duty.due_on
        return due is not None and due < self.on and self.audit.stage != AuditStage.RECEIVED

    @property
    def in_words(self) -> str:
        """How it stands, in a few words."""
        if self.audit.stage != AuditStage.AWAITED:
            return self.audit.get_stage_display().lower()
        if not self.is_known:
            return "spending elsewhere not declared"
        if not self.duty.is_required:
            return "not required"
        return "overdue" if self.is_overdue else "awaited"


@dataclass(frozen=True)
class DecisionDue:
    """A finding on our money without a management decision, and the day by which it needs one."""

    finding: AuditFinding
    due_on: date
    on: date

    @property
    def is_overdue(self) -> bool:
        """Whether the day has passed."""
        return self.due_on < self.on


def subrecipients_of(agency: Any) -> QuerySet[Subaward]:
    """The subawards that an agency has issued, closed ones included."""
    issued = [Stage.ISSUED, Stage.CLOSED]
    return Subaward.objects.filter(program__agency=agency, stage__in=issued).exclude(subrecipient=agency)


def years_to_follow(agency: Any, *, through: date) -> dict[int, list[Period]]:
    """The fiscal years of each subrecipient of an agency that a subaward touches and that ended by a day."""
    years: dict[int, set[Period]] = {}
    rows = subrecipients_of(agency).values_list(
        "subrecipient", "subrecipient__fiscal_year_begins", "starts_on", "issued_on", "ends_on"
    )
    for party, month, starts_on, issued_on, ends_on in rows:
        year = fiscal_year(min(filter(None, (starts_on, issued_on))), begins_in=month)
        while year.ends_on <= through and year.starts_on <= (ends_on or through):
            years.setdefault(party, set()).add(year)
            year = fiscal_year(year.ends_on + timedelta(days=1), begins_in=month)
    return {party: sorted(found) for party, found in years.items()}


def expended_here(audits: Iterable[SingleAudit]) -> dict[int, Decimal]:
    """Federal dollars that each audit's party spent in its year by the books of the agency, by audit.

    Its own costs when incurred, and what it passed on when disbursed (2 CFR 200.502); no state money.
    """
    followed = list(audits)
    spent = {audit.pk: ZERO for audit in followed}
    years: dict[tuple[int, int], list[SingleAudit]] = {}
    for audit in sorted(followed, key=lambda audit: audit.year_starts_on):
        years.setdefault((audit.agency_id, audit.party_id), []).append(audit)
    for agency in {audit.agency_id for audit in followed}:
        parties = [party for followed_by, party in years if followed_by == agency]
        for party, month, amount in _spending(agency, parties):
            mine = years.get((agency, party), [])
            place = bisect_right([audit.year_starts_on for audit in mine], month) - 1
            if place >= 0 and month <= mine[place].year_ends_on:
                spent[mine[place].pk] += amount
    return spent


def _spending(agency: int, parties: Collection[int]) -> Iterable[tuple[int, date, Decimal]]:
    """Party, month and federal dollars of everything that these parties spent of an agency's programs."""
    received = Subaward.objects.filter(program__agency=agency, subrecipient__in=parties)
    held = Allocation.objects.filter(program__agency=agency, party__in=parties)
    receivers = dict(received.values_list("pk", "subrecipient"))
    holders = dict(held.values_list("pk", "party"))
    by = ("subaward_id", "allocation_id", "federal_award_id", "kind", "month")
    rows = sums(by, where={"subaward_id": list(receivers)}) if receivers else []
    if holders:
        more = sums(by, where={"allocation_id": list(holders)})
        rows += [row for row in more if row["subaward_id"] not in receivers]
    for row in rows:
        if row["federal_award_id"] is None:
            continue
        holder, receiver = holders.get(row["allocation_id"]), receivers.get(row["subaward_id"])
        if row["kind"] == _SPENT and (receiver or (holder and row["subaward_id"] is None)):
            yield receiver or holder or 0, row["month"], row["amount"]
        elif row["kind"] in _PASSED_ON and holder and row["subaward_id"] and holder != receiver:
            yield holder, row["month"], row["amount"] * _PASSED_ON[row["kind"]]


def _at_the_threshold(audits: QuerySet[SingleAudit]) -> QuerySet[SingleAudit]:
    """Those whose party spent as much as the lowest threshold there ever was, summed in the database."""
    lines = Balance.objects.filter(
        program__agency=OuterRef("agency"),
        month__range=(OuterRef("year_starts_on"), OuterRef("year_ends_on")),
        federal_award__isnull=False,
    ).order_by()
    party = OuterRef("party")
    costs = lines.filter(kind=_SPENT)
    passed_on = lines.filter(kind__in=_PASSED_ON, allocation__party=party, subaward__isnull=False)
    of_one = (
        _summed(costs.filter(subaward__subrecipient=party), F("amount")),
        _summed(costs.filter(subaward=None, allocation__party=party), F("amount")),
        _summed(passed_on.exclude(subaward__subrecipient=party), _SIGNED),
    )
    least = min(edition.value for edition in law["single_audit.expended_threshold"].values)
    expended: Any = Coalesce(F("expended_elsewhere"), ZERO, output_field=_DOLLARS)
    for part in of_one:
        expended = expended + Coalesce(part, ZERO, output_field=_DOLLARS)
    return audits.annotate(expended=expended).filter(expended__gte=least)


def _summed(lines: QuerySet[Balance], amount: Any) -> Subquery:
    return Subquery(lines.values("program__agency").annotate(sum=Sum(amount)).values("sum"))


def duties_of(audits: Iterable[SingleAudit], *, on: date) -> list[AuditStanding]:
    """Each audit with its duty on a day; as many queries for many as for one of an agency."""
    followed = list(audits)
    here = expended_here(followed)
    return [
        AuditStanding(
            audit,
            here[audit.pk],
            audit_duty(
                audit.year_starts_on,
                audit.year_ends_on,
                here[audit.pk] + (audit.expended_elsewhere or ZERO),
                report_received_on=audit.report_received_on,
            ),
            on,
        )
        for audit in followed
    ]


def overdue_audits(person: Any, *, on: date) -> list[AuditStanding]:
    """The audits that are late, of all that a person sees; the longest late first."""
    awaited = SingleAudit.objects.visible_to(person).exclude(stage=AuditStage.RECEIVED)
    ended = _at_the_threshold(awaited.filter(year_ends_on__lt=on)).select_related("party")
    late = [each for each in duties_of(ended, on=on) if each.is_overdue]
    return sorted(late, key=lambda each: (each.duty.due_on or on, each.audit.pk))


def decisions_due(person: Any, *, on: date) -> list[DecisionDue]:
    """Findings on our money that wait for a management decision; the earliest due first."""
    waiting = AuditFinding.objects.visible_to(person).filter(is_ours=True, decision=None)
    found = [
        DecisionDue(finding, decision_due_on(finding.audit.fac_accepted_on), on)
        for finding in waiting.select_related("audit__party", "subaward")
        if finding.audit.fac_accepted_on
    ]
    return sorted(found, key=lambda each: (each.due_on, each.finding.pk))
