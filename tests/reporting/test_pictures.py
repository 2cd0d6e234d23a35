"""Charts over days, and maps: what they draw, and what they refuse."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from reportlab.graphics.shapes import Drawing, Path, PolyLine, String

from reporting.blocks import LineChart, Map
from reporting.drawings import picture_svg
from reporting.line_charts import line_drawing
from reporting.maps import SHADES, classes_of, map_drawing, outlines

LAST = date(2022, 12, 31)
LEFT = LineChart(
    "What is left",
    "Falls from 900 to 600 dollars, and is to reach 100 on the last day.",
    ("Left", "Forecast"),
    [
        (date(2022, 1, 31), (Decimal(900), None)),
        (date(2022, 2, 28), (Decimal(600), Decimal(600))),
        (LAST, (None, Decimal(100))),
    ],
    marks=[(LAST, "Last day to spend")],
)
HOUSEHOLDS = Map(
    "Households by county",
    "Most households are in Gallia.",
    "counties-39",
    [("39053", "Gallia", 7208), ("39085", "Lake", 0), ("39049", "Franklin", None)],
    "Households",
)


def shapes(drawing: Drawing, kind: type) -> Iterator[Any]:
    return (shape for shape in drawing.contents if isinstance(shape, kind))


def texts(drawing: Drawing) -> list[str]:
    return [shape.text for shape in shapes(drawing, String)]


def lines_of(chart: LineChart) -> list[list[float]]:
    """The points of each line, without the samples of the legend."""
    return [line.points for line in shapes(line_drawing(chart, 500), PolyLine)][len(chart.legend) :]


def test_a_line_goes_through_its_days_and_falls_where_the_amount_does() -> None:
    left, forecast = lines_of(LEFT)
    assert left[0] < left[2]
    assert left[1] > left[3]
    assert forecast[:2] == left[2:]


def test_an_amount_that_is_not_known_is_a_gap_and_not_zero() -> None:
    points = [(date(2022, month, 1), (Decimal(5) if month != 3 else None,)) for month in range(1, 6)]
    assert [len(line) for line in lines_of(replace(LEFT, legend=("Left",), points=points))] == [4, 4]


def test_the_day_that_counts_is_named_on_the_chart() -> None:
    assert "Last day to spend: December 31, 2022" in texts(line_drawing(LEFT, 500))


def test_the_table_of_a_line_chart_has_a_row_for_each_day() -> None:
    assert [row[0] for row in LEFT.table().rows] == [day for day, _ in LEFT.points]


def test_a_day_with_a_line_missing_is_refused() -> None:
    with pytest.raises(ValueError, match="each of 2 lines"):
        replace(LEFT, points=[(LAST, (Decimal(1),))])


@pytest.mark.parametrize("picture", [LEFT, HOUSEHOLDS])
def test_a_picture_without_words_for_what_it_shows_is_refused(picture: Any) -> None:
    with pytest.raises(ValueError, match="what it shows"):
        replace(picture, alt=" ")


def test_the_outlines_are_those_of_all_88_counties_of_ohio() -> None:
    areas = outlines("counties-39")
    assert len(areas.rings) == 88
    assert areas.names["39053"] == "Gallia"
    assert all(len(ring) >= 6 and len(ring) % 2 == 0 for rings in areas.rings.values() for ring in rings)


def test_neighbours_share_their_border_and_none_lies_beyond_the_plane() -> None:
    areas = outlines("counties-39")
    points = {
        code: {pair for ring in rings for pair in zip(ring[::2], ring[1::2], strict=True)}
        for code, rings in areas.rings.items()
    }
    assert len(points["39049"] & points["39041"]) >= 2  # Franklin and Delaware
    assert not points["39049"] & points["39085"]  # Franklin and Lake
    for x, y in set().union(*points.values()):
        assert 0 <= x <= areas.width
        assert 0 <= y <= areas.height


def test_an_area_is_shaded_by_its_value_and_zero_is_told_from_nothing_known() -> None:
    fills = {
        code: shape.fillColor
        for code, shape in zip(
            outlines("counties-39").rings, shapes(map_drawing(HOUSEHOLDS, 500), Path), strict=True
        )
    }
    assert fills["39053"] in SHADES
    assert len({fills["39053"].hexval(), fills["39085"].hexval(), fills["39049"].hexval()}) == 3
    assert fills["39049"] == fills["39001"]


def test_a_value_is_written_in_its_area_and_the_legend_says_what_shades_mean() -> None:
    seen = texts(map_drawing(HOUSEHOLDS, 500))
    assert {"7.2K", "0", "none recorded", "Households"} <= {*seen}


def test_equal_values_have_one_shade_and_every_value_has_one() -> None:
    values = [0, 1, 1, 1, 1, 1, 1, 2, 3, 50, 50, 900]
    classes = classes_of(values)
    assert all(least <= most for least, most in classes)
    assert [sum(least <= value <= most for least, most in classes) for value in values if value] == [1] * 11


def test_areas_of_another_state_and_values_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="no area 21117"):
        map_drawing(replace(HOUSEHOLDS, areas=[("21117", "Kenton", 1)]), 500)
    with pytest.raises(ValueError, match="below zero"):
        replace(HOUSEHOLDS, areas=[("39053", "Gallia", -1)])
    with pytest.raises(ValueError, match="no outlines"):
        map_drawing(replace(HOUSEHOLDS, outlines="parishes-22"), 500)


def test_the_table_of_a_map_leaves_out_what_is_not_known() -> None:
    assert list(HOUSEHOLDS.table().rows) == [("Gallia", 7208), ("Lake", 0)]


@pytest.mark.parametrize("picture", [LEFT, HOUSEHOLDS])
def test_a_picture_is_svg_that_says_what_it_shows(picture: Any) -> None:
    svg = picture_svg(picture)
    assert f"<desc>{picture.alt}</desc>" in svg
    assert "style=" not in svg
    assert svg == picture_svg(picture)


def test_an_outline_on_a_page_is_closed_and_has_its_y_from_the_top() -> None:
    paths = re.findall(r'<path d="([^"]+)"', picture_svg(HOUSEHOLDS))
    assert len(paths) == 88
    assert all(re.fullmatch(r"(M[\d. ]+(L[\d. ]+)+Z)+", path) for path in paths)
    tops = {code: min(float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path))
            for code, path in zip(outlines("counties-39").rings, paths, strict=True)}  # fmt: skip
    assert tops["39085"] < tops["39053"]  # Lake is in the north, Gallia in the south
