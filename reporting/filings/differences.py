"""What differs between two filings of a subaward: line by line, and in total."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from grants.kernel.money import ZERO
from reporting.filings.models import Filing
from reporting.filings.posting import lines_in
from reporting.layout import Line


@dataclass(frozen=True)
class Difference:
    """A line that is only in one of two filings (the other is None), or has another amount or day there."""

    earlier: Line | None
    later: Line | None

    @property
    def line(self) -> Line:
        """The line as the later filing has it, else the earlier one."""
        return self.later or self.earlier  # type: ignore[return-value]

    @property
    def change(self) -> Decimal:
        """How many dollars more the later filing reports."""
        return (self.later.amount if self.later else ZERO) - (self.earlier.amount if self.earlier else ZERO)

    @property
    def kind(self) -> str:
        """``added``, ``removed`` or ``changed``."""
        if self.earlier is None:
            return "added"
        return "removed" if self.later is None else "changed"


@dataclass(frozen=True)
class Comparison:
    """Two filings side by side. ``totals`` holds earlier and later dollars by kind of line and project."""

    earlier: Filing
    later: Filing
    lines: Sequence[Difference]
    totals: Sequence[tuple[str, str, Decimal, Decimal]]


def differences(earlier: Filing, later: Filing) -> Comparison:
    """What differs between two filings, in the order of the later one; lines only removed come last."""
    before, after = lines_in(earlier), lines_in(later)
    return Comparison(earlier, later, list(_differing(before, after)), list(_totals(before, after)))


def key_of(line: Line) -> tuple[str, ...]:
    """What makes a line the same one in another filing: everything but its amount, day and cell."""
    return (line.sheet, line.kind, line.project, line.category, line.payee, line.award, line.description)


def _differing(before: Iterable[Line], after: Iterable[Line]) -> Iterator[Difference]:
    """Lines of one key are paired: first those that are equal, then in their order."""
    equal = Counter(map(_whole, before))
    unpaired = []
    for line in after:
        if equal[_whole(line)]:
            equal[_whole(line)] -= 1
        else:
            unpaired.append(line)
    left: dict[tuple[str, ...], deque[Line]] = defaultdict(deque)
    for line in before:
        if equal[_whole(line)]:
            equal[_whole(line)] -= 1
            left[key_of(line)].append(line)
    for line in unpaired:
        same = left[key_of(line)]
        yield Difference(same.popleft() if same else None, line)
    yield from (Difference(one, None) for lines in left.values() for one in lines)


def _whole(line: Line) -> tuple[object, ...]:
    """Everything about a line but its cell."""
    return (*key_of(line), line.amount, line.incurred_on)


def _totals(before: Iterable[Line], after: Iterable[Line]) -> Iterator[tuple[str, str, Decimal, Decimal]]:
    sums: dict[tuple[str, str], list[Decimal]] = {}
    for place, lines in enumerate((before, after)):
        for line in lines:
            sums.setdefault((line.kind, line.project), [ZERO, ZERO])[place] += line.amount
    yield from ((kind, project, one, other) for (kind, project), (one, other) in sorted(sums.items()))
