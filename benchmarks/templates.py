"""A real template of an agency's workbook, filled with as many lines as a benchmark asks for."""

import warnings
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

AGENCY = Path(__file__).parents[1] / "demo" / "workbooks" / "slfrf-ec2.1-v20240823.xlsm"
PROJECT, AWARD, IDENTIFIER = "123", "A-1", "ABCDEFGHJKL1"
SHEETS = (
    "Certification", "Cover", "EC 2 - Negative Economic Impact", "Subrecipient", "Awards > 50000",
    "Expenditures > 50000", "Aggregate Awards < 50000",
)  # fmt: skip
"""The sheets that hold data when the cover names category 2.1."""


def a_filled_template(size: int) -> bytes:
    """The recovery funds workbook as an agency filed it, with one award and that many expenditures of it."""
    with warnings.catch_warnings(action="ignore"):  # pictures and lists of choices are left out
        book = load_workbook(AGENCY)
    spent = [(number % 90_000 + 100) / 100 for number in range(size)]
    book["Certification"]["B2"] = "Ada Reviewer"
    project = {"Adopted_Budget__c": 90_000_000, "Total_Obligations__c": 80_000_000,
               "Total_Expenditures__c": round(sum(spent), 2), "Current_Period_Obligations__c": 0,
               "Current_Period_Expenditures__c": round(sum(spent), 2)}  # fmt: skip
    _write(book["EC 2 - Negative Economic Impact"], 13, project)
    _write(book["Subrecipient"], 13, _a_subrecipient())
    _write(book["Awards > 50000"], 13, _an_award())
    sheet = book["Expenditures > 50000"]
    for number, amount in enumerate(spent):
        day = date(2022, 4, 1) + timedelta(days=number % 91)
        facts = {"Sub_Award_Lookup__c": AWARD, "Expenditure_Start__c": day, "Expenditure_End__c": day,
                 "Expenditure_Amount__c": amount}  # fmt: skip
        _write(sheet, 13 + number, facts)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write(sheet: Any, row: int, facts: dict[str, Any]) -> None:
    """Values of one row by the field ids that stand in row 3."""
    places = {cell.value: cell.column for cell in sheet[3] if cell.value in facts}
    for name, value in facts.items():
        sheet.cell(row, places[name], value)


def _a_subrecipient() -> dict[str, Any]:
    return {
        "Unique_Entity_Identifier__c": IDENTIFIER,
        "Name": "Food Bank",
        "Entity_Type_2__c": "Subrecipient",
        "Address__c": "1 Main Street",
        "City__c": "Columbus",
        "State_Abbreviated__c": "OH",
        "Zip__c": "43215",
        "Zip_4__c": "0001",
        "Country__c": "US",
        "Registered_in_Sam_gov__c": "Yes",
    }


def _an_award() -> dict[str, Any]:
    return {
        "Recipient_UEI__c": IDENTIFIER,
        "Entity_Type_2__c": "Subrecipient",
        "Project_Identification_Number__c": PROJECT,
        "Award_No__c": AWARD,
        "Award_Type__c": "Contract: Purchase Order",
        "Award_Amount__c": 80_000_000,
        "Award_Date__c": date(2022, 3, 1),
        "Period_of_Performance_Start__c": date(2022, 3, 1),
        "Period_of_Performance_End__c": date(2026, 12, 31),
        "Place_of_Performance_Address_1__c": "1 Main Street",
        "Place_of_Performance_City__c": "Columbus",
        "State_Abbreviated__c": "OH",
        "Place_of_Performance_Zip__c": "43215",
        "Place_of_Performance_Zip_4__c": "0001",
        "Description__c": "Groceries for households in need",
        "Subaward_Changed__c": "No",
    }
