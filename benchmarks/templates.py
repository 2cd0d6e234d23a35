"""A real template of an agency's workbook, filled with as many lines as a benchmark asks for."""

import re
import warnings
from collections.abc import Mapping
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook

AGENCY = Path(__file__).parents[1] / "demo" / "workbooks" / "slfrf-ec2.1-v20240823.xlsm"
PROJECT, AWARD, IDENTIFIER, NAME = "123", "A-1", "ABCDEFGHJKL1", "Food Bank"
SHEETS = (
    "Certification", "Cover", "EC 2 - Negative Economic Impact", "Subrecipient", "Awards > 50000",
    "Expenditures > 50000", "Aggregate Awards < 50000",
)  # fmt: skip
"""The sheets that hold data when the cover names category 2.1."""
CERTIFICATION, PROJECTS, RECIPIENTS, AWARDS, SPENT = (
    f"xl/worksheets/sheet{number}.xml" for number in (1, 4, 9, 10, 11)
)
_STRINGS = "xl/sharedStrings.xml"
_CELL = re.compile(r'<c r="([A-Z]+)(\d+)"( s="\d+")?[^>]*?(?:/>|>(<f.*?(?:</f>|/>))?.*?</c>)')
FIRST = 13
"""The row of the first line; the field ids of the columns stand in row 3."""


def a_filled_template(size: int) -> bytes:
    """The recovery funds workbook as an agency filed it, with one award and that many expenditures of it.

    The lines are written among the cells of the file that Excel saved; all else is left as it is. Formulas
    of lines have the results that Excel would store for them.
    """
    spent = [(number % 90_000 + 100) / 100 for number in range(size)]
    filled = _Package(AGENCY)
    filled.write(CERTIFICATION, {"B2": "Ada Reviewer"})
    filled.write_rows(PROJECTS, [_a_project(round(sum(spent), 2))])
    filled.write_rows(RECIPIENTS, [_a_subrecipient()])
    filled.write_rows(AWARDS, [_an_award()], results={"E": NAME, "I": NAME})
    lines = [_an_expenditure(number, amount) for number, amount in enumerate(spent)]
    filled.write_rows(SPENT, lines, results={"D": PROJECT, "E": NAME})
    return filled.content()


def a_template_without_results(size: int) -> bytes:
    """The same as a program saves it that does not calculate: no formula has a stored result."""
    file = BytesIO()
    with warnings.catch_warnings(action="ignore"):  # pictures and lists of choices are left out
        load_workbook(BytesIO(a_filled_template(size))).save(file)
    return file.getvalue()


class _Package:
    """The parts of a workbook, some of whose cells are given values."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as file:
            self._parts = {name: file.read(name) for name in file.namelist()}
        self._strings = re.findall(r"<si>(.*?)</si>", self._parts[_STRINGS].decode(), re.DOTALL)
        self._given = len(self._strings)

    def write_rows(
        self, part: str, rows: list[dict[str, Any]], *, results: Mapping[str, str] | None = None
    ) -> None:
        """Lines from the first row on, by the ids of their fields, and the results of formulas by letters."""
        ids = {
            self._text(cell): cell[1] for cell in _CELL.finditer(self._parts[part].decode()) if cell[2] == "3"
        }
        cells = {
            f"{ids[name]}{FIRST + at}": fact for at, row in enumerate(rows) for name, fact in row.items()
        }
        for letters, result in (results or {}).items():
            cells |= {f"{letters}{FIRST + at}": result for at in range(len(rows))}
        self.write(part, cells)

    def write(self, part: str, cells: Mapping[str, Any]) -> None:
        """Values of cells, each in the style that its cell has."""

        def written(cell: re.Match[str]) -> str:
            name = cell[1] + cell[2]
            return self._cell(name, cell[3] or "", cell[4] or "", cells[name]) if name in cells else cell[0]

        self._parts[part] = _CELL.sub(written, self._parts[part].decode()).encode()

    def _cell(self, name: str, style: str, formula: str, value: Any) -> str:
        if formula:
            return f'<c r="{name}"{style} t="str">{formula}<v>{escape(value)}</v></c>'
        if isinstance(value, str):
            text = f"<t>{escape(value)}</t>"
            if text not in self._strings:
                self._strings.append(text)
            return f'<c r="{name}"{style} t="s"><v>{self._strings.index(text)}</v></c>'
        number = (value - date(1899, 12, 30)).days if isinstance(value, date) else value
        return f'<c r="{name}"{style}><v>{number}</v></c>'

    def _text(self, cell: re.Match[str]) -> str:
        """The text of a cell that Excel keeps among the shared ones."""
        number = re.search(r't="s"><v>(\d+)<', cell[0])
        return re.sub("<.*?>", "", self._strings[int(number[1])]) if number else ""

    def content(self) -> bytes:
        """The file that the parts make."""
        more = "".join(f"<si>{text}</si>" for text in self._strings[self._given :])
        strings = self._parts[_STRINGS].decode().replace("</sst>", f"{more}</sst>")
        unique = f'uniqueCount="{len(self._strings)}"'
        self._parts[_STRINGS] = re.sub(r'uniqueCount="\d+"', unique, strings, count=1).encode()
        file = BytesIO()
        with ZipFile(file, "w", ZIP_DEFLATED) as out:
            for name, part in self._parts.items():
                out.writestr(name, part)
        return file.getvalue()


def _a_project(spent: float) -> dict[str, Any]:
    return {
        "Adopted_Budget__c": 90_000_000,
        "Total_Obligations__c": 80_000_000,
        "Total_Expenditures__c": spent,
        "Current_Period_Obligations__c": 0,
        "Current_Period_Expenditures__c": spent,
    }


def _an_expenditure(number: int, amount: float) -> dict[str, Any]:
    day = date(2022, 4, 1) + timedelta(days=number % 91)
    return {
        "Sub_Award_Lookup__c": AWARD,
        "Expenditure_Start__c": day,
        "Expenditure_End__c": day,
        "Expenditure_Amount__c": amount,
    }


def _a_subrecipient() -> dict[str, Any]:
    return {
        "Unique_Entity_Identifier__c": IDENTIFIER,
        "Name": NAME,
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
