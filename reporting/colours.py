"""The colours of documents and charts, as red, green and blue from 0 to 1.

Those of text have a contrast to white of at least 6:1 (WCAG 2.1, 1.4.3 asks 4.5:1).
"""

from reportlab.lib.colors import Color

INK = Color(0.12, 0.14, 0.17)
MUTED = Color(0.33, 0.36, 0.40)
ACCENT = Color(0.07, 0.29, 0.41)
RULE = Color(0.45, 0.48, 0.52)
HAIR = Color(0.82, 0.84, 0.86)
MIST = Color(0.85, 0.90, 0.93)
SKY = Color(0.56, 0.70, 0.78)
PAPER = Color(0.95, 0.96, 0.96)
WHITE = Color(1, 1, 1)


def fill(colour: Color) -> str:
    """The PDF operator that fills and writes in a colour (ISO 32000-1, 8.6.8)."""
    return f"{colour.red:g} {colour.green:g} {colour.blue:g} rg"


def stroke(colour: Color) -> str:
    """The PDF operator that draws lines in a colour."""
    return f"{colour.red:g} {colour.green:g} {colour.blue:g} RG"
