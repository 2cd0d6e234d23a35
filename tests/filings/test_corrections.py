"""A corrected filing takes the place of the posted one; what was known before stays known."""

from datetime import date
from decimal import Decimal

import pytest

from grants.kernel.refusals import Refusal
from grants.ledger.actions import reverse_posting
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import moment_known, sums
from reporting.filings.actions import accept_filing
from reporting.filings.differences import differences
from reporting.filings.models import Filing, Stage
from reporting.reports.spend_by_program import gather
from tests.filings.builders import County, a_cost

pytestmark = pytest.mark.django_db
END = date(2022, 6, 30)


def test_a_corrected_filing_reverses_what_the_earlier_one_posted_and_posts_anew(county: County) -> None:
    earlier = county.posted(a_cost("60.00"), a_cost("40.00"))
    corrected = county.posted(a_cost("60.00"), a_cost("45.00"))
    earlier.refresh_from_db()
    assert (earlier.stage, corrected.stage, corrected.replaces) == (Stage.REPLACED, Stage.POSTED, earlier)
    assert county.spent == Decimal("105.00")
    lines = Entry.objects.filter(subaward=county.subaward, kind=Kind.EXPENDITURE)
    assert sorted(line.amount for line in lines) == [
        Decimal(amount) for amount in ("-60.00", "-40.00", "40.00", "45.00", "60.00", "60.00")
    ]
    assert disagreements() == []


def test_what_is_paid_already_does_not_hinder_a_correction(county: County) -> None:
    county.posted(a_cost("600.00"))
    county.office.posts(county.subaward, Kind.PAYMENT, "600.00")
    assert county.posted(a_cost("650.00")).stage == Stage.POSTED
    lower = county.signed(a_cost("599.99"))
    with pytest.raises(Refusal) as refusal:
        accept_filing(lower, by=county.office.fiscal_officer)
    assert refusal.value.code == "over-spent"
    assert county.spent == Decimal("650.00")


def test_a_correction_up_to_the_whole_subaward_is_no_error(county: County) -> None:
    county.posted(a_cost("900.00"))
    assert county.files(a_cost("1000.00")).errors == 0
    assert county.files(a_cost("1000.01")).errors == 1


@pytest.mark.django_db(transaction=True)
def test_a_report_as_known_before_the_correction_shows_the_old_figures(county: County) -> None:
    county.posted(a_cost("60.00"))
    before = moment_known()
    county.posted(a_cost("75.00"))
    by_kind = {row["kind"]: row["amount"] for row in sums(("kind",), through=END, as_known_at=before)}
    assert by_kind["expenditure"] == Decimal("60.00")
    old, new = (gather([county.program], END, known) for known in (before, moment_known()))
    assert "60.00" in str(old)
    assert "75.00" not in str(old)
    assert "75.00" in str(new)
    assert "60.00" not in str(new)


def test_a_correction_of_a_correction_replaces_the_one_in_force(county: County) -> None:
    for amount in ("10.00", "20.00", "30.00"):
        filing = county.posted(a_cost(amount))
    assert county.spent == Decimal("30.00")
    stages = Filing.objects.order_by("pk").values_list("stage", flat=True)
    assert list(stages) == [Stage.REPLACED, Stage.REPLACED, Stage.POSTED]
    assert filing.replaces.replaces.spent == Decimal("10.00")


def test_the_first_file_may_come_back_after_a_mistaken_correction(county: County) -> None:
    county.posted(a_cost("10.00"))
    county.posted(a_cost("99.00"))
    assert county.posted(a_cost("10.00")).stage == Stage.POSTED
    assert county.spent == Decimal("10.00")


def test_what_was_reversed_by_hand_is_not_reversed_again(county: County) -> None:
    earlier = county.posted(a_cost("10.00"))
    reverse_posting(earlier.posting, reason="wrong county", by=county.office.fiscal_officer)
    county.posted(a_cost("12.00"))
    assert county.spent == Decimal("12.00")
    assert disagreements() == []


def test_other_periods_stay_as_they_are(county: County) -> None:
    county.posted(a_cost("10.00"))
    county.posted(a_cost("7.00", incurred_on="2022-08-01"), code="2022-Q3")
    county.posted(a_cost("11.00"))
    assert county.spent == Decimal("18.00")


def test_differences_are_told_line_by_line_and_in_total(county: County) -> None:
    earlier = county.files(
        a_cost("60.00"), a_cost("40.00", payee="Hilltop Fiber"), a_cost("5.00", payee="Gone")
    )
    later = county.files(
        a_cost("60.00"), a_cost("44.00", payee="Hilltop Fiber"), a_cost("1.50", payee="New Cable")
    )
    compared = differences(earlier, later)
    told = [(each.kind, each.line.payee, each.change) for each in compared.lines]
    assert told == [
        ("changed", "Hilltop Fiber", Decimal("4.00")),
        ("added", "New Cable", Decimal("1.50")),
        ("removed", "Gone", Decimal("-5.00")),
    ]
    assert compared.totals == [("expenditure", "", Decimal("105.00"), Decimal("105.50"))]


def test_lines_that_only_moved_do_not_differ(county: County) -> None:
    rows = [a_cost("1.00"), a_cost("2.00"), a_cost("2.00"), a_cost("3.00")]
    earlier, later = county.files(*rows), county.files(*reversed(rows), a_cost("2.00"))
    assert [(each.kind, each.change) for each in differences(earlier, later).lines] == [
        ("added", Decimal("2.00"))
    ]
