"""The Clearinghouse's workbooks of an agency's schedule, from the figures of an issued document."""

from collections.abc import Mapping
from typing import Any

from reporting.exports.fac.intake import Submission
from reporting.exports.fac.workbooks import awards_workbook, notes_workbook, submission
from reporting.reports.schedule_of_expenditures import notes_of

FILES = {
    "FederalAwards": ("federal-awards-workbook.xlsx", awards_workbook),
    "NotesToSefa": ("notes-to-sefa-workbook.xlsx", notes_workbook),
}
"""By section: what the file is called, and how it is written."""


def submission_of(figures: Mapping[str, Any]) -> Submission:
    """What both workbooks hold of the figures of a schedule."""
    return submission({**figures, "notes": notes_of(dict(figures))})


def workbooks_of(figures: Mapping[str, Any]) -> dict[str, bytes]:
    """Both workbooks by the names of their files; the same figures give the same bytes."""
    given = submission_of(figures)
    return {name: write(given) for name, write in FILES.values()}
