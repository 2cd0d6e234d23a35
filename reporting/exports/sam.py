"""Reports of first-tier subawards to SAM.gov (2 CFR part 170): what falls due for a period, as JSON and CSV.

A subaward is reported for the period in which its obligations under one award reached the threshold; the
amount is what was obligated then. SAM.gov takes JSON by its interface; the CSV is for who keys it in.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from grants.monitoring.ffata.queries import Reportable, reportable_among
from grants.subawards.models import Subaward
from reporting.export import (
    EXPORTS,
    Edition,
    Export,
    Filled,
    Gathered,
    Origin,
    PortalFile,
    Stretch,
    Template,
    edition_in,
)
from reporting.exported import as_csv, sums_of, written
from reporting.exports.slfrf_books import parts_of
from reporting.rows import as_text

EDITIONS = (edition_in(Path(__file__).with_name("sam_v1.json")),)
NAME = "subawards"


def gather(program: Any, period: Stretch, known: datetime, edition: Edition) -> Gathered:
    """The subawards of a program that a period's obligations make reportable, the earliest due first."""
    due = reportable_among(Subaward.objects.filter(program=program), on=period.ends_on, as_known_at=known)
    rows = [each for each in due if period.starts_on <= each.triggered_on <= period.ends_on]
    filled = Filled()
    told = [_told(each) for each in rows]
    columns = {name: [as_text(row[name]) for row in told] for name in (told[0] if told else ())}
    filled.add(len(rows), columns, Origin(records=[f"subaward {each.subaward.number}" for each in rows]))
    return Gathered({NAME: filled})


def _told(due: Reportable) -> dict[str, Any]:
    subaward = due.subaward
    _, city, state, zip_code, zip_four = parts_of(subaward.place_of_performance)
    return {
        "fain": due.award.fain,
        "number": subaward.number,
        "uei": subaward.subrecipient.uei,
        "amount": due.amount,
        "on": due.triggered_on,
        "description": subaward.description or subaward.title,
        "city": city,
        "state": state,
        "state_name": state,
        "country": "USA" if state else None,
        "country_name": "UNITED STATES" if state else None,
        "zip_plus_4": f"{zip_code}{zip_four}" if zip_code and zip_four else zip_code,
    }


def draw(edition: Edition, filled: Mapping[str, Filled]) -> Iterator[PortalFile]:
    """The body of the call with one element for each federal award, and the same reports as CSV."""
    template, rows = edition.templates[NAME], filled[NAME]
    if not len(rows):
        return
    columns = written(template, rows)
    facts = template.name, template.version, len(rows), sums_of(template, columns)
    exact = {
        each.id: [" ".join(value.splitlines()) for value in rows.column(each.holds)]
        for each in template.fields
        if each.kind == "text" and not each.instead_of
    }
    yield PortalFile(f"{NAME}.json", *facts, _as_json(template, columns | exact))
    heading = Template(
        NAME, template.version, template.title, (tuple(each.id for each in template.fields),), template.fields
    )
    yield PortalFile(f"{NAME}.csv", *facts, as_csv(heading, columns))


def _as_json(template: Template, columns: Mapping[str, list[str]]) -> bytes:
    """One element for each prime award, with its subawards in the order of the rows; blanks are left out."""
    awards: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    ids = [each.id for each in template.fields]
    for values in zip(*(columns[id] for id in ids), strict=True):
        facts = dict(zip(ids, values, strict=True))
        award = facts.pop("fain"), facts.pop("agencyCode")
        awards[award].append(_nested({id: value for id, value in facts.items() if value}))
    body = {
        "assistanceData": [
            {"fain": fain, "agencyCode": agency, "subawardDataList": subawards}
            for (fain, agency), subawards in awards.items()
        ]
    }
    return json.dumps(body, indent=1, ensure_ascii=False).encode()


def _nested(facts: Mapping[str, str]) -> dict[str, Any]:
    """Objects within objects, as the dots of the ids say."""
    made: dict[str, Any] = {}
    for id, value in facts.items():
        *steps, name = id.split(".")
        inner = made
        for step in steps:
            inner = inner.setdefault(step, {})
        inner[name] = value
    return made


EXPORTS.add(
    "sam-subawards",
    Export("Subaward reports (FFATA)", "SAM.gov", "2 CFR part 170", EDITIONS, gather, draw),
)
