"""Pictures as drawings: in parts for pages of paper, whole as SVG for a page of the site."""

from reportlab.graphics.shapes import Drawing

from reporting.blocks import BarChart, LineChart, Map, Picture
from reporting.charts import bar_drawing, bar_drawings
from reporting.line_charts import line_drawing
from reporting.maps import map_drawing
from reporting.svg import svg_of

SVG_WIDTH = 720.0


def pieces_of(picture: Picture, width: float, height: float) -> list[Drawing]:
    """The picture in as many drawings as are needed for none to be higher than ``height`` points."""
    match picture:
        case BarChart():
            return bar_drawings(picture, width, height)
        case LineChart():
            return [line_drawing(picture, width)]
        case Map():
            return [map_drawing(picture, width)]


def picture_svg(picture: Picture) -> str:
    """The picture as SVG that says what it shows to those who cannot see it."""
    whole = bar_drawing(picture, SVG_WIDTH) if isinstance(picture, BarChart) else None
    drawing = whole or pieces_of(picture, SVG_WIDTH, SVG_WIDTH)[0]
    return svg_of(drawing, title=picture.title, alt=picture.alt)
