"""Duties after the money is spent, as days and dollars: single audit, closeout, and keeping records."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from grants.compliance.law import Law
from grants.compliance.law import law as current
from grants.kernel.money import ZERO
from grants.kernel.periods import month_end, months_later, next_business_day

PANDEMIC = frozenset({"crf", "slfrf", "neu", "cpf"})
"""Families of Treasury's pandemic programs, whose terms ask for a longer retention."""


@dataclass(frozen=True)
class AuditDuty:
    """Whether a fiscal year calls for a single audit, and by when its package is due; dollars.

    ``due_on`` is None when no audit is required.
    """

    threshold: Decimal
    expended: Decimal
    is_required: bool
    after_year_end: date
    after_report: date | None
    due_on: date | None


def audit_duty(
    year_starts_on: date,
    year_ends_on: date,
    expended: Decimal,
    *,
    report_received_on: date | None = None,
    law: Law = current,
) -> AuditDuty:
    """The duty of an entity that expended so many federal dollars in a fiscal year.

    The first day of the year chooses the threshold; equal to it counts. The package is due on the earlier of
    30 days after the auditor's report and nine months after year end, or the next business day. Nine months
    after the last day of a month is the last day of a month.

    Source: 2 CFR 200.501(a), 200.512(a)(1).
    """
    threshold = law["single_audit.expended_threshold"].on(year_starts_on)
    months = int(law["single_audit.year_end_months"].on(year_starts_on))
    after_year_end = _whole_months_later(year_ends_on, months)
    after_report = report_received_on and report_received_on + timedelta(
        days=int(law["single_audit.report_days"].on(year_starts_on))
    )
    is_required = expended >= threshold
    due_on = next_business_day(min(after_year_end, after_report or after_year_end)) if is_required else None
    return AuditDuty(threshold, expended, is_required, after_year_end, after_report or None, due_on)


def _whole_months_later(day: date, months: int) -> date:
    later = months_later(day, months)
    return month_end(later) if day == month_end(day) else later


def decision_due_on(accepted_on: date, *, law: Law = current) -> date:
    """The day by which a pass-through entity decides on a finding of a report accepted on a day.

    Source: 2 CFR 200.521(d).
    """
    return months_later(accepted_on, int(law["single_audit.decision_months"].on(accepted_on)))


@dataclass(frozen=True)
class CloseoutDays:
    """The days that end a subaward; those of the recipient and the target are None where no law sets them."""

    reports_due_on: date
    recipient_due_on: date | None
    target_on: date | None


def closeout_days(ends_on: date, awarded_on: date, *, law: Law = current) -> CloseoutDays:
    """When reports and payments are due after the last day of performance, under an award of a date.

    The subrecipient's day binds reports and liquidation alike. Source: 2 CFR 200.344(b), (c), (h).
    """

    def after(code: str) -> date | None:
        number = law[code]
        if awarded_on < number.values[0].starts_on:
            return None
        return ends_on + timedelta(days=int(number.on(awarded_on)))

    days = int(law["closeout.subrecipient_days"].on(awarded_on))
    return CloseoutDays(
        ends_on + timedelta(days=days), after("closeout.recipient_days"), after("closeout.target_days")
    )


@dataclass(frozen=True)
class Settlement:
    """What a subaward leaves to settle when it ends, in dollars (2 CFR 200.344, 200.346, 200.306)."""

    allowable: Decimal
    refund_due: Decimal
    still_to_pay: Decimal
    to_deobligate: Decimal
    cost_share_short: Decimal

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to move."""
        return not any((self.refund_due, self.still_to_pay, self.to_deobligate))


def settlement(
    *,
    obligated: Decimal,
    allowable: Decimal,
    paid: Decimal,
    cost_share_required: Decimal,
    cost_shared: Decimal,
) -> Settlement:
    """What follows from the figures of a subaward at its end.

    The federal share is what is allowable, at most what is obligated. Cash beyond it is refunded, cash short
    of it still paid, and what is obligated beyond it deobligated.
    """
    share = min(allowable, obligated)
    return Settlement(
        allowable=share,
        refund_due=max(ZERO, paid - share),
        still_to_pay=max(ZERO, share - paid),
        to_deobligate=obligated - share,
        cost_share_short=max(ZERO, cost_share_required - cost_shared),
    )


@dataclass(frozen=True)
class Retention:
    """Until when records are kept; ``until`` is None while something holds them or no clock has begun."""

    under_part_200: date | None
    under_treasury: date | None
    of_property: date | None
    until: date | None
    held_by: tuple[str, ...] = ()


def retention(
    family: str,
    awarded_on: date,
    *,
    final_report_on: date | None = None,
    expended_on: date | None = None,
    disposed_on: date | None = None,
    holds: Collection[str] = (),
    law: Law = current,
) -> Retention:
    """How long the records of a subaward are kept: the latest of the clocks that apply.

    Three years from the final financial report; of Treasury's pandemic programs, five years from the day on
    which all money was spent or returned; of property, three years from its disposition. While litigation, a
    claim, an audit or a written notice holds them, there is no end.

    Source: 2 CFR 200.334; Treasury OIG-CA-20-021.
    """
    part_200 = _years_later(final_report_on, "retention.years", awarded_on, law)
    of_property = _years_later(disposed_on, "retention.property_years", awarded_on, law)
    is_pandemic = family in PANDEMIC
    treasury = _years_later(expended_on, "retention.pandemic_years", awarded_on, law) if is_pandemic else None
    has_begun = part_200 is not None and (treasury is not None or not is_pandemic)
    clocks = [day for day in (part_200, treasury, of_property) if day]
    until = max(clocks) if has_begun and not holds else None
    return Retention(part_200, treasury, of_property, until, tuple(sorted(holds)))


def _years_later(day: date | None, code: str, awarded_on: date, law: Law) -> date | None:
    return months_later(day, 12 * int(law[code].on(awarded_on))) if day else None
