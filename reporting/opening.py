"""Opening a file that passed the gates: its sheets as grids of cells, each read once by calamine."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import python_calamine

from reporting.gates import SEND_AGAIN, NotAdmitted, Package, bomb, damaged, kind_of
from reporting.looking import Look

LONGEST_ROW = 32_000_000
_BESIDE = frozenset(
    {
        "_rels/.rels",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/sharedstrings.xml",
        "xl/styles.xml",
    }
)
"""The parts that it takes to read a sheet, besides its own."""


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

    def first_row(self, name: str) -> list[Any]:
        """The cells of row 1 of a sheet, without reading the others where that can be."""
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
        self._book = _opened(content)
        self._grids: dict[str, Grid] = {}

    @property
    def names(self) -> list[str]:
        """The names of its sheets."""
        return [name for name in self._book.sheet_names if name in self._parts]

    def grid(self, name: str) -> Grid:
        """The cells of a sheet, read once."""
        if name not in self._grids:
            part, look = self._parts[name], Look()
            for rows in _whole_rows(self._package, part):
                look.at(rows)
            if look.may_be_too_wide:
                look.count_named(_whole_rows(self._package, part))
            if look.may_be_too_wide:
                look.count(_whole_rows(self._package, part))
                look.refuse_if_too_wide(name)
            kept = look.kept
            book = _opened(_with_one_sheet(self._package, part, kept)) if kept else self._book
            rows = _guarded(lambda: book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            self._grids[name] = Grid(name, rows, 0, frozenset(look.uncounted), frozenset(look.faulty))
        return self._grids[name]

    def first_row(self, name: str) -> list[Any]:
        """The cells of row 1 of a sheet; of one that is not read yet no more than that, if it is plain."""
        if name not in self._grids:
            head, ends, _ = next(_whole_rows(self._package, self._parts[name])).partition(b"</row>")
            look = Look()
            look.at(xml := head + ends + b"</sheetData></worksheet>")
            if ends and not look.may_be_too_wide and re.search(rb'<row r="1"[ >]', head):
                book = _opened(_with_one_sheet(self._package, self._parts[name], xml))
                return _first(_guarded(lambda: book.get_sheet_by_name(name).to_python(skip_empty_area=False)))
        return _first(self.grid(name).rows)


def _first(rows: list[list[Any]]) -> list[Any]:
    return rows[0] if rows else []


def _opened(content: bytes) -> python_calamine.CalamineWorkbook:
    """A workbook as calamine opens it."""
    return _guarded(lambda: python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)))


def _with_one_sheet(package: Package, part: str, xml: bytes) -> bytes:
    """The package with one sheet, which is this, and what it takes to read it; not packed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as out:
        for name in package.names:
            if name.lower() in _BESIDE:
                out.writestr(name, package.part(name))
        out.writestr(part, xml)
    return file.getvalue()


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
        at = rest.rfind(b"</row>") + 6
        if at > 6:
            yield rest[:at]
            rest = rest[at:]
        elif len(rest) > LONGEST_ROW:
            raise bomb()
    yield rest


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

    def first_row(self, name: str) -> list[Any]:
        """The cells of row 1 of a sheet."""
        return _first(self._grids[name].rows)


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
