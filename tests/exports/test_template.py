"""A filled template keeps everything of its publisher's, and has the values in their cells."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from reporting.exports.fac.workbooks import awards_template, notes_template
from reporting.exports.template import LONGEST, Template

FOLDER = Path(__file__).parents[2] / "reporting" / "exports" / "templates" / "fac"


def test_values_stand_in_their_cells_and_formulas_stay() -> None:
    content = awards_template().filled({"Form": {"A2": "AWARD-00001", "E2": "A & B <C>", "F2": 12}})
    kept, seen = (load_workbook(BytesIO(content), data_only=values)["Form"] for values in (False, True))
    assert kept["A2"].value.startswith('=IF(B2<>""')
    assert (seen["A2"].value, seen["E2"].value, seen["F2"].value) == ("AWARD-00001", "A & B <C>", 12)
    assert kept.protection.sheet
    assert len(kept.data_validations.dataValidation) == 13


def test_all_else_of_the_workbook_stays_as_it_was() -> None:
    before = FOLDER / "notes-to-sefa-workbook.xlsx"
    content = notes_template().filled({"Coversheet": {"B4": "ZUFJEU4NMK52"}})
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(BytesIO(content)) as new:
        changed = [name for name in old.namelist() if old.read(name) != new.read(name)]
        assert old.namelist() == new.namelist()
    assert changed == ["xl/worksheets/sheet1.xml"]


def test_the_same_values_give_the_same_bytes() -> None:
    cells = {"Form": {"A2": "Loans", "B2": "None.\nNone at all.", "C2": "N"}}
    assert notes_template().filled(cells) == notes_template().filled(cells)


def test_a_cell_that_is_not_there_and_a_text_too_long_are_told() -> None:
    for cells, says in (({"Z2": "x"}, "no cell Z2"), ({"A20000": "x"}, "no row 20000")):
        with pytest.raises(ValueError, match=says):
            notes_template().filled({"Form": cells})
    with pytest.raises(ValueError, match="more than 32,767"):
        notes_template().filled({"Form": {"B2": "x" * (LONGEST + 1)}})


def test_a_filled_workbook_is_a_template_again() -> None:
    again = Template(notes_template().filled({"Coversheet": {"B4": "ZUFJEU4NMK52"}}))
    assert list(again.values("auditee_uei")) == ["ZUFJEU4NMK52"]
    assert again.places == notes_template().places
