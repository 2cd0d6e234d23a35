"""Files that are broken, mislabelled or made to harm are answered clearly, in little time and memory."""

import io
import json
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reporting.workbook import WORKBOOKS, draw_blank, read_workbook, with_comments
from tests.workbooks.builders import a_cost, a_file, a_report, only, read, repacked, told, without_results

ROOT = Path(__file__).parents[2]
FILES = Path(__file__).parent / "files"
"""A report of costs with a password (agile encryption, msoffcrypto-tool 6.1), and one of Excel 97 (xlwt 1.3).

Made once and kept: both libraries are too much to install for two files that never change.
"""
SECONDS, MEGABYTES = 10, 500
SHEET = "xl/worksheets/sheet2.xml"
JUDGE = """
import json, sys, time
from reporting.workbook import WORKBOOKS, read_workbook
len(WORKBOOKS)
began = time.monotonic()
with open(sys.argv[1], "rb") as file:
    reading = read_workbook(file, sys.argv[1])
took = time.monotonic() - began
status = open("/proc/self/status").read()  # ru_maxrss would begin with what the parent process had
peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps(reading.as_dict() | {"seconds": took, "megabytes": peak}))
"""


def judged(path: Path) -> dict[str, Any]:
    """What a process of its own makes of a file, within the limits of time and memory."""
    done = subprocess.run(
        [sys.executable, "-c", JUDGE, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["seconds"] < SECONDS
    assert answer["megabytes"] < MEGABYTES
    return answer


def rules(answer: dict[str, Any]) -> list[str]:
    return [problem["rule"] for problem in answer["problems"]]


def refused(content: bytes, name: str = "report.xlsx") -> str:
    """The code of the one reason why a file is refused, which says what to do."""
    problem = only(read_workbook(content, name))
    assert problem.severity == "error"
    assert problem.message.endswith(".")
    assert problem.fix.endswith(".")
    return problem.rule


def with_part(path: Path, part: str, pieces: Iterable[bytes]) -> None:
    """A report at ``path`` whose part is made of these pieces, however much they are together."""
    with (
        zipfile.ZipFile(io.BytesIO(a_report())) as given,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in given.namelist():
            if name != part:
                out.writestr(name, given.read(name))
        with out.open(part, "w", force_zip64=True) as bomb:
            for piece in pieces:
                bomb.write(piece)


def rows_of(count: int, row: str) -> Iterable[bytes]:
    """The XML of a sheet of many rows, in pieces; {n} is the row's number."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    yield f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{space}"><sheetData>'.encode()
    for first in range(1, count + 1, 10_000):
        yield "".join(row.format(n=n) for n in range(first, min(first + 10_000, count + 1))).encode()
    yield b"</sheetData></worksheet>"


def test_csv_named_xlsx_is_told_apart() -> None:
    assert refused(b"Date incurred,Amount ($)\n1/1/2025,5\n") == "wb-csv-named-xlsx"


def test_the_lock_file_of_excel_is_told_apart_whatever_it_holds() -> None:
    assert refused(b"\x05clerk" + b" " * 159, "~$report.xlsx") == "wb-lock-file"
    assert refused(a_report(), "/upload/~$report.xlsx") == "wb-lock-file"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "wb-not-a-workbook"),
        ((FILES / "encrypted.xlsx").read_bytes(), "wb-encrypted"),
        ((FILES / "excel-97.xls").read_bytes(), "wb-old-format"),
        (b"%PDF-1.7\n\0\0", "wb-not-a-workbook"),
        (b"<html><table><tr><td>Excel</td></tr></table></html>", "wb-not-a-workbook"),
        (b"PK\x03\x04" + bytes(range(256)) * 8, "wb-damaged"),
        (a_report()[:3000], "wb-damaged"),
    ],
)
def test_what_is_no_workbook_is_refused_with_the_way_out(content: bytes, rule: str) -> None:
    assert refused(content) == rule


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"word/document.xml": b"<a/>"}, "wb-not-a-workbook"),
        ({"xl/workbook.bin": b""}, "wb-old-format"),
        ({f"xl/{number}.xml": b"" for number in range(3000)}, "wb-zip-bomb"),
        ({"xl/workbook.xml": b"<workbook/>"}, "wb-damaged"),
    ],
)
def test_other_packages_are_refused(parts: dict[str, bytes], rule: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    assert refused(made.getvalue()) == rule


def test_a_file_of_three_hundred_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(300_000_000)
    assert rules(judged(path)) == ["wb-too-large"]


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml"])
def test_a_zip_bomb_is_refused_while_it_unpacks(tmp_path: Path, part: str) -> None:
    path = tmp_path / "bomb.xlsx"
    with_part(path, part, (b" " * 10_000_000 for _ in range(50)))
    assert rules(judged(path)) == ["wb-zip-bomb"]


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "liar.xlsx"
    with_part(path, SHEET, (b" " * 10_000_000 for _ in range(80)))
    content = path.read_bytes().replace(struct.pack("<I", 800_000_000), struct.pack("<I", 4_000))
    path.write_bytes(content)
    assert rules(judged(path))[0] in {"wb-zip-bomb", "wb-damaged"}


def test_a_bomb_that_claims_its_true_size_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "honest.xlsx"
    with_part(path, SHEET, (b" " * 10_000_000 for _ in range(80)))
    answer = judged(path)
    assert rules(answer) == ["wb-zip-bomb"]
    assert answer["seconds"] < 1


@pytest.mark.parametrize("part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_an_xml_entity_bomb_is_refused(part: str) -> None:
    entities = "".join(f'<!ENTITY b{n + 1} "{f"&b{n};" * 10}">' for n in range(12))
    doctype = f'<!DOCTYPE bomb [<!ENTITY b0 "ha">{entities}]>'.encode()
    content = repacked(a_report(), part, lambda xml: xml.replace(b"?>", b"?>" + doctype, 1))
    assert refused(content) == "wb-xml-entities"


def test_xml_that_is_not_utf_8_is_refused() -> None:
    content = repacked(a_report(), SHEET, lambda xml: xml.decode().encode("utf-16"))
    assert refused(content) == "wb-damaged"


def test_a_million_empty_formatted_rows_are_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "formatted.xlsx"
    row = '<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/><c r="F{n}" s="1"/></row>'
    with_part(path, SHEET, rows_of(1_000_000, row))
    assert rules(judged(path)) == ["wb-layout-unknown"]


def test_a_million_empty_formatted_rows_under_real_lines_leave_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "formatted.xlsx"
    with zipfile.ZipFile(io.BytesIO(a_report())) as given:
        real = given.read(SHEET)
    empty = "".join(f'<row r="{n}" s="1"><c r="A{n}" s="1"/></row>' for n in range(3, 1_000_003)).encode()
    with_part(path, SHEET, [real.replace(b"</sheetData>", empty + b"</sheetData>")])
    answer = judged(path)
    assert answer["problems"] == []
    assert answer["figures"]["Costs"]["rows"] == 1


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c r = 'xfd1048576' ><v>1</v></c></row>",
        b'<row r="3"><c r="ZZ99999"><v>1</v></c></row>',
        b'<row r="3"><c s="0"r="XFD1048576"><v>1</v></c></row>',
        b'<x:row r="3"><x:c r="XFD1048576"><v>1</v></x:c></x:row>',
        b'<row r="3"><c\nr="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c><v>1</v></c></row><row r="4"><c r="XFD4"><v>1</v></c></row>',
    ],
)
def test_a_cell_far_away_is_refused_before_its_area_is_made(tmp_path: Path, cell: bytes) -> None:
    path = tmp_path / "far.xlsx"
    with zipfile.ZipFile(io.BytesIO(a_report())) as given:
        real = given.read(SHEET)
    with_part(path, SHEET, [real.replace(b"</sheetData>", cell + b"</sheetData>")])
    assert rules(judged(path)) in (["wb-too-wide"], ["wb-damaged"])


def test_an_empty_formatted_cell_far_away_is_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    with zipfile.ZipFile(io.BytesIO(a_report())) as given:
        real = given.read(SHEET)
    cell = b'<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    with_part(path, SHEET, [real.replace(b"</sheetData>", cell + b"</sheetData>")])
    assert judged(path)["problems"] == []


def test_a_sheet_of_one_endless_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "row.xlsx"
    cells = (
        b"".join(b'<c r="A%d"><v>%d</v></c>' % (n, n) for n in range(k, k + 9000))
        for k in range(0, 4_000_000, 9000)
    )
    with_part(path, SHEET, [b'<worksheet><sheetData><row r="1">', *cells])
    assert rules(judged(path))[0] in {"wb-zip-bomb", "wb-damaged"}


def test_macros_are_kept_and_never_read() -> None:
    macro = b"\xd0\xcf\x11\xe0 not even a macro"
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_report(a_cost(amount="x")))) as given,
        zipfile.ZipFile(made, "w") as out,
    ):
        for name in given.namelist():
            out.writestr(name, given.read(name))
        out.writestr("xl/vbaProject.bin", macro)
    reading = read(made.getvalue(), "report.xlsm")
    assert told(reading) == {("wb-cell-unreadable", "Costs", "F2")}
    with zipfile.ZipFile(io.BytesIO(with_comments(made.getvalue(), reading))) as back:
        assert back.read("xl/vbaProject.bin") == macro


def test_formulas_without_results_are_named_and_not_taken_for_blank() -> None:
    formulas = [a_cost(amount=("=1+1", 2), description=str(n)) for n in range(3)]
    reading = read(without_results(a_report(*formulas), SHEET))
    assert told(reading) == {("wb-formula-without-value", "Costs", "F2 to F4")}
    assert read(a_report(a_cost(amount=("=99+1", 100)))).problems == ()


def test_a_formula_whose_result_is_an_empty_text_is_blank() -> None:
    empty = b'<c r="D2" t="str"><f>""</f><v></v></c>'
    content = repacked(a_report(), SHEET, lambda xml: re.sub(rb'<c r="D2"[^>]*>.*?</c>', empty, xml))
    assert told(read(content)) == {("wb-cell-blank", "Costs", "D2")}


def test_cells_that_show_an_excel_error_are_named_and_not_taken_for_blank() -> None:
    reading = read(a_report(a_cost(amount=("=1/0", "#DIV/0!")), a_cost()))
    assert told(reading) == {("wb-formula-error", "Costs", "F2")}


def test_days_as_text_as_number_and_since_1904_are_the_same_day() -> None:
    cover = {"Period begins": "1/1/2023", "Period ends": "2023-03-31"}
    costs = [a_cost(day=day, amount=25.0) for day in ("3/15/2023", 45000, date(2023, 3, 15), "45000")]
    reading = read(a_report(*costs, cover=cover))
    assert set(reading.rows["Costs"].values("incurred_on")) == {date(2023, 3, 15)}
    notes = {problem.cells: problem.message for problem in reading.problems if problem.severity == "note"}
    assert notes == {"A3, A5": "The number 45000 was read as the date March 15, 2023."}
    since_1904 = read(a_report(a_cost(day=43538), a_cost(day=date(2023, 3, 15)), date_1904=True))
    assert since_1904.rows["Costs"].values("incurred_on") == [date(2023, 3, 15)] * 2


def test_text_that_looks_like_a_formula_stays_text_wherever_it_is_written_again() -> None:
    attack = '=HYPERLINK("http://example.com","pay here")'
    content = a_report(a_cost(payee=attack, amount="x"))
    reading = read(content)
    assert reading.rows["Costs"][0]["payee"] == attack
    for back in (with_comments(content, reading), _csv_back(attack)):
        with zipfile.ZipFile(io.BytesIO(back)) as package:
            sheets = [package.read(name) for name in package.namelist() if "worksheets/sheet" in name]
        assert not any(b"<f>" in sheet for sheet in sheets)
        assert read(back).rows["Costs"][0]["payee"] == attack


def _csv_back(attack: str) -> bytes:
    """A CSV file with the text, as it comes back with comments."""
    quoted = attack.replace('"', '""')
    csv = f'Date incurred,Budget category,Payee,Amount ($)\n1/1/2025,Supplies,"{quoted}",x\n'.encode()
    return with_comments(csv, read_workbook(csv, "costs.csv"))


def test_a_file_that_holds_everything_at_once_tells_all_of_it_at_once() -> None:
    costs = [
        a_cost(day="2/30/2025", amount="12.50"),
        a_cost(category=None, amount=0.005),
        a_cost(payee="x" * 201, amount="(5.00)"),
    ]
    found = {(rule, cells) for rule, _, cells in told(read(a_report(*costs)))}
    assert found == {
        ("wb-cell-unreadable", "A2"),
        ("wb-cell-blank", "C3"),
        ("wb-cell-unreadable", "F3"),
        ("wb-cell-length", "D4"),
    }


def test_the_blank_workbook_of_every_layout_is_recognised_as_itself() -> None:
    for code in WORKBOOKS:
        assert read(draw_blank(code)).layout == code


def test_a_thousand_different_mistakes_in_a_column_are_told_in_forty_lines() -> None:
    costs = [a_cost(amount=f"mistake {n}") for n in range(1000)]
    reading = read(a_report(*costs))
    assert len(reading.problems) == 41
    assert "more cells" in reading.problems[-1].message


def test_a_workbook_that_asks_for_a_layout_by_name_is_held_to_it() -> None:
    content = a_file({"Costs": [["Anything"]]})
    reading = read_workbook(content, "x.xlsx", layout="quarterly-costs/1")
    assert "wb-column-absent" in {problem.rule for problem in reading.problems}
    assert reading.layout == "quarterly-costs/1"
