"""Compliance of one subrecipient over all its subawards of the agency that keeps it, and of those under it.

No subaward of another agency is told: the document is filed with this one, whose people read it.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from grants.compliance.models import Finding
from grants.parties.models import Party
from grants.subawards.models import Stage, Subaward
from reporting.blocks import Block, Prose
from reporting.report import REPORTS, Report
from reporting.reports import compliance_blocks
from reporting.reports.compliance import findings_of, of_subaward

_ISSUED = (Stage.ISSUED, Stage.CLOSED)


def gather(party: Party, through: date, as_known_at: datetime) -> dict[str, Any]:
    """What stands on record of each of its subawards, and of itself; dollars through a day."""
    keeper = party.kept_by
    agencies = Party.objects.filter(Q(pk=keeper.pk) | Q(parent=keeper)) if keeper else Party.objects.none()
    chosen = (
        Subaward.objects.filter(program__agency__in=agencies, subrecipient=party, stage__in=_ISSUED)
        .select_related("subrecipient", "program__agency")
        .order_by("number")
    )
    itself = Finding.objects.filter(agency__in=agencies, party=party, subaward=None)
    findings = findings_of(itself)
    return {
        "through": through,
        "as_known_at": as_known_at,
        "title": f"Compliance of {party.name}",
        "party": party.name,
        "agency": str(keeper or "No agency"),
        "findings": findings,
        "parts": [of_subaward(each, through, as_known_at) for each in chosen],
    }


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """The compliance report of its subawards, after what was found of the subrecipient itself."""
    blocks = compliance_blocks.compose(figures)
    yield next(blocks)
    count = len(figures["parts"])
    yield Prose(
        f"{count:,} subaward{'' if count == 1 else 's'} of {figures['agency']} and of the agencies under it."
        if count
        else f"{figures['agency']} and the agencies under it have issued no subaward to {figures['party']}."
    )
    yield next(blocks)
    yield from compliance_blocks.of_itself(figures["party"], figures["findings"])
    yield from blocks


REPORTS.add(
    "compliance-of-subrecipient",
    Report("Compliance of a subrecipient", "2 CFR 200.332(e)", gather, compose, about=("subrecipient",)),
)
