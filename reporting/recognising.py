"""Which layout and version a file has, by what it holds and never by its name."""

from collections.abc import Iterable
from typing import Any

from reporting.gates import NotAdmitted
from reporting.layout import WORKBOOKS, Sheet, Workbook
from reporting.opening import Opened
from reporting.problems import Collected, Severity
from reporting.reading import same


def sheet_in(file: Opened, sheet: Sheet) -> str:
    """The name under which a file has a sheet; empty when it has none."""
    by_name = {same(name): name for name in file.names}
    return next((by_name[same(name)] for name in (sheet.name, *sheet.also) if same(name) in by_name), "")


def layout_of(file: Opened, problems: Collected, asked: str | None) -> Workbook:
    """The workbook's definition: the one asked for, or found by content. Raises NotAdmitted when none fits.

    Tells an older version, a version that is not known, and a cover that does not say which layout it is.
    """
    fitting = [workbook for workbook in WORKBOOKS.values() if _may_be(file, workbook, asked)]
    if not fitting:
        raise NotAdmitted(
            "This is a workbook, but of no layout that is known here."
            if not asked
            else f"The workbook does not have the sheets of {asked}.",
            "Use the blank workbook of this program, and copy the lines into it.",
            "wb-layout-unknown",
        )
    told = [workbook for workbook in fitting if _tells(file, workbook)]
    if not told:
        first = fitting[0]
        sheet, cell = next(iter(first.tells))
        problems.add(
            Severity.ERROR,
            sheet,
            [cell],
            f"“{text_at(file, sheet, cell)}” does not say which workbook of {first.program} this is.",
            "Choose the code on the cover.",
            first.codes.get("tells", "wb-layout-unknown"),
        )
        told = [workbook for workbook in fitting if workbook.family == first.family]
    family = max(told, key=lambda workbook: _score(file, workbook)).family
    return _version(file, [workbook for workbook in told if workbook.family == family], problems, asked)


def _may_be(file: Opened, workbook: Workbook, asked: str | None) -> bool:
    """Whether a file may have this layout: as asked for, or by its sheets and headings."""
    if asked:
        return asked in (workbook.code, workbook.family) and bool(_present(file, workbook.sheets))
    if file.is_csv and not workbook.csv_sheet:
        return False
    names = {same(name) for name in file.names}
    return all(same(mark) in names for mark in workbook.marks) and _has_headings(file, workbook)


def _has_headings(file: Opened, workbook: Workbook) -> bool:
    """Whether at least half of a layout's telling headings stand in a file; a missing one is told later."""
    seen = 0
    for name, heading in workbook.headings:
        sheet = workbook.sheet(name)
        if not (there := sheet_in(file, sheet)):
            continue
        grid = file.grid(there)
        row = grid.rows[sheet.headings_on - 1] if len(grid.rows) >= sheet.headings_on else []
        seen += same(heading) in map(same, row)
    return 2 * seen >= len(workbook.headings)


def _present(file: Opened, sheets: Iterable[Sheet]) -> list[tuple[Sheet, str]]:
    """The sheets that a file has, with the names it gives them."""
    return [(sheet, name) for sheet in sheets if (name := sheet_in(file, sheet))]


def _score(file: Opened, workbook: Workbook) -> int:
    """How many sheets of a layout a file has."""
    return len(_present(file, workbook.sheets))


def _tells(file: Opened, workbook: Workbook) -> bool:
    return all(
        text_at(file, sheet, cell).casefold().startswith(begins.casefold())
        for (sheet, cell), begins in workbook.tells.items()
    )


def text_at(file: Opened, sheet: str, cell: str) -> str:
    """The text of a cell such as ``B1``, whose column is one letter; empty when there is none."""
    name = {same(given): given for given in file.names}.get(same(sheet), "")
    if not name:
        return ""
    at, row = ord(cell[0]) - ord("A"), int(cell[1:])
    rows: list[list[Any]] = [file.first_row(name)] if row == 1 else file.grid(name).rows[row - 1 : row]
    return str(rows[0][at]).strip() if rows and at < len(rows[0]) else ""


def _version(file: Opened, versions: list[Workbook], problems: Collected, asked: str | None) -> Workbook:
    """The version that the file names; the newest when it names none that is known."""
    newest = max(versions, key=lambda workbook: workbook.version)
    if newest.version_cell is None or asked == newest.code:
        return newest
    sheet, cell = newest.version_cell
    named = text_at(file, sheet, cell)
    for workbook in versions:
        if named.removeprefix("v:") == workbook.version:
            if workbook is not newest and workbook.version < _newest_of(workbook.family):
                _tell_version(
                    problems,
                    newest,
                    f"The layout is of {workbook.version}; the newest is {_newest_of(workbook.family)}.",
                )
            return workbook
    _tell_version(
        problems,
        newest,
        f"The workbook names the version “{named}”, which is not known; it was read as {newest.version}.",
    )
    return newest


def _newest_of(family: str) -> str:
    return max(workbook.version for workbook in WORKBOOKS.values() if workbook.family == family)


def _tell_version(problems: Collected, workbook: Workbook, message: str) -> None:
    sheet, cell = workbook.version_cell or ("", "")
    problems.add(
        Severity.WARNING,
        sheet,
        [cell],
        message,
        "Use the newest blank workbook for the next filing.",
        workbook.codes.get("version", "wb-version"),
    )
