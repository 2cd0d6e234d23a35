"""Where the next thing goes: pages of one size, their margins, head and foot, and how much room is left."""

from collections.abc import Sequence

from reportlab.lib.pagesizes import landscape, letter

from reporting.lettering import REGULAR, STRONG, broken, letters, width_of
from reporting.tagging import TaggedCanvas

PORTRAIT, LANDSCAPE = letter, landscape(letter)
SIDE, HEAD, FOOT = 54.0, 64.0, 34.0
"""Margins in points: left and right, above the text, below the foot."""

INK, MUTED, ACCENT, RULE, HAIR = (
    "0.12 0.14 0.17",
    "0.33 0.36 0.40",
    "0.07 0.29 0.41",
    "0.45 0.48 0.52",
    "0.82 0.84 0.86",
)
"""Colours. Those of text have a contrast to white of at least 7:1 (WCAG 2.1, 1.4.6)."""

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

    def rule(self, y: float, colour: str = HAIR, weight: float = 0.5) -> None:
        """A line across, as an artifact."""
        with self.canvas.artifact():
            self.canvas.put(
                f"q {colour} RG {weight} w {self.left:.2f} {y:.2f} m {self.right:.2f} {y:.2f} l S Q"
            )

    def finish(self) -> bytes:
        """End the last page and return the file."""
        self.canvas.showPage()
        return self.canvas.finish(self._draw_foot)

    def _turn(self) -> None:
        self.canvas.start_page(self.size)
        self.y = self.size[1] - HEAD
        with self.canvas.artifact("Header"):
            self.canvas.put(f"{ACCENT} rg")
            self.canvas.put_text(self.left, self.size[1] - 40, self._author, STRONG, 8)
            self.canvas.put(f"q {ACCENT} RG 0.75 w {self.left:.2f} {self.size[1] - 46:.2f} m")
            self.canvas.put(f"{self.right:.2f} {self.size[1] - 46:.2f} l S Q {INK} rg")

    def _draw_foot(self, page: int, pages: int, size: tuple[float, float]) -> None:
        canvas, y = self.canvas, self.bottom - 18
        canvas.put(f"q {HAIR} RG 0.5 w {self.left:.2f} {y + 11:.2f} m {self.right:.2f} {y + 11:.2f} l S Q")
        canvas.put(f"{MUTED} rg")
        count = f"Page {page} of {pages}"
        at = self.right - width_of(count, REGULAR, _FOOT_SIZE)
        canvas.put_text(at, y, count, REGULAR, _FOOT_SIZE)
        for line, name in [(text, STRONG) for text in self._titles] + [
            (text, REGULAR) for text in self._running
        ]:
            canvas.put_text(self.left, y, line, name, _FOOT_SIZE)
            y -= _FOOT_LEADING
