"""Maps, drawn: areas of a state shaded by a value, with the value written in each that has room for it."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from reportlab.graphics.shapes import Drawing, Shape, String
from reportlab.graphics.shapes import Path as Outline
from reportlab.lib.colors import Color

from reporting.blocks import Map
from reporting.charts import box, short
from reporting.colours import ACCENT, INK, MIST, PAPER, RULE, SKY, WHITE
from reporting.lettering import REGULAR, STRONG, broken, face, letters, width_of

FOLDER = Path(__file__).parent / "outlines"
SHADES = (MIST, Color(0.71, 0.80, 0.86), SKY, Color(0.24, 0.42, 0.52), ACCENT)
"""From the least to the most; what is written on the last two is white."""

LEGEND, SIZE = 118.0, 6.5

Value = int | Decimal
Ring = Sequence[int]


@dataclass(frozen=True)
class Outlines:
    """Areas by their code: rings of x and y in turn, in a plane with x to the east and y to the north."""

    width: int
    height: int
    names: Mapping[str, str]
    rings: Mapping[str, Sequence[Ring]]


@cache
def outlines(name: str) -> Outlines:
    """The outlines of that name, as they are shipped. Raises ValueError for a name that is not known."""
    known = {path.stem: path for path in FOLDER.glob("*.json")}
    if name not in known:
        raise ValueError(f"There are no outlines “{name}”. There are: {', '.join(sorted(known))}.")
    kept = json.loads(known[name].read_text())
    shapes = kept["shapes"]
    return Outlines(
        kept["width"],
        kept["height"],
        {code: shape["name"] for code, shape in shapes.items()},
        {code: shape["rings"] for code, shape in shapes.items()},
    )


def outlines_of(codes: Collection[str]) -> str | None:
    """The name of the outlines that have all counties with these FIPS codes, where they are shipped."""
    names = {f"counties-{code[:2]}" for code in codes}
    known = {path.stem for path in FOLDER.glob("counties-*.json")}
    if len(names) != 1 or not names <= known:
        return None
    (name,) = names
    return name if set(codes) <= outlines(name).rings.keys() else None


def map_drawing(map: Map, width: float) -> Drawing:
    """The map, with its legend at the right."""
    face(REGULAR), face(STRONG)
    areas = outlines(map.outlines)
    values = {code: value for code, _, value in map.areas if value is not None}
    if strange := sorted(values.keys() - areas.rings.keys()):
        raise ValueError(f"“{map.outlines}” has no area {', '.join(strange)}.")
    scale = min((width - LEGEND) / areas.width, map.height / areas.height)
    drawing = Drawing(width, areas.height * scale + 2)
    classes = classes_of(list(values.values()))
    for code, rings in areas.rings.items():
        drawing.add(_outline(rings, scale, fill=_shade(values.get(code), classes)))
    if map.over:
        for rings in outlines(map.over).rings.values():
            drawing.add(_outline(rings, scale, fill=None, line=INK, weight=0.7))
    for code, rings in areas.rings.items():
        if code in values:
            for label in _label(rings, scale, values[code], classes, map.kind):
                drawing.add(label)
    for shape in _legend(map, classes, areas.width * scale + 16, drawing.height):
        drawing.add(shape)
    return drawing


def classes_of(values: Sequence[Value]) -> list[tuple[Value, Value]]:
    """The least and the most of each shade: about as many areas in each, and equal values in one."""
    above = sorted(value for value in values if value > 0)
    found: list[tuple[Value, Value]] = []
    count = min(len(SHADES), len(set(above)))
    start = 0
    for number in range(count):
        end = max(start + 1, len(above) * (number + 1) // count)
        while end < len(above) and above[end] == above[end - 1]:
            end += 1
        if start < len(above):
            found.append((above[start], above[min(end, len(above)) - 1]))
        start = end
    return found


def _class(value: Value, classes: Sequence[tuple[Value, Value]]) -> int:
    """Which shade a value above zero has, spread over all shades when there are fewer classes."""
    number = next(place for place, (_, most) in enumerate(classes) if value <= most)
    return number * (len(SHADES) - 1) // max(len(classes) - 1, 1)


def _shade(value: Value | None, classes: Sequence[tuple[Value, Value]]) -> Color:
    if value is None:
        return PAPER
    return SHADES[_class(value, classes)] if value else WHITE


def _outline(
    rings: Sequence[Ring], scale: float, *, fill: Color | None, line: Color = RULE, weight: float = 0.4
) -> Outline:
    path = Outline(fillColor=fill, strokeColor=line, strokeWidth=weight)
    for ring in rings:
        path.moveTo(ring[0] * scale, ring[1] * scale + 1)
        for place in range(2, len(ring), 2):
            path.lineTo(ring[place] * scale, ring[place + 1] * scale + 1)
        path.closePath()
    return path


def _label(
    rings: Sequence[Ring], scale: float, value: Value, classes: Sequence[tuple[Value, Value]], kind: str
) -> Iterator[Shape]:
    """The value in its area, if it is wider than the text."""
    ring = max(rings, key=lambda ring: abs(_area(ring)))
    text = short(Decimal(value), kind)
    wide = (max(ring[::2]) - min(ring[::2])) * scale
    tall = (max(ring[1::2]) - min(ring[1::2])) * scale
    if width_of(text, REGULAR, SIZE) + 3 <= wide and tall >= SIZE + 2:
        x, y = _middle(ring)
        is_dark = bool(value) and _class(value, classes) >= 3
        yield String(x * scale, y * scale - 1.5, text, fontName=REGULAR, fontSize=SIZE,
                     fillColor=WHITE if is_dark else INK, textAnchor="middle")  # fmt: skip


def _area(ring: Ring) -> float:
    return sum(cross for cross, _, _ in _crosses(ring)) / 2


def _middle(ring: Ring) -> tuple[float, float]:
    """The centre of a ring's area."""
    crosses = list(_crosses(ring))
    whole = sum(cross for cross, _, _ in crosses) * 3
    return sum(cross * x for cross, x, _ in crosses) / whole, sum(c * y for c, _, y in crosses) / whole


def _crosses(ring: Ring) -> Iterator[tuple[int, int, int]]:
    """For each side of a ring: twice the area to the origin, and the sums of its ends."""
    for place in range(0, len(ring), 2):
        x, y, next_x, next_y = ring[place - 2], ring[place - 1], ring[place], ring[place + 1]
        yield x * next_y - next_x * y, x + next_x, y + next_y


def _legend(map: Map, classes: Sequence[tuple[Value, Value]], x: float, top: float) -> Iterator[Shape]:
    """What the shades mean, from the most to the least, with what has no shade last."""
    y = top - 10
    for line in broken(letters(map.what), STRONG, 8, LEGEND - 20):
        yield String(x, y, line, fontName=STRONG, fontSize=8, fillColor=INK)
        y -= 10
    rows = [(SHADES[_class(most, classes)], _between(least, most, map.kind)) for least, most in classes]
    given = {code for code, _, value in map.areas if value is not None}
    if any(value == 0 for _, _, value in map.areas if value is not None):
        rows.insert(0, (WHITE, "0"))
    if outlines(map.outlines).rings.keys() - given:
        rows.insert(0, (PAPER, "none recorded"))
    for colour, text in reversed(rows):
        y -= 15
        yield box(x, y, 16, 11, colour, RULE, 0.5)
        yield String(x + 21, y + 2.5, text, fontName=REGULAR, fontSize=8, fillColor=INK)


def _between(least: Value, most: Value, kind: str) -> str:
    low, high = short(Decimal(least), kind), short(Decimal(most), kind)
    return low if low == high else f"{low} to {high}"
