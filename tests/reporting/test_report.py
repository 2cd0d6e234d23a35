"""The kit: figures are kept exactly, and rows have the cells of their table."""

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.blocks import (
    BarChart,
    Column,
    Row,
    row_of,
)
from reporting.report import frozen, thawed
from tests.reporting.builders import spend_by_program

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False),
)
names = st.text().filter(lambda name: not name.startswith("$"))
figures = st.dictionaries(
    names, st.recursive(leaves, lambda some: st.lists(some) | st.dictionaries(names, some), max_leaves=12)
)


def kinds(figure: object) -> object:
    """The figure with the kind of each part, and its decimals, so that 1 is not True nor 1.0 1.00."""
    if isinstance(figure, dict):
        return {name: kinds(part) for name, part in figure.items()}
    if isinstance(figure, list):
        return [kinds(part) for part in figure]
    return type(figure), figure, str(figure)


@settings(max_examples=40, deadline=None)
@given(figures)
def test_thawed_figures_are_the_figures_that_were_frozen(kept):
    assert kinds(thawed(frozen(kept))) == kinds(kept)


@settings(max_examples=40, deadline=None)
@given(figures)
def test_frozen_figures_are_the_same_text_whatever_the_order_of_their_names(kept):
    assert frozen(dict(reversed(kept.items()))) == frozen(kept)


def test_the_frozen_text_is_canonical():
    kept = {"b": (Decimal("1.50"), date(2022, 6, 30)), "a": None}
    assert frozen(kept) == '{"a":null,"b":[{"$decimal":"1.50"},{"$date":"2022-06-30"}]}'


def test_a_moment_keeps_its_distance_from_utc():
    moment = datetime(2026, 11, 24, 9, 5, tzinfo=ZoneInfo("America/New_York"))
    assert thawed(frozen({"at": moment}))["at"].isoformat() == "2026-11-24T09:05:00-05:00"


@pytest.mark.parametrize("unkept", [0.1, float("nan"), {1, 2}, b"bytes", object()])
def test_what_cannot_be_kept_exactly_is_refused(unkept):
    with pytest.raises(TypeError, match="no figure"):
        frozen({"deep": [{"er": unkept}]})


@pytest.mark.parametrize("name", [7, "$decimal"])
def test_a_name_that_could_not_be_told_from_a_kind_is_refused(name):
    with pytest.raises(TypeError):
        frozen({name: 1})


def test_the_figures_of_a_whole_report_come_back():
    kept = spend_by_program()
    assert thawed(frozen(kept)) == kept


def test_reports_are_drawn_without_the_books():
    script = "import sys, reporting.pdf, reporting.sheets; print('django' in sys.modules)"
    seen = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert seen.stdout == "False\n"


def test_a_row_with_a_cell_too_few_is_refused():
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        row_of(("a",), (Column("A"), Column("B")), "Table")


def test_a_section_needs_only_its_name():
    row = row_of(Row(("Counties",), "section"), (Column("A"), Column("B", "dollars")), "Table")
    assert row.cells == ("Counties", None)


def test_a_chart_without_words_for_what_it_shows_is_refused():
    with pytest.raises(ValueError, match="needs a text"):
        BarChart("Spending", " ", ("Spent",), [("A", (Decimal(1),))])


def test_a_bar_with_a_segment_missing_is_refused():
    with pytest.raises(ValueError, match="one value for each"):
        BarChart("Spending", "One bar.", ("Spent", "Left"), [("A", (Decimal(1),))])


def test_the_table_of_a_chart_sums_bars_and_segments():
    bars = [("A", (Decimal("1.10"), Decimal("2.20"))), ("B", (Decimal("0.05"), Decimal("-1.00")))]
    table = BarChart("Spending", "Two bars.", ("Spent", "Left"), bars).table()
    assert [row[-1] for row in table.rows] == [Decimal("3.30"), Decimal("-0.95")]
    assert table.totals == ("Total", Decimal("1.15"), Decimal("1.20"), Decimal("2.35"))
