"""The workbook in which state agencies report Capital Projects Fund (CPF) money, one per use of the project.

Uses: 1A broadband, 1B digital connectivity, 1C community facilities. Field ids stand in row 3, lines begin
in row 13; columns are found by field id, for two funding columns change places between templates. Sources:
usdigitalresponse/cpf-reporter, named in ``cpf_agency.json``.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from reporting.cells import code, day, dollars, text, whole_number, zip_code, zip_four
from reporting.layout import WORKBOOKS, Column, Line, Rows, Sheet, Workbook
from reporting.workbooks.cpf_agency_rules import RULES, name_of
from reporting.workbooks.cpf_past import KEEPS, PAST_RULES

FACTS: dict[str, Any] = json.loads(Path(__file__).with_name("cpf_agency.json").read_text())
VERSIONS = ("20231212", "20240107", "20240401", "20240524")
READERS = {"decimal": dollars, "date": day, "integer": whole_number, "picklist": text}
READERS_BY_KEY = {
    "Zip__c": zip_code,
    "Zip_Code_Planned__c": zip_code,
    "Zip_Code_Actual__c": zip_code,
    "Zip_4__c": zip_four,
    "Subrecipient_UEI__c": code,
    "Subrecipient_TIN__c": code,
    "EIN__c": code,
    "Unique_Entity_Identifier__c": code,
    "Identification_Number__c": code,
    "POC_Phone_Number__c": code,
}
RULES_BY_KEY = {
    "Project_Name__c": "CPFP-009",
    "Identification_Number__c": "CPFP-010",
    "Project_Status__c": "CPFP-015",
}
RULES_BY_TYPE = {"decimal": "CPFP-012", "integer": "CPFP-013", "date": "CPFP-014"}
LISTS: dict[str, Any] = FACTS["lists"]


def _column(facts: dict[str, Any], rule: str) -> Column:
    """One column of the template, as its facts declare it."""
    key, kind = facts["key"], facts["type"]
    own = RULES_BY_KEY.get(key, rule)
    return Column(
        facts["label"],
        name_of(key),
        READERS_BY_KEY.get(key) or READERS.get(kind, text),
        one_of=tuple(LISTS.get(facts.get("list", ""), ())),
        is_required=facts.get("required", False),
        field_id=key,
        also=("Operations_initiated__c",) if key == "Operations_intiated__c" else (),
        longest=facts.get("longest", 0) if kind == "string" else 0,
        may_be_absent=not facts.get("required", False),
        instead_of={f"{number}. {value}": value for number, value in enumerate(("Yes", "No"), start=1)}
        if facts.get("list") == "YesNoType"
        else {},
        rules={
            "blank": own,
            "list": "CPFP-016" if facts.get("list") == "StateAbbreviation" else own,
            "length": own,
            "unreadable": RULES_BY_TYPE.get(kind, "wb-cell-unreadable"),
        },
    )


def _sheets(use: str, *, is_first: bool) -> tuple[Sheet, ...]:
    """The sheets for one use. The first version has no identifiers of the subrecipient in its projects."""
    project = [*FACTS["project_common"], *FACTS[f"project_{use}"]]
    kept = [facts for facts in project if not (is_first and "since" in facts)]
    people = [facts for facts in FACTS["subrecipients"] if not (is_first and "since" in facts)]
    return (
        Sheet("Certification", (Column("Agency Financial Reviewer Name", "reviewer", text),
                                Column("Date", "certified_on", day)), is_cover=True, is_required=False),
        Sheet("Cover", (Column("Expenditure Category Group", "use", text, also=("Project Use Code",),
                               is_required=True, rules={"blank": "CPFP-003"}),
                        Column("Detailed Expenditure Category", "use_name", text, also=("Project Use Name",),
                               is_required=True, rules={"blank": "CPFP-003"})), is_cover=True),
        Sheet("Project", tuple(_column(facts, "CPFP-005") for facts in kept), headings_on=3, starts_on=13),
        Sheet("Subrecipients", tuple(_column(facts, "CPFP-006") for facts in people),
              headings_on=3, starts_on=13),
    )  # fmt: skip


def _newer(sheets: tuple[Sheet, ...]) -> tuple[Sheet, ...]:
    """The sheets with what is new since the first version allowed, not demanded."""
    since = {name_of(facts["key"]) for part in FACTS.values() if isinstance(part, list)
             for facts in part if isinstance(facts, dict) and "since" in facts}  # fmt: skip
    return tuple(
        replace(sheet, columns=tuple(
            replace(c, is_required=False, may_be_absent=True) if c.name in since else c for c in sheet.columns
        )) for sheet in sheets
    )  # fmt: skip


def _lines(rows: Rows) -> Iterator[Line]:
    """What each project obligated and spent in the period."""
    for row in rows["Project"]:
        for kind, name in (
            ("obligation", "current_period_obligation"),
            ("expenditure", "current_period_expenditure"),
        ):
            if row[name]:
                yield Line(
                    kind,
                    row[name],
                    row.sheet,
                    row.cell(name),
                    project=row["identification_number"] or "",
                    payee=row["subrecipient_uei"] or row["subrecipient_tin"] or "",
                    description=row["project_name"] or "",
                )  # fmt: skip


for _use in ("1A", "1B", "1C"):
    _newest = Workbook(
        f"cpf-{_use.lower()}/{VERSIONS[-1]}",
        f"Capital Projects Fund agency workbook, use {_use}",
        "cpf",
        _sheets(_use, is_first=False),
        marks=("Cover", "Project", "Subrecipients", "Logic"),
        tells={("Cover", "A2"): _use},
        version_cell=("Logic", "B1"),
        rules=RULES,
        keeps=KEEPS,
        past_rules=PAST_RULES,
        lines_of=_lines,
        keeps_rows=True,
        codes={"sheet": "CPFP-001", "version": "CPFP-002", "tells": "CPFP-003"},
        source=FACTS["source"],
    )
    _first = replace(_newest, code=f"cpf-{_use.lower()}/{VERSIONS[0]}", sheets=_sheets(_use, is_first=True))
    for _workbook in (
        _first,
        *(
            replace(_newest, code=f"cpf-{_use.lower()}/{_version}", sheets=_newer(_newest.sheets))
            for _version in VERSIONS[1:-1]
        ),
        _newest,
    ):
        WORKBOOKS.add(_workbook.code, _workbook)
