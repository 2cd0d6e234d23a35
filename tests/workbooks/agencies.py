"""Workbooks of state agencies as facts: one of each program that has no problem, and files made of them."""

from datetime import date
from typing import Any

from reporting.workbook import WORKBOOKS, Sheet, Workbook
from tests.workbooks.builders import a_file

PLACE = {
    "address_1": "1 Main St",
    "city": "Columbus",
    "state": "OH",
    "zip": "43215",
    "country": "United States",
}
SPENT = {
    "obligated": 60000,
    "spent_from": date(2020, 10, 1),
    "spent_to": date(2020, 12, 1),
    "spent": 50000,
    "category_5": 50000,
}
AWARD = {"project": "7", "subrecipient": "S1", "amount": 60000, "awarded_on": date(2020, 9, 1)}
FOR = {"description": "Masks"}
DATES = {"starts_on": date(2020, 9, 2), "ends_on": date(2020, 12, 30)}
CRF: dict[str, list[dict[str, Any]]] = {
    "Certification": [
        {"attestation": "I certify", "reviewer": "A. Reviewer", "certified_on": date(2020, 12, 31)}
    ],
    "Cover": [
        {
            "agency": "A",
            "project": "007",
            "status": "Not started",
            "period_ends_on": date(2020, 12, 31),
            "period_starts_on": date(2020, 10, 1),
            "program_ends_on": date(2021, 12, 31),
        }
    ],
    "Subrecipient": [{"id": "S1", "name": "Ross County", "kind": "County Government", **PLACE}],
    "Contracts": [{**AWARD, "number": "C1", "kind": "Purchase Order", **FOR, **DATES, **PLACE, **SPENT}],
    "Grants": [
        {**AWARD, "number": "G1", "kind": "Reimbursable", "complies": "Yes", **FOR, **DATES, **PLACE, **SPENT}
    ],
    "Loans": [
        {
            **AWARD,
            "number": "L1",
            "ends_on": date(2025, 1, 1),
            "repurposed": "Yes",
            **FOR,
            **PLACE,
            **{k: v for k, v in SPENT.items() if k != "spent_from"},
        }
    ],
    "Transfers": [{**AWARD, "number": "T1", "kind": "Reimbursable", **FOR, **SPENT}],
    "Direct": [{**AWARD, **SPENT}],
    "Aggregate Awards < 50000": [{"kind": "Contracts"}],
}
PROJECT = {
    "name": "Food",
    "project_identification_number": "1.10",
    "completion_status": "Completed",
    "adopted_budget": 100,
    "total_obligations": 90,
    "total_expenditures": 80,
    "current_period_obligations": 20,
    "current_period_expenditures": 75000,
    "project_description": "Food",
    "project_start_date": date(2022, 1, 1),
    "project_end_date": date(2023, 1, 1),
    "does_project_include_capital_expenditure": "No",
    "primary_project_demographics": "1 Imp General Public",
    "structure_objectives_of_asst_programs": "Boxes of food",
    "recipient_approach_description": "In proportion",
    "individuals_served": 0,
    "spending_allocated_toward_evidence_based_interventions": 0,
    "whether_program_evaluation_is_being_conducted": "No",
}
SLFRF: dict[str, list[dict[str, Any]]] = {
    "Certification": [{"attestation": "I certify", "reviewer": "A. Reviewer"}],
    "Cover": [{"category": "2.1-Household Assistance: Food Programs"}],
    "EC 2 - Negative Economic Impact": [
        PROJECT | {"total_expenditures": 75000, "total_obligations": 80000, "adopted_budget": 90000}
    ],
    "Subrecipient": [
        {
            "unique_entity_identifier": "ABCDEF123456",
            "ein": 123456789,
            "name": "Ross County",
            "entity_type_2": "Subrecipient",
            "address": "1 Main St",
            "city": "Chillicothe",
            "state_abbreviated": "OH",
            "zip": 45601,
            "registered_in_sam_gov": "Yes",
        }
    ],
    "Awards > 50000": [
        {
            "recipient_uei": "ABCDEF123456",
            "entity_type_2": "Subrecipient",
            "project_identification_number": "1.10",
            "award_no": 121,
            "award_type": "Grant: Reimbursable",
            "award_amount": 70000,
            "award_date": date(2022, 1, 1),
            "period_of_performance_start": date(2022, 1, 1),
            "period_of_performance_end": date(2024, 1, 1),
            "place_of_performance_address_1": "1 Main St",
            "place_of_performance_city": "St. Louis",
            "state_abbreviated": "OH",
            "place_of_performance_zip": 45601,
            "description": "Food",
            "subaward_changed": "No",
        }
    ],
    "Expenditures > 50000": [
        {
            "sub_award_lookup": "121",
            "expenditure_start": date(2022, 2, 1),
            "expenditure_end": date(2022, 3, 1),
            "expenditure_amount": "70,000.00",
        }
    ],
    "Aggregate Awards < 50000": [
        {
            "project_identification_number": "1.10",
            "sub_award_type_aggregates_slfrf": "Payments to Individuals",
            "quarterly_obligation_amt_aggregates": 5000,
            "quarterly_expenditure_amt_aggregates": 5000,
        }
    ],
}


def a_filing(code: str, facts: dict[str, list[dict[str, Any]]]) -> bytes:
    """A workbook of a layout with these rows, under the headings of its definition."""
    workbook: Workbook = WORKBOOKS[code]
    sheets: dict[str, list[list[Any]]] = {
        sheet.name: _rows(sheet, facts.get(sheet.name, [])) for sheet in workbook.sheets
    }
    if workbook.version_cell:
        sheets["Logic"] = [["Visibility", f"v:{workbook.version}"]]
    return a_file(sheets)


def _rows(sheet: Sheet, rows: list[dict[str, Any]]) -> list[list[Any]]:
    above: list[list[Any]] = [[] for _ in range(sheet.starts_on - 1)]
    above[sheet.headings_on - 1] = [column.field_id or column.heading for column in sheet.columns]
    return above + [[row.get(column.name) for column in sheet.columns] for row in rows]


def changed(
    facts: dict[str, list[dict[str, Any]]], sheet: str, **cells: Any
) -> dict[str, list[dict[str, Any]]]:
    """The same facts with other cells in the first row of a sheet."""
    return facts | {sheet: [facts[sheet][0] | cells, *facts[sheet][1:]]}
