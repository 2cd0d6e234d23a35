"""Treasury's upload files of capital projects, out of a workbook that an agency filed."""

from pathlib import Path

import pytest

from reporting.export import Gathered, Template
from reporting.exported import csv_files
from reporting.exports.cpf import EDITIONS, _add
from reporting.filings.in_force import InForce
from reporting.precheck import objections_to
from reporting.rows import as_kept, rows_kept
from reporting.workbook import WORKBOOKS, read_workbook
from tests.exports.checker import breaches, places_in, records_in, the_templates

FILED = Path(__file__).parents[2] / "demo" / "workbooks" / "cpf-1A-v20231212.xlsm"
TEMPLATES = the_templates("cpf_2024_02")
PROJECTS, PEOPLE = "CPF1ABroadbandInfrastructureTemplate", "CPFSubrecipientTemplate"


@pytest.fixture(scope="module")
def gathered() -> Gathered:
    """The rows of a filed workbook of use 1A, as they were kept when it came in."""
    reading = read_workbook(FILED.read_bytes(), FILED.name)
    filing = InForce(7, 1, reading.layout, rows_kept(as_kept(reading.rows)), {})
    filled: dict = {}
    _add(filing, EDITIONS[-1], filled, set())
    return Gathered(filled)


def test_the_projects_of_a_use_go_into_its_own_file(gathered: Gathered) -> None:
    files = {file.template: file for file in csv_files(EDITIONS[-1], gathered.filled)}
    assert set(files) == {PROJECTS, PEOPLE}
    reading = read_workbook(FILED.read_bytes(), FILED.name)
    records = records_in(files[PROJECTS].content, TEMPLATES[PROJECTS])
    assert len(records) == len(reading.rows["Project"])
    for record, row in zip(records, reading.rows["Project"], strict=True):
        assert record["Project_Name__c"] == row["project_name"]
        assert record["Cumulative_Expenditure__c"] == f"{row['cumulative_expenditure']:.2f}"


def test_a_checker_of_its_own_agrees_with_the_pre_check(gathered: Gathered) -> None:
    told = [each.as_dict() for each in objections_to(EDITIONS[-1], gathered, "2023-Q4")]
    for file in csv_files(EDITIONS[-1], gathered.filled):
        template = TEMPLATES[file.template]
        assert breaches(file.content, template) == places_in(told, template)


@pytest.mark.parametrize("template", EDITIONS[-1].templates.values(), ids=lambda template: template.name)
def test_every_field_that_a_workbook_has_is_found_in_it(template: Template) -> None:
    use = next(iter(template.categories), "1A")
    sheets = WORKBOOKS[f"cpf-{use.lower()}/20240524"].sheets
    known = {column.name for sheet in sheets for column in sheet.columns}
    assert {each.holds for each in template.fields} - known <= {"recipient_profile_id"}
