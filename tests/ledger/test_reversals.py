"""A reversal restores every balance, whatever was posted and in whatever order it is taken back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from grants.kernel.refusals import Refusal
from grants.ledger.actions import post_entries, reverse_posting
from grants.ledger.agreement import disagreements
from grants.ledger.models import Balance, Entry, Kind, Posting, SubawardStanding
from grants.ledger.queries import moment_known, sums
from tests.builders import Office

pytestmark = pytest.mark.django_db

days = some.dates(min_value=date(2022, 1, 1), max_value=date(2022, 6, 30))
costs = some.tuples(
    some.sampled_from([Kind.EXPENDITURE, Kind.COST_SHARE, Kind.PROGRAM_INCOME]),
    some.integers(min_value=1, max_value=1_000_00),
    days,
    some.sampled_from(["personnel", "travel", ""]),
)


def kept() -> dict[tuple[Any, ...], Decimal]:
    """Every balance that is not zero, by its cell."""
    cells = Balance.objects.exclude(amount=0).values_list(*Balance.CELL, "month", "amount")
    return {cell[:-1]: cell[-1] for cell in cells}


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.lists(some.lists(costs, min_size=1, max_size=4), min_size=1, max_size=4), some.randoms())
def test_taking_back_every_posting_restores_every_balance(
    office: Office, batches: list[list[tuple[Kind, int, date, str]]], chance: Any
) -> None:
    subaward = office.a_subaward("100000.00")
    before, standing = kept(), SubawardStanding.objects.values().get(pk=subaward.pk)
    postings = [
        post_entries(
            subaward.program,
            [
                office.a_line(subaward, kind, f"{Decimal(cents) / 100:.2f}", day, category=category)
                for kind, cents, day, category in batch
            ],
            key=f"{subaward.pk}-{number}",
            reason="as billed",
            by=office.fiscal_officer,
        )
        for number, batch in enumerate(batches)
    ]
    chance.shuffle(postings)
    for posting in postings:
        reverse_posting(posting, reason="taken back", by=office.fiscal_officer)
    assert kept() == before
    assert SubawardStanding.objects.values().get(pk=subaward.pk) == standing
    assert disagreements() == []


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(some.lists(costs, min_size=1, max_size=8), days, some.integers(min_value=0, max_value=8))
def test_sums_through_any_day_as_known_at_any_moment_are_those_of_the_lines(
    office: Office, lines: list[tuple[Kind, int, date, str]], through: date, until: int
) -> None:
    subaward = office.a_subaward("100000.00")
    known = moment_known()
    for number, (kind, cents, day, category) in enumerate(lines):
        office.posts(subaward, kind, f"{Decimal(cents) / 100:.2f}", day, category=category)
        known = moment_known() if number < until else known
    answered = sums(("kind",), through=through, as_known_at=known, where={"subaward_id": [subaward.pk]})
    expected: dict[str, Decimal] = {}
    for line in Entry.objects.filter(subaward=subaward, incurred_on__lte=through, posted_at__lte=known):
        expected[line.kind] = expected.get(line.kind, Decimal(0)) + line.amount
    assert {row["kind"]: row["amount"] for row in answered if row["amount"]} == expected


def test_a_posting_is_taken_back_once_and_its_reversal_never(office: Office) -> None:
    subaward = office.a_subaward("1000.00", spent="600.00")
    posting = Posting.objects.get(entries__kind=Kind.EXPENDITURE)
    reversal = reverse_posting(posting, reason="billed twice", by=office.fiscal_officer)
    for again in (posting, reversal):
        with pytest.raises(Refusal) as refusal:
            reverse_posting(again, reason="again", by=office.fiscal_officer)
        assert refusal.value.code == "reversed-already"
    assert subaward.standing.expended == 0


def test_a_reversal_says_why(office: Office) -> None:
    office.a_subaward("1000.00", spent="600.00")
    with pytest.raises(Refusal) as refusal:
        reverse_posting(
            Posting.objects.get(entries__kind=Kind.EXPENDITURE), reason=" ", by=office.fiscal_officer
        )
    assert refusal.value.code == "no-reason"
