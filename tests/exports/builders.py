"""Awards of a schedule for tests of the Clearinghouse's workbooks."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from reporting.exports.fac.intake import Submission
from reporting.exports.fac.workbooks import submission


def an_award_line(expended: str = "1200000.00", passed_on: str = "0.00", **given: Any) -> dict[str, Any]:
    """A line of a schedule of which everything is recorded."""
    return {
        "aln": "21.027",
        "fain": "SLFRP0130",
        "title": "Coronavirus State and Local Fiscal Recovery Funds",
        "is_covid": True,
        "is_research": False,
        "cluster": "N/A",
        "cluster_name": "",
        "is_loan": False,
        "loan_balance": None,
        "is_direct": True,
        "received_from": "",
        "received_number": "",
        "expended": Decimal(expended),
        "passed_on": Decimal(passed_on),
        **given,
    }


def a_submission(lines: Sequence[dict[str, Any]] | None = None, **given: Any) -> Submission:
    """What both workbooks hold of these lines; nothing is missing."""
    figures = {
        "uei": "ZUFJEU4NMK52",
        "lines": [an_award_line()] if lines is None else lines,
        "year_starts_on": date(2021, 7, 1),
        "accounting_policies": "Accrual: costs when incurred.",
        "is_de_minimis_used": "N",
        "rate_explained": "A negotiated rate is used.",
        "notes": [("Loans", "There are none.")],
    }
    return submission({**figures, **given})
