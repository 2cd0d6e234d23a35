"""Giving a workbook back with its problems as comments in their cells.

The comments are put into the package itself; every other part stays byte for byte what it was: formulas,
macros (kept, never run), drop-downs, other comments.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import xlsxwriter

from reporting.gates import NotAdmitted, Package, kind_of
from reporting.layout import WORKBOOKS, Reading
from reporting.looking import place_of
from reporting.opening import opened
from reporting.problems import cells_in

AUTHOR = "Headgate"
MOST_COMMENTS = 5_000
LONGEST = 4_000
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument."
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AFTER = (b"<legacyDrawingHF", b"<picture", b"<oleObjects", b"<controls", b"<webPublishItems", b"<tableParts")

ByCell = dict[str, str]


def with_comments(content: bytes, reading: Reading) -> bytes:
    """The same workbook with each problem as a comment in its cells; a CSV file comes back as XLSX.

    Problems of a sheet or of the file stand in the first cell. Raises ValueError for a file that was
    refused: there is no workbook to give back.
    """
    if not reading.layout:
        raise ValueError("The file was refused; there is no workbook to write in.")
    try:
        is_csv = kind_of(content, "") == "csv"
        return _csv_marked(content, reading) if is_csv else _marked(content, reading)
    except NotAdmitted as why:
        raise ValueError(why.message) from why


def _by_sheet(reading: Reading, sheets: list[str]) -> dict[str, ByCell]:
    """The words for each cell of each sheet; what is about the whole file stands on the first sheet."""
    told: dict[str, dict[str, list[str]]] = {}
    count = 0
    for problem in reading.problems:
        sheet = problem.sheet if problem.sheet in sheets else sheets[0]
        for cell in list(cells_in(problem.cells)) or ["A1"]:
            count += 1
            if count <= MOST_COMMENTS:
                words = f"{problem.severity.value.capitalize()}: {problem.message} {problem.fix}"
                told.setdefault(sheet, {}).setdefault(cell, []).append(words)
    return {
        sheet: {cell: _writable("\n".join(words))[:LONGEST] for cell, words in by_cell.items()}
        for sheet, by_cell in told.items()
    }


def _writable(words: str) -> str:
    """Words without the signs that XML cannot hold."""
    return _UNWRITABLE.sub("", words)


def _csv_marked(content: bytes, reading: Reading) -> bytes:
    """The sheets of a CSV file as a workbook, every cell as the text it is."""
    layouts = [workbook for workbook in WORKBOOKS.values() if workbook.csv_sheet]
    titles = frozenset(sheet.name for workbook in layouts for sheet in workbook.sheets)
    file = opened(content, "", titles, layouts[0].csv_sheet)
    told = _by_sheet(reading, file.names)
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        for name in file.names:
            sheet, grid = book.add_worksheet(name), file.grid(name)
            for number, row in enumerate(grid.rows, start=grid.above):
                for at, value in enumerate(row):
                    if value:
                        sheet.write_string(number, at, _writable(value)[:32_767])
            for cell, words in told.get(name, {}).items():
                sheet.write_comment(cell, words, {"author": AUTHOR})
    return made.getvalue()


def _marked(content: bytes, reading: Reading) -> bytes:
    """The package with comments put in, its other parts unchanged."""
    package = Package(content)
    parts = package.sheets()
    changed: dict[str, bytes] = {}
    made: list[str] = []
    told = _by_sheet(reading, list(parts))
    for number, (sheet, by_cell) in enumerate(told.items(), start=1):
        _Marking(package, parts[sheet], number, by_cell, changed, made).mark()
    _declare(package, changed, made)
    return _packed(content, changed)


@dataclass
class _Marking:
    """The comments of one sheet while they are put in."""

    package: Package
    part: str
    number: int
    by_cell: ByCell
    changed: dict[str, bytes]
    made: list[str]
    links: bytes = field(init=False)

    def mark(self) -> None:
        """Writes the comments, the boxes they are shown in, and the links to both."""
        folder, _, name = self.part.rpartition("/")
        links_part = f"{folder}/_rels/{name}.rels"
        self.links = (
            self.package.part(links_part) or f'<Relationships xmlns="{_LINKS}"></Relationships>'.encode()
        )
        self._write_comments()
        self._write_boxes()
        self.changed[links_part] = self.links

    def _linked(self, kind: str) -> str:
        """The part of a kind that the sheet has already; empty when it has none."""
        for tag in re.findall(rb"<Relationship\s[^>]*>", self.links):
            if f'/{kind}"'.encode() in tag and (target := re.search(rb'Target="([^"]*)"', tag)):
                path = target[1].decode()
                return path.lstrip("/") if path.startswith("/") else _joined(self.part, path)
        return ""

    def _link(self, kind: str, part: str) -> str:
        """Adds a link to a new part, and returns its id."""
        link_id = f"rIdHeadgate{kind}"
        tag = f'<Relationship Id="{link_id}" Type="{_OFFICE}/{kind}" Target="/{part}"/>'
        self.links = self.links.replace(b"</Relationships>", tag.encode() + b"</Relationships>")
        self.links = re.sub(
            rb"<Relationships([^>]*)/>",
            rb"<Relationships\1>" + tag.encode() + b"</Relationships>",
            self.links,
        )
        return link_id

    def _write_comments(self) -> None:
        part = self._linked("comments")
        if not part:
            part = f"xl/commentsHeadgate{self.number}.xml"
            self.made.append(part)
            self._link("comments", part)
            empty = f'<comments xmlns="{_MAIN}"><authors></authors><commentList></commentList></comments>'
            given = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + empty.encode()
        else:
            given = self.package.part(part)
        author = given.count(b"<author>") + given.count(b"<author/>")
        given = given.replace(b"</authors>", f"<author>{AUTHOR}</author></authors>".encode(), 1)
        new = []
        for cell, words in self.by_cell.items():
            run = f'<r><t xml:space="preserve">{escape(words)}</t></r>'
            there = re.search(rf'<comment\s[^>]*ref="{cell}"[^>]*>.*?(</text>)'.encode(), given, re.S)
            if there:
                again = run.replace('preserve">', 'preserve">\n', 1).encode()
                given = given[: there.start(1)] + again + given[there.start(1) :]
            else:
                new.append(f'<comment ref="{cell}" authorId="{author}"><text>{run}</text></comment>')
        self.changed[part] = given.replace(b"</commentList>", "".join(new).encode() + b"</commentList>", 1)

    def _write_boxes(self) -> None:
        """The boxes in which Excel shows comments; without them it shows none."""
        part = self._linked("vmlDrawing")
        given = self.package.part_as_it_is(part) if part else b""
        if not given:
            part = f"xl/drawings/vmlDrawingHeadgate{self.number}.vml"
            link_id = self._link("vmlDrawing", part)
            self.changed[self.part] = _with_drawing(self.package.part(self.part), link_id)
            given = _EMPTY_BOXES.encode()
        taken = [int(number) for number in re.findall(rb"_x0000_s(\d+)", given)]
        first = max([1024 * self.number, *taken]) + 1
        kind = b"" if b'id="_x0000_t202"' in given else _BOX_KIND.encode()
        boxes = (_box(first + at, cell) for at, cell in enumerate(self.by_cell))
        at = given.rfind(b"</xml>")
        self.changed[part] = given[:at] + kind + "".join(boxes).encode() + given[at:]


def _joined(part: str, path: str) -> str:
    """A path that is told from the folder of a part."""
    folders = part.split("/")[:-1]
    for step in path.split("/"):
        folders = folders[:-1] if step == ".." else [*folders, step]
    return "/".join(folders)


def _with_drawing(sheet: bytes, link_id: str) -> bytes:
    """The XML of a sheet with the link to its boxes, where the schema wants it."""
    tag = f'<legacyDrawing xmlns:r="{_OFFICE}" r:id="{link_id}"/>'.encode()
    data = max(
        sheet.rfind(b"</sheetData>"),
        sheet.rfind(b"<sheetData/>"),
        sheet.rfind(b"</conditionalFormatting>"),
        0,
    )
    places = [sheet.find(name, data) for name in (*_AFTER, b"<extLst", b"</worksheet>")]
    at = min(place for place in places if place >= 0)
    return sheet[:at] + tag + sheet[at:]


_EMPTY_BOXES = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"></xml>'
)
_BOX_KIND = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


def _box(number: int, cell: str) -> str:
    """The box of one comment, beside its cell."""
    letters = cell.rstrip("0123456789")
    row, column = int(cell[len(letters) :]) - 1, place_of(letters) - 1
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 5}, 15, {row + 6}, 4</x:Anchor>"
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )


def _declare(package: Package, changed: dict[str, bytes], made: list[str]) -> None:
    """Declares the kinds of the new parts."""
    types = package.part("[Content_Types].xml")
    new = "".join(
        f'<Override PartName="/{part}" ContentType="{_KIND}spreadsheetml.comments+xml"/>' for part in made
    )
    if not re.search(rb'<Default\s[^>]*Extension="vml"', types, re.IGNORECASE):
        new = f'<Default Extension="vml" ContentType="{_KIND}vmlDrawing"/>{new}'
    changed["[Content_Types].xml"] = types.replace(b"</Types>", new.encode() + b"</Types>", 1)


def _packed(content: bytes, changed: dict[str, bytes]) -> bytes:
    """The package again, with the changed parts in it."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        known = given.namelist()
        for name in known:
            package.writestr(given.getinfo(name), changed.get(name, b"") or given.read(name))
        for name in changed.keys() - set(known):
            package.writestr(zipfile.ZipInfo(name), changed[name], zipfile.ZIP_DEFLATED)
    return made.getvalue()
