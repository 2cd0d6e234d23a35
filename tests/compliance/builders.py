"""Books about real records, for what is kept of a judgement."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.law import law
from grants.compliance.models import Examination, Finding
from grants.compliance.recording import Scope, placed, record_findings
from grants.compliance.rule import judge
from tests.compliance.cases import SAMPLE, _framed

PERIOD = "ug-cost-within-period"
TODAY = date(2026, 11, 23)
LATE = date(2027, 1, 5)
"""A day after the last day of the builders' subawards."""


def books_about(*subawards: Any, costs: Sequence[tuple[Any, date, str]] = (), as_of: date = TODAY) -> Books:
    """Books of these subawards, with costs: each its subaward, its day and its dollars."""
    awards = {split.federal_award_id: {} for each in subawards for split in each.splits.all()}
    programs = {each.program_id: {"family": each.program.family} for each in subawards}
    rows = {each.pk: _row(each) for each in subawards}
    lines = {
        each.pk * 10_000 + number: _cost(each, day, amount)
        for number, (each, day, amount) in enumerate(costs, 1)
    }
    frames = {"awards": awards, "programs": programs, "subawards": rows, "expenditures": lines}
    return Books(as_of=as_of, **{name: _about(name, each) for name, each in frames.items() if each})


def judged(books: Books, *, scope: Scope | None = None, **given: Any) -> list[Examination]:
    """Judge the books by the one rule of the period and keep what was found."""
    breaches = judge(books, law, codes=[PERIOD])
    scope = scope or Scope(frozenset({PERIOD}))
    return record_findings(
        placed(breaches, books, given.pop("policies", None)), scope, as_of=books.as_of, **given
    )


def a_finding(office: Any, amount: str = "10.00", *, subaward: Any = None) -> Finding:
    """A finding about a cost incurred after the last day of a subaward."""
    subaward = subaward or office.a_subaward("1000.00")
    scope = Scope(frozenset({PERIOD}), subaward=subaward.pk)
    judged(books_about(subaward, costs=[(subaward, LATE, amount)]), scope=scope)
    return Finding.objects.get(subaward=subaward)


def _row(subaward: Any) -> dict[str, Any]:
    return {
        "number": subaward.number,
        "program": subaward.program_id,
        "party": subaward.subrecipient_id,
        "award": _award(subaward),
        "family": subaward.program.family,
        "starts_on": subaward.starts_on,
        "ends_on": subaward.ends_on,
        "amount": subaward.amount,
    }


def _cost(subaward: Any, day: date, amount: str) -> dict[str, Any]:
    award = _award(subaward)
    return {"subaward": subaward.pk, "award": award, "incurred_on": day, "amount": Decimal(amount)}


def _award(subaward: Any) -> int:
    return subaward.splits.order_by("pk")[0].federal_award_id


def _about(name: str, rows: dict[int, dict[str, Any]]) -> pd.DataFrame:
    frame = _framed(name, [SAMPLE[name] | row for row in rows.values()])
    return frame.set_axis(pd.Index(list(rows)), axis=0)
