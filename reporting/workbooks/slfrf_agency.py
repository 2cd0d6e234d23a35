"""The workbook in which state agencies report ARPA recovery funds (SLFRF), one per expenditure category.

The category on the cover decides which sheet of projects and which of its columns apply. Field ids stand in
row 3, lines begin in row 13. Source: usdigitalresponse/usdr-gost, named in ``slfrf_agency.json``.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from grants.kernel.money import ZERO
from reporting.cells import code, day, dollars, text, whole_number, zip_code, zip_four
from reporting.checks import same_code
from reporting.layout import WORKBOOKS, Column, Line, Rows, Sheet, Workbook
from reporting.lines import Lines
from reporting.rows import Row
from reporting.workbooks.slfrf_agency_rules import (
    AGGREGATES,
    AWARDS,
    PROJECTS,
    RULES,
    SPENT,
    by_project,
    category_on,
)
from reporting.workbooks.slfrf_past import KEEPS, PAST_RULES
from reporting.workbooks.slfrf_project_rules import ONCE_STARTED, PROJECT_ID

FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("slfrf_agency.json").read_text())
READERS = {"Currency": dollars, "Date": day, "Numeric": whole_number, "String-Fixed": code}
READERS_BY_KEY = {
    "Zip__c": zip_code,
    "Zip_4__c": zip_four,
    "Place_of_Performance_Zip__c": zip_code,
    "Place_of_Performance_Zip_4__c": zip_four,
    "Project_Identification_Number__c": code,
    "Award_No__c": code,
    "Sub_Award_Lookup__c": code,
}
CODES_BY_TYPE = {"Currency": "SLFP-013", "Date": "SLFP-014", "Numeric": "SLFP-017"}
CODES_BY_KEY = {
    "Adopted_Budget__c": {"blank": "SLFT-003"},  # asked of Tier 1 recipients, and every state is one
    "Total_Miles_of_Fiber_Deployed_c": {"blank": "SLFT-016"},
    "Sub_Award_Type_Aggregates_SLFRF__c": {"blank": "SLFT-039", "list": "SLFT-039"},
}
OLDER_IDS = {"Total_Miles_of_Fiber_Deployed_c": ("Total_Miles_of_Fiber_Deployed__c",)}


def name_of(key: str) -> str:
    """The name of a column from Treasury's field id: ``Adopted_Budget__c`` is ``adopted_budget``."""
    return re.sub(r"\W+", "_", key.removesuffix("__c")).strip("_").lower()


def _column(facts: dict[str, Any]) -> Column:
    """One column of the template, as its facts declare it."""
    values = facts.get("values") or FACTS["lists"].get(facts.get("list"), [])
    key, kind = facts["key"], facts["type"]
    return Column(
        facts["label"],
        name_of(key),
        text if values else READERS_BY_KEY.get(key) or READERS.get(kind, text),
        one_of=tuple(values),
        is_many=kind == "Multi-Select",
        is_required=facts.get("required", False) and name_of(key) not in ONCE_STARTED,
        field_id=key,
        also=OLDER_IDS.get(key, ()),
        may_be_absent=facts.get("may_be_absent", False),
        longest=facts.get("longest", 0),
        instead_of=FACTS["older_values"].get(facts.get("list"), {}),
        rules={
            "blank": "SLFP-008",
            "list": "SLFP-012"
            if kind == "Multi-Select"
            else "SLFP-020"
            if kind == "Picklist"
            else "SLFP-011",
            "length": "SLFP-018",
            "unreadable": CODES_BY_TYPE.get(kind, "wb-cell-unreadable"),
            **CODES_BY_KEY.get(key, {}),
        },
    )


def _sheet(facts: dict[str, Any]) -> Sheet:
    columns = tuple(map(_column, facts["columns"]))
    return Sheet(facts["sheet"], columns, headings_on=3, starts_on=13)


SHEETS = tuple(map(_sheet, FACTS["sheets"]))
CATEGORIES_OF = {facts["sheet"]: facts["ecs"] for facts in FACTS["sheets"]}
ONLY_FOR = {
    (facts["sheet"], name_of(column["key"])): frozenset(column["ecs"])
    for facts in FACTS["sheets"]
    for column in facts["columns"]
    if "ecs" in column
}
COVER = Sheet(
    "Cover",
    (
        Column("Expenditure Category Group", "group", text, may_be_absent=True),
        Column("Detailed Expenditure Category", "category", text, rules={"blank": "SLFP-004"}),
    ),
    is_cover=True,
)
CERTIFICATION = Sheet(
    "Certification",
    (
        Column("Certification", "attestation", text, may_be_absent=True),
        Column("Agency Financial Reviewer Name", "reviewer", text),
        Column("Date", "certified_on", day),
    ),
    is_cover=True,
    is_required=False,
)


def _narrow(workbook: Workbook, rows: Rows) -> tuple[Sheet, ...]:
    """The project sheet and the columns of the category on the cover.

    When it names none, all project sheets with the columns that every category has.
    """
    category = category_on(rows)
    kept = []
    for sheet in workbook.sheets:
        codes = CATEGORIES_OF.get(sheet.name)
        if category in FACTS["categories"] and codes and category not in codes:
            continue
        kept.append(_for_category(sheet, category))
    return tuple(kept)


def _for_category(sheet: Sheet, category: str) -> Sheet:
    """A sheet without the columns that other categories ask for."""
    everyone = frozenset({category})
    columns = (c for c in sheet.columns if category in ONLY_FOR.get((sheet.name, c.name), everyone))
    return replace(sheet, columns=tuple(columns))


def _lines(rows: Rows) -> Lines:
    """What is spent of awards, and then the rest."""
    return _spent(rows).followed_by(Lines.of(_other_lines(rows)))


def _spent(rows: Rows) -> Lines:
    """Expenditures of awards, of which each says the project and who is paid."""
    table, amounts = rows[SPENT], rows[SPENT].values("expenditure_amount")
    awards = {row["award_no"]: row for row in rows[AWARDS] if row["award_no"]}
    named = table.values("sub_award_lookup")
    known = {name: _of_award(awards.get(name)) for name in set(named)}
    places = [at for at, amount in enumerate(amounts) if amount]
    facts = [known[named[at]] for at in places]
    letters = table.letters.get("expenditure_amount", "")
    return Lines(
        {
            "kind": ["expenditure"] * len(places),
            "amount": [amounts[at] for at in places],
            "sheet": [table.sheet] * len(places),
            "cell": [f"{letters}{table.numbers[at]}" for at in places],
            "project": [project for project, _, _ in facts],
            "category": [category_on(rows)] * len(places),
            "payee": [payee for _, payee, _ in facts],
            "award": [named[at] or "" for at in places],
            "description": [description for _, _, description in facts],
            "incurred_on": list(map(table.values("expenditure_end").__getitem__, places)),
        }
    )


def _of_award(award: Row | None) -> tuple[str, str, str]:
    """The project of an award, who is paid, and what for."""
    if award is None:
        return "", "", ""
    return award["project_identification_number"] or "", _payee(award), award["description"] or ""


def _other_lines(rows: Rows) -> Iterator[Line]:
    """Obligations and expenditures of the period beside those of awards, by project and category.

    Aggregates give them as sums. What a project obligated or spent beyond these, such as costs
    of the agency itself, is a line of the project.
    """
    category = category_on(rows)
    for row in rows[AGGREGATES]:
        kinds = {"obligation": "quarterly_obligation_amt_aggregates"}
        kinds["expenditure"] = "quarterly_expenditure_amt_aggregates"
        for kind, name in kinds.items():
            if row[name] not in (None, ZERO):
                yield _aggregate(kind, row, name, category)
    yield from _beyond_details(rows, category)


def _beyond_details(rows: Rows, category: str) -> Iterator[Line]:
    """What projects report above their awards and aggregates, as far as the details can be read."""
    for kind, name, told in (
        ("obligation", "current_period_obligations", by_project(rows, "obligation")),
        ("expenditure", "current_period_expenditures", by_project(rows, "expenditure")),
    ):
        for row in (row for sheet in PROJECTS for row in rows[sheet]):
            if told is None or row[name] is None or row[PROJECT_ID] is None:
                continue
            rest = row[name] - told.get(same_code(row[PROJECT_ID]), ZERO)
            if rest > ZERO:
                yield Line(
                    kind,
                    rest,
                    row.sheet,
                    row.cell(name),
                    project=row[PROJECT_ID],
                    category=category,
                    description=row["name"] or "",
                )


def _aggregate(kind: str, row: Row, name: str, category: str) -> Line:
    of_type = row["sub_award_type_aggregates_slfrf"] or ""
    return Line(
        kind,
        row[name],
        row.sheet,
        row.cell(name),
        project=row["project_identification_number"] or "",
        category=category,
        description=of_type,
        is_aggregate=True,
        is_individual=of_type == "Payments to Individuals",
    )


def _payee(award: Row) -> str:
    """The identifier of an award's recipient, its UEI before its tax number."""
    return award["recipient_uei"] or award["recipient_ein"] or ""


FIRST = Workbook(
    "slfrf-agency/20240823",
    "ARPA recovery funds agency workbook",
    "slfrf",
    (CERTIFICATION, COVER, *SHEETS),
    marks=("Cover", "EC 2 - Negative Economic Impact", "Awards > 50000", "Expenditures > 50000"),
    version_cell=("Logic", "B1"),
    rules=RULES,
    keeps=KEEPS,
    past_rules=PAST_RULES,
    alike_by=("projects", "project"),
    narrow=_narrow,
    lines_of=_lines,
    keeps_rows=True,
    codes={"version": "SLFP-006"},
    source=FACTS["source"][0],
)
WORKBOOKS.add(FIRST.code, FIRST)
WORKBOOKS.add("slfrf-agency/20250219", replace(FIRST, code="slfrf-agency/20250219"))
