"""Which row of a file would spend more than its subaward has; looked for once the database has refused."""

import csv
from collections.abc import Iterator
from decimal import Decimal
from io import TextIOWrapper
from typing import Any, BinaryIO

from grants.kernel.money import ZERO, dollars, shown
from grants.kernel.refusals import Problem
from grants.ledger.models import Kind, SubawardStanding


def excess_of(program: Any, file: BinaryIO, *, name: str) -> list[Problem]:
    """For each subaward that the lines of ``file`` would overspend, the first row that does.

    The file has been read once without a problem. None when what was refused is something else.
    """
    known = SubawardStanding.objects.filter(subaward__program=program)
    stands = {
        number: (obligated, expended)
        for number, obligated, expended in known.values_list("subaward__number", "obligated", "expended")
    }
    added: dict[str, Decimal] = {}
    first: dict[str, int] = {}
    for row, number, amount in _expenditures(file):
        added[number] = added.get(number, ZERO) + amount
        obligated, expended = stands[number]
        if expended + added[number] > obligated:
            first.setdefault(number, row)
    return [
        Problem(_sentence(number, *stands[number], added[number]), name, row, "amount")
        for number, row in first.items()
    ]


def _expenditures(file: BinaryIO) -> Iterator[tuple[int, str, Decimal]]:
    """Row, subaward and dollars of every expenditure that names a subaward."""
    file.seek(0)
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        reader = csv.reader(text)
        heading = [column.strip() for column in next(reader)]
        if "subaward" not in heading:
            return
        kind, amount, subaward = (heading.index(column) for column in ("kind", "amount", "subaward"))
        for cells in reader:
            if cells and cells[kind] == Kind.EXPENDITURE and cells[subaward]:
                yield reader.line_num, cells[subaward], dollars(cells[amount])
    finally:
        text.detach()


def _sentence(number: str, obligated: Decimal, expended: Decimal, added: Decimal) -> str:
    return (
        f"Subaward {number} has {shown(obligated)} obligated and {shown(expended)} spent; the lines of this "
        f"file add {shown(added)}, so {shown(expended + added)} would be spent. This row is too much."
    )
