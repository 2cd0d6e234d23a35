"""Opening a file that passed the gates: its sheets as grids of cells, each read once by calamine."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import python_calamine

from reporting.gates import SEND_AGAIN, NotAdmitted, Package, bomb, damaged, kind_of, refuse_entities

LARGEST_AREA = 8_000_000
LONGEST_ROW = 32_000_000
_AT = rb"""[\s"']r\s*=\s*["']"""
_PLAIN = rb'<c r="'
_NOT_NARROW = re.compile(rb'<c(?! r="[A-Za-z]\d{1,5}")')
_NOT_SHORT = re.compile(rb'<c(?! r="[A-Za-z]{1,2}\d{1,4}")')
_LETTERS = re.compile(_PLAIN + rb"([A-Za-z]{1,3})\d")
_SIX_DIGITS = re.compile(_PLAIN + rb"[A-Za-z]{1,3}(\d{6,9})\"")
_NOT_NAMED = re.compile(rb'<c[\s>](?<! )|<c (?!r="[A-Za-z]{1,3}\d{1,7}")')
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"'](\d+)")
_UNNAMED = re.compile(rb"<(?:\w+:)?c(?:>|\s(?![^>]*\br\s*=)[^>]*>)")
_FILLED = re.compile(_AT + rb"""([A-Za-z]{1,3})(\d+)["'](?![^>]*/>)""")
_NO_RESULT = re.compile(rb"(?:</f>|<f\s[^>]*/>)(?:<v>\s*</v>|<v\s*/>)?</c>")
_NAME = re.compile(rb"""\br=["']([A-Z]+\d+)["']""")
_FAULTY = re.compile(rb"""<c\s([^>]*\bt="e"[^>]*)>""")


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet from A1 on. ``above`` is how many rows of the file stand over its first one.

    ``uncounted`` are cells whose formula has no stored result, ``faulty`` those that show an Excel error.
    """

    sheet: str
    rows: list[list[Any]]
    above: int = 0
    uncounted: frozenset[str] = frozenset()
    faulty: frozenset[str] = frozenset()

    @cached_property
    def amiss(self) -> dict[str, set[int]]:
        """The rows of the uncounted and faulty cells, by the letters of their columns."""
        found: dict[str, set[int]] = {}
        for letters, number in re.findall(r"([A-Z]+)(\d+)", " ".join(self.uncounted | self.faulty)):
            found.setdefault(letters, set()).add(int(number))
        return found


class Opened(Protocol):
    """A file whose sheets can be read by name."""

    is_csv: bool
    counts_from_1904: bool

    @property
    def names(self) -> list[str]:
        """The names of its sheets."""
        ...

    def grid(self, name: str) -> Grid:
        """The cells of a sheet."""
        ...


def opened(content: bytes, name: str, titles: frozenset[str], plain: str) -> Opened:
    """The file behind the gates. Raises NotAdmitted.

    In a CSV file a title alone on a line begins the part of that sheet; without any, all of it is ``plain``.
    """
    if kind_of(content, name) == "csv":
        return CsvFile(content, titles, plain)
    return ExcelFile(content)


class ExcelFile:
    """A workbook in the format of Excel since 2007."""

    is_csv = False

    def __init__(self, content: bytes) -> None:
        self._package = Package(content)
        self._parts = self._package.sheets()
        self.counts_from_1904 = self._package.counts_from_1904
        for part in ("xl/sharedStrings.xml", "xl/styles.xml"):
            self._package.part(part)
        self._book = _guarded(lambda: python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)))
        self._grids: dict[str, Grid] = {}

    @property
    def names(self) -> list[str]:
        """The names of its sheets."""
        return [name for name in self._book.sheet_names if name in self._parts]

    def grid(self, name: str) -> Grid:
        """The cells of a sheet, read once."""
        if name not in self._grids:
            seen = _Look()
            for rows in _whole_rows(self._package, self._parts[name]):
                seen.at(rows)
            if seen.may_be_too_wide:
                seen.count_named(_whole_rows(self._package, self._parts[name]))
            if seen.may_be_too_wide:
                seen.count(_whole_rows(self._package, self._parts[name]))
                seen.refuse_if_too_wide(name)
            rows = _guarded(lambda: self._book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            self._grids[name] = Grid(name, rows, 0, frozenset(seen.uncounted), frozenset(seen.faulty))
        return self._grids[name]


def _guarded(read: Any) -> Any:
    """What calamine reads, or NotAdmitted: it raises errors of its own, and panics on some broken files."""
    try:
        return read()
    except (python_calamine.CalamineError, python_calamine.XmlError, OSError, ValueError) as why:
        raise damaged() from why
    except BaseException as why:
        if type(why).__name__ == "PanicException":
            raise damaged() from why
        raise


def _whole_rows(package: Package, part: str) -> Iterator[bytes]:
    """The XML of a sheet in pieces that end between two rows."""
    rest = b""
    for chunk in package.chunks(part):
        rest += chunk
        refuse_entities(rest)
        at = rest.rfind(b"</row>") + 6
        if at > 6:
            yield rest[:at]
            rest = rest[at:]
        elif len(rest) > LONGEST_ROW:
            raise bomb()
    yield rest


@dataclass
class _Look:
    """What is seen in the XML of a sheet before calamine is let near it."""

    last_row: int = 0
    last_column: int = 0
    is_unsure: bool = False
    is_odd: bool = False
    uncounted: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)

    def at(self, rows: bytes) -> None:
        """Look at a piece: how far its cells reach, which have no result, which show an error."""
        self._reach(rows)
        if b"<f" in rows:
            self._formulas(rows)
        if b't="e"' in rows:
            found = (_NAME.search(match[1]) for match in _FAULTY.finditer(rows))
            self.faulty.update(name[1].decode() for name in found if name)

    def _formulas(self, rows: bytes) -> None:
        """Cells with a formula but no stored result; a result that is an empty text is one."""
        for match in _NO_RESULT.finditer(rows):
            begins = rows.rfind(b"<c ", 0, match.start())
            facts = rows[begins : rows.find(b">", begins)]
            if b't="str"' in facts:
                continue
            if facts.startswith(_PLAIN):
                self.uncounted.add(facts[6 : facts.find(b'"', 6)].decode())
            elif name := _NAME.search(facts):
                self.uncounted.add(name[1].decode())

    def _reach(self, rows: bytes) -> None:
        """A bound on the area that the cells span, by a search for a cell beyond it.

        Programs write ``<c r="A1"`` and no other way; a cell that is written otherwise is a cell beyond.
        """
        begins, ends = max(rows.find(b"<sheetData"), 0), rows.rfind(b"</sheetData>")
        ends = len(rows) if ends < 0 else ends
        self.is_odd = self.is_odd or rows.find(b":c", begins, ends) >= 0
        if rows.find(b"<c", begins, ends) < 0:
            return
        if not _NOT_NARROW.search(rows, begins, ends):
            self.last_row, self.last_column = max(self.last_row, 99_999), max(self.last_column, 26)
        elif not _NOT_SHORT.search(rows, begins, ends):
            self.last_row, self.last_column = max(self.last_row, 9_999), max(self.last_column, 702)
        else:
            self.is_unsure = True

    def count_named(self, pieces: Iterable[bytes]) -> None:
        """The area that all cells span, filled or not, if all are written as programs do."""
        self.last_row, self.last_column, self.is_unsure = 99_999, 0, False
        for rows in pieces:
            begins = max(rows.find(b"<sheetData"), 0)
            self.is_odd = self.is_odd or _NOT_NAMED.search(rows, begins) is not None
            letters = set(_LETTERS.findall(rows))
            self.last_row = max(self.last_row, max(map(int, _SIX_DIGITS.findall(rows)), default=0))
            self.last_column = max([self.last_column, *(place_of(name.decode()) for name in letters)])

    def count(self, pieces: Iterable[bytes]) -> None:
        """The exact area that the filled cells span, however they are written."""
        self.last_row = self.last_column = 0
        self.is_odd = False
        for rows in pieces:
            for match in _FILLED.finditer(rows):
                self.last_row = max(self.last_row, int(match[2][:9]))
                self.last_column = max(self.last_column, place_of(match[1].decode()))
            if _UNNAMED.search(rows):
                self.last_row = max([self.last_row, *(int(number[:9]) for number in _ROW.findall(rows))])
                self.last_column = max(self.last_column, 702)

    @property
    def may_be_too_wide(self) -> bool:
        """Whether the area might be more than can be held."""
        return self.is_odd or self.is_unsure or self.last_row * self.last_column > LARGEST_AREA

    def refuse_if_too_wide(self, name: str) -> None:
        """Refuses a sheet whose cells span more than can be held."""
        if self.last_row * self.last_column > LARGEST_AREA:
            raise NotAdmitted(
                f"The sheet {name} reaches to row {self.last_row:,} and {self.last_column:,} columns.",
                "Delete the cells far below and beside the lines, and save the workbook.",
                "wb-too-wide",
            )


def place_of(letters: str) -> int:
    """Which column letters name, counted from 1: 1 for A, 27 for AA."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place


def letters_of(index: int) -> str:
    """The letters of a column, counted from 0: A for 0, AA for 26."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class CsvFile:
    """A CSV file: one sheet, or several one under the other, each under a line with its name alone."""

    is_csv = True
    counts_from_1904 = False

    def __init__(self, content: bytes, titles: frozenset[str], plain: str) -> None:
        self._grids: dict[str, Grid] = {}
        sheet, above = plain, 0
        rows: list[list[Any]] = []
        by_title = {title.casefold(): title for title in titles}
        for number, cells in enumerate(_csv_rows(content), start=1):
            first = cells[0].strip().casefold() if cells else ""
            if first in by_title and not any(cell.strip() for cell in cells[1:]):
                self._keep(sheet, rows, above)
                sheet, above, rows = by_title[first], number, []
            else:
                rows.append(cells)
        self._keep(sheet, rows, above)

    def _keep(self, sheet: str, rows: list[list[Any]], above: int) -> None:
        if any(cell.strip() for row in rows for cell in row):
            if sheet in self._grids:
                raise NotAdmitted(f"“{sheet}” stands twice in the file.", SEND_AGAIN, "wb-damaged")
            self._grids[sheet] = Grid(sheet, rows, above)

    @property
    def names(self) -> list[str]:
        """The sheets that the file holds."""
        return list(self._grids)

    def grid(self, name: str) -> Grid:
        """The cells of a sheet."""
        return self._grids[name]


def _csv_rows(content: bytes) -> list[list[Any]]:
    """The rows of a CSV file in UTF-8, UTF-16 or Windows-1252, divided by comma, semicolon or tab."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")
    head = text[:4096]
    mark = max(",;\t", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as why:
        raise damaged() from why
