"""Rules of the ARPA recovery funds (SLFRF) agency workbook against earlier filings and other agencies."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, shown
from reporting.checks import same_code
from reporting.layout import Breach, Rows
from reporting.past import Kept, Past, PastRule
from reporting.problems import Severity
from reporting.reading import same
from reporting.rows import Row
from reporting.workbooks.slfrf_agency_rules import AWARDS, PROJECTS, category_on
from reporting.workbooks.slfrf_project_rules import PROJECT_ID

CUMULATIVE = {
    "total_obligations": "current_period_obligations",
    "total_expenditures": "current_period_expenditures",
}


def _projects(rows: Rows) -> Iterator[Row]:
    """The projects of a workbook that have a number."""
    for sheet in PROJECTS:
        yield from (row for row in rows[sheet] if row[PROJECT_ID] is not None)


def _kept_projects(rows: Rows) -> Iterator[Mapping[str, Any]]:
    for row in _projects(rows):
        amounts = {name: row[name] for name in CUMULATIVE}
        names = {"number": row[PROJECT_ID], "name": row["name"]}
        yield {"project": same_code(row[PROJECT_ID]), "category": category_on(rows), **names, **amounts}


def _kept_awards(rows: Rows) -> Iterator[Mapping[str, Any]]:
    for row in rows[AWARDS]:
        if row["award_no"] is not None:
            yield {"award": same_code(row["award_no"]), "amount": row["award_amount"]}


KEEPS = (
    Kept("projects", _kept_projects, tuple(CUMULATIVE)),
    Kept("awards", _kept_awards, ("amount",)),
)


def _cumulative(rows: Rows, past: Past) -> Iterator[Breach]:
    """SLFG-006: what is obligated or spent in all is that of the last report and that of the period."""
    before = past.last("projects", "project")
    for row in _projects(rows):
        for name, period in CUMULATIVE.items():
            if not row.has(name, period):
                continue
            was: Decimal = before.get(same_code(row[PROJECT_ID]), {}).get(name) or ZERO
            if row[name] != was + row[period]:
                message = (
                    f"In all it is {shown(row[name])}, but {shown(was)} was reported before and "
                    f"{shown(row[period])} is of the period."
                )
                yield Breach(row, (name, period), message)


def _one_category(rows: Rows, past: Past) -> Iterator[Breach]:
    """SLFG-007: a project has one category, and one agency reports it."""
    category = category_on(rows)
    before = past.last("projects", "project")
    for row in _projects(rows):
        key = same_code(row[PROJECT_ID])
        was = before.get(key, {}).get("category") or category
        if category and was != category:
            yield Breach(row, (PROJECT_ID,), f"The project was reported in the category {was} before.")
        others = {told.by for told in past.elsewhere for r in told.tables["projects"] if r["project"] == key}
        if others:
            message = f"The number is that of a project of another subaward, {', '.join(sorted(others))}."
            yield Breach(row, (PROJECT_ID,), message)


def _stable(rows: Rows, past: Past) -> Iterator[Breach]:
    """SLFT-019: a project keeps its number."""
    here = {same_code(row[PROJECT_ID]) for row in _projects(rows)}
    numbers = {same(row["name"]): row for row in past.rows("projects") if row["name"]}
    known = past.last("projects", "project")
    for row in _projects(rows):
        was = numbers.get(same(row["name"])) if row["name"] else None
        if was and was["project"] not in here and same_code(row[PROJECT_ID]) not in known:
            yield Breach(row, (PROJECT_ID,), f"The project was reported as number {was['number']} before.")


def _explained(rows: Rows, past: Past) -> Iterator[Breach]:
    """SLFG-008: an award that has another amount than in the last report says why."""
    before = past.last("awards", "award")
    why = "edited_subaward_amount_explanation"
    for row in (row for row in rows[AWARDS] if row.has("award_no", "award_amount")):
        was = before.get(same_code(row["award_no"]), {}).get("amount")
        if was in (None, row["award_amount"]) or row[why] is not None or not row.is_readable(why):
            continue
        told = f"The amount was {shown(was)} and is {shown(row['award_amount'])} now, without an explanation."
        yield Breach(row, (why, "award_amount"), told)


PAST_RULES = (
    PastRule("SLFG-006", _cumulative, "Correct the amount that is wrong.", Severity.WARNING, adds_up=True),
    PastRule("SLFG-007", _one_category, "Give the project a number of its own."),
    PastRule("SLFG-008", _explained, "Say why the amount changed."),
    PastRule("SLFT-019", _stable, "Write the number that the project had."),
)
