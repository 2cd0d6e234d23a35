"""From the cells of a sheet to its rows: columns are found, cells read, and every problem of a cell told."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import compress
from operator import itemgetter
from typing import Any

from grants.kernel.periods import long_date
from reporting import cells as readers
from reporting.cells import Unreadable, is_serial, plain, shortened
from reporting.layout import Column, Sheet
from reporting.opening import Grid, letters_of
from reporting.problems import Collected, Severity
from reporting.rows import Table

FILL_IN = "Fill it in."
UNCOUNTED = "The formula has no stored result."
_DAYS = {date, datetime}
_WORDS = (readers.text, readers.code)
COUNT = "Open the workbook in Excel, let it calculate, and save it; or write the value itself."


@lru_cache(maxsize=20_000, typed=True)
def same(words: Any) -> str:
    """A heading or name without case, spaces and punctuation, to compare by."""
    return re.sub(r"[^a-z0-9<>]+", "", str(words).casefold())


@dataclass(frozen=True)
class Sense:
    """How cells are understood in one file, and where its problems go."""

    problems: Collected
    codes: dict[str, str]
    counts_from_1904: bool = False


def table_of(sheet: Sheet, grid: Grid, sense: Sense) -> Table:
    """The rows of a sheet. Blank rows are left out: rows with nothing in the columns but zeros and spaces."""
    if sheet.is_block:
        return _block_of(sheet, grid, sense)
    headings = grid.rows[sheet.headings_on - 1] if len(grid.rows) >= sheet.headings_on else []
    places = _places(sheet, headings)
    _tell_absent(sheet, grid, places, sense)
    _tell_twice(sheet, grid, headings, places, sense)
    table = Table(grid.sheet, {name: letters_of(at) for name, at in places.items()})
    rows, numbers = _filled(sheet, grid, sorted(set(places.values())), sense)
    table.numbers = numbers
    for column in sheet.columns:
        if column.name in places:
            at = places[column.name]
            _read(column, list(map(itemgetter(at), rows)), table, grid, sense)
    return table


def _places(sheet: Sheet, headings: list[Any]) -> dict[str, int]:
    """Where each column stands: by its field id, its heading, or an older heading; the first that fits."""
    by_heading: dict[str, int] = {}
    for at, heading in enumerate(headings):
        if heading not in ("", None):
            by_heading.setdefault(same(heading), at)
    found = {}
    for column in sheet.columns:
        for name in (column.field_id, column.heading, *column.also):
            if name and same(name) in by_heading:
                found[column.name] = by_heading[same(name)]
                break
    return found


def _tell_absent(sheet: Sheet, grid: Grid, places: dict[str, int], sense: Sense) -> None:
    absent = [c.heading for c in sheet.columns if c.name not in places and not c.may_be_absent]
    if absent:
        sense.problems.add(
            Severity.ERROR,
            grid.sheet,
            (),
            f"The sheet lacks the column{'s' if len(absent) > 1 else ''} {_listed(absent)}.",
            f"Put back the headings in row {grid.above + sheet.headings_on}, or use a fresh workbook.",
            sense.codes.get("column", "wb-column-absent"),
        )


def _tell_twice(sheet: Sheet, grid: Grid, headings: list[Any], places: dict[str, int], sense: Sense) -> None:
    """Tells headings that stand over several columns: which of them is meant cannot be known."""
    twice: dict[str, list[int]] = {}
    for at, heading in enumerate(headings):
        if heading not in ("", None):
            twice.setdefault(same(heading), []).append(at)
    row = grid.above + sheet.headings_on
    for column in sheet.columns:
        found = twice[same(headings[places[column.name]])] if column.name in places else []
        if len(found) > 1:
            _tell_one_twice(grid.sheet, column, [f"{letters_of(at)}{row}" for at in found], sense)


def _tell_one_twice(sheet: str, column: Column, where: list[str], sense: Sense) -> None:
    message = f"“{shortened(column.heading)}” stands here more than once; only the first was read."
    fix = "Keep one of them, with all that belongs there."
    sense.problems.add(Severity.ERROR, sheet, where, message, fix, "wb-heading-twice")


def _listed(names: list[str]) -> str:
    """Names in quotation marks, the first eight of them."""
    shown = ", ".join(f"“{shortened(name)}”" for name in names[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"


def _filled(sheet: Sheet, grid: Grid, used: list[int], sense: Sense) -> tuple[list[list[Any]], list[int]]:
    """The rows that hold something, and their numbers in the file."""
    lines = grid.rows[sheet.starts_on - 1 :]
    first = grid.above + sheet.starts_on
    if not used or not lines:
        return [], []
    widest = used[-1] + 1
    if min(map(len, lines)) < widest:
        lines = [row + [""] * (widest - len(row)) for row in lines]
    pick: Callable[[Any], Iterable[Any]] = itemgetter(*used) if len(used) > 1 else lambda row: (row[used[0]],)
    if any(all(row[at].__class__ is not str and row[at] for row in lines) for at in used):
        has = [True] * len(lines)
    else:
        has = [_says_something(pick(row)) for row in lines]
    if sheet.has_legend:
        _leave_out_legend(sheet, grid, lines, has, sense)
    return list(compress(lines, has)), list(compress(range(first, first + len(lines)), has))


def _is_blank(cell: Any) -> bool:
    """Whether a cell says nothing: blank, spaces, or the zero of a formula."""
    return not cell or (cell.__class__ is str and cell.isspace())


def _says_something(cells: Iterable[Any]) -> bool:
    """Whether one of the cells is neither blank nor spaces nor zero."""
    first = next(filter(None, cells), None)
    if first is None or first.__class__ is not str or not first.isspace():
        return first is not None
    return not all(map(_is_blank, cells))


def _leave_out_legend(sheet: Sheet, grid: Grid, lines: list[Any], has: list[bool], sense: Sense) -> None:
    """Strikes out lines under a blank row that hold one text and nothing else: they only explain."""
    first = grid.above + sheet.starts_on
    is_under_blank, struck = False, []
    for at, row in enumerate(lines):
        filled = [(place, cell) for place, cell in enumerate(row) if not _is_blank(cell)]
        is_under_blank = is_under_blank or not filled
        if is_under_blank and has[at] and len(filled) == 1 and isinstance(filled[0][1], str):
            has[at] = False
            struck.append(f"{letters_of(filled[0][0])}{first + at}")
    if struck:
        message = "Texts under a blank row were not read as lines."
        fix = "Nothing needs to be done if they only explain."
        sense.problems.add(Severity.NOTE, grid.sheet, struck, message, fix, "wb-legend")


def _block_of(sheet: Sheet, grid: Grid, sense: Sense) -> Table:
    """A block of labels beside values as a table of one row."""
    labels: dict[str, tuple[int, Any]] = {}
    twice: dict[str, list[str]] = {}
    for at, row in enumerate(grid.rows):
        if row and not _is_blank(row[0]):
            labels.setdefault(same(row[0]), (at, row[1] if len(row) > 1 else ""))
            twice.setdefault(same(row[0]), []).append(f"A{grid.above + at + 1}")
    table = Table(grid.sheet, numbers=[1], is_block=True)
    absent = []
    for column in sheet.columns:
        name = next((same(n) for n in (column.heading, *column.also) if same(n) in labels), "")
        if name:
            at, cell = labels[name]
            table.letters[column.name] = f"B{grid.above + at + 1}"
            _read(column, [cell], table, grid, sense)
            if len(twice[name]) > 1:
                _tell_one_twice(grid.sheet, column, twice[name], sense)
        elif not column.may_be_absent:
            absent.append(column.heading)
    if absent:
        sense.problems.add(
            Severity.ERROR,
            grid.sheet,
            (),
            f"The label {_listed(absent)} is missing in column A.",
            "Put it back beside its value, or copy the lines into a fresh workbook.",
            sense.codes.get("column", "wb-column-absent"),
        )
    return table


def _read(column: Column, given: list[Any], table: Table, grid: Grid, sense: Sense) -> None:
    """Reads all cells of a column; equal cells are read once."""
    types = set(map(type, given))
    if types == {str} and column.reader in _WORDS and not column.one_of and _is_short(column, given):
        values: list[Any] = list(map(str.strip, given))
        if "" in values:
            values = [value or None for value in values]
        table.columns[column.name] = values
        if None in values or grid.uncounted or grid.faulty:
            _tell(column, given, values, {}, table, sense)
            _tell_formulas(column, table, grid, sense)
        return
    if types == {float} and column.reader is readers.dollars and (whole := readers.whole_cents(given)):
        table.columns[column.name] = whole
        if grid.uncounted or grid.faulty:
            _tell_formulas(column, table, grid, sense)
        return
    if bool in types:
        given = [str(cell).upper() if cell.__class__ is bool else cell for cell in given]
    reader = column.reader
    if reader is readers.day and sense.counts_from_1904:
        reader = readers.day_since_1904
    listed = {same(value): value for value in column.one_of}
    listed |= {same(old): new for old, new in column.instead_of.items()}
    is_free = not listed and not column.longest
    distinct = set(given)
    known: dict[Any, Any] = {cell: None for cell in distinct if _is_empty(cell)} if str in types else {}
    wrong: dict[Any, tuple[str, str, str]] = {}
    for cell in distinct - known.keys():
        try:
            known[cell] = reader(cell) if is_free else _allowed(column, listed, cell, reader(cell))
        except Unreadable as why:
            known[cell] = None
            wrong[cell] = (str(why), why.fix, column.rules.get(why.kind, f"wb-cell-{why.kind}"))
    values = list(map(known.__getitem__, given))
    table.columns[column.name] = values
    if wrong or None in values or (column.reader is readers.day and not types <= _DAYS):
        _tell(column, given, values, wrong, table, sense)
    if grid.uncounted or grid.faulty:
        _tell_formulas(column, table, grid, sense)


def _is_short(column: Column, words: list[str]) -> bool:
    """Whether none of the words is longer than the column allows."""
    return not column.longest or max(map(len, words)) <= column.longest


def _is_empty(cell: Any) -> bool:
    return cell is None or (cell.__class__ is str and (not cell or cell.isspace()))


def _allowed(column: Column, listed: dict[str, str], cell: Any, value: Any) -> Any:
    """The value of a cell as its column's list has it. Raises Unreadable when it is not allowed."""
    if listed:
        parts = [part for part in str(value).split(";") if part.strip()] if column.is_many else [value]
        strange = [part for part in parts if same(part) not in listed]
        if strange:
            raise Unreadable(
                f"“{shortened(plain(strange[0]))}” is not in the list for “{shortened(column.heading)}”.",
                f"Choose from the list: {_some_of(column.one_of)}.",
                kind="list",
            )
        return "; ".join(listed[same(part)] for part in parts)
    if column.longest and isinstance(value, str) and len(value) > column.longest:
        raise Unreadable(
            f"“{shortened(column.heading)}” has {len(value):,} characters; {column.longest:,} are allowed.",
            "Shorten it.",
            kind="length",
        )
    return value


def _some_of(values: tuple[str, ...]) -> str:
    """The first values of a list, for a sentence."""
    shown = "; ".join(shortened(value, 50) for value in values[:6])
    return shown if len(values) <= 6 else f"{shown}; and {len(values) - 6} more"


def _tell(
    column: Column,
    given: list[Any],
    values: list[Any],
    wrong: dict[Any, tuple[str, str, str]],
    table: Table,
    sense: Sense,
) -> None:
    """Tells the cells of a column that are wrong, blank though required, or dates given as bare numbers."""
    if wrong:
        table.unread.setdefault(column.name, set()).update(i for i, cell in enumerate(given) if cell in wrong)
        for at, cell in enumerate(given):
            if cell in wrong:
                where = [table[at].cell(column.name)]
                sense.problems.add(Severity.ERROR, table.sheet, where, *wrong[cell])
    if column.is_required and None in values:
        blank = [table[at].cell(column.name) for at, cell in enumerate(given) if _is_empty(cell)]
        if blank:
            rule = column.rules.get("blank", "wb-cell-blank")
            message = f"“{shortened(column.heading)}” is blank."
            sense.problems.add(Severity.ERROR, table.sheet, blank, message, FILL_IN, rule)
    if column.reader is readers.day:
        for at, value in enumerate(values):
            if value is not None and is_serial(given[at]):
                sense.problems.add(
                    Severity.NOTE,
                    table.sheet,
                    [table[at].cell(column.name)],
                    f"The number {plain(given[at])} was read as the date {long_date(value)}.",
                    "Format the cell as a date to be sure.",
                    "wb-date-as-number",
                )


def _tell_formulas(column: Column, table: Table, grid: Grid, sense: Sense) -> None:
    """Tells cells whose formula has no stored result or shows an error: they are unread, not blank."""
    place = table.letters[column.name]
    letters = place.rstrip("0123456789")
    numbers = [int(place[len(letters) :])] if table.is_block else table.numbers
    amiss = grid.amiss.get(letters, set())
    for at, number in enumerate(numbers if amiss else ()):
        if number not in amiss:
            continue
        cell = f"{letters}{number}"
        table.columns[column.name][at] = None
        table.unread.setdefault(column.name, set()).add(at)
        message = UNCOUNTED if cell in grid.uncounted else "The cell shows an Excel error such as #N/A."
        rule = "wb-formula-without-value" if cell in grid.uncounted else "wb-formula-error"
        sense.problems.add(Severity.ERROR, table.sheet, [cell], message, COUNT, rule)
