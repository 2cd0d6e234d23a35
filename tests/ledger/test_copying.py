"""Whole columns of lines give COPY the same rows as the lines one by one."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal

import pytest

from grants.kernel.refusals import Refusal
from grants.ledger.copying import LONGEST, Line, LineColumns, rows_of
from grants.ledger.models import Kind

BEGIN = "7\t2025-01-02T00:00:00+00:00\t3\t"
CABLE = Line(
    Kind.EXPENDITURE,
    Decimal("12.50"),
    date(2025, 1, 2),
    1,
    2,
    3,
    4,
    "Supplies",
    payee="A\tB",
    place="Costs!F2",
)
FEES = Line(Kind.COST_SHARE, Decimal("0.10"), date(2025, 1, 3), None, 2, 3, category="100%", memo="a\\b\nc")


def by_column(*lines: Line) -> dict[str, list[object]]:
    """The columns of some lines."""
    return {name: [asdict(line)[name] for line in lines] for name in asdict(lines[0])}


def test_columns_give_the_rows_of_their_lines() -> None:
    columns = LineColumns(by_column(CABLE, FEES, CABLE))
    assert len(columns) == 3
    assert "".join(columns.rows(BEGIN)) == "".join(rows_of([CABLE, FEES, CABLE], BEGIN))


def test_a_value_that_all_lines_share_is_given_once() -> None:
    shared = {"kind": Kind.COST_SHARE, "category": "100%", "memo": FEES.memo, "allocation": 2, "subaward": 3}
    varying = {"amount": [FEES.amount] * 2, "incurred_on": [FEES.incurred_on] * 2}
    rows = "".join(LineColumns({**shared, **varying}).rows(BEGIN))
    assert rows == "".join(rows_of([FEES, FEES], BEGIN))


def test_no_lines_give_no_rows() -> None:
    assert list(LineColumns({"kind": Kind.PAYMENT, "amount": [], "incurred_on": []}).rows(BEGIN)) == []


@pytest.mark.parametrize("name", ["payee", "memo"])
def test_a_text_beyond_the_ledger_is_refused_among_columns_too(name: str) -> None:
    long = by_column(CABLE) | {name: ["x" * (LONGEST[name] + 1)]}
    with pytest.raises(Refusal) as refusal:
        LineColumns(long)
    assert refusal.value.code == "too-long"
