"""Lines over days, drawn: told apart by dashes and markers, not by colour alone (WCAG 2.1, 1.4.1)."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Shape, String
from reportlab.lib.colors import Color

from grants.kernel.periods import long_date, month_start, months_later
from reporting.blocks import LineChart
from reporting.charts import box, marks_up_to, short
from reporting.colours import ACCENT, HAIR, INK, MUTED, RULE, WHITE
from reporting.lettering import REGULAR, STRONG, face, letters, width_of

LINES: tuple[tuple[Color, tuple[float, ...] | None, str], ...] = (
    (ACCENT, None, "round"),
    (RULE, (5.0, 3.0), "square"),
    (INK, (1.5, 2.5), "none"),
    (MUTED, (8.0, 3.0, 1.5, 3.0), "round"),
)
"""The colour, dashes and marker of the first line, the second, and so on."""

HEIGHT, SIZE, LEFT, RIGHT, BELOW, MARK = 210.0, 8.0, 44.0, 46.0, 20.0, 13.0
MOST_MARKERS, MOST_DAYS = 40, 8


def line_drawing(chart: LineChart, width: float) -> Drawing:
    """The chart in one drawing."""
    face(REGULAR), face(STRONG)
    drawing = Drawing(width, HEIGHT)
    _Lines(chart, width).draw(drawing)
    return drawing


class _Lines:
    """A chart under way: where a day and an amount are on it."""

    def __init__(self, chart: LineChart, width: float) -> None:
        self._chart, self._width = chart, width
        values = [value for _, row in chart.points for value in row if value is not None]
        self._most, self._least = max([*values, Decimal(0)]), min([*values, Decimal(0)])
        days = sorted([day for day, _ in chart.points] + [day for day, _ in chart.marks])
        self._days = (days[0], days[-1]) if days else None
        self._top = HEIGHT - 16 - (MARK if chart.marks else 4)

    def draw(self, drawing: Drawing) -> None:
        """Legend, scales, marks, then the lines over them."""
        for shape in self._legend():
            drawing.add(shape)
        if self._days is None:
            return
        for part in (self._amounts(self._days), self._dates(self._days), self._marks(self._days)):
            for shape in part:
                drawing.add(shape)
        for number in range(len(self._chart.legend)):
            for shape in self._line(number, self._days):
                drawing.add(shape)

    def _x(self, day: date, days: tuple[date, date]) -> float:
        long = (days[1] - days[0]).days
        part = (day - days[0]).days / long if long else 0.5
        return LEFT + part * (self._width - LEFT - RIGHT)

    def _y(self, amount: Decimal) -> float:
        tall = self._most - self._least
        return BELOW + (float((amount - self._least) / tall) * (self._top - BELOW) if tall else 0.0)

    def _legend(self) -> Iterator[Shape]:
        x = LEFT
        for number, name in enumerate(self._chart.legend):
            yield from _sample(number, [(x, HEIGHT - 7), (x + 22, HEIGHT - 7)], [(x + 11, HEIGHT - 7)])
            yield _text(x + 27, HEIGHT - 10, letters(name))
            x += 27 + width_of(letters(name), REGULAR, SIZE) + 16

    def _amounts(self, days: tuple[date, date]) -> Iterator[Shape]:
        above = marks_up_to(max(self._most, -self._least))
        for mark in [*(-mark for mark in above[1:]), *above]:
            if self._least <= mark <= self._most:
                y = self._y(mark)
                base = RULE if not mark else HAIR
                yield Line(LEFT, y, self._width - RIGHT, y, strokeColor=base, strokeWidth=0.5)
                said = short(mark, self._chart.kind).replace(".0", "")
                yield _text(LEFT - 5, y - 2.5, said, anchor="end", colour=MUTED, size=7)

    def _dates(self, days: tuple[date, date]) -> Iterator[Shape]:
        for day in _ticks(*days):
            x = self._x(day, days)
            yield Line(x, BELOW, x, BELOW - 3, strokeColor=RULE, strokeWidth=0.5)
            yield _text(x, BELOW - 11, f"{day:%b %Y}", anchor="middle", colour=MUTED, size=7)

    def _marks(self, days: tuple[date, date]) -> Iterator[Shape]:
        for day, name in self._chart.marks:
            x = self._x(day, days)
            dashes = [2, 2]
            yield Line(x, BELOW, x, self._top + 3, strokeColor=INK, strokeWidth=0.8, strokeDashArray=dashes)
            anchor: Literal["start", "end"] = "end" if x > self._width / 2 else "start"
            said = letters(f"{name}: {long_date(day)}")
            yield _text(x, self._top + 5, said, anchor=anchor, name=STRONG, size=7.5)

    def _line(self, number: int, days: tuple[date, date]) -> Iterator[Shape]:
        run: list[tuple[float, float]] = []
        last: tuple[float, float, Decimal] | None = None
        for day, values in self._chart.points:
            value = values[number]
            if value is None:
                yield from self._run(number, run)
                run = []
                continue
            run.append((self._x(day, days), self._y(value)))
            last = (*run[-1], value)
        yield from self._run(number, run)
        if last:
            said = short(last[2], self._chart.kind)
            is_last = last[0] >= self._width - RIGHT - 0.5
            x, y = (last[0] + 6, last[1] - 2.5) if is_last else (last[0] + 3, last[1] + 5)
            yield _text(x, y, said, name=STRONG, size=7.5)

    def _run(self, number: int, run: Sequence[tuple[float, float]]) -> Iterator[Shape]:
        if run:
            yield from _sample(number, run, run if len(run) <= MOST_MARKERS else [run[-1]])


def _sample(
    number: int, run: Sequence[tuple[float, float]], marked: Sequence[tuple[float, float]]
) -> Iterator[Shape]:
    """A line through these points in the manner of its number, with its markers."""
    colour, dashes, marker = LINES[number % len(LINES)]
    if len(run) > 1:
        flat = [part for point in run for part in point]
        line = PolyLine(flat, strokeColor=colour, strokeWidth=1.5)
        if dashes:
            line.strokeDashArray = dashes
        yield line
    for x, y in marked if marker != "none" else []:
        if marker == "round":
            yield Circle(x, y, 2.1, fillColor=colour, strokeColor=WHITE, strokeWidth=0.5)
        else:
            yield box(x - 2, y - 2, 4, 4, WHITE, colour, 1)


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: Literal["start", "middle", "end"] = "start",
    name: str = REGULAR,
    size: float = SIZE,
    colour: Color = INK,
) -> String:
    return String(x, y, text, fontName=name, fontSize=size, fillColor=colour, textAnchor=anchor)


def _ticks(first: date, last: date) -> list[date]:
    """First days of months, evenly apart, few enough for their names to have room."""
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(step for step in (1, 2, 3, 6, 12, 24, 60, 120, 1200) if months // step <= MOST_DAYS)
    day = month_start(first)
    while day < first or (day.year * 12 + day.month - 1) % step:
        day = months_later(day, 1)
    found = []
    while day <= last:
        found.append(day)
        day = months_later(day, step)
    return found
