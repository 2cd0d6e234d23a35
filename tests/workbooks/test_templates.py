"""Lines among the empty cells of a template: these are left out, and nothing else is lost."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.workbooks.builders import a_report, read, repacked, told
from tests.workbooks.test_hostile_files import SHEET, judged, refused, rules


def a_template(rest: bytes = b"", *, count: int = 3000) -> bytes:
    """A report among so many rows of cells that are drawn for their borders, and ``rest`` after them."""
    empty = b"".join(
        b'<row r="%d"><c r="A%d" s="1"/><c r="C%d" s="12" /><c r="F%d" s="1" t="n" /></row>' % (n, n, n, n)
        for n in range(3, count)
    )
    return repacked(
        a_report(), SHEET, lambda xml: xml.replace(b"</sheetData>", empty + rest + b"</sheetData>")
    )


def test_the_lines_of_a_template_are_those_among_its_empty_cells() -> None:
    line = (
        b'<row r="3000"><c r="A3000" s="1"/><c r="A3000" t="str"><v>3/15/2023</v></c><c r="B3000" s="1"/>'
        b'<c r="C3000" t="str"><v>Supplies</v></c>'
        b'<c r="D3000" t="inlineStr"><is><t>Ohio &lt;c/&gt;</t></is></c>'
        b'<c r="F3000"><v>2.5</v></c><c r="G3000" s="1"/></row>'
    )
    reading = read(a_template(line))
    assert reading.rows["Costs"].numbers == [2, 3000]
    assert reading.rows["Costs"][1]["payee"] == "Ohio <c/>"
    assert reading.figures["Costs"]["Amount ($)"] == Decimal("102.50")


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="F3000"><f>1+1</f></c>',
        b'<c r="F3000"><f>1+1</f><v/></c>',
        b'<c r="F3000"><f>1+1</f><v /></c>',
        b'<c r="F3000"><f>1+1</f><v></v></c>',
        b'<c r="F3000" s="1"><f>1+1</f><v> </v></c>',
        b'<c r="F3000" t="n" s="1"><f t="shared" si="0"/></c>',
        b'<c s="1" r="F3000"><f t="shared" si="0" /><v/></c>',
    ],
)
def test_a_formula_without_result_is_found_among_empty_cells(cell: bytes) -> None:
    row = b'<row r="3000"><c r="C3000" t="str"><v>Supplies</v></c>' + cell + b"</row>"
    assert ("wb-formula-without-value", "Costs", "F3000") in told(read(a_template(row)))


def test_an_excel_error_is_found_among_empty_cells() -> None:
    row = b'<row r="3000"><c r="F3000" t="e"><v>#N/A</v></c><c r="C3000" t="str"><v>Supplies</v></c></row>'
    assert ("wb-formula-error", "Costs", "F3000") in told(read(a_template(row)))


def test_text_that_looks_like_an_empty_cell_stays_text() -> None:
    words = b'<is><t><![CDATA[<c r="A1" s="1"/>]]></t></is>'
    row = b'<row r="3000"><c r="D3000" t="inlineStr">' + words + b'</c><c r="F3000"><v>1</v></c></row>'
    assert read(a_template(row)).rows["Costs"][1]["payee"] == '<c r="A1" s="1"/>'


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="4000"><c s="0"r="XFD1048576"><v>1</v></c></row>',
        b'<x:row r="4000"><x:c r="XFD1048576"><v>1</v></x:c></x:row>',
        b'<row r="4000"><c r="ZZ99999"><v>1</v></c><!-- far --></row>',
    ],
)
def test_a_cell_far_away_is_refused_beyond_empty_cells_too(tmp_path: Path, cell: bytes) -> None:
    path = tmp_path / "far.xlsx"
    path.write_bytes(a_template(cell))
    assert rules(judged(path)) in (["wb-too-wide"], ["wb-damaged"])


def test_an_entity_after_the_rows_is_refused() -> None:
    assert refused(a_template(b'<!DOCTYPE bomb [<!ENTITY a "ha">]>')) == "wb-xml-entities"
    content = repacked(a_template(), SHEET, lambda xml: xml + b'<!DOCTYPE bomb [<!ENTITY a "ha">]>')
    assert refused(content) == "wb-xml-entities"
