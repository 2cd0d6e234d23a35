"""Letters on paper: the faces, how wide a text is, where it breaks, and how a value is written."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import category, normalize

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from grants.kernel.money import CENT
from grants.kernel.periods import long_date
from reporting.blocks import (
    Column,
    Value,
)

FONTS = Path(__file__).parent / "fonts"
REGULAR, STRONG, SLANTED = "SourceSans3", "SourceSans3-SemiBold", "SourceSans3-Italic"
FILES = {
    REGULAR: "SourceSans3_400Regular.ttf",
    STRONG: "SourceSans3_600SemiBold.ttf",
    SLANTED: "SourceSans3_400Regular_Italic.ttf",
}
MISSING = "?"
"""Drawn for a character that the faces do not have; PDF/UA-1 (ISO 14289-1, 7.21.8) forbids the empty box."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\xa0\u2028\u2029]")
_BREAKS = re.compile(r"\r\n|[\r\n\u2028\u2029]")


@cache
def face(name: str) -> TTFont:
    """The face of that name, loaded once."""
    font = TTFont(name, str(FONTS / FILES[name]), shapable=False)
    pdfmetrics.registerFont(font)
    return font


def letters(text: str, name: str = REGULAR) -> str:
    """The text on one line, in characters that the face has.

    Accents are joined to their letters, breaks and controls become spaces, marks without a shape fall away,
    and a character that the face lacks is drawn as ``?``.
    """
    if text.isascii() and text.isprintable():
        return text
    known = face(name).face.charToGlyph
    clean = _CONTROLS.sub(" ", normalize("NFC", text))
    return "".join(
        letter if ord(letter) in known else MISSING for letter in clean if category(letter) != "Cf"
    )


@lru_cache(maxsize=65_536)
def width_of(text: str, name: str, size: float) -> float:
    """How wide the text is, in points."""
    if text.isascii():
        return 0.001 * size * sum(map(_widths(name).__getitem__, text.encode()))
    return face(name).stringWidth(text, size)


@cache
def _widths(name: str) -> list[float]:
    """The widths of the ASCII characters of a face, in thousandths of its size."""
    return [face(name).face.getCharWidth(code) for code in range(128)]


def broken(text: str, name: str, size: float, room: float) -> list[str]:
    """The text in lines no wider than ``room`` points; a word that is wider is broken between letters."""
    if text.isascii() and text.isprintable() and width_of(text, name, size) <= room:
        return [text]
    parts = (
        [letters(part, name) for part in _BREAKS.split(text)]
        if not text.isprintable()
        else [letters(text, name)]
    )
    if len(parts) == 1 and width_of(parts[0], name, size) <= room:
        return parts
    return [line for part in parts for line in _lines(part, name, size, room)]


def _lines(text: str, name: str, size: float, room: float) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width_of(longer, name, size) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, name, size, room)
        lines.extend(full)
    return [*lines, line]


def _pieces(word: str, name: str, size: float, room: float) -> list[str]:
    """A word in pieces that fit; at least one letter each, so that it ends."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_of(pieces[-1] + letter, name, size) > room:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def written(column: Column, value: Value) -> str:
    """The value as it stands in a cell: ``1,234.50``, ``12.5%``, ``06/30/2022``; None is an empty cell."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    match column.kind:
        case "dollars" if isinstance(value, Decimal | int):
            return amount(value)
        case "count" if isinstance(value, int | Decimal):
            return f"{value:,}"
        case "share" if isinstance(value, Decimal | int):
            return f"{Decimal(value):.1%}"
        case "date" if isinstance(value, date):
            return f"{value:%m/%d/%Y %H:%M %Z}" if isinstance(value, datetime) else f"{value:%m/%d/%Y}"
        case "text":
            return said(value)
    raise TypeError(f"{value!r} does not belong in the column “{column.heading}” of {column.kind}.")


def amount(value: Decimal | int) -> str:
    """Dollars without their sign, with separators and cents. Raises ValueError for a fraction of a cent."""
    text = f"{value:,.2f}"
    if isinstance(value, Decimal) and value != value.quantize(CENT):
        raise ValueError(f"{value} has a fraction of a cent; figures are rounded where they are gathered.")
    return text if text != "-0.00" else "0.00"


def said(value: Value) -> str:
    """The value as it stands in a list of facts or in a sentence: ``June 30, 2022``, ``1,234.50``."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return f"{long_date(value.date())}, {value:%H:%M} {value.tzname() or ''}".rstrip()
        case date():
            return long_date(value)
        case Decimal():
            return (
                f"{value:,}"
                if value == value.to_integral_value() and "." not in str(value)
                else amount(value)
            )
        case int():
            return f"{value:,}"
    raise TypeError(f"{value!r} ({type(value).__name__}) cannot be written exactly.")
