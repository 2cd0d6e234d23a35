"""Bars, drawn once: as vectors in the PDF, and as SVG for a page.

Segments are told apart by order, fill pattern and outline, not by colour alone (WCAG 2.1, 1.4.1).
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reportlab.graphics.shapes import Drawing, Group, Line, Rect, String
from reportlab.lib.colors import Color

from reporting.blocks import BarChart
from reporting.colours import ACCENT, HAIR, INK, MIST, MUTED, PAPER, SKY, WHITE
from reporting.lettering import REGULAR, STRONG, broken, face, letters, width_of

FILLS: tuple[tuple[Color, str], ...] = (
    (ACCENT, "solid"),
    (MIST, "rising"),
    (SKY, "solid"),
    (PAPER, "upright"),
    (WHITE, "solid"),
    (MIST, "falling"),
)
"""The fill and hatching of the first segment, the second, and so on."""

BAR, STEP, SIZE, LEADING = 13.0, 24.0, 8.0, 10.0


def bar_drawings(chart: BarChart, width: float, height: float) -> list[Drawing]:
    """The chart in as many drawings as are needed for none to be higher than ``height`` points."""
    each = max(1, int((height - _fixed(chart, width)) // STEP))
    groups = [chart.bars[n : n + each] for n in range(0, len(chart.bars), each)] or [()]
    return [_drawn(chart, bars, width) for bars in groups]


def bar_drawing(chart: BarChart, width: float) -> Drawing:
    """The whole chart in one drawing, however high."""
    return _drawn(chart, chart.bars, width)


def _legend_rows(chart: BarChart, width: float) -> list[list[tuple[int, str, float]]]:
    """The names of the segments in rows, each with its number and where it begins."""
    rows: list[list[tuple[int, str, float]]] = [[]]
    x = 0.0
    for number, name in enumerate(chart.legend):
        wide = 20 + width_of(letters(name), REGULAR, SIZE) + 14
        if rows[-1] and x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append((number, letters(name), x))
        x += wide
    return rows


def _fixed(chart: BarChart, width: float) -> float:
    """The height of what is not bars: the legend above and the scale below."""
    return len(_legend_rows(chart, width)) * 14 + 8 + 18


def _drawn(chart: BarChart, bars: Sequence[tuple[str, Sequence[Decimal]]], width: float) -> Drawing:
    face(REGULAR), face(STRONG)
    height = _fixed(chart, width) + STEP * len(bars)
    drawing = Drawing(width, height)
    _draw_legend(drawing, chart, width, height)
    most = max((_length(values) for _, values in chart.bars), default=Decimal(0))
    names = min(
        max((width_of(letters(label), REGULAR, SIZE) for label, _ in chart.bars), default=0.0), width * 0.3
    )
    left, room = names + 8, width - names - 8 - 52
    top = height - (len(_legend_rows(chart, width)) * 14 + 8)
    scale = room / float(most) if most else 0.0
    _draw_scale(drawing, chart, most, left, scale, top)
    for number, (label, values) in enumerate(bars):
        y = top - STEP * number - (STEP + BAR) / 2
        _draw_bar(drawing, chart, label, values, (names, left, scale, y))
    return drawing


def _draw_legend(drawing: Drawing, chart: BarChart, width: float, height: float) -> None:
    for row, names in enumerate(_legend_rows(chart, width)):
        y = height - 14 * row - 10
        for number, name, x in names:
            drawing.add(_segment(number, x, y, 14, 9))
            drawing.add(String(x + 19, y + 1.5, name, fontName=REGULAR, fontSize=SIZE, fillColor=INK))


def _draw_scale(
    drawing: Drawing, chart: BarChart, most: Decimal, left: float, scale: float, top: float
) -> None:
    for mark in marks_up_to(most):
        x = left + float(mark) * scale
        drawing.add(Line(x, 16, x, top, strokeColor=HAIR, strokeWidth=0.5))
        drawing.add(
            String(
                x,
                5,
                short(mark, chart.kind).replace(".0", ""),
                fontName=REGULAR,
                fontSize=7,
                fillColor=MUTED,
                textAnchor="middle",
            )
        )


def _draw_bar(
    drawing: Drawing, chart: BarChart, label: str, values: Sequence[Decimal],
    place: tuple[float, float, float, float],
) -> None:  # fmt: skip
    names, left, scale, y = place
    lines = broken(label, REGULAR, SIZE, names)[:2]
    start = y + BAR / 2 - 3 + (LEADING / 2 if len(lines) > 1 else 0)
    for number, line in enumerate(lines):
        drawing.add(
            String(names, start - number * LEADING, line, fontName=REGULAR, fontSize=SIZE, fillColor=INK,
                   textAnchor="end")
        )  # fmt: skip
    x = left
    for number, value in enumerate(values):
        width = float(max(value, Decimal(0))) * scale
        if width:
            drawing.add(_segment(number, x, y, width, BAR, short(value, chart.kind)))
        x += width
    total = short(sum(values, Decimal(0)), chart.kind)
    drawing.add(String(x + 5, y + 3.5, total, fontName=STRONG, fontSize=SIZE, fillColor=INK))


def _segment(number: int, x: float, y: float, width: float, height: float, label: str = "") -> Group:
    """One segment: fill, hatching, outline, and its value where there is room for it."""
    colour, pattern = FILLS[number % len(FILLS)]
    group = Group(box(x, y, width, height, colour))
    for line in _hatching(pattern, x, y, width, height):
        group.add(Line(*line, strokeColor=FILLS[0][0], strokeWidth=0.6))
    group.add(box(x, y, width, height, None, FILLS[0][0]))
    wide = width_of(label, REGULAR, 7) if label else 0.0
    if label and wide + 8 <= width:
        is_dark = number % len(FILLS) == 0
        if pattern != "solid":
            plate = (x + (width - wide) / 2 - 2, y + 1.5, wide + 4, height - 3)
            group.add(box(*plate, WHITE))
        group.add(
            String(x + width / 2, y + height / 2 - 2.5, label, fontName=REGULAR, fontSize=7,
                   fillColor=WHITE if is_dark else INK, textAnchor="middle")
        )  # fmt: skip
    return group


def box(
    x: float,
    y: float,
    width: float,
    height: float,
    fill: Color | None,
    outline: Color | None = None,
    weight: float = 0.6,
) -> Rect:
    """A rectangle with its fill and outline."""
    looks: dict[str, Any] = {"fillColor": fill, "strokeColor": outline, "strokeWidth": weight}
    return Rect(x, y, width, height, **looks)


def _hatching(
    pattern: str, x: float, y: float, width: float, height: float
) -> list[tuple[float, float, float, float]]:
    """The lines of a pattern, cut to the rectangle."""
    if pattern == "upright":
        return [(x + at, y, x + at, y + height) for at in _steps(0, width, 3.5)]
    lines = []
    if pattern in ("rising", "falling"):
        for at in _steps(-height, width, 4.0):
            low, high = max(0.0, -at), min(height, width - at)
            if high > low:
                bottom, top = (
                    (y + low, y + high) if pattern == "rising" else (y + height - low, y + height - high)
                )
                lines.append((x + at + low, bottom, x + at + high, top))
    return lines


def _steps(start: float, stop: float, step: float) -> list[float]:
    return [start + step * n for n in range(1, int((stop - start) / step) + 1) if start + step * n < stop]


def _length(values: Sequence[Decimal]) -> Decimal:
    return sum((max(value, Decimal(0)) for value in values), Decimal(0))


def marks_up_to(most: Decimal) -> list[Decimal]:
    """Round numbers from zero to the longest bar: three to six of them."""
    if most <= 0:
        return [Decimal(0)]
    step = Decimal(10) ** most.adjusted()
    for part in (Decimal("0.2"), Decimal("0.5"), Decimal(1), Decimal(2)):
        if most / (step * part) <= 5:
            step *= part
            break
    return [step * n for n in range(int(most / step) + 1)]


def short(value: Decimal, kind: str) -> str:
    """An amount in few letters, for a chart: ``$1.2M``. The table beside it has it exactly."""
    sign, size = ("-" if value < 0 else "") + ("$" if kind == "dollars" else ""), abs(value)
    for unit, letter in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if size >= unit:
            digits = (size / unit).quantize(Decimal("0.1"), ROUND_HALF_UP)
            return f"{sign}{digits:f}{letter}"
    return f"{sign}{size.quantize(Decimal(1), ROUND_HALF_UP):f}"
