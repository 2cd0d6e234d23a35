"""Where the next thing goes: pages of one size, their margins, head and foot, and how much room is left."""

from collections.abc import Sequence

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import landscape, letter

from reporting.colours import ACCENT, HAIR, INK, MUTED, fill, stroke
from reporting.lettering import REGULAR, STRONG, broken, letters, width_of
from reporting.tagging import Element, TaggedCanvas

PORTRAIT, LANDSCAPE = letter, landscape(letter)
SIDE, HEAD, FOOT = 54.0, 64.0, 34.0
"""Margins in points: left and right, above the text, below the foot."""

_FOOT_SIZE, _FOOT_LEADING = 7.5, 10.0


class Flow:
    """Pages under way. ``y`` is where the next thing begins; things are drawn downwards from there."""

    def __init__(
        self, canvas: TaggedCanvas, *, is_landscape: bool, title: str, author: str, running: Sequence[str]
    ) -> None:
        self.canvas = canvas
        self.size = LANDSCAPE if is_landscape else PORTRAIT
        self.left, self.right = SIDE, self.size[0] - SIDE
        self.width = self.right - self.left
        self._title, self._author = letters(title), letters(author, STRONG)
        room = self.width
        self._running = [line for text in running for line in broken(text, REGULAR, _FOOT_SIZE, room)]
        self._titles = broken(title, STRONG, _FOOT_SIZE, self.width - 90)
        self.bottom = FOOT + _FOOT_LEADING * (len(self._running) + len(self._titles)) + 14
        self._turn()

    @property
    def room(self) -> float:
        """Points left on this page."""
        return self.y - self.bottom

    @property
    def full_room(self) -> float:
        """Points on an empty page."""
        return self.size[1] - HEAD - self.bottom

    @property
    def is_fresh(self) -> bool:
        """Whether nothing stands on this page yet."""
        return self.y == self.size[1] - HEAD

    def need(self, height: float) -> bool:
        """Turn the page unless that much room is left or the page is empty; whether it was turned."""
        if self.room >= height - 0.01 or self.is_fresh:
            return False
        self.turn()
        return True

    def turn(self) -> None:
        """End this page and begin the next."""
        self.canvas.showPage()
        self._turn()

    def skip(self, height: float) -> None:
        """Leave room before what follows, except at the top of a page."""
        if not self.is_fresh:
            self.y -= height

    def rule(self, y: float, colour: Color = HAIR, weight: float = 0.5) -> None:
        """A line across, as an artifact."""
        with self.canvas.artifact():
            self.canvas.put(self._line(y, colour, weight))

    def finish(self) -> bytes:
        """End the last page and return the file."""
        self.canvas.showPage()
        return self.canvas.finish(self._draw_foot)

    def _turn(self) -> None:
        self.canvas.start_page(self.size)
        self.y = self.size[1] - HEAD
        with self.canvas.artifact("Header"):
            self.canvas.put(fill(ACCENT))
            squeeze = 100 * self.width / max(self.width, width_of(self._author, STRONG, 8))
            self.canvas.put_text(self.left, self.size[1] - 40, self._author, STRONG, 8, squeeze)
            self.canvas.put(self._line(self.size[1] - 46, ACCENT, 0.75), fill(INK))

    def _draw_foot(self, page: int, pages: int) -> None:
        canvas, y = self.canvas, self.bottom - 18
        canvas.put(self._line(y + 11, HAIR, 0.5), fill(MUTED))
        count = f"Page {page} of {pages}"
        at = self.right - width_of(count, REGULAR, _FOOT_SIZE)
        canvas.put_text(at, y, count, REGULAR, _FOOT_SIZE)
        for line in self._titles:
            canvas.put_text(self.left, y, line, STRONG, _FOOT_SIZE)
            y -= _FOOT_LEADING
        for line in self._running:
            canvas.put_text(self.left, y, line, REGULAR, _FOOT_SIZE)
            y -= _FOOT_LEADING

    def _line(self, y: float, colour: Color, weight: float) -> str:
        """The operators that draw a line from margin to margin."""
        return f"q {stroke(colour)} {weight} w {self.left:.2f} {y:.2f} m {self.right:.2f} {y:.2f} l S Q"


def draw_lines(
    flow: Flow,
    element: Element,
    lines: list[str],
    name: str,
    size: float,
    leading: float,
    indent: float = 0.0,
    end: str = "",
) -> None:
    """Lines of text as content of one element, over as many pages as they take, in the colour set.

    ``end`` follows the last line, as a space where more is to come.
    """
    canvas, left = flow.canvas, list(lines)
    while left:
        count = max(1, int((flow.room + 0.01) // leading))
        if len(left) == count + 1 and count > 2:
            count -= 1  # so that no line stands alone on the next page
        part, left = left[:count], left[count:]
        with canvas.marked(element):
            for place, line in enumerate(part):
                flow.y -= leading
                after = " " if left or place < len(part) - 1 else end
                canvas.put_text(flow.left + indent, flow.y + leading * 0.25, line + after, name, size)
        if left:
            flow.turn()
    canvas.put(fill(INK))
