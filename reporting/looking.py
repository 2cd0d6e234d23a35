"""The look at the XML of a sheet before calamine is let near it: how far its cells reach, and what they lack.

All tags of a piece are looked at together, by their places. What is not written as programs write it is
looked at again, cell by cell. On the way, empty cells that programs draw only for their borders are left out:
in a template they are most of the sheet.
"""

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np

from reporting.gates import NotAdmitted, refuse_entities

LARGEST_AREA = 8_000_000
LARGEST_KEPT = 8_000_000
"""Bytes of a sheet that are kept without its empty cells; a longer one is read as it is."""
LONGEST_HEAD = 50_000
"""Bytes of a sheet beside its rows, about; leaving out less is not worth while."""
_AT = rb"""[\s"']r\s*=\s*["']"""
_PLAIN = rb'<c r="'
_LETTERS = re.compile(_PLAIN + rb"([A-Za-z]{1,3})\d")
_SIX_DIGITS = re.compile(_PLAIN + rb"[A-Za-z]{1,3}(\d{6,9})\"")
_NOT_NAMED = re.compile(rb'<c[\s>](?<! )|<c (?!r="[A-Za-z]{1,3}\d{1,7}")')
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*?\br\s*=\s*[\"'](\d+)")
_UNNAMED = re.compile(rb"<(?:\w+:)?c(?:>|\s(?![^>]*\br\s*=)[^>]*>)")
_FILLED = re.compile(_AT + rb"""([A-Za-z]{1,3})(\d+)["'](?![^>]*/>)""")
_NO_RESULT = re.compile(rb"(?:</f>|<f\s[^>]*/>)(?:<v>\s*</v>|<v\s*/>)?</c>")
_NAME = re.compile(rb"""\br=["']([A-Z]+\d+)["']""")
_FAULTY = re.compile(rb"""<c\s([^>]*\bt="e"[^>]*)>""")


def _is(text: bytes, *, at: int = 0) -> Callable[[Any], Any]:
    """Whether a text stands at a place of each of some words of eight bytes."""
    mask = np.uint64((1 << 8 * len(text)) - 1 << 8 * at)
    wanted = np.uint64(int.from_bytes(text, "little") << 8 * at)
    return lambda words: (words & mask) == wanted


_IS_CELL, _IS_PLAIN, _HAS_STYLE, _IS_TEXT = _is(b"<c "), _is(_PLAIN), _is(b' s="'), _is(b't="str">')
_NONE, _BLANK, _CLOSED = _is(b"</f></c>"), _is(b"</f><v/>"), _is(b"</c>")
_BLANK_APART, _CLOSED_APART = _is(b"</f><v /"), _is(b"></c>")
_ENDS, _ENDS_APART, _ENDS_NUMBER = _is(b'"/>', at=5), _is(b'" />', at=4), _is(b't="n" />')


class _Tags:
    """The tags among the rows of a piece of XML, by their places."""

    def __init__(self, xml: bytes) -> None:
        begins, ends = max(xml.find(b"<sheetData"), 0), xml.rfind(b"</sheetData>")
        self.begins, self.ends = begins, len(xml) if ends < 0 else ends
        self.xml, self.bytes = xml, np.frombuffer(xml, np.uint8)
        self.at = np.flatnonzero(self.bytes[begins : self.ends] == ord("<")) + begins

    def eight(self, places: Any) -> Any:
        """Eight bytes from each place on, as one number whose lowest byte is the first."""
        return np.ndarray((len(self.xml) - 7,), "<u8", buffer=self.xml, strides=(1,))[places]

    def before(self, places: Any) -> Any:
        """The eight bytes before each place."""
        return self.eight(np.maximum(places, 8) - 8)

    def names(self, cells: Any) -> Any:
        """The names of cells at these places, one row for each of eight bytes from the name on."""
        return np.ascontiguousarray(self.eight(cells + len(_PLAIN)).view(np.uint8).reshape(-1, 8).T)

    @cached_property
    def kinds(self) -> Any:
        """The first byte of the name of each tag."""
        return self.bytes[self.at + 1]

    @cached_property
    def cells(self) -> Any:
        """Which of the tags begin a cell."""
        return np.flatnonzero(self.kinds == ord("c"))

    @cached_property
    def is_regular(self) -> bool:
        """Whether they can be judged by their places: none is cut off, or a comment, or of a named space."""
        if not len(self.at):
            return True
        if len(self.xml) < 16 or self.at[-1] + 1 == len(self.xml):
            return False
        if len(self.cells) and self.at[self.cells[-1]] + 14 > len(self.xml):
            return False
        colons = np.flatnonzero(self.bytes[self.begins : self.ends - 1] == ord(":")) + self.begins
        is_odd = (self.kinds == ord("!")) | (self.kinds == ord("?"))
        return not (is_odd.any() or (self.bytes[colons + 1] == ord("c")).any())


class Look:
    """What is seen in the XML of a sheet, piece by piece."""

    def __init__(self) -> None:
        self.last_row = self.last_column = 0
        self.is_unsure = self.is_odd = False
        self.uncounted: set[str] = set()
        self.faulty: set[str] = set()
        self._kept: list[bytes] | None = []
        self._left_out = self._length = 0

    def at(self, xml: bytes) -> None:
        """Look at a piece that ends between two rows: how far cells reach, which have no result or an error.

        Refuses what ``refuse_entities`` refuses.
        """
        tags = _Tags(xml)
        if tags.is_regular:
            refuse_entities(xml[: max(tags.begins, 200)])
            refuse_entities(xml[tags.ends :])
            self._names(tags)
            self._formulas(tags)
        else:
            refuse_entities(xml)
            self.is_odd = True
            self._kept = None
            self._tell_uncounted(xml, (match.start() for match in _NO_RESULT.finditer(xml)))
        if b't="e"' in (kept := self._kept[-1] if self._kept else xml):
            found = (_NAME.search(match[1]) for match in _FAULTY.finditer(kept))
            self.faulty.update(name[1].decode() for name in found if name)

    @property
    def kept(self) -> bytes:
        """The sheet without its empty cells, if these are most of it; else nothing."""
        return b"".join(self._kept or ()) if self._left_out > max(self._length // 3, LONGEST_HEAD) else b""

    def _names(self, tags: _Tags) -> None:
        """A bound on the area that the cells span, and what is left of the piece without the empty ones.

        Programs write ``<c r="A1"`` and no other way; of a cell that is written otherwise nothing is sure.
        """
        places = tags.at[tags.cells]
        if not len(places):
            self._keep(tags.xml, [], [])
            return
        letters, ends = _measured(names := tags.names(places))
        if not (_IS_PLAIN(tags.eight(places)) & (ends > 0)).all():
            self.is_unsure = True
            self._kept = None
            return
        most = int(letters.max())
        column = sum((names[at] & 31).astype(np.int32) * 26 ** (most - at - 1) for at in range(most))
        self.last_column = max(self.last_column, int(column[letters == most].max()))
        self.last_row = max(self.last_row, 10 ** int((ends - letters).max()) - 1)
        if self._kept is not None:
            self._leave_out_empty(tags, places, ends)

    def _leave_out_empty(self, tags: _Tags, places: Any, ends: Any) -> None:
        """Keep a piece without the cells that have a style and nothing else."""
        follows = np.append(tags.at, tags.ends)[tags.cells + 1]
        last = tags.before(follows)
        is_empty = (
            (follows - places <= ends + 20 + 7 * _ENDS_NUMBER(last))
            & _HAS_STYLE(tags.eight(np.minimum(places + ends + 7, len(tags.xml) - 8)))
            & (_ENDS(last) | _ENDS_APART(last))
        )
        empty = tags.cells[is_empty]
        is_first = np.diff(empty, prepend=-2) > 1
        is_last = np.diff(empty, append=len(tags.at) + 1) > 1
        self._keep(tags.xml, places[is_empty][is_first].tolist(), follows[is_empty][is_last].tolist())

    def _keep(self, xml: bytes, begins: list[int], ends: list[int]) -> None:
        """Keep a piece without these stretches, as long as it is worth while."""
        if self._kept is None:
            return
        self._left_out += sum(ends) - sum(begins)
        self._kept.append(b"".join(map(xml.__getitem__, map(slice, [0, *ends], [*begins, len(xml)]))))
        self._length += len(self._kept[-1])
        if self._length > min(LARGEST_KEPT, 3 * self._left_out + LONGEST_HEAD):
            self._kept = None

    def _formulas(self, tags: _Tags) -> None:
        """Cells with a formula but no stored result; a result that is an empty text is one."""
        places, count = tags.at, len(tags.at)
        formulas = np.flatnonzero(tags.kinds == ord("f"))
        if not len(formulas):
            return
        after = np.minimum(formulas + 1, count - 1)
        is_closed = (tags.kinds[after] == ord("/")) & (tags.bytes[places[after] + 2] == ord("f"))
        value = np.minimum(after + is_closed, count - 1)
        first = tags.bytes[np.minimum(places[value] + 3, len(tags.xml) - 1)]
        has_value = (tags.kinds[value] == ord("v")) & (tags.bytes[places[value] + 2] == ord(">"))
        has_value &= (first > ord(" ")) & (first != ord("<"))
        before = np.maximum(formulas - 1, 0)
        is_text = _IS_CELL(tags.eight(np.minimum(places[before], len(tags.xml) - 8)))
        is_text &= _IS_TEXT(tags.before(places[formulas]))
        asked = ~(has_value | is_text)
        ends = np.where(is_closed, places[after], places[formulas])[asked]
        is_plain = self._tell_plain(tags, places[before][asked], places[formulas][asked], ends)
        ends = ends[~is_plain].tolist()
        self._tell_uncounted(tags.xml, (at for at in ends if _NO_RESULT.match(tags.xml, at)))

    def _tell_plain(self, tags: _Tags, cells: Any, formulas: Any, ends: Any) -> Any:
        """Name those cells without result that are written as programs do; returns which they are."""
        last = len(tags.xml) - 16
        if not len(cells):
            return np.zeros(0, bool)
        cells, ends = np.minimum(cells, last), np.minimum(ends, last)
        here, then = tags.eight(ends), tags.eight(ends + 8)
        has_none = _NONE(here) | (_BLANK(here) & _CLOSED(then)) | (_BLANK_APART(here) & _CLOSED_APART(then))
        _, name_ends = _measured(tags.names(cells))
        is_plain = (
            has_none & _IS_PLAIN(tags.eight(cells)) & (name_ends > 0) & (formulas - cells <= name_ends + 18)
        )
        begins = (cells + len(_PLAIN))[is_plain]
        spans = map(slice, begins.tolist(), (begins + name_ends[is_plain]).tolist())
        self.uncounted.update(b" ".join(map(tags.xml.__getitem__, spans)).decode().split())
        return is_plain

    def _tell_uncounted(self, xml: bytes, places: Iterable[int]) -> None:
        """Name the cells in which a formula without result ends at these places."""
        for at in places:
            begins = xml.rfind(b"<c ", 0, at)
            facts = xml[begins : xml.find(b">", begins)]
            if b't="str"' in facts:
                continue
            if facts.startswith(_PLAIN):
                self.uncounted.add(facts[6 : facts.find(b'"', 6)].decode())
            elif name := _NAME.search(facts):
                self.uncounted.add(name[1].decode())

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


def _measured(names: Any) -> tuple[Any, Any]:
    """Of the names of cells, one column for each of eight bytes: how many letters, and where the name ends.

    Both are zero of what is not one to three letters, digits and a quotation mark.
    """
    is_letter, is_digit, is_end = (names | 32) - 97 < 26, names - 48 < 10, names == ord('"')
    letters, ends = np.zeros((2, names.shape[1]), np.int8)
    is_begun: Any = True
    for count in (1, 2, 3):
        is_begun = is_begun & is_letter[count - 1]
        runs = is_begun & is_digit[count]
        for at in range(count + 1, 8):
            here = (runs & is_end[at]).view(np.int8)
            letters += here * np.int8(count)
            ends += here * np.int8(at)
            runs = runs & is_digit[at]
    return letters, ends


def place_of(letters: str) -> int:
    """Which column letters name, counted from 1: 1 for A, 27 for AA."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place
