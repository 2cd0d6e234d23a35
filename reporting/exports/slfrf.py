"""Treasury's bulk upload files of a project and expenditure report of recovery funds (SLFRF).

Agencies' own workbooks go on as they filed them; whatever else the program holds comes from the books.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from grants.programs.models import Family
from reporting.export import EXPORTS, Edition, Export, Filled, Gathered, Objection, Stretch, edition_in
from reporting.exported import csv_files
from reporting.exports.slfrf_books import add_books, known_of
from reporting.exports.slfrf_filed import FAMILIES, FromFilings
from reporting.filings.in_force import filers_by, in_force
from reporting.problems import Severity

EDITIONS = tuple(edition_in(file) for file in sorted(Path(__file__).parent.glob("slfrf_20??_q?.json")))
"""Treasury's templates by quarter, oldest first. To add a quarter, store its templates beside the others."""


def gather(program: Any, period: Stretch, known: datetime, edition: Edition) -> Gathered:
    """The rows of every template, in the order in which Treasury takes them."""
    filled: dict[str, Filled] = {}
    objections: list[Objection] = []
    filings = FromFilings(edition, filled)
    filers = filers_by(program, known, FAMILIES)
    for filing in in_force(program, period.code, known, families=FAMILIES):
        objections += filings.add(filing)
        filers.add(filing.subaward)
    strange = add_books(known_of(program, period, known, filers), edition, filled)
    return Gathered(
        {name: filled[name] for name in edition.templates if name in filled},
        (*objections, *_without_template(strange)),
    )


def _without_template(projects: Iterable[Any]) -> Iterator[Objection]:
    """Projects of categories that Treasury takes on its screens alone, such as revenue replacement."""
    by_category: dict[str, list[str]] = {}
    for project in projects:
        by_category.setdefault(project.expenditure_category, []).append(project.code)
    for category, codes in sorted(by_category.items()):
        message = f"No template takes projects of the category “{category or 'none'}”."
        fix = "Report them on the portal's own screens, or correct the category."
        yield Objection(Severity.WARNING, "", "", message, fix, "exp-no-template", tuple(codes))


EXPORTS.add(
    "slfrf",
    Export(
        "SLFRF project and expenditure report",
        "Treasury's reporting portal",
        "31 CFR 35.4(c)",
        EDITIONS,
        gather,
        csv_files,
        frozenset({Family.SLFRF, Family.OTHER}),
    ),
)
