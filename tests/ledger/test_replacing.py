"""A posting replaced by a corrected one: reversed and posted anew in one stroke."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from grants.kernel.refusals import Refusal
from grants.kernel.trail import told_in_the_trail
from grants.ledger.actions import reverse_entry
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind, Posting, SubawardStanding
from grants.ledger.posting import Line, Source, replace
from grants.ledger.queries import spent_of, sums
from tests.builders import Office

pytestmark = pytest.mark.django_db


def corrected(office: Office, earlier: Posting, lines: list[Line], key: str = "corrected") -> Posting:
    with told_in_the_trail("test.correct", earlier.program, by=office.fiscal_officer, reason="wrong bill"):
        return replace(
            earlier, lines, Source(key, "Corrected"), reason="wrong bill", by=office.fiscal_officer
        )


def test_what_is_paid_already_may_rest_on_what_is_posted_anew(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    earlier = office.posts(subaward, Kind.EXPENDITURE, "900.00")
    office.posts(subaward, Kind.PAYMENT, "900.00")
    corrected(office, earlier, [office.a_line(subaward, Kind.EXPENDITURE, "950.00")])
    standing = SubawardStanding.objects.get(pk=subaward.pk)
    assert (standing.expended, standing.paid) == (Decimal("950.00"), Decimal("900.00"))
    assert disagreements() == []


def test_what_would_be_overspent_afterwards_is_refused_whole(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    earlier = office.posts(subaward, Kind.EXPENDITURE, "900.00")
    office.posts(subaward, Kind.PAYMENT, "900.00")
    with pytest.raises(Exception, match="paid_within_spent"):
        corrected(office, earlier, [office.a_line(subaward, Kind.EXPENDITURE, "899.99")])


def test_there_is_no_moment_at_which_neither_is_known(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    earlier = office.posts(subaward, Kind.EXPENDITURE, "300.00")
    anew = corrected(office, earlier, [office.a_line(subaward, Kind.EXPENDITURE, "200.00")])
    moments = {
        line.posted_at for line in Entry.objects.filter(subaward=subaward, posted_at__gt=earlier.posted_at)
    }
    assert moments == {anew.posted_at}
    before = sums(("kind",), as_known_at=earlier.posted_at, where={"subaward_id": [subaward.pk]})
    assert {row["kind"]: row["amount"] for row in before}["expenditure"] == Decimal("300.00")
    assert spent_of(subaward) == Decimal("200.00")


def test_a_line_reversed_before_is_not_reversed_again(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    earlier = office.posts(subaward, Kind.EXPENDITURE, "300.00")
    reverse_entry(Entry.objects.get(posting=earlier), reason="billed twice", by=office.fiscal_officer)
    corrected(office, earlier, [])
    assert spent_of(subaward) == 0
    assert Entry.objects.filter(subaward=subaward, reverses__isnull=False).count() == 1


def test_lines_are_posted_in_their_order_with_their_text(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    earlier = office.posts(subaward, Kind.EXPENDITURE, "300.00", on=date(2022, 1, 1))
    memo = "tab\tback\\slash\nline"
    lines = [
        office.a_line(subaward, Kind.EXPENDITURE, f"{n}.00", memo=memo, place=f"C{n}") for n in (3, 1, 2)
    ]
    anew = corrected(office, earlier, lines)
    posted = Entry.objects.filter(posting=anew).order_by("pk")
    assert [(line.place, line.memo) for line in posted] == [("C3", memo), ("C1", memo), ("C2", memo)]
    assert anew.posted_at <= datetime.now(UTC)


def test_a_source_replaces_only_once_and_says_why(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    earlier = office.posts(subaward, Kind.EXPENDITURE, "300.00")
    corrected(office, earlier, [])
    with pytest.raises(Refusal) as refusal:
        corrected(office, earlier, [])
    assert refusal.value.code == "posted-already"
