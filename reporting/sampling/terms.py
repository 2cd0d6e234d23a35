"""The terms of a sample: what a method is given, and what it selects by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, cents, from_cents, shown
from grants.kernel.refusals import Refusal
from reporting.sampling.models import Method, Sample, ShareBy, Strata
from reporting.sampling.numbers import Numbers
from reporting.sampling.population import Frame
from reporting.sampling.selection import (
    CONFIDENCE_FACTORS,
    Selected,
    interval_for,
    interval_of,
    monetary_units,
    simple_random,
    sizes_of_strata,
    stratified,
)

MOST = 10_000
"""Lines that one sample may draw."""


@dataclass(frozen=True)
class Terms:
    """What a method is given: how many lines, or how the dollars are spaced; how the strata are made.

    Monetary unit sampling takes either a ``size``, an ``interval`` in dollars, or a ``tolerable``
    misstatement with a ``confidence`` in percent. Strata of amounts are divided by ``bounds`` in dollars.
    """

    method: Method
    size: int | None = None
    interval: Decimal | None = None
    tolerable: Decimal | None = None
    confidence: int | None = None
    strata: Strata | None = None
    bounds: Sequence[Decimal] = ()
    share_by: ShareBy = ShareBy.LINES

    def __post_init__(self) -> None:
        given = [self.size, self.interval, self.tolerable]
        if any(value is not None and value <= 0 for value in given) or (self.size or 0) > MOST:
            raise Refusal(f"Draw from 1 to {MOST:,} lines, and by dollars above zero.", code="out-of-range")
        if self.method == Method.MONETARY and sum(value is not None for value in given) != 1:
            raise Refusal("Give one: a size, an interval, or a tolerable misstatement.", code="one-of-three")
        if self.tolerable is not None and self.confidence not in CONFIDENCE_FACTORS:
            known = " or ".join(map(str, CONFIDENCE_FACTORS))
            raise Refusal(f"The confidence is {known} percent.", code="confidence-unknown")
        if self.method != Method.MONETARY and self.size is None:
            raise Refusal("Say how many lines to draw.", code="no-size")
        if self.method == Method.STRATIFIED and self.strata is None:
            raise Refusal("Say what the strata are.", code="no-strata")
        if list(self.bounds) != sorted(set(self.bounds)):
            raise Refusal("The bounds of strata go up, each once.", code="bounds-not-rising")

    def told(self) -> dict[str, Any]:
        """The terms as plain values."""
        known = {
            "size": self.size,
            "interval": None if self.interval is None else f"{self.interval:.2f}",
            "tolerable": None if self.tolerable is None else f"{self.tolerable:.2f}",
            "confidence": self.confidence,
            "strata": self.strata and str(self.strata),
            "bounds": [f"{bound:.2f}" for bound in self.bounds],
            "share_by": str(self.share_by) if self.strata else None,
        }
        return {name: value for name, value in known.items() if value not in (None, [])}

    @classmethod
    def of(cls, sample: Sample) -> "Terms":
        """The terms that a sample was drawn by."""
        told = sample.terms
        amounts = {name: Decimal(told[name]) for name in ("interval", "tolerable") if name in told}
        return cls(
            Method(sample.method),
            size=told.get("size"),
            confidence=told.get("confidence"),
            strata=Strata(told["strata"]) if "strata" in told else None,
            bounds=tuple(map(Decimal, told.get("bounds", ()))),
            share_by=ShareBy(told.get("share_by", ShareBy.LINES)),
            **amounts,
        )


def select(frame: Frame, terms: Terms, seed: str) -> tuple[list[Selected], list[dict[str, Any]]]:
    """The places that a method selects out of a frame, and what each stratum held and gave."""
    if terms.method == Method.SIMPLE:
        places = simple_random(len(frame.keys), terms.size or 0, Numbers(seed))
        is_whole = len(places) == len(frame.keys)
        return [Selected(place, 0 if is_whole else draw) for draw, place in enumerate(places, 1)], []
    if terms.method == Method.STRATIFIED:
        counts, dollars = _strata_of(frame)
        weights = dollars if terms.share_by == ShareBy.DOLLARS else {k: Decimal(n) for k, n in counts.items()}
        selected = stratified(frame.strata, sizes_of_strata(counts, weights, terms.size or 0), seed)
        return selected, _told(counts, dollars, selected)
    interval = _interval(frame, terms)
    selected = monetary_units(frame.amounts, cents(interval), Numbers(seed))
    frame.strata[:] = ["certain" if amount >= cents(interval) else "random" for amount in frame.amounts]
    counts, dollars = _strata_of(frame)
    told = _told(counts, dollars, selected)
    return selected, [{**each, "interval": f"{interval:.2f}"} for each in told]


def _interval(frame: Frame, terms: Terms) -> Decimal:
    """The sampling interval in dollars. Refuses one below a cent."""
    interval = terms.interval
    if terms.size is not None:
        interval = interval_for(frame.amount, terms.size)
    elif terms.tolerable is not None:
        interval = interval_of(terms.tolerable, terms.confidence or 95)
    if interval is None or interval <= ZERO:
        raise Refusal(f"{shown(frame.amount)} is too little for so many units.", code="interval-too-small")
    return interval


def _strata_of(frame: Frame) -> tuple[dict[str, int], dict[str, Decimal]]:
    """Lines and dollars of each stratum, by name."""
    counts: dict[str, int] = {}
    sums: dict[str, int] = {}
    for stratum, amount in zip(frame.strata, frame.amounts, strict=True):
        counts[stratum] = counts.get(stratum, 0) + 1
        sums[stratum] = sums.get(stratum, 0) + amount
    return dict(sorted(counts.items())), {name: from_cents(sums[name]) for name in sorted(sums)}


def _told(
    counts: dict[str, int], dollars: dict[str, Decimal], selected: Sequence[Selected]
) -> list[dict[str, Any]]:
    drawn: dict[str, int] = {}
    for each in selected:
        drawn[each.stratum] = drawn.get(each.stratum, 0) + 1
    return [
        {"name": name, "lines": count, "amount": f"{dollars[name]:.2f}", "drawn": drawn.get(name, 0)}
        for name, count in counts.items()
    ]
