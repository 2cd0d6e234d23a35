"""A drawing as SVG, for a page: plain attributes, no style and no id, so that many may stand on one page.

Written here rather than by reportlab's own renderer, whose style attributes a strict content security policy
would drop.
"""

from collections.abc import Iterator, Sequence
from html import escape

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Path, PolyLine, Rect, String
from reportlab.lib.colors import Color

from reporting.lettering import STRONG

FAMILY = "Source Sans 3, Source Sans Pro, Helvetica, Arial, sans-serif"
_LETTERS, _CLOSE = {0: "M", 1: "L"}, 3
"""How reportlab numbers the steps of a path."""

_ANCHORS = {"start": "start", "middle": "middle", "end": "end"}


def svg_of(drawing: Drawing, *, title: str, alt: str) -> str:
    """The drawing with its name and a text that says what it shows, for those who cannot see it."""
    width, height = _number(drawing.width), _number(drawing.height)
    shapes = "".join(line for part in drawing.contents for line in _shape(part, drawing.height))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}"'
        f' width="{width}" height="{height}" font-family="{FAMILY}">'
        f"<title>{escape(title)}</title><desc>{escape(alt)}</desc>{shapes}</svg>"
    )


def _shape(shape: object, height: float) -> Iterator[str]:
    """One shape, with y counted from the top."""
    match shape:
        case Group():
            for part in shape.contents:
                yield from _shape(part, height)
        case Rect():
            box = _attributes(
                x=shape.x, y=height - shape.y - shape.height, width=shape.width, height=shape.height
            )
            yield f"<rect{box}{_paint(shape)}/>"
        case Line():
            ends = _attributes(x1=shape.x1, y1=height - shape.y1, x2=shape.x2, y2=height - shape.y2)
            yield f"<line{ends}{_paint(shape)}/>"
        case Circle():
            yield f"<circle{_attributes(cx=shape.cx, cy=height - shape.cy, r=shape.r)}{_paint(shape)}/>"
        case PolyLine():
            yield f'<polyline points="{_points(shape.points, height)}" fill="none"{_paint(shape)}/>'
        case Path():
            yield f'<path d="{_steps(shape, height)}" fill-rule="evenodd"{_paint(shape)}/>'
        case String():
            at = _attributes(x=shape.x, y=height - shape.y)
            weight = ' font-weight="600"' if shape.fontName == STRONG else ""
            yield (
                f'<text{at} font-size="{_number(shape.fontSize)}" text-anchor="{_ANCHORS[shape.textAnchor]}"'
                f' fill="{_colour(shape.fillColor)}"{weight}>{escape(shape.text)}</text>'
            )
        case _:
            raise TypeError(f"A {type(shape).__name__} cannot be drawn as SVG yet.")


def _paint(shape: Rect | Line | Circle | PolyLine | Path) -> str:
    fill = f' fill="{_colour(shape.fillColor)}"' if isinstance(shape, Rect | Circle | Path) else ""
    if shape.strokeColor is None:
        return fill
    dashes = " ".join(f"{dash:g}" for dash in shape.strokeDashArray or ())
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    line = f' stroke="{_colour(shape.strokeColor)}" stroke-width="{_number(shape.strokeWidth)}"'
    return f"{fill}{line}{dashed}"


def _points(points: Sequence[float], height: float) -> str:
    pairs = zip(points[::2], points[1::2], strict=True)
    return " ".join(f"{_number(x)},{_number(height - y)}" for x, y in pairs)


def _steps(path: Path, height: float) -> str:
    """The steps of an outline: moves, lines and closings, the only ones that are drawn here."""
    points = iter(path.points)
    steps = []
    for operator in map(int, path.operators):
        if operator == _CLOSE:
            steps.append("Z")
            continue
        if operator not in _LETTERS:
            raise TypeError("An outline with curves cannot be drawn as SVG yet.")
        x, y = next(points), next(points)
        steps.append(f"{_LETTERS[operator]}{_number(x)} {_number(height - y)}")
    return "".join(steps)


def _attributes(**lengths: float) -> str:
    return "".join(f' {name}="{_number(length)}"' for name, length in lengths.items())


def _number(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".")


def _colour(colour: Color | None) -> str:
    return "none" if colour is None else f"#{colour.hexval()[2:]}"
