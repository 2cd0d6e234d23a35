"""The schedule of expenditures of federal awards holds what the books hold, and says what they do not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from grants.kernel.refusals import Refusal
from grants.ledger.actions import post_entries
from grants.ledger.models import Kind
from grants.monitoring.schedule.actions import annotate_schedule
from grants.monitoring.schedule.models import DeMinimis, ScheduleNotes
from grants.parties.models import Party
from grants.programs.actions import correct_award
from grants.programs.models import Family, FederalAward
from reporting.blocks import Facts, FigureTable, Prose, Row
from reporting.documents.actions import issue_document
from reporting.report import REPORTS, thawed
from tests.builders import Office, a_party

pytestmark = pytest.mark.django_db
DAY = date(2022, 6, 30)


def an_office() -> Office:
    """An agency whose fiscal year begins in July."""
    office = Office()
    Party.objects.filter(pk=office.agency.pk).update(fiscal_year_begins=7)
    office.agency.refresh_from_db()
    return office


def figures_of(office: Office, through: date = DAY) -> dict[str, Any]:
    document = issue_document(
        office.agency, report="schedule-of-expenditures", through=through, by=office.auditor
    )
    return thawed(document.figures)


def with_money(office: Office, **award: Any) -> FederalAward:
    """An award of which a subrecipient was paid 250.25, got 50.05 more later, and the agency spent 70.10."""
    federal = office.an_award(**award)
    program = office.a_program(award=federal, family=award.pop("family", Family.SLFRF))
    allocation = office.an_allocation(program=program)
    subaward = office.a_subaward("1000.00", allocation=allocation, spent="600.00", paid="300.25")
    office.posts(subaward, Kind.REFUND, "50.00", on=date(2022, 5, 1))
    office.posts(subaward, Kind.PAYMENT, "50.05", on=date(2022, 7, 1))
    line = replace(office.a_line(subaward, Kind.EXPENDITURE, "70.10"), subaward=None)
    post_entries(program, [line], key=f"own-{federal.pk}", reason="as billed", by=office.fiscal_officer)
    return federal


def rows_of(figures: dict[str, Any]) -> list[Row]:
    blocks = REPORTS["schedule-of-expenditures"].compose(figures)
    (table,) = (each for each in blocks if isinstance(each, FigureTable) and "by cluster" in each.caption)
    return [row for row in table.rows if isinstance(row, Row)]


def texts_of(figures: dict[str, Any]) -> str:
    blocks = list(REPORTS["schedule-of-expenditures"].compose(figures))
    prose = [block.text for block in blocks if isinstance(block, Prose)]
    facts = [str(value) for block in blocks if isinstance(block, Facts) for _, value in block.pairs]
    return " ".join([*prose, *facts])


def test_own_costs_count_when_incurred_and_passed_money_when_paid() -> None:
    office = an_office()
    with_money(office)
    (line,) = figures_of(office)["lines"]
    assert (line["own"], line["passed_on"]) == (Decimal("70.10"), Decimal("250.25"))
    assert line["expended"] == Decimal("320.35")


def test_the_schedule_equals_a_query_over_the_bare_ledger() -> None:
    office = an_office()
    with_money(office)
    with_money(office, aln="93.600", title="Head Start")
    figures = figures_of(office)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sum(CASE WHEN e.kind = 'payment' THEN e.amount WHEN e.kind = 'refund' THEN -e.amount
                               WHEN e.kind = 'expenditure' AND e.subaward_id IS NULL THEN e.amount END)
               FROM grants_entry e JOIN grants_program p ON p.id = e.program_id
               WHERE p.agency_id = %s AND e.federal_award_id IS NOT NULL
                 AND e.incurred_on BETWEEN '2021-07-01' AND '2022-06-30'""",
            [office.agency.pk],
        )
        (expended,) = cursor.fetchone()
    assert sum(line["expended"] for line in figures["lines"]) == expended == Decimal("640.70")
    blocks = REPORTS["schedule-of-expenditures"].compose(figures)
    assert {block.totals[-1] for block in blocks if isinstance(block, FigureTable)} == {expended}


def test_only_the_fiscal_year_that_the_day_falls_in_counts() -> None:
    office = an_office()
    with_money(office)
    (later,) = figures_of(office, date(2022, 7, 1))["lines"]
    assert (later["own"], later["passed_on"]) == (Decimal("0.00"), Decimal("50.05"))
    (earlier,) = figures_of(office, date(2022, 4, 30))["lines"]
    assert earlier["passed_on"] == Decimal("300.25")
    assert figures_of(office, date(2021, 6, 30))["lines"] == []


def test_awards_stand_by_cluster_and_agency_with_totals_of_both() -> None:
    office = an_office()
    for number, aln in enumerate(("93.600", "93.600", "21.027")):
        award = with_money(office, aln=aln, fain=f"F{number}", title="Head Start")
        if aln == "93.600":
            given = {
                "cluster": "HEAD START CLUSTER",
                "agency_name": "Department of Health",
                "is_covid": False,
            }
            correct_award(award, changes=given, reason="found", by=office.program_officer)
    rows = rows_of(figures_of(office))
    assert [(row.kind, row.cells[0]) for row in rows] == [
        ("section", "HEAD START CLUSTER"),
        ("section", "Department of Health"),
        ("line", "Head Start"),
        ("line", "Head Start"),
        ("subtotal", "Total 93.600"),
        ("subtotal", "Total Department of Health"),
        ("subtotal", "Total HEAD START CLUSTER"),
        ("section", "Awards whose cluster is not recorded"),
        ("section", "Department of the Treasury"),
        ("line", "COVID-19: Head Start"),
        ("subtotal", "Total Department of the Treasury"),
        ("subtotal", "Total Awards whose cluster is not recorded"),
    ]
    assert rows[6].cells[-1] == Decimal("640.70")


def test_research_stands_in_a_cluster_of_its_own() -> None:
    office = an_office()
    with_money(office, is_research=True)
    assert rows_of(figures_of(office))[0].cells[0] == "RESEARCH AND DEVELOPMENT"


def test_from_whom_an_award_was_received_is_told_or_not_recorded() -> None:
    office = an_office()
    award = with_money(office)
    assert rows_of(figures_of(office))[2].cells[3] == "not recorded"
    given = {"is_direct": False, "received_from": "State of Ohio", "received_number": "S-7"}
    correct_award(award, changes=given, reason="agreement found", by=office.program_officer)
    assert rows_of(figures_of(office))[2].cells[3] == "State of Ohio, number S-7"
    given = {"is_direct": True, "received_from": "", "received_number": ""}
    correct_award(award, changes=given, reason="misread", by=office.program_officer)
    assert "federal agency" in str(rows_of(figures_of(office))[2].cells[3])


def test_the_balance_of_a_loan_is_that_of_the_last_day_of_the_year() -> None:
    office = an_office()
    award = with_money(office)
    assert "Whether it is a loan is not recorded of 1 of 1 awards." in texts_of(figures_of(office))
    given = {"is_loan": True, "loan_balance": Decimal("9.50"), "loan_balance_on": date(2021, 6, 30)}
    correct_award(award, changes=given, reason="found", by=office.program_officer)
    assert "not recorded outstanding" in texts_of(figures_of(office))
    correct_award(award, changes={"loan_balance_on": DAY}, reason="new", by=office.program_officer)
    assert "$9.50 outstanding" in texts_of(figures_of(office))


def test_notes_are_those_of_the_year_and_else_not_recorded() -> None:
    office = an_office()
    with_money(office)
    assert texts_of(figures_of(office)).count("not recorded") >= 3
    notes = {
        "accounting_policies": "Modified accrual.",
        "de_minimis": DeMinimis.NO,
        "rate_explained": "Agreed.",
    }
    annotate_schedule(office.agency, ScheduleNotes(year_ends_on=DAY, **notes), by=office.fiscal_officer)
    again = ScheduleNotes(year_ends_on=DAY, **notes | {"other": "Restated."})
    annotate_schedule(office.agency, again, by=office.fiscal_officer)
    assert ScheduleNotes.objects.count() == 1
    told = texts_of(figures_of(office))
    assert all(words in told for words in ("Modified accrual.", "It was not used.", "Agreed.", "Restated."))
    other = ScheduleNotes(year_ends_on=date(2022, 12, 31), **notes)
    with pytest.raises(Refusal) as refusal:
        annotate_schedule(office.agency, other, by=office.fiscal_officer)
    assert refusal.value.code == "not-a-year-end"


def test_money_of_units_that_report_it_themselves_is_in_no_total() -> None:
    office = an_office()
    village = a_party(keeper=office.agency)
    program = office.a_program(family=Family.NEU)
    allocation = office.an_allocation("500.00", party=village, program=program)
    line = replace(
        office.a_line(office.a_subaward("1.00"), Kind.PAYMENT, "500.00"),
        subaward=None, allocation=allocation.pk, federal_award=program.fundings.get().federal_award_id,
    )  # fmt: skip
    post_entries(program, [line], key="neu", reason="paid", by=office.fiscal_officer)
    figures = figures_of(office)
    assert figures["lines"] == []
    assert [each["amount"] for each in figures["to_others"]] == [Decimal("500.00")]


def test_samples_stand_apart_and_in_no_total() -> None:
    office = an_office()
    award = with_money(office)
    award.fundings.get().program.__class__.objects.filter(fundings__federal_award=award).update(
        is_sample=True
    )
    figures = figures_of(office)
    assert figures["lines"] == []
    assert figures["samples"][0]["expended"] == Decimal("320.35")


def test_a_cluster_that_is_not_in_the_list_is_refused() -> None:
    office = an_office()
    award = office.an_award()
    for given in (
        {"cluster": "SNAP"},
        {"cluster": "N/A", "cluster_name": "Ours"},
        {"cluster": "STATE CLUSTER"},
    ):
        with pytest.raises(Refusal) as refusal:
            correct_award(award, changes=given, reason="x", by=office.program_officer)
        assert refusal.value.code == "no-such-cluster"
        award.refresh_from_db()


def test_an_award_cannot_become_less_than_programs_have_of_it_nor_another_one() -> None:
    office = an_office()
    award = office.a_program("1000.00").fundings.get().federal_award
    for given, code in (({"amount": Decimal("999.99")}, "over-awarded"), ({"code": "x"}, "not-changeable")):
        with pytest.raises(Refusal) as refusal:
            correct_award(award, changes=given, reason="x", by=office.program_officer)
        assert refusal.value.code == code
