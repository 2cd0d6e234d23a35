"""A workbook of very many rows, written as a stream: one pattern a row, and never a sheet in memory.

A workbook of a million lines has fourteen million cells; a writer that takes them one by one needs minutes.
Texts are inline strings, so that a leading zero, and whatever looks like a formula, stays text.
"""

import re
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reporting.blocks import Column
from reporting.sheets import ROWS

_EPOCH = date(1899, 12, 30)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OF = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_RELATED = "application/vnd.openxmlformats-package.relationships+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TEXT = '<c t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>'
_CELL = {"text": _TEXT, "dollars": '<c s="1"><v>%s</v></c>', "date": '<c s="2"><v>%s</v></c>'}
_SPECIAL = re.compile("[&<>\x00-\x09\x0b-\x1f]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="mm/dd/yyyy"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


class _Serials(dict[str, int]):
    """Days as Excel counts them, by how they are written: 2022-06-30."""

    def __missing__(self, written: str) -> int:
        self[written] = (date.fromisoformat(written) - _EPOCH).days
        return self[written]


class Book:
    """A workbook under way. Its rows are texts in the order of the columns: amounts as 1.50, days as ISO."""

    def __init__(self, out: IO[bytes], columns: Sequence[Column], *, name: str, moment: Any) -> None:
        self._zip = ZipFile(out, "w", ZIP_DEFLATED, compresslevel=3)
        self._columns, self._name, self._moment = columns, name, moment
        self._pattern = f"<row>{''.join(_CELL[column.kind] for column in columns)}</row>"
        self._days = [place for place, column in enumerate(columns) if column.kind == "date"]
        self._texts = [place for place, column in enumerate(columns) if column.kind == "text"]
        self._serials = _Serials()
        self._sheets, self._rows = 0, 0
        self._begin()

    def add(self, rows: list[list[str]], as_text: str) -> None:
        """More rows; ``as_text`` is all that stands in them, looked through once for what XML forbids."""
        if _SPECIAL.search(as_text):
            for row in rows:
                for place in self._texts:
                    row[place] = _escaped(row[place])
        serials = self._serials
        for row in rows:
            for place in self._days:
                row[place] = serials[row[place]]  # type: ignore[call-overload]
        while rows:
            room = ROWS - self._rows
            chunk, rows = rows[:room], rows[room:]
            self._sheet.write("".join(map(self._pattern.__mod__, map(tuple, chunk))).encode())
            self._rows += len(chunk)
            if self._rows == ROWS:
                self._end()
                self._begin()

    def close(self) -> None:
        """Write what belongs to all sheets, and end the file."""
        self._end()
        for path, text in _frame(self._name, self._sheets).items():
            self._zip.writestr(self._info(path), text)
        self._zip.close()

    def _begin(self) -> None:
        """A further sheet with its headings, which stay in sight."""
        self._sheets += 1
        info = self._info(f"xl/worksheets/sheet{self._sheets}.xml")
        self._sheet = self._zip.open(info, "w", force_zip64=True)
        widths = "".join(
            f'<col min="{n}" max="{n}" width="{16 * column.weight:g}" customWidth="1"/>'
            for n, column in enumerate(self._columns, 1)
        )
        pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        heads = "".join(
            _TEXT.replace("<c ", '<c s="3" ') % escape(column.heading, quote=False)
            for column in self._columns
        )
        self._sheet.write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{pane}</sheetView>'
            f"</sheetViews><cols>{widths}</cols><sheetData><row>{heads}</row>".encode()
        )
        self._rows = 1

    def _end(self) -> None:
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()

    def _info(self, path: str) -> ZipInfo:
        info = ZipInfo(path, self._moment)
        info.compress_type = ZIP_DEFLATED
        info.create_system = 3
        return info


def _escaped(text: str) -> str:
    """A text as XML; a sign that XML cannot hold as Excel writes it, ``_x0001_``."""
    return _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", escape(text, quote=False))


def _frame(name: str, sheets: int) -> dict[str, str]:
    """The parts of a workbook beside its sheets."""
    numbers = range(1, sheets + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in numbers
    )
    named = "".join(
        f'<sheet name="{escape(name)}{f" {n}" if n > 1 else ""}" sheetId="{n}" r:id="rId{n}"/>'
        for n in numbers
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_OF}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    styles = f'<Relationship Id="rId{sheets + 1}" Type="{_OF}/styles" Target="styles.xml"/>'
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OF}"><sheets>{named}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{related}{styles}</Relationships>'
        ),
        "_rels/.rels": (
            f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{_OF}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "[Content_Types].xml": (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{_RELATED}"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{parts}</Types>'
        ),
    }
