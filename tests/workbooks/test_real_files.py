"""The workbooks that agencies filed: each gives its figures, and its problems are named with their cells."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from reporting.workbook import Found, Reading, Severity, read_workbook

FILES = Path(__file__).parents[2] / "demo" / "workbooks"
TITLES = {
    "eohhs": "crf-agency-EOHHS-075-09302020.xlsx",
    "military": "crf-agency-MIL-161-12312020.xlsx",
    "treasury": "crf-treasury-sample-cycles-1-2.xlsx",
    "cpf": "cpf-1A-v20231212.xlsm",
    "food": "slfrf-ec2.1-v20240823.xlsm",
    "blank": "slfrf-agency-blank-v20250219.xlsm",
}
LAYOUTS = {
    "eohhs": "crf-agency/1",
    "military": "crf-agency/1",
    "treasury": "crf-treasury/20201130",
    "cpf": "cpf-1a/20231212",
    "food": "slfrf-agency/20240823",
    "blank": "slfrf-agency/20250219",
}
FIGURES = {
    "eohhs": {
        "Subrecipient": {"rows": 12},
        "Contracts": {
            "rows": 3,
            "Current Quarter Obligation": "566575.00",
            "Total Expenditure Amount": "333181.25",
        },
        "Grants": {
            "rows": 1,
            "Current Quarter Obligation": "2927600.00",
            "Total Expenditure Amount": "585520.00",
        },
        "Loans": {"rows": 3, "Loan Amount": "151697.70", "Current Quarter Obligation": "151697.70"},
        "Transfers": {"rows": 1, "Transfer Amount": "32416.32"},
        "Direct": {"rows": 3, "Total Expenditure Amount": "46441687.13"},
        "Aggregate Awards < 50000": {
            "Current Quarter Obligation": "8121030.97",
            "Current Quarter Expenditure/Payments": "6798451.45",
        },
        "Aggregate Payments Individual": {"Current Quarter Obligation": "1567999.50"},
    },
    "military": {
        "Contracts": {"rows": 3, "Current Quarter Obligation": "225000.00"},
        "Grants": {"rows": 6, "Current Quarter Obligation": "-100000.00"},
        "Loans": {"rows": 0},
    },
    "treasury": {
        "Contracts": {"rows": 6, "awards": 4, "Contract Amount": "1000000.00"},
        "Grants": {"rows": 6, "awards": 4, "Award Amount": "1085000.00"},
        "Loans": {"rows": 6, "awards": 4, "Loan Amount": "750000.00"},
        "Transfers": {
            "rows": 6,
            "awards": 4,
            "Transfer Amount": "510000.00",
            "Current Quarter Obligation": "630000.00",
        },
        "Direct": {"rows": 6, "awards": 4, "Obligation Amount": "567000.00"},
    },
    "cpf": {
        "Project": {
            "rows": 1,
            "Total CPF Funding for Project": "132001.00",
            "Current Period Obligation": "38219.00",
            "Current Period Expenditure": "25471.00",
        },
    },
    "food": {
        "EC 2 - Negative Economic Impact": {
            "rows": 1,
            "Adopted Budget": "10000.00",
            "Total Cumulative Obligations": "12000.00",
            "Current Period Obligations": "12322.00",
        },
    },
    "blank": {},
}
_readings: dict[str, Reading] = {}


def reading_of(title: str) -> Reading:
    """A real file, read once for all tests."""
    if title not in _readings:
        path = FILES / TITLES[title]
        _readings[title] = read_workbook(path.read_bytes(), path.name)
    return _readings[title]


def found(title: str, rule: str) -> list[Found]:
    return [problem for problem in reading_of(title).problems if problem.rule == rule]


@pytest.mark.parametrize("title", TITLES)
def test_the_layout_and_version_are_found_by_content(title: str) -> None:
    content = (FILES / TITLES[title]).read_bytes()
    reading = read_workbook(content, "a name that says nothing.xlsx")
    assert reading.layout == LAYOUTS[title]
    assert reading == reading_of(title)


@pytest.mark.parametrize("title", TITLES)
def test_a_real_file_gives_its_figures(title: str) -> None:
    figures = reading_of(title).as_dict()["figures"]
    for sheet, wanted in FIGURES[title].items():
        assert {name: figures[sheet].get(name) for name in wanted} == wanted


def test_the_blank_workbook_has_no_rows_and_no_problem() -> None:
    reading = reading_of("blank")
    assert reading.problems == ()
    assert {figures["rows"] for figures in reading.figures.values()} == {0}


def test_a_total_that_its_categories_do_not_make_up_is_named() -> None:
    (problem,) = found("military", "CRFP-089")
    assert (problem.sheet, problem.cells, problem.severity) == ("Grants", "W4", Severity.ERROR)
    assert "$50,000.00" in problem.message
    assert "$45,000.00" in problem.message


def test_an_amount_with_three_decimals_is_a_problem_and_not_rounded() -> None:
    (problem,) = [p for p in reading_of("military").problems if p.cells == "F7" and p.sheet == "Grants"]
    assert problem.message == "437803.871 has more than two decimals."
    assert reading_of("military").rows["Grants"][5]["amount"] is None


def test_the_only_problems_of_the_military_file_are_four() -> None:
    places = {(problem.sheet, problem.cells) for problem in reading_of("military").problems}
    assert places == {("Grants", "F7"), ("Grants", "W4"), ("Subrecipient", "A670"), ("Subrecipient", "I563")}


def test_a_date_with_a_slash_too_many_is_named_with_its_cell() -> None:
    (problem,) = found("eohhs", "CRFP-077")
    assert (problem.sheet, problem.cells, problem.message) == ("Grants", "W2", "“6/30/2020/” is not a date.")


def test_the_total_is_not_judged_where_a_category_cannot_be_read() -> None:
    unread = [p.cells for p in reading_of("eohhs").problems if p.sheet == "Direct"]
    assert unread == ["L2", "L4", "Q2", "T4"]
    assert not found("eohhs", "CRFP-142")


def test_treasurys_sample_is_read_though_performance_is_turned_round() -> None:
    assert {problem.severity for problem in found("treasury", "CRFT-016")} == {Severity.WARNING}
    (problem,) = found("treasury", "CRFP-040")
    assert problem.severity is Severity.WARNING
    assert problem.cells == "F3 to F5, G3 to G5"
    assert reading_of("treasury").is_acceptable


def test_obligations_above_a_transfer_are_a_finding() -> None:
    (problem,) = found("treasury", "CRFT-018")
    assert problem.sheet == "Transfers"
    assert "$300,000.00" in problem.message


def test_project_numbers_are_the_same_as_text_and_as_number() -> None:
    loans = reading_of("treasury").rows["Loans"]
    assert [row["spent_project"] for row in loans][:3] == [None, "321", "143"]


def test_text_under_a_blank_row_is_not_a_line() -> None:
    notes = {problem.sheet: problem.cells for problem in found("treasury", "wb-legend")}
    assert notes["Contracts"] == "A10, B11 to B14"
    assert {problem.severity for problem in found("treasury", "wb-legend")} == {Severity.NOTE}


def test_an_older_layout_is_read_with_a_warning() -> None:
    (problem,) = reading_of("cpf").problems
    assert (problem.severity, problem.rule) == (Severity.WARNING, "CPFP-002")
    assert "20231212" in problem.message


def test_obligations_above_the_budget_and_above_the_total_are_warnings() -> None:
    warnings = {problem.rule: problem.cells for problem in reading_of("food").warnings}
    assert warnings["slfrf-obligations-within-budget"] == "G13, F13"
    assert warnings["slfrf-period-within-total"] == "I13, G13"
    assert reading_of("food").is_acceptable


def test_what_a_project_spent_must_tie_to_its_lines() -> None:
    (problem,) = found("food", "SLFG-004")
    assert (problem.cells, problem.severity) == ("J13", Severity.WARNING)
    assert "$123.00" in problem.message
    assert "$0.00" in problem.message


def test_what_a_project_spent_without_details_is_a_line_of_the_project() -> None:
    lines = {(line.kind, line.cell, str(line.amount), line.project) for line in reading_of("food").lines()}
    assert lines == {("obligation", "I13", "12322.00", "123"), ("expenditure", "J13", "123.00", "123")}


def test_payments_to_individuals_are_lines_of_their_own() -> None:
    lines = [line for line in reading_of("eohhs").lines() if line.is_individual]
    assert {(line.kind, str(line.amount)) for line in lines} == {
        ("obligation", "1567999.50"),
        ("expenditure", "1567999.50"),
    }


def test_lines_count_an_award_once_and_each_expenditure() -> None:
    lines = [line for line in reading_of("treasury").lines() if line.sheet == "Contracts"]
    obligated = sum(line.amount for line in lines if line.kind == "obligation")
    spent = sum(line.amount for line in lines if line.kind == "expenditure")
    assert (str(obligated), str(spent)) == ("1000000.00", "272000.00")
    assert lines[0].cell == "Q2"


def test_the_command_prints_one_line_of_json_and_exits_one_for_an_error(capsys) -> None:
    with pytest.raises(SystemExit) as ending:
        call_command("validate_workbook", str(FILES / TITLES["military"]), "--json")
    assert ending.value.code == 1
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    answer = json.loads(printed)
    assert set(answer) == {"layout", "version", "figures", "problems"}
    assert set(answer["problems"][0]) == {"severity", "sheet", "cells", "message", "fix", "rule"}
    assert answer["figures"]["Contracts"]["rows"] == 3


def test_the_command_tells_problems_as_text_and_passes_a_file_without_errors(capsys) -> None:
    call_command("validate_workbook", str(FILES / TITLES["cpf"]), "--layout", "cpf-1a")
    printed = capsys.readouterr().out
    assert "Layout cpf-1a/" in printed
    assert "warning: Logic B1: The layout is of 20231212" in printed
    assert "Not examined, for they need what was filed before: CPFG-001, CPFT-022" in printed
