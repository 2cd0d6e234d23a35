"""Room to sign on paper: for each signer lines for signature, date, name and title."""

from dataclasses import dataclass

from reporting.blocks import SignatureBlock, Signer
from reporting.colours import INK, MUTED, RULE, fill, stroke
from reporting.flow import Flow, draw_lines
from reporting.lettering import REGULAR, STRONG, broken, said

_SIZE, _LEADING, _LABEL = 9.5, 12.0, 7.5
_ABOVE, _BELOW = 14.0, 10.0
_SHARE, _GAP = 0.62, 18.0
"""The share of the width that the first line of a pair takes, and the points between the two."""


@dataclass(frozen=True)
class _Blank:
    """A line to write on: what it is for, and what is known already."""

    label: str
    lines: list[str]


@dataclass(frozen=True)
class _Laid:
    """A signer ready to draw: for whom, and the pairs of lines."""

    party: list[str]
    pairs: list[tuple[_Blank, _Blank]]

    @property
    def height(self) -> float:
        """The room that all of it takes."""
        return 16 + len(self.party) * _LEADING + sum(_above(pair) + _BELOW for pair in self.pairs)


class SignaturesPiece:
    """A block of signatures; what one signs stays on one page."""

    def __init__(self, block: SignatureBlock) -> None:
        self._signers = block.signers

    def fit(self, width: float) -> bool:
        """Break names and titles into lines."""
        self._laid = [_laid(signer, width) for signer in self._signers]
        return True

    @property
    def least(self) -> float:
        """The room that the first signer needs."""
        return self._laid[0].height if self._laid else 0.0

    def draw(self, flow: Flow) -> None:
        """Draw the lines of each signer."""
        for laid in self._laid:
            flow.need(laid.height)
            flow.skip(12)
            name = flow.canvas.element("P", flow.canvas.tree)
            draw_lines(flow, name, laid.party, STRONG, _SIZE, _LEADING)
            flow.canvas.close(name)
            for pair in laid.pairs:
                flow.y -= _above(pair)
                _draw_pair(flow, pair)
                flow.y -= _BELOW
            flow.y -= 4


def _laid(signer: Signer, width: float) -> _Laid:
    """The lines of a signer within a width."""
    rooms = (width * _SHARE, width * (1 - _SHARE) - _GAP)
    pairs = ((("Signature", ""), ("Date", said(signer.signed_on))),
             (("Name", signer.name), ("Title", signer.title)))  # fmt: skip
    return _Laid(
        broken(f"For {signer.party}", STRONG, _SIZE, width),
        [
            (_blank(*first, rooms[0]), _blank(*second, rooms[1]))
            for first, second in pairs
        ],
    )  # fmt: skip


def _blank(label: str, text: str, room: float) -> _Blank:
    return _Blank(label, broken(text, REGULAR, _SIZE, room) if text else [])


def _above(pair: tuple[_Blank, _Blank]) -> float:
    """The room above two lines: for a hand, and for what is written there already."""
    return _ABOVE + _LEADING * max(1, *(len(blank.lines) for blank in pair))


def _draw_pair(flow: Flow, pair: tuple[_Blank, _Blank]) -> None:
    """Two lines side by side, each with its name beneath and what is known upon it."""
    canvas, middle = flow.canvas, flow.left + flow.width * _SHARE
    for blank, left, right in zip(pair, (flow.left, middle + _GAP), (middle, flow.right), strict=True):
        with canvas.artifact():
            line = f"{left:.2f} {flow.y:.2f} m {right:.2f} {flow.y:.2f} l S Q"
            canvas.put(f"q {stroke(RULE)} 0.75 w {line}")
        told = canvas.element("P", canvas.tree)
        with canvas.marked(told):
            label = f"{blank.label}: " if blank.lines else blank.label
            canvas.put(fill(MUTED))
            canvas.put_text(left, flow.y - _LABEL - 1, label, REGULAR, _LABEL)
            canvas.put(fill(INK))
            for place, words in enumerate(blank.lines):
                above = 3 + _LEADING * (len(blank.lines) - 1 - place)
                end = " " if place < len(blank.lines) - 1 else ""
                canvas.put_text(left, flow.y + above, words + end, REGULAR, _SIZE)
        canvas.close(told)
