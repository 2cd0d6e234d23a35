"""Rules of the agency workbooks: each case changes one cell of a workbook that has no problem."""

from datetime import date
from typing import Any

import pytest

from reporting.workbook import read_workbook
from tests.workbooks.agencies import CRF, SLFRF, a_filing, changed
from tests.workbooks.builders import told


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
