"""Treasury's bulk upload files of a Capital Projects Fund (CPF) project and expenditure report.

Agencies' workbooks of each use (1A, 1B, 1C) go on as they filed them, in a file for each use and one of the
subrecipients.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from grants.programs.models import Family
from reporting.checks import same_code
from reporting.export import EXPORTS, Edition, Export, Filled, Gathered, Objection, Stretch, edition_in
from reporting.exported import csv_files
from reporting.exports.filed import less_by_project, put
from reporting.filings.in_force import InForce, in_force
from reporting.problems import Severity

FAMILIES = ("cpf-1a", "cpf-1b", "cpf-1c")
EDITIONS = tuple(edition_in(file) for file in sorted(Path(__file__).parent.glob("cpf_20??_??.json")))
PROJECT_ID = "identification_number"
_SPENT = ("current_period_expenditure", "cumulative_expenditure")


def gather(program: Any, period: Stretch, known: datetime, edition: Edition) -> Gathered:
    """The rows of every template, subrecipients first, for projects name them."""
    filled: dict[str, Filled] = {}
    met: set[str] = set()
    objections: list[Objection] = []
    for filing in in_force(program, period.code, known, families=FAMILIES):
        objections += _not_kept(filing)
        _add(filing, edition, filled, met)
    return Gathered({name: filled[name] for name in edition.templates if name in filled}, tuple(objections))


def _not_kept(filing: InForce) -> Iterator[Objection]:
    if filing.rows is None:
        message = "The rows of this filing were not kept when it was received."
        fix = "Let it be filed again as a correction."
        yield Objection(Severity.ERROR, "", "", message, fix, "exp-rows-not-kept", (filing.number,))


def _add(filing: InForce, edition: Edition, filled: dict[str, Filled], met: set[str]) -> None:
    """Add the projects of one filing, and the subrecipients that none before had."""
    rows = filing.rows or {}
    use = filing.layout.partition("/")[0].removeprefix("cpf-").upper()
    of_use = next(name for name, template in edition.templates.items() if use in template.categories)
    if projects := rows.get("Project"):
        columns: dict[str, Any] = dict(projects.columns)
        for name in _SPENT if filing.reversed else ():
            columns[name] = less_by_project(filing, projects, name, PROJECT_ID)
        put(filled, of_use, filing, projects, columns)
    if people := rows.get("Subrecipients"):
        of_people = next(name for name, template in edition.templates.items() if not template.categories)
        ids = zip(*map(people.values, ("unique_entity_identifier", "ein", "name")), strict=True)
        fresh = []
        for at, (uei, ein, name) in enumerate(ids):
            key = same_code(uei or ein or name or "")
            if key not in met:
                met.add(key)
                fresh.append(at)
        put(filled, of_people, filing, people, people.columns, fresh)


EXPORTS.add(
    "cpf",
    Export(
        "CPF project and expenditure report",
        "Treasury's reporting portal",
        "42 U.S.C. 804; Treasury, CPF Compliance and Reporting Guidance",
        EDITIONS,
        gather,
        csv_files,
        frozenset({Family.CPF, Family.OTHER}),
    ),
)
