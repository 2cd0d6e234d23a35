"""Lines by column are the same lines, however they are kept and chosen."""

from datetime import date
from decimal import Decimal

import orjson

from reporting.lines import Line, Lines

CABLE = Line(
    "expenditure", Decimal("12.50"), "Costs", "F2", "P1", "Supplies", "Acme", "A-1", "Cable", date(2025, 1, 2)
)
HELP = Line("cost-share", Decimal("-3.00"), "Costs", "G2", category="Personnel", is_aggregate=True)


def test_lines_by_column_are_the_lines_that_were_given() -> None:
    lines = Lines.of([CABLE, HELP])
    assert list(lines) == [CABLE, HELP]
    assert lines[1] == HELP
    assert list(lines[:1]) == [CABLE]
    assert Lines.of(lines) is lines


def test_no_lines_are_none() -> None:
    none = Lines.of([])
    assert list(none) == []
    assert none.column("amount") == []
    assert list(Lines.kept(none.as_kept())) == []
    assert list(none.followed_by(Lines.of([HELP]))) == [HELP]


def test_lines_are_kept_to_the_cent_and_the_day() -> None:
    lines = Lines.of([CABLE, HELP, CABLE])
    assert list(Lines.kept(lines.as_kept())) == [CABLE, HELP, CABLE]


def test_what_all_lines_share_is_kept_once() -> None:
    kept = orjson.loads(Lines.of([CABLE, CABLE]).as_kept())
    assert (kept["lines"], kept["amount"], kept["incurred_on"]) == (2, "12.50", "2025-01-02")
    assert list(Lines.kept(orjson.dumps(kept).decode())) == [CABLE, CABLE]


def test_lines_that_were_kept_one_by_one_are_read_as_well() -> None:
    kept = orjson.dumps([CABLE, HELP], default=str).decode()
    assert list(Lines.kept(kept)) == [CABLE, HELP]


def test_a_column_that_no_line_fills_has_what_a_line_has_without_it() -> None:
    lines = Lines({"kind": ["payment"], "amount": [Decimal("1.00")], "sheet": ["Costs"], "cell": ["F2"]})
    assert list(lines) == [Line("payment", Decimal("1.00"), "Costs", "F2")]


def test_chosen_lines_keep_their_cells_and_a_divided_one_stands_twice() -> None:
    lines = Lines.of([CABLE, HELP])
    assert list(lines.chosen([1])) == [HELP]
    parts = lines.repeated([0, 0], [Decimal("10.00"), Decimal("2.50")])
    assert [(line.amount, line.cell) for line in parts] == [(Decimal("10.00"), "F2"), (Decimal("2.50"), "F2")]
