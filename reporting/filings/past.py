"""What a filing is compared with: the reports of its subaward before, and those of other subawards."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Q, Sum

from reporting.filings.models import Filing, ReportingPeriod, Stage
from reporting.layout import WORKBOOKS, Reading, Workbook
from reporting.past import Past, Told, kept_of, told_again

COUNTS = (Stage.ACCEPTED, Stage.POSTED)
"""Stages of filings that later ones are compared with."""


def past_of(reading: Reading, subaward: Any, period: ReportingPeriod) -> Past:
    """The reports before ``period`` and what came in for the program, in a handful of queries."""
    workbook = WORKBOOKS[reading.layout]
    if not workbook.past_rules:
        return Past()
    earlier = ReportingPeriod.objects.filter(program=period.program_id, ends_on__lt=period.starts_on)
    filings = _told_before(workbook, subaward, period)
    since = max(filter(None, (subaward.starts_on, subaward.issued_on)), default=date.min)
    owed = earlier.filter(ends_on__gte=since).order_by("ends_on").values_list("code", flat=True)
    money = subaward.program.fundings.aggregate(received=Sum("amount"), ends_on=Max("federal_award__ends_on"))
    return Past(
        filings=tuple(filings.values()),
        missing=tuple(code for code in owed if code not in filings),
        is_first=not earlier.exists(),
        elsewhere=tuple(_elsewhere(workbook, reading, subaward)),
        received=money["received"],
        program_ends_on=money["ends_on"],
    )


def _told_before(workbook: Workbook, subaward: Any, period: ReportingPeriod) -> dict[str, Told]:
    """What the newest filing of each earlier period told, if it is of the same layout; oldest first."""
    rows = Filing.objects.filter(
        subaward=subaward,
        period__ends_on__lt=period.starts_on,
        stage__in=COUNTS,
        layout__startswith=f"{workbook.family}/",
        kept__told__isnull=False,
    ).order_by("period__ends_on", "pk")
    told = rows.values_list("period__code", "kept__told")
    return {code: told_again(workbook, code, tables or {}) for code, tables in told}


def _elsewhere(workbook: Workbook, reading: Reading, subaward: Any) -> Sequence[Told]:
    """What filings of other subawards of the program told that name the same in the column ``alike_by``."""
    table, column = workbook.alike_by
    named = {row[column] for row in kept_of(workbook, reading.rows).get(table, ())}
    if not named:
        return ()
    alike = Q()
    for value in sorted(named):
        alike |= Q(**{f"kept__told__{table}__contains": [{column: value}]})
    rows = Filing.objects.filter(
        alike,
        subaward__program=subaward.program_id,
        stage__in=COUNTS,
        layout__startswith=f"{workbook.family}/",
    ).exclude(subaward=subaward)
    told = rows.order_by("pk").values_list("subaward__number", "kept__told")
    return [told_again(workbook, number, tables or {}) for number, tables in told]
