"""Which days a period of a federal report has."""

import re
from datetime import date
from typing import Any

from django.utils import timezone

from grants.kernel.periods import month_end, quarter
from grants.kernel.refusals import Refusal
from reporting.export import Stretch
from reporting.filings.models import ReportingPeriod
from reporting.filings.periods import SCHEDULES, periods_of, quarter_code

_CODE = re.compile(r"(\d{4})-([QH])([1-4])")


def stretch_of(program: Any, code: str) -> Stretch:
    """The days of a period of a program: as it was opened, or as its family reports.

    A family that does not report to the state reports by calendar quarters. Refuses ``no-such-period``.
    """
    opened = ReportingPeriod.objects.filter(program=program, code=code).first()
    if opened:
        return Stretch(code, opened.starts_on, opened.ends_on)
    written = _CODE.fullmatch(code)
    if written:
        year, part = int(written[1]), int(written[3])
        last = month_end(date(year, part * 3 if written[2] == "Q" else (3, 9, 9, 9)[part - 1], 1))
        if program.family in SCHEDULES:
            today = timezone.localdate()
            for dated in periods_of(program.family, since=last, through=last, today=today):
                if dated.code == code:
                    return Stretch(code, dated.period.starts_on, dated.period.ends_on)
        elif quarter_code(period := quarter(last)) == code:
            return Stretch(code, period.starts_on, period.ends_on)
    raise Refusal(f"{program} has no period “{code}”; one is called 2022-Q2.", code="no-such-period")
