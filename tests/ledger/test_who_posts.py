"""Who asks for money posts costs; who moves money is a fiscal officer. Every bad row of a file is told."""

from io import BytesIO

import pytest

from grants.kernel.refusals import Refusal, Unreadable
from grants.ledger.actions import COSTS, post_entries, post_file
from grants.ledger.models import Entry, Kind
from grants.models import Subaward
from tests.builders import Office


def told(subaward: Subaward, text: str, by: object) -> list[str]:
    """The problems of a file that is refused."""
    with pytest.raises(Unreadable) as unreadable:
        post_file(subaward.program, BytesIO(text.encode()), name="costs.csv", by=by)
    return [str(problem) for problem in unreadable.value.problems]


@pytest.mark.parametrize("kind", sorted(set(Kind) - COSTS))
def test_who_asks_for_money_does_not_move_it(office: Office, kind: Kind) -> None:
    subaward = office.a_subaward("100.00", spent="50.00")
    before = Entry.objects.count()
    line = office.a_line(subaward, kind, "1.00")
    with pytest.raises(Refusal) as refusal:
        post_entries(subaward.program, [line], key="k", reason="paid", by=office.program_officer)
    assert refusal.value.code == "needs-fiscal-officer"
    row = f"kind,incurred_on,amount,subaward\n{kind},2022-03-31,1.00,{subaward.number}\n"
    says = f"Only a fiscal officer posts lines of the kind “{kind}”."
    assert told(subaward, row, office.program_officer) == [f"costs.csv, row 2, kind: {says}"]
    assert Entry.objects.count() == before


def test_who_asks_for_money_posts_what_was_done(office: Office) -> None:
    subaward, by = office.a_subaward("100.00"), office.program_officer
    lines = [office.a_line(subaward, kind, "1.00") for kind in sorted(COSTS)]
    posting = post_entries(subaward.program, iter(lines), key="k", reason="as billed", by=by)
    assert Entry.objects.filter(posting=posting).count() == 3


def test_every_bad_row_is_told_also_when_it_is_bad_as_one_before(office: Office) -> None:
    subaward = office.a_subaward()
    rows = [f"cost_share,13/1/22,1.00,{subaward.number}"] * 2 + ["cost_share,2022-01-01,1.00,NO"] * 2
    problems = told(
        subaward, "\n".join(["kind,incurred_on,amount,subaward", *rows]), by=office.fiscal_officer
    )
    assert [problem.split(",")[1] for problem in problems] == [" row 2", " row 3", " row 4", " row 5"]


@pytest.mark.parametrize(
    ("text", "is_advance"), [("TRUE", True), (" Yes ", True), ("No", False), ("", False)]
)
def test_an_advance_is_yes_or_no_in_any_case(office: Office, text: str, is_advance: bool) -> None:
    subaward = office.a_subaward("100.00", spent="50.00")
    file = f"kind,incurred_on,amount,subaward,is_advance\npayment,2022-01-01,1.00,{subaward.number},{text}\n"
    posting = post_file(subaward.program, BytesIO(file.encode()), name="paid.csv", by=office.fiscal_officer)
    assert Entry.objects.get(posting=posting).is_advance is is_advance


def test_an_advance_that_is_neither_yes_nor_no_is_a_problem(office: Office) -> None:
    subaward = office.a_subaward("100.00", spent="50.00")
    file = f"kind,incurred_on,amount,subaward,is_advance\npayment,2022-01-01,1.00,{subaward.number},perhaps\n"
    assert told(subaward, file, office.fiscal_officer) == [
        "costs.csv, row 2, is_advance: “perhaps” is neither yes nor no, neither true nor false."
    ]


@pytest.mark.parametrize(("name", "longest"), [("payee", 200), ("memo", 300)])
def test_a_text_that_is_too_long_is_never_cut(office: Office, name: str, longest: int) -> None:
    subaward = office.a_subaward("100.00")
    file = f"kind,incurred_on,amount,subaward,{name}\ncost_share,2022-01-01,1.00,{subaward.number},"
    problems = told(subaward, file + "x" * (longest + 1), office.fiscal_officer)
    assert problems == [f"costs.csv, row 2, {name}: This is longer than {longest} characters."]
    with pytest.raises(Refusal) as refusal:
        office.posts(subaward, Kind.COST_SHARE, "1.00", **{name: "x" * (longest + 1)})
    assert refusal.value.code == "too-long"
    office.posts(subaward, Kind.COST_SHARE, "1.00", **{name: "x" * longest})
