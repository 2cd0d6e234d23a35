"""The report of an amendment: before and after as they were then, whatever was amended since."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from grants.ledger.models import Entry, Kind
from grants.ledger.queries import moment_known
from grants.subawards.actions import Budgeted, approve_amendment, decline_amendment, propose_amendment
from grants.subawards.models import Amendment, MoneySource, Subaward
from reporting.blocks import Facts, FigureTable, Prose, SignatureBlock
from reporting.reports.amendment import compose, gather
from tests.builders import Office

pytestmark = pytest.mark.django_db

DAY = date(2026, 6, 30)


def proposed(office: Office, subaward: Subaward, change: str = "0.00", **given: Any) -> Amendment:
    award = subaward.splits.get().federal_award
    known = {"splits": {award: Decimal(change)}, "reason": "more wells", "effective_on": date(2022, 7, 1)}
    return propose_amendment(subaward, by=office.program_officer, **{**known, **given})


def approved(office: Office, subaward: Subaward, change: str = "0.00", **given: Any) -> Amendment:
    return approve_amendment(proposed(office, subaward, change, **given), by=office.fiscal_officer)


def figures_of(amendment: Amendment, as_known_at: Any = None) -> dict[str, Any]:
    return gather(Amendment.objects.get(pk=amendment.pk), DAY, as_known_at or moment_known())


def budget(supplies: str, personnel: str) -> list[Budgeted]:
    return [Budgeted("Supplies", Decimal(supplies)), Budgeted("Personnel", Decimal(personnel))]


def facts_of(figures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for block in compose(figures) if isinstance(block, Facts) for name, value in block.pairs
    }


def test_before_and_after_are_what_was_obligated_by_then_to_the_cent(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    kept = [approved(office, subaward, change) for change in ("250.01", "-100.50", "0.49")]
    for number, amendment in enumerate(kept, 1):
        before, after = figures_of(amendment)["amount"]
        keys = [f"amendment:{each.pk}" for each in kept[:number]]
        lines = Entry.objects.filter(subaward=subaward).exclude(posting__key__startswith="amendment")
        lines = lines | Entry.objects.filter(posting__key__in=keys)
        sums = dict(lines.values_list("kind").annotate(Sum("amount")).order_by())
        assert after == sums[Kind.OBLIGATION] - sums.get(Kind.DEOBLIGATION, 0)
        assert before + Decimal(next(iter(amendment.splits.values()))) == after


def test_the_budget_of_then_is_told_and_not_that_of_today(office: Office) -> None:
    subaward = office.a_subaward("1000.00", budget=budget("400.00", "600.00"))
    first = approved(office, subaward, "100.00", budget=budget("500.00", "600.00"))
    approved(office, subaward, "50.00", budget=budget("500.00", "650.00"))
    federal = MoneySource.FEDERAL.label
    assert figures_of(first)["budget"] == [
        ["Supplies", federal, Decimal("400.00"), Decimal("500.00")],
        ["Personnel", federal, Decimal("600.00"), Decimal("600.00")],
    ]


def test_the_last_day_before_is_that_of_the_issue_or_of_the_amendment_before(office: Office) -> None:
    subaward = office.a_subaward("1000.00", ends_on=date(2024, 12, 31))
    first = approved(office, subaward, ends_on=date(2025, 6, 30))
    second = approved(office, subaward, "5.00")
    third = approved(office, subaward, ends_on=date(2026, 3, 31))
    assert figures_of(first)["ends_on"] == [date(2024, 12, 31), date(2025, 6, 30)]
    assert figures_of(second)["ends_on"] == [date(2025, 6, 30), date(2025, 6, 30)]
    assert figures_of(third)["ends_on"] == [date(2025, 6, 30), date(2026, 3, 31)]


def test_a_proposal_tells_what_it_asks_for_and_that_it_is_not_in_force(office: Office) -> None:
    amendment = proposed(office, office.a_subaward("1000.00"), "-40.00")
    figures = figures_of(amendment)
    assert figures["amount"] == [Decimal("1000.00"), Decimal("960.00")]
    assert figures["lines"] == []
    assert any("not in force" in block.text for block in compose(figures) if isinstance(block, Prose))
    assert facts_of(figures)["Decided by"] == "not yet decided"


def test_a_declined_one_names_who_declined_it(office: Office) -> None:
    amendment = proposed(office, office.a_subaward("1000.00"), "40.00")
    amendment = decline_amendment(amendment, reason="no money", by=office.fiscal_officer)
    told = facts_of(figures_of(amendment))
    assert told["Declined by"] == str(office.fiscal_officer)
    assert told["Stage"] == "Declined"


def test_an_approval_is_told_only_as_it_was_known(office: Office) -> None:
    amendment = proposed(office, office.a_subaward("1000.00"), "40.00")
    before = moment_known()
    approve_amendment(amendment, by=office.fiscal_officer)
    assert facts_of(figures_of(amendment, before))["Stage"] == "Proposed"
    assert figures_of(amendment, before)["amount"] == [Decimal("1000.00"), Decimal("1040.00")]
    assert facts_of(figures_of(amendment))["Approved by"] == str(office.fiscal_officer)


def test_the_lines_it_made_are_told_with_their_numbers(office: Office) -> None:
    amendment = approved(office, office.a_subaward("1000.00"), "-40.25")
    (line,) = figures_of(amendment)["lines"]
    entry = Entry.objects.get(kind=Kind.DEOBLIGATION)
    assert (line[0], line[-1]) == (entry.pk, Decimal("40.25"))


def test_the_parts_of_the_awards_sum_to_the_amounts_and_both_parties_sign(office: Office) -> None:
    figures = figures_of(approved(office, office.a_subaward("1000.00"), "40.25"))
    blocks = list(compose(figures))
    (table,) = [b for b in blocks if isinstance(b, FigureTable) and b.caption.startswith("Paid by")]
    assert table.totals[-3:] == (Decimal("1000.00"), Decimal("40.25"), Decimal("1040.25"))
    (signatures,) = [block for block in blocks if isinstance(block, SignatureBlock)]
    assert [each.party for each in signatures.signers] == [figures["agency"], figures["subrecipient"]]


def test_a_budget_that_is_not_recorded_is_not_made_up(office: Office) -> None:
    figures = figures_of(approved(office, office.a_subaward("1000.00"), "40.25"))
    assert Prose("A budget by category is not recorded.") in list(compose(figures))
