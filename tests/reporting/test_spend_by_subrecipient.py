"""Spend by subrecipient: every subaward once, and all of it together is the ledger."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from grants.ledger.actions import post_entries, reverse_entry
from grants.ledger.models import Entry, Kind
from grants.ledger.posting import Line
from grants.ledger.queries import moment_known
from grants.programs.models import Program
from reporting.blocks import BarChart, FigureTable, LedgerTable, Prose, Row
from reporting.reports.spend_by_subrecipient import compose, gather
from tests.builders import Office, a_party
from tests.reporting.builders import ISSUED_AT

JUNE = date(2022, 6, 30)


def a_row(party: str, number: str, obligated: str, spent: str = "0.00", **given: Any) -> dict[str, Any]:
    """A subaward as it is gathered."""
    return {
        "party": party,
        "subrecipient": f"County {party}",
        "county": party,
        "number": number,
        "title": "Dispatchers",
        "program": "First responders",
        "last_on": date(2026, 12, 31),
        "is_sample": False,
        "obligated": Decimal(obligated),
        "spent": Decimal(spent),
        "paid": Decimal("0.00"),
        **given,
    }


def figures_of(*rows: dict[str, Any], **given: Any) -> dict[str, Any]:
    known = {"through": JUNE, "as_known_at": ISSUED_AT, "programs": ["First responders"], "apart": []}
    return {**known, "subawards": list(rows), **given}


def tables(figures: dict[str, Any]) -> list[LedgerTable]:
    return [block for block in compose(figures) if isinstance(block, LedgerTable)]


def in_the_ledger(programs: list[Program], through: date, **chosen: Any) -> dict[str, Decimal]:
    """What the lines say, added up one by one and not by the kept balances."""
    lines = Entry.objects.filter(program__in=programs, incurred_on__lte=through, **chosen)
    kinds = {
        "obligated": (Kind.OBLIGATION, Kind.DEOBLIGATION),
        "spent": (Kind.EXPENDITURE, None),
        "paid": (Kind.PAYMENT, Kind.REFUND),
    }
    zero = Decimal("0.00")
    found = {}
    for name, (plus, minus) in kinds.items():
        more = lines.filter(kind=plus).aggregate(Sum("amount"))["amount__sum"] or zero
        less = lines.filter(kind=minus).aggregate(Sum("amount"))["amount__sum"] or zero
        found[name] = more - less
    return found


@pytest.mark.django_db
class TestGather:
    """What is gathered of the books."""

    def test_subawards_and_what_is_under_none_are_the_whole_ledger_to_the_cent(self, office: Office) -> None:
        first = office.a_subaward("1000.00", spent="600.01", paid="250.33")
        second = office.a_subaward("2500.50", spent="99.99", allocation=first.allocation)
        line = Line(
            kind=Kind.EXPENDITURE,
            amount=Decimal("77.07"),
            incurred_on=date(2022, 4, 15),
            federal_award=first.splits.get().federal_award_id,
            allocation=first.allocation_id,
        )
        post_entries(first.program, [line], key="apart", reason="own costs", by=office.fiscal_officer)
        office.posts(second, Kind.EXPENDITURE, "5.00", date(2022, 7, 1))
        programs = [first.program]
        figures = gather(programs, JUNE, moment_known())
        for money, amount in in_the_ledger(programs, JUNE).items():
            rows = [*figures["subawards"], *figures["apart"]]
            assert sum(row[money] for row in rows) == amount, money
        (apart,) = figures["apart"]
        assert apart["spent"] == in_the_ledger(programs, JUNE, subaward=None)["spent"] == Decimal("77.07")

    def test_each_subaward_has_its_own_lines(self, office: Office) -> None:
        subawards = [office.a_subaward("1000.00", spent=spent) for spent in ("1.01", "2.02", "3.03")]
        programs = [each.program for each in subawards]
        figures = gather(programs, JUNE, moment_known())
        known = {row["number"]: row for row in figures["subawards"]}
        for each in subawards:
            lines = in_the_ledger(programs, JUNE, subaward=each)
            assert {name: known[each.number][name] for name in lines} == lines

    def test_a_correction_counts_only_as_it_was_known(self, office: Office) -> None:
        subaward = office.a_subaward("1000.00", spent="600.00")
        before = moment_known()
        expenditure = Entry.objects.get(kind=Kind.EXPENDITURE)
        reverse_entry(expenditure, reason="billed twice", by=office.fiscal_officer)
        spent = [
            gather([subaward.program], JUNE, known)["subawards"][0]["spent"]
            for known in (before, moment_known())
        ]
        assert spent == [Decimal("600.00"), Decimal("0.00")]

    def test_a_draft_and_a_subaward_issued_later_are_not_in_it(self, office: Office) -> None:
        draft = office.a_draft()
        later = office.a_subaward(issued_on=date(2022, 7, 1), allocation=draft.allocation)
        assert gather([draft.program], JUNE, moment_known())["subawards"] == []
        (row,) = gather([draft.program], date(2022, 7, 1), moment_known())["subawards"]
        assert row["number"] == later.number

    def test_two_subawards_of_one_subrecipient_stand_together(self, office: Office) -> None:
        shared = a_party(keeper=office.agency)
        kept = [office.a_subaward(subrecipient=party) for party in (shared, a_party(), shared)]
        figures = gather([each.program for each in kept], JUNE, moment_known())
        codes = [row["party"] for row in figures["subawards"]]
        assert codes == sorted(codes, key=codes.index)
        assert codes.count(shared.code) == 2


def test_several_subawards_of_one_subrecipient_are_summed_and_a_single_one_is_not() -> None:
    (table,) = tables(
        figures_of(a_row("A", "1", "10.00", "4.00"), a_row("B", "2", "5.50"), a_row("B", "3", "1.25", "1.25"))
    )
    rows = [row for row in table.rows if isinstance(row, Row)]
    subtotals = [row.cells for row in rows if row.kind == "subtotal"]
    assert [cells[-4:] for cells in subtotals] == [
        (Decimal("6.75"), Decimal("1.25"), Decimal("0.00"), Decimal("5.50"))
    ]
    assert table.totals[-4:] == (Decimal("16.75"), Decimal("5.25"), Decimal("0.00"), Decimal("11.50"))


def test_samples_are_never_in_one_total_with_real_money() -> None:
    real, sample = tables(figures_of(a_row("A", "1", "10.00"), a_row("A", "S-1", "7.00", is_sample=True)))
    assert real.totals[-4] == Decimal("10.00")
    assert sample.totals[-4] == Decimal("7.00")
    assert "Sample" in sample.caption


def test_a_last_day_that_is_not_recorded_says_so_and_a_column_of_none_is_left_out() -> None:
    (mixed,) = tables(figures_of(a_row("A", "1", "1.00"), a_row("B", "2", "1.00", last_on=None)))
    lines = [row.cells for row in mixed.rows if isinstance(row, Row) and row.kind == "line"]
    assert [cells[1] for cells in lines] == [date(2026, 12, 31), "not recorded"]
    (without,) = tables(figures_of(a_row("A", "1", "1.00", last_on=None)))
    assert "Last day" not in [column.heading for column in without.columns]


def test_the_chart_shows_the_ten_with_most_money_and_says_so() -> None:
    blocks = list(compose(figures_of(*(a_row(f"P{n:02}", str(n), f"{n}.00") for n in range(1, 13)))))
    (chart,) = [block for block in blocks if isinstance(block, BarChart)]
    assert [name for name, _ in chart.bars] == [f"County P{n:02}" for n in range(12, 2, -1)]
    assert "the 10 with most money" in chart.title


def test_a_program_without_subawards_says_so_and_lines_under_none_are_told() -> None:
    apart = {"program": "Counties", "is_sample": False, "obligated": Decimal("9.00")}
    apart |= {"spent": Decimal("3.00"), "paid": Decimal("0.00")}
    blocks = list(compose(figures_of(apart=[apart])))
    assert Prose("No subaward is issued.") in blocks
    (table,) = [block for block in blocks if isinstance(block, FigureTable)]
    assert table.totals == ("Total", Decimal("9.00"), Decimal("3.00"), Decimal("0.00"))
