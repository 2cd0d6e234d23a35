"""A drawing as SVG, for a page: plain attributes, no style and no id, so that many may stand on one page.

Written here rather than by reportlab's own renderer, whose style attributes a strict content security policy
would drop.
"""

from collections.abc import Iterator
from html import escape

from reportlab.graphics.shapes import Drawing, Group, Line, Rect, String
from reportlab.lib.colors import Color

from reporting.lettering import STRONG

FAMILY = "Source Sans 3, Source Sans Pro, Helvetica, Arial, sans-serif"
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
        case String():
            at = _attributes(x=shape.x, y=height - shape.y)
            weight = ' font-weight="600"' if shape.fontName == STRONG else ""
            yield (
                f'<text{at} font-size="{_number(shape.fontSize)}" text-anchor="{_ANCHORS[shape.textAnchor]}"'
                f' fill="{_colour(shape.fillColor)}"{weight}>{escape(shape.text)}</text>'
            )
        case _:
            raise TypeError(f"A {type(shape).__name__} cannot be drawn as SVG yet.")


def _paint(shape: Rect | Line) -> str:
    fill = f' fill="{_colour(shape.fillColor)}"' if isinstance(shape, Rect) else ""
    if shape.strokeColor is None:
        return fill
    return f'{fill} stroke="{_colour(shape.strokeColor)}" stroke-width="{_number(shape.strokeWidth)}"'


def _attributes(**lengths: float) -> str:
    return "".join(f' {name}="{_number(length)}"' for name, length in lengths.items())


def _number(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".")


def _colour(colour: Color | None) -> str:
    return "none" if colour is None else f"#{colour.hexval()[2:]}"
