"""The list of subawards to be reported tells each duty, each report, and what nobody can tell."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from grants.kernel.money import total
from grants.ledger.queries import moment_known
from grants.monitoring.ffata.actions import record_ffata_report
from grants.monitoring.models import FfataReport
from grants.programs.models import Program
from grants.subawards.models import Subaward
from reporting.blocks import Facts, LedgerTable, Prose
from reporting.reports.ffata_list import IN_TIME, LATE, NO_DATE, OVERDUE, TO_COME, compose, gather
from tests.builders import Office, a_party

DAY = date(2022, 6, 30)
LARGE = "50000.00"


def a_program(office: Office, **award: Any) -> Program:
    """A program paid by an award with a date, unless another is given."""
    return office.a_program(award=office.an_award(**{"award_date": date(2021, 5, 10), **award}))


def issued(office: Office, program: Program, amount: str = LARGE, **given: Any) -> Subaward:
    """A first-tier subaward of a program."""
    allocation = program.allocations.first() or office.an_allocation("900000.00", program=program)
    return office.a_subaward(amount, allocation=allocation, **given)


def reported(office: Office, subaward: Subaward, on: date) -> None:
    """Keep that it was reported on a day."""
    award = subaward.splits.get().federal_award
    report = FfataReport(
        federal_award=award, reported_on=on, amount=subaward.amount, confirmation=f"SAM-{subaward.pk}"
    )
    record_ffata_report(subaward, report, by=office.program_officer)


def told(*programs: Program, through: date = DAY) -> dict[str, Any]:
    """What the list says of real subawards."""
    return gather(programs, through, moment_known())["parts"][0]


def words(*programs: Program) -> str:
    """The sentences and facts of the list."""
    blocks = list(compose(gather(programs, DAY, moment_known())))
    said = [each.text for each in blocks if isinstance(each, Prose)]
    return " ".join(said + [str(each.pairs) for each in blocks if isinstance(each, Facts)])


def test_each_duty_says_how_it_stands(office: Office) -> None:
    program = a_program(office)
    in_time, late, overdue = (issued(office, program) for _ in range(3))
    reported(office, in_time, date(2021, 8, 31))
    reported(office, late, date(2021, 9, 1))
    to_come = issued(office, program, issued_on=date(2022, 6, 15))
    assert {each["number"]: each["standing"] for each in told(program)["due"]} == {
        in_time.number: IN_TIME,
        late.number: LATE,
        overdue.number: OVERDUE,
        to_come.number: TO_COME,
    }


def test_a_report_made_after_the_day_does_not_count_yet(office: Office) -> None:
    program = a_program(office)
    reported(office, issued(office, program), date(2021, 8, 15))
    (then,) = told(program, through=date(2021, 8, 1))["due"]
    assert (then["reported_on"], then["standing"]) == (None, TO_COME)


def test_the_amounts_are_those_of_a_query_over_the_ledger(office: Office) -> None:
    program = a_program(office)
    large = [issued(office, program, amount) for amount in ("30000.00", "45000.01", "99999.99")]
    issued(office, program, "29999.99")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(total) FROM (SELECT sum(amount) AS total FROM grants_entry "
            "WHERE kind = 'obligation' AND program_id = %s AND subaward_id IS NOT NULL "
            "GROUP BY subaward_id HAVING sum(amount) >= 30000) AS large",
            [program.pk],
        )
        count, expected = cursor.fetchone()
    part = told(program)
    assert (len(part["due"]), total(each["amount"] for each in part["due"])) == (count, expected)
    assert count == len(large) == 3
    assert total(row[4] for row in part["actions"]) == expected
    assert [each["why"] for each in part["others"]] == ["It did not reach the threshold of $30,000.00."]


def test_an_award_without_date_is_told_and_nothing_is_called_in_order(office: Office) -> None:
    program = a_program(office, award_date=None)
    subaward = issued(office, program)
    part = told(program)
    assert part["due"] == []
    (row,) = part["others"]
    assert (row["number"], row["why"], row["is_known"]) == (subaward.number, NO_DATE, False)
    assert row["obligated"] == Decimal(LARGE)
    assert "for 1 of 1 nobody can tell" in words(program)


def test_a_program_without_subawards_says_so(office: Office) -> None:
    assert "No subaward is issued in these programs" in words(a_program(office))


def test_what_a_county_passes_on_is_no_first_tier_subaward(office: Office) -> None:
    program, county = a_program(office), a_party(keeper=office.agency)
    office.allocated(program, {county: "100000.00"})
    office.a_subaward(LARGE, allocation=program.allocations.get())
    (row,) = told(program)["others"]
    assert "no first-tier subaward" in row["why"]


def test_samples_stand_apart(office: Office) -> None:
    program = a_program(office)
    issued(office, program, is_sample=True)
    figures = gather([program], DAY, moment_known())
    assert [len(part["due"]) for part in figures["parts"]] == [0, 1]


def test_what_sam_asks_for_and_is_lacking_says_not_recorded(office: Office) -> None:
    program = a_program(office)
    issued(office, program, description="Lays pipes")
    blocks = compose(gather([program], DAY, moment_known()))
    (asked,) = [each for each in blocks if isinstance(each, LedgerTable) and "SAM.gov" in each.caption]
    (row,) = asked.rows
    assert row[1:] == ("not recorded", "Department of the Treasury", "Lays pipes", "not recorded")
