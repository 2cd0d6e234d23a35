"""Writing into a template: cells are filled in, and all else of the workbook stays as its publisher made it.

Styles, protection, lists to choose from and formulas are kept. A cell with a formula keeps it, and gets the
value given as the one it had last: who reads the file without computing it sees that value.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from io import BytesIO
from xml.sax.saxutils import escape

Cell = str | int
_ROW = re.compile(rb'<row r="(\d+)"[^>]*>.*?</row>', re.DOTALL)
_CELL = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_FORMULA = re.compile(rb"<f[ >/].*?</f>", re.DOTALL)
_STYLE = re.compile(rb' s="\d+"')
_SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
_NAME = re.compile(r'<definedName name="([^"]*)"[^>]*>([^<]*)</definedName>')
_PLACE = re.compile(r"'?([^'!]+)'?!\$([A-Z]+)\$(\d+)(?::\$[A-Z]+\$(\d+))?")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MADE_AT = (1980, 1, 1, 0, 0, 0)
LONGEST = 32_767
"""The most characters that a cell of Excel holds."""


class Template:
    """A workbook to fill in: where its named cells are, and the same workbook with values in them."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            self._members = {each.filename: packed.read(each) for each in packed.infolist()}
        workbook = self._members["xl/workbook.xml"].decode()
        links = self._members["xl/_rels/workbook.xml.rels"].decode()
        self.sheets = {unescape(name): _target(links, key) for name, key in _SHEET.findall(workbook)}
        self.places = {
            name: (sheet, column, int(first), int(last or first))
            for name, text in _NAME.findall(workbook)
            for sheet, column, first, last in _PLACE.findall(unescape(text))
        }
        """By name: sheet, column, first row and last row."""

    def values(self, name: str) -> Iterator[str]:
        """The texts that stand in a named column, until the first cell without one."""
        sheet, column, first, last = self.places[name]
        written = {
            int(row[1]): _text_of(row[0], f"{column}{int(row[1])}".encode())
            for row in _ROW.finditer(self._members[self.sheets[sheet]])
        }
        for row in range(first, last + 1):
            if not written.get(row):
                return
            yield written[row]

    def filled(self, cells: Mapping[str, Mapping[str, Cell]]) -> bytes:
        """The workbook with these values, by sheet and cell; the same values give the same bytes.

        Raises ValueError for a cell that the template does not have, and for a text that no cell holds.
        """
        members = dict(self._members)
        for sheet, given in cells.items():
            path = self.sheets[sheet]
            members[path] = _with(members[path], given, sheet)
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, content in members.items():
                member = zipfile.ZipInfo(name, _MADE_AT)
                member.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(member, content)
        return out.getvalue()


def _target(links: str, key: str) -> str:
    (link,) = (each for each in re.findall(r"<Relationship [^>]*>", links) if f'Id="{key}"' in each)
    target = re.search(r'Target="([^"]*)"', link)
    if target is None:
        raise ValueError(f"The sheet {key} of the template leads nowhere.")
    return f"xl/{target[1]}" if not target[1].startswith("/") else target[1][1:]


def _text_of(row: bytes, place: bytes) -> str:
    for cell in _CELL.finditer(row):
        if cell[1] == place and cell[3]:
            return unescape("".join(re.findall(r"<t[^>]*>([^<]*)</t>", cell[3].decode())))
    return ""


def _with(sheet: bytes, given: Mapping[str, Cell], name: str) -> bytes:
    """The sheet with values in its cells. Only rows that get one are looked into."""
    by_row: dict[int, dict[bytes, Cell]] = {}
    for place, value in given.items():
        by_row.setdefault(int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")), {})[place.encode()] = value
    left = set(by_row)

    def row_with(row: re.Match[bytes]) -> bytes:
        values = by_row.get(int(row[1]))
        if values is None:
            return row[0]
        left.discard(int(row[1]))
        wanted = set(values)

        def cell_with(cell: re.Match[bytes]) -> bytes:
            if cell[1] not in values:
                return cell[0]
            wanted.discard(cell[1])
            return _cell(cell, values[cell[1]])

        made = _CELL.sub(cell_with, row[0])
        if wanted:
            raise ValueError(f"The sheet {name} has no cell {min(wanted).decode()}.")
        return made

    made = _ROW.sub(row_with, sheet)
    if left:
        raise ValueError(f"The sheet {name} has no row {min(left)}.")
    return made


def _cell(cell: re.Match[bytes], value: Cell) -> bytes:
    """A cell with a value: its style and its formula stay."""
    style = _STYLE.search(cell[2])
    opening = b'<c r="' + cell[1] + b'"' + (style[0] if style else b"")
    formula = _FORMULA.search(cell[3] or b"")
    if isinstance(value, int):
        return opening + b">" + (formula[0] if formula else b"") + b"<v>%d</v></c>" % value
    if len(value) > LONGEST:
        raise ValueError(f"The text of cell {cell[1].decode()} has more than {LONGEST:,} characters.")
    text = escape(_UNWRITABLE.sub(" ", value)).encode()
    if formula:
        return opening + b' t="str">' + formula[0] + b"<v>" + text + b"</v></c>"
    return opening + b' t="inlineStr"><is><t xml:space="preserve">' + text + b"</t></is></c>"
