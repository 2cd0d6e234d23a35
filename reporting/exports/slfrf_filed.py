"""What agencies filed in the SLFRF agency workbook, as rows of Treasury's templates.

The workbook has Treasury's own fields, so its rows go on as they came; what was reversed in the ledger since
is taken off the amounts. A recipient that several agencies report stands once.
"""

from collections.abc import Iterator
from typing import Any

from reporting.checks import same_code
from reporting.export import Edition, Filled, Objection
from reporting.exports.filed import less_by_cell, less_by_project, put
from reporting.filings.in_force import InForce
from reporting.problems import Severity
from reporting.rows import Table
from reporting.workbooks.slfrf_agency import AGGREGATES, AWARDS, PROJECTS, SPENT
from reporting.workbooks.slfrf_agency_rules import RECIPIENTS
from reporting.workbooks.slfrf_project_rules import PROJECT_ID

FAMILIES = ("slfrf-agency",)
RECIPIENT, SUBAWARD, EXPENDITURE, AGGREGATE, INDIVIDUALS = (
    "subRecipientBulkUpload",
    "subawardBulkUpload",
    "expendituresGT50000BulkUpload",
    "expendituresLT50000BulkUpload",
    "paymentsIndividualsLT50000BulkUpload",
)
TO_INDIVIDUALS = "Payments to Individuals"
_SPENT_OF_PROJECT = ("current_period_expenditures", "total_expenditures")


def template_of(edition: Edition, category: str) -> str | None:
    """The template that takes the projects of a category such as 2.1; None where there is none."""
    for template in edition.templates.values():
        if category in template.categories:
            return template.name
    return None


class FromFilings:
    """The rows of filings, put into Treasury's templates one filing after the other."""

    def __init__(self, edition: Edition, filled: dict[str, Filled]) -> None:
        self._edition = edition
        self._filled = filled
        self._recipients: dict[str, int] = {}

    def add(self, filing: InForce) -> Iterator[Objection]:
        """Add the rows of one filing; answers what of it no template takes."""
        rows = filing.rows or {}
        if filing.rows is None:
            message = "The rows of this filing were not kept when it was received."
            fix = "Let it be filed again as a correction."
            yield Objection(Severity.ERROR, "", "", message, fix, "exp-rows-not-kept", (filing.number,))
        cover = rows.get("Cover")
        named = (cover.values("category")[0] if cover else None) or ""
        category = named.partition("-")[0].strip()
        for sheet in PROJECTS:
            if table := rows.get(sheet):
                yield from self._add_projects(filing, table, category)
        if table := rows.get(RECIPIENTS):
            self._add_recipients(filing, table)
        if table := rows.get(AWARDS):
            put(self._filled, SUBAWARD, filing, table, {**table.columns, "category": [category] * len(table)})
        if table := rows.get(SPENT):
            self._add_spent(filing, table)
        if table := rows.get(AGGREGATES):
            self._add_aggregates(filing, table)

    def _add_projects(self, filing: InForce, table: Table, category: str) -> Iterator[Objection]:
        template = template_of(self._edition, category)
        if template is None:
            message = f"No template takes projects of the category “{category or 'none'}”."
            fix = "Report them on the portal's own screens, or let the cover be corrected."
            yield Objection(Severity.ERROR, "", "", message, fix, "exp-no-template", (filing.number,))
            return
        columns: dict[str, Any] = {
            **table.columns,
            "project_expenditure_category": [category.partition(".")[0]] * len(table),
            "sub_category": [category] * len(table),
        }
        for name in _SPENT_OF_PROJECT if filing.reversed else ():
            columns[name] = less_by_project(filing, table, name, PROJECT_ID)
        put(self._filled, template, filing, table, columns)

    def _add_recipients(self, filing: InForce, table: Table) -> None:
        """Recipients that no filing before had: known by identifier, tax number or name."""
        ids = zip(*map(table.values, ("unique_entity_identifier", "ein", "name")), strict=True)
        fresh = []
        for at, (uei, ein, name) in enumerate(ids):
            key = same_code(uei or ein or name or "")
            if key not in self._recipients:
                self._recipients[key] = filing.key
                fresh.append(at)
        put(self._filled, RECIPIENT, filing, table, table.columns, fresh)

    def _add_spent(self, filing: InForce, table: Table) -> None:
        """Expenditures of awards, without those that were reversed as a whole."""
        columns = dict(table.columns)
        at = None
        if filing.reversed:
            amounts = less_by_cell(filing, table, "expenditure_amount")
            columns["expenditure_amount"] = amounts
            at = [place for place, amount in enumerate(amounts) if amount != "0.00"]
        put(self._filled, EXPENDITURE, filing, table, columns, at)

    def _add_aggregates(self, filing: InForce, table: Table) -> None:
        columns = dict(table.columns)
        name = "quarterly_expenditure_amt_aggregates"
        if filing.reversed:
            columns[name] = less_by_cell(filing, table, name)
        kinds = table.values("sub_award_type_aggregates_slfrf")
        people = [at for at, kind in enumerate(kinds) if kind == TO_INDIVIDUALS]
        others = [at for at, kind in enumerate(kinds) if kind != TO_INDIVIDUALS]
        put(self._filled, AGGREGATE, filing, table, columns, others)
        put(self._filled, INDIVIDUALS, filing, table, columns, people)
