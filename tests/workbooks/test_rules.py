"""Rules of the agency workbooks: each case changes one cell of a workbook that has no problem."""

from datetime import date
from typing import Any

import pytest

from reporting.workbook import WORKBOOKS, Sheet, Workbook, read_workbook
from tests.workbooks.builders import a_file, told

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


def codes(layout: str, facts: dict[str, list[dict[str, Any]]]) -> set[str]:
    reading = read_workbook(a_filing(layout, facts), "filing.xlsx")
    assert reading.layout == layout
    return {rule for rule, _, _ in told(reading)}


def test_a_complete_workbook_of_either_program_has_no_problem() -> None:
    assert codes("crf-agency/1", CRF) == set()
    assert codes("slfrf-agency/20250219", SLFRF) == set()


@pytest.mark.parametrize(
    ("sheet", "cells", "rule"),
    [
        ("Cover", {"status": None}, "CRFP-017"),
        ("Certification", {"reviewer": " "}, "CRFP-012"),
        ("Subrecipient", {"kind": "A club"}, "CRFP-020"),
        ("Subrecipient", {"zip": "4560"}, "CRFP-024"),
        ("Contracts", {"project": "8"}, "CRFP-026"),
        ("Contracts", {"subrecipient": "S2"}, "CRFP-027"),
        ("Contracts", {"number": None}, "CRFP-028"),
        ("Contracts", {"kind": "Handshake"}, "CRFP-029"),
        ("Contracts", {"amount": 49999.99, "obligated": 1}, "CRFP-033"),
        ("Contracts", {"awarded_on": "soon"}, "CRFP-034"),
        ("Contracts", {"spent_from": None}, "CRFP-043"),
        ("Contracts", {"starts_on": date(2021, 1, 1)}, "CRFP-040"),
        ("Contracts", {"obligated": 60000.01}, "CRFP-054"),
        ("Contracts", {"spent_to": date(2020, 9, 30)}, "CRFP-045"),
        ("Contracts", {"category_5": 49999.99}, "CRFP-056"),
        ("Contracts", {"other_category": "Masks"}, "CRFP-059"),
        ("Contracts", {"state": "XX"}, "CRFP-050"),
        ("Grants", {"awarded_on": date(2020, 9, 3)}, "CRFP-066"),
        ("Grants", {"complies": "No"}, "CRFT-023"),
        ("Grants", {"description": None}, "CRFT-012"),
        ("Transfers", {"description": "x" * 4001}, "CRFT-012"),
        ("Transfers", {"spent_to": date(2022, 1, 1)}, "CRFT-013"),
        ("Grants", {"ends_on": date(2020, 11, 30)}, "CRFT-017"),
        ("Loans", {"spent_to": date(2020, 8, 1)}, "CRFT-025"),
        ("Loans", {"repurposed": None}, "CRFT-027"),
        ("Transfers", {"spent": 49999.99}, "CRFP-127"),
        ("Direct", {"spent_from": date(2020, 12, 2)}, "CRFP-140"),
        ("Subrecipient", {"kind": "Small Business"}, "CRFT-028"),
    ],
)
def test_one_wrong_cell_of_a_crf_workbook_breaks_one_rule(
    sheet: str, cells: dict[str, Any], rule: str
) -> None:
    assert codes("crf-agency/1", changed(CRF, sheet, **cells)) == {rule}


def test_an_address_abroad_needs_neither_state_nor_zip_code() -> None:
    abroad = {"country": "Canada", "state": "Ontario", "zip": "K1A 0A6"}
    assert codes("crf-agency/1", changed(CRF, "Contracts", **abroad)) == set()


def test_an_expenditure_may_precede_its_transfer() -> None:
    early = {"spent_from": date(2020, 4, 1), "awarded_on": date(2020, 12, 1)}
    assert codes("crf-agency/1", changed(CRF, "Transfers", **early)) == set()


EC = "EC 2 - Negative Economic Impact"


@pytest.mark.parametrize(
    ("sheet", "cells", "rule"),
    [
        ("Cover", {"category": "2.99-Unheard of"}, "SLFP-005"),
        ("Certification", {"reviewer": None}, "SLFG-009"),
        (EC, {"project_description": None}, "SLFP-008"),
        (EC, {"adopted_budget": None}, "SLFT-003"),
        (EC, {"individuals_served": None}, "SLFP-009"),
        (EC, {"does_project_include_capital_expenditure": None}, "SLFP-009"),
        (EC, {"primary_project_demographics": None}, "SLFT-010"),
        ("Subrecipient", {"state_abbreviated": None}, "SLFT-024"),
        ("Aggregate Awards < 50000", {"sub_award_type_aggregates_slfrf": "Gifts"}, "SLFT-039"),
        (EC, {"completion_status": "Nearly"}, "SLFP-011"),
        (EC, {"program_income_earned": "1.234"}, "SLFP-013"),
        (EC, {"project_start_date": 1}, "SLFP-014"),
        (EC, {"project_end_date": None}, "SLFT-002"),
        (EC, {"project_start_date": None}, "SLFT-001"),
        (EC, {"program_income_earned": -0.01}, "SLFT-004"),
        (EC, {"total_obligations": 74999.99}, "SLFG-001"),
        (EC, {"current_period_expenditures": 74999.99}, "SLFG-004"),
        (EC, {"does_project_include_capital_expenditure": "Yes"}, "SLFT-005"),
        ("Subrecipient", {"unique_entity_identifier": "ABCDEF-12345"}, "SLFT-020"),
        ("Subrecipient", {"zip": "4560"}, "SLFT-023"),
        ("Subrecipient", {"poc_email_address": "none"}, "SLFP-015"),
        ("Subrecipient", {"registered_in_sam_gov": "No"}, "SLFT-026"),
        ("Awards > 50000", {"award_amount": 49999.99}, "SLFT-030"),
        ("Awards > 50000", {"award_type": "Interagency Agreement (IAA)"}, "SLFT-032"),
        ("Awards > 50000", {"award_date": date(2022, 2, 2)}, "SLFG-003"),
        ("Awards > 50000", {"subaward_changed": "Yes"}, "SLFT-035"),
        ("Expenditures > 50000", {"expenditure_end": date(2022, 1, 31)}, "SLFT-038"),
    ],
)
def test_one_wrong_cell_of_an_slfrf_workbook_breaks_one_rule(
    sheet: str, cells: dict[str, Any], rule: str
) -> None:
    found = codes("slfrf-agency/20250219", changed(SLFRF, sheet, **cells))
    assert rule in found
    assert found <= {rule, "SLFP-030", "SLFG-005", "slfrf-period-within-total"}


def test_an_expenditure_of_an_unknown_award_is_an_error_and_does_not_tie() -> None:
    found = codes("slfrf-agency/20250219", changed(SLFRF, "Expenditures > 50000", sub_award_lookup="122"))
    assert found == {"SLFP-031", "SLFG-004"}


def test_project_1_1_is_not_project_1_10() -> None:
    found = codes(
        "slfrf-agency/20250219", changed(SLFRF, "Awards > 50000", project_identification_number="1.1")
    )
    assert found == {"SLFP-029", "SLFG-004"}


def test_each_award_identifier_is_the_same_as_text_and_as_number() -> None:
    reading = read_workbook(a_filing("slfrf-agency/20250219", SLFRF), "filing.xlsx")
    assert reading.rows["Awards > 50000"][0]["award_no"] == "121"
    lines = {(line.kind, str(line.amount), line.project, line.is_individual) for line in reading.lines()}
    assert ("expenditure", "70000.00", "1.10", False) in lines
    assert ("expenditure", "5000.00", "1.10", True) in lines
