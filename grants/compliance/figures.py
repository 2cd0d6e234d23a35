"""The figures that a state sets for a program of its own, dated and with their source."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from grants.compliance.models import Policy, PolicyKind, PolicyStage
from grants.compliance.own_rules import Asked, read
from grants.compliance.reading import count, money, percent, text
from grants.compliance.sources import OF_FIGURES

FIGURES: dict[str, Asked] = {
    "min_download_mbps": Asked("Least download speed, Mbps", count),
    "min_upload_mbps": Asked("Least upload speed, Mbps", count),
    "max_grant_percent": Asked("Most of a project's cost that is paid, percent", percent),
    "max_grant_per_location": Asked("Most that is paid for one location, dollars", money, is_optional=True),
    "match_percent": Asked("Least cost share, percent", percent, is_optional=True),
    "challenge_window_days": Asked("Days to challenge a map", count),
    "completion_months": Asked("Months to complete a project", count),
    "service_years": Asked("Years that service must be kept up", count),
    "report_frequency": Asked("How often is reported", text),
    "payment_method": Asked("How is paid", text),
}
"""What statutes and guides of state broadband programs set, each in its own way."""


def code_of(program_code: str) -> str:
    """The code under which the figures of a program are kept: in lower case, with no marks but hyphens."""
    return OF_FIGURES + re.sub(r"[^a-z0-9]+", "-", program_code.lower()).strip("-")


def read_figures(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The figures as values. Refuses ``unfit-parameters`` with what is wrong."""
    return read(FIGURES, parameters)


def figures_of(program: Any, *, on: date) -> Policy | None:
    """The figures of a program in force on a day; None when the state has set none."""
    return (
        Policy.objects.filter(
            kind=PolicyKind.PARAMETERS,
            stage=PolicyStage.APPROVED,
            rule=code_of(program.code),
            agency=program.agency_id,
            starts_on__lte=on,
        )
        .order_by("-version")
        .first()
    )
