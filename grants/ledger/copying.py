"""Lines of the ledger as the text that COPY reads: one by one, or many whose columns are known whole."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from grants.kernel.refusals import Refusal
from grants.ledger.models import Entry, Kind

COLUMNS = (
    "posting_id", "posted_at", "program_id",
    "kind", "amount", "incurred_on", "federal_award_id", "allocation_id", "subaward_id", "project_id",
    "category", "is_advance", "payee", "period", "place", "memo",
)  # fmt: skip
LINES_AT_A_TIME = 1_000
TEXTS = ("category", "payee", "period", "memo")
LONGEST = {field.name: field.max_length or 0 for field in Entry._meta.fields if field.name in TEXTS}
"""The most characters of each text of a line."""
NULL = "\\N"


@dataclass(frozen=True, slots=True)
class Line:
    """A line to be posted: dollars above zero, the day the cost was incurred, and what it belongs to.

    The other records are given by their keys, so that a million lines need no record in memory.
    """

    kind: Kind
    amount: Decimal
    incurred_on: date
    federal_award: int | None = None
    allocation: int | None = None
    subaward: int | None = None
    project: int | None = None
    category: str = ""
    is_advance: bool = False
    payee: str = ""
    period: str = ""
    place: str = ""
    memo: str = ""


_NAMES = tuple(field.name for field in fields(Line))
_OTHERWISE = {field.name: field.default for field in fields(Line)}


class LineColumns:
    """Lines to be posted, by column: a list holds a value for each line, anything else is that of them all.

    Names and values are those of ``Line``. Refuses ``too-long`` as one line would.
    """

    def __init__(self, columns: Mapping[str, Any]) -> None:
        self._columns = {**_OTHERWISE, **columns}
        _refuse_too_long(self._values("payee"), self._values("memo"))

    def __len__(self) -> int:
        return max((len(of) for of in self._columns.values() if isinstance(of, list)), default=0)

    def _values(self, name: str) -> Sequence[Any]:
        found = self._columns[name]
        return found if isinstance(found, list) else [found]

    def rows(self, begin: str) -> Iterator[str]:
        """Rows of COPY text, many at a time, each beginning with ``begin``: the columns of its posting."""
        row, varying = [], []
        for name in _NAMES:
            column = self._columns[name]
            shown = _as_fields(self._values(name))
            if isinstance(column, list):
                varying.append(shown)
            row.append("%s" if isinstance(column, list) else shown[0].replace("%", "%%"))
        pattern = begin.replace("%", "%%") + "\t".join(row) + "\n"
        lines = map(pattern.__mod__, zip(*varying, strict=True))
        while chunk := list(islice(lines, LINES_AT_A_TIME)):
            yield "".join(chunk)


def rows_of(lines: Iterable[Line], begin: str) -> Iterator[str]:
    """Rows of COPY text, many at a time, each beginning with ``begin``: the columns of its posting."""
    left = iter(lines)
    while chunk := [begin + _as_copied(line) for line in islice(left, LINES_AT_A_TIME)]:
        yield "".join(chunk)


def _as_fields(values: Sequence[Any]) -> Sequence[str]:
    """The values of one column as fields of COPY text."""
    kinds = set(map(type, values))
    if kinds == {str}:
        whole = "".join(values)
        return list(map(copied, values)) if copied(whole) != whole else values
    if kinds == {Decimal}:
        return list(map(str, values))
    shown = {value: _field(value) for value in set(values)}
    return list(map(shown.__getitem__, values))


def _field(value: Any) -> str:
    """A value as one field of COPY text."""
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.isoformat() if isinstance(value, date) else copied(str(value))


def copied(text: str) -> str:
    """A text as one field of COPY."""
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return text


def _refuse_too_long(payees: Sequence[str], memos: Sequence[str]) -> None:
    if _longest(payees) > LONGEST["payee"] or _longest(memos) > LONGEST["memo"]:
        raise _too_long()


def _too_long() -> Refusal:
    return Refusal("The payee or memo of a line is too long for the ledger.", code="too-long")


def _longest(texts: Sequence[str]) -> int:
    return max(map(len, texts), default=0)


def _as_copied(line: Line) -> str:
    """A line as a row of COPY text, after the columns of its posting."""
    keys = (line.federal_award, line.allocation, line.subaward, line.project)
    if len(line.payee) > LONGEST["payee"] or len(line.memo) > LONGEST["memo"]:
        raise _too_long()
    return "\t".join(
        (
            str(line.kind),
            str(line.amount),
            line.incurred_on.isoformat(),
            *(NULL if key is None else str(key) for key in keys),
            copied(line.category),
            "t" if line.is_advance else "f",
            copied(line.payee),
            copied(line.period),
            copied(line.place),
            copied(line.memo) + "\n",
        )
    )
