"""A workbook with random cells in it never breaks the reading: it gives problems or lines."""

import json
import random
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import python_calamine

from reporting.problems import cells_in
from reporting.workbook import Reading, read_workbook, with_comments
from tests.workbooks.builders import COVER, HEADINGS, PROJECT_HEADINGS, a_cost, a_file

FILES = Path(__file__).parents[2] / "demo" / "workbooks"
SEEDS, SOAKED = 60, 2_000
MOST_ROWS = 24
STRANGE: tuple[Any, ...] = (
    None, "", " ", "\u00a0", 0, -1, 1, 0.001, 12.345, 1e15, 1e300, -1e-300, 45000, 45000.5, 2958466, "12.50",
    "$1,2", "(5)", "-", "=1+1", "=HYPERLINK(1)", "#N/A", "NULL", "nan", "yes", "No", True, False, "2/30/2025",
    "2025-13-01", date(1990, 1, 1), date(2199, 12, 31), date(1900, 3, 1), "1.10", 1.1, "001", "é" * 5000,
    "\U0001f4b0", "a;b;;c", "{0}", "{first}", "%s", "\t\n", "United States", "Other (please specify)", "key:",
    "٣", "１２", ("=1/0", "#DIV/0!"), ("=A1", ""),
)  # fmt: skip


@cache
def bases() -> tuple[dict[str, list[list[Any]]], ...]:
    """Sheets of every layout to begin from: real files cut to their first rows, and our own."""
    costs = [a_cost(amount=float(n), project=f"P{n % 2}", payee=f"Payee {n}") for n in range(1, 9)]
    ours = {
        "Cover": [[label, value] for label, value in (COVER | {"Spent in this period ($)": 36}).items()],
        "Costs": [HEADINGS, *costs],
        "Projects": [PROJECT_HEADINGS, ["P0", "", 100, 0, 20, 20], ["P1", "", 100, 0, 16, 16]],
    }
    found: list[dict[str, list[list[Any]]]] = [ours]
    for path in sorted(FILES.glob("*.xls*")):
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        found.append(
            {
                name: book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS)
                for name in book.sheet_names
                if name != "Dropdowns"
            }
        )
    return tuple(found)


def fuzzed(seed: int) -> bytes:
    """A workbook in which cells, and now and then a heading or a sheet, are replaced at random."""
    chance = random.Random(seed)
    base = bases()[seed % len(bases())]
    sheets: dict[str, Any] = {}
    for name, rows in base.items():
        if chance.random() < 0.02:
            continue
        given = [[_plain(cell) for cell in row] for row in rows]
        width = max((len(row) for row in given), default=0)
        given += [[None] * width for _ in range(chance.randrange(4))]
        for _ in range(chance.randrange(1, 40) if width else 0):
            row = given[chance.randrange(len(given))]
            row[chance.randrange(len(row))] = _strange(chance)
        sheets[name] = given
    return a_file(sheets or {"Empty": []}, date_1904=chance.random() < 0.1)


def _plain(cell: Any) -> Any:
    """A cell as ``a_file`` can write it."""
    if isinstance(cell, str):
        return cell or None
    return cell if isinstance(cell, int | float | date) else str(cell)


def _strange(chance: random.Random) -> Any:
    if chance.random() < 0.3:
        return chance.choice(
            [
                chance.uniform(-1e6, 1e6),
                chance.randrange(100_000),
                date(2020, 1, 1) + timedelta(chance.randrange(3000)),
            ]
        )
    return chance.choice(STRANGE)


def holds_together(content: bytes, name: str) -> Reading:
    """Reads a file and checks that the answer says something, in order, of places that exist."""
    reading = read_workbook(content, name)
    assert reading.layout or reading.problems
    assert json.loads(json.dumps(reading.as_dict()))["layout"] == reading.layout
    for problem in reading.problems:
        assert problem.message
        assert problem.fix
        assert problem.rule
        assert not problem.cells or list(cells_in(problem.cells))
    assert all(line.amount and line.cell for line in reading.lines())
    return reading


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_cells_give_problems_or_lines(seed: int) -> None:
    content = fuzzed(seed)
    reading = holds_together(content, f"seed {seed}.xlsx")
    if reading.layout:
        again = read_workbook(with_comments(content, reading), "again.xlsx")
        assert (again.figures, again.problems) == (reading.figures, reading.problems)


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_in_a_package_give_a_refusal_or_a_reading(seed: int) -> None:
    chance = random.Random(seed)
    content = bytearray((FILES / "crf-agency-EOHHS-075-09302020.xlsx").read_bytes())
    for _ in range(chance.randrange(1, 30)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    holds_together(bytes(content), "broken.xlsx")


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_as_csv_give_a_refusal_or_a_reading(seed: int) -> None:
    chance = random.Random(seed)
    head = ",".join(HEADINGS).encode() + b"\n"
    holds_together(head + chance.randbytes(400).replace(b"\0", b","), "random.csv")


@pytest.mark.soak
@pytest.mark.parametrize("part", range(20))
def test_two_thousand_random_workbooks_give_problems_or_lines(part: int) -> None:
    for seed in range(part * SOAKED // 20, (part + 1) * SOAKED // 20):
        holds_together(fuzzed(seed), f"seed {seed}.xlsx")
