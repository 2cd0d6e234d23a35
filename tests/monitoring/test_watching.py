"""Watching: reviews planned by risk, files of SAM.gov read against the register, FFATA duties on totals."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from grants.kernel.refusals import Refusal, Unreadable
from grants.monitoring.ffata.actions import record_ffata_report
from grants.monitoring.ffata.queries import reportable
from grants.monitoring.models import (
    ExclusionCheck,
    ExclusionMatch,
    FfataReport,
    MonitoringPlan,
    MonitoringVisit,
    SamExtract,
)
from grants.monitoring.risk.actions import assess_risk
from grants.monitoring.sam.actions import dismiss_match, read_extract
from grants.monitoring.sam.queries import never_checked, registrations_ending
from grants.monitoring.visits.actions import (
    close_visit,
    finish_follow_up,
    follow_up_visit,
    hold_visit,
    plan_monitoring,
)
from tests.builders import Office, a_party
from tests.desk.test_buttons import press
from tests.monitoring.builders import CAREFUL, a_follow_up, in_order

UEI = "ABCDEFGH1234"
OTHER_UEI = "ZZCDEFGH1234"
HEADING = "Unique Entity ID,Name,Termination Date\n"


def read(office: Office, lines: str, kind: str = "exclusions") -> SamExtract:
    """A file of SAM.gov, read."""
    return read_extract(
        office.agency, file=lines.encode(), name="sam.csv", kind=kind, as_of=date(2023, 1, 2),
        by=office.program_officer,
    )  # fmt: skip


def test_a_year_is_planned_by_risk_and_who_was_never_assessed_as_if_it_were_high(office: Office) -> None:
    careful, unknown = office.a_subaward(), office.a_subaward()
    assess_risk(careful, answers=CAREFUL, fraud_risk="low", reason="talked", by=office.program_officer)
    assert plan_monitoring(office.agency, year=2023, by=office.program_officer) == 2
    assert plan_monitoring(office.agency, year=2023, by=office.program_officer) == 0
    kinds = {
        plan.party_id: sorted(plan.visits.values_list("kind", flat=True))
        for plan in MonitoringPlan.objects.all()
    }
    assert kinds[careful.subrecipient_id] == ["desk"]
    assert kinds[unknown.subrecipient_id] == ["desk", "desk", "desk", "desk", "site"]


def test_a_review_answers_every_question_and_closes_when_all_is_put_right(office: Office) -> None:
    office.a_subaward()
    plan_monitoring(office.agency, year=2023, by=office.program_officer)
    visit = MonitoringVisit.objects.filter(kind="site").get()
    given = {"held_on": date(2023, 6, 1), "result": "mostly in order", "by": office.program_officer}
    answers = in_order("site")
    with pytest.raises(Refusal) as left_out:
        hold_visit(visit, answers={**answers, "payroll": {}}, **given)
    with pytest.raises(Refusal) as unsaid:
        hold_visit(visit, answers={**answers, "payroll": {"answer": "no", "note": " "}}, **given)
    assert (left_out.value.code, unsaid.value.code) == ("not-answered", "no-note")
    held = hold_visit(visit, answers={**answers, "payroll": {"answer": "no", "note": "unsigned"}}, **given)
    follow_up = follow_up_visit(held, a_follow_up(), by=office.program_officer)
    with pytest.raises(Refusal) as still_open:
        close_visit(held, by=office.program_officer)
    assert still_open.value.code == "follow-ups-open"
    finish_follow_up(follow_up, evidence="signed sheets", by=office.program_officer)
    assert close_visit(held, by=office.program_officer).stage == "closed"


def test_by_uei_a_party_is_excluded_and_by_name_alone_only_possibly(office: Office) -> None:
    by_uei = a_party(keeper=office.agency, uei=UEI, name="Acme")
    by_name = a_party(keeper=office.agency, name="The Village of Perry, Inc.")
    clear = a_party(keeper=office.agency, name="Clear Creek")
    read(office, f"{HEADING}{UEI},Something else,Indefinite\n,PERRY VILLAGE,\n")
    results = dict(ExclusionCheck.objects.values_list("party", "result"))
    assert results == {by_uei.pk: "excluded", by_name.pk: "possible", clear.pk: "clear"}
    assert ExclusionMatch.objects.get(party=by_uei).stage == "confirmed"
    match = ExclusionMatch.objects.get(party=by_name)
    assert match.stage == "possible"
    dismiss_match(match, reason="another state", by=office.program_officer)
    assert ExclusionCheck.objects.filter(party=by_name).order_by("-pk")[0].result == "clear"


def test_the_same_name_means_nothing_where_both_ueis_are_known_and_differ(office: Office) -> None:
    known = a_party(keeper=office.agency, uei=UEI, name="Acme")
    unknown = a_party(keeper=office.agency, name="Acme")
    read(office, f"{HEADING}{OTHER_UEI},Acme,\n")
    results = dict(ExclusionCheck.objects.values_list("party", "result"))
    assert results == {known.pk: "clear", unknown.pk: "possible"}


@pytest.mark.parametrize(("ends", "result"), [("2023-01-01", "clear"), ("01/02/2023", "excluded")])
def test_an_exclusion_counts_up_to_its_last_day(office: Office, ends: str, result: str) -> None:
    a_party(keeper=office.agency, uei=UEI)
    read(office, f"{HEADING}{UEI},Acme,{ends}\n")
    assert ExclusionCheck.objects.get().result == result


def test_a_file_that_cannot_be_read_is_told_by_its_row_and_nothing_is_kept(office: Office) -> None:
    a_party(keeper=office.agency, uei=UEI)
    with pytest.raises(Unreadable, match="row 2: “soon” is not a date"):
        read(office, f"{HEADING}{UEI},Acme,soon\n")
    with pytest.raises(Unreadable, match="no column with the UEI"):
        read(office, "Name\nAcme\n")
    assert not SamExtract.objects.exists()


def test_the_same_file_is_not_read_twice(office: Office) -> None:
    read(office, f"{HEADING}{UEI},Acme,\n")
    with pytest.raises(Exception, match="was read already"):
        read(office, f"{HEADING}{UEI},Acme,\n")


def test_registrations_are_brought_up_to_date_and_told_60_days_ahead(office: Office) -> None:
    subaward = office.a_subaward(subrecipient=a_party(keeper=office.agency, uei=UEI))
    read(office, f"Unique Entity ID,Registration Expiration Date\n{UEI},20230401\n", kind="entities")
    subaward.subrecipient.refresh_from_db()
    assert subaward.subrecipient.sam_expires_on == date(2023, 4, 1)
    assert not registrations_ending(office.auditor, on=date(2023, 1, 30)).exists()
    assert list(registrations_ending(office.auditor, on=date(2023, 1, 31))) == [subaward.subrecipient]


def test_who_was_never_checked_is_listed_until_a_file_is_read(office: Office) -> None:
    subaward = office.a_subaward()
    assert list(never_checked(office.auditor)) == [subaward]
    read(office, f"{HEADING}{OTHER_UEI},Nobody,\n")
    assert not never_checked(office.auditor).exists()


def test_a_file_of_sam_is_read_at_the_desk_and_a_possible_name_waits(as_: Any, office: Office) -> None:
    a_party(keeper=office.agency, name="Perry")
    browser = as_(office.program_officer)
    file = SimpleUploadedFile("sam.csv", f"{HEADING},Perry,\n".encode())
    press(browser, office.agency, "sam.read", kind="exclusions", as_of="2023-01-02", file=file)
    assert SamExtract.objects.get().matched == 1
    assert "Possible exclusions to decide" in browser.get("/admin/").content.decode()


@pytest.mark.parametrize(("amount", "is_reportable"), [("29999.99", False), ("30000.00", True)])
def test_a_subaward_is_reportable_from_the_threshold_on(
    office: Office, amount: str, is_reportable: bool
) -> None:
    office.a_subaward(amount)
    assert bool(reportable(office.auditor, on=date(2021, 8, 31))) is is_reportable


def test_a_report_is_due_at_the_end_of_the_next_month_until_it_is_recorded(office: Office) -> None:
    subaward = office.a_subaward("30000.00")
    [duty] = reportable(office.auditor, on=date(2021, 8, 31))
    assert (duty.due_on, duty.is_overdue) == (date(2021, 8, 31), False)
    assert reportable(office.auditor, on=date(2021, 9, 1))[0].is_overdue
    report = FfataReport(
        federal_award=duty.award, reported_on=date(2021, 9, 2), amount=duty.amount, confirmation="SAM-1"
    )
    record_ffata_report(subaward, report, by=office.program_officer)
    [reported] = reportable(office.auditor, on=date(2021, 9, 3))
    assert (reported.reported_on, reported.is_overdue) == (date(2021, 9, 2), False)
    assert reportable(office.auditor, on=date(2021, 9, 3), but_not_reported=True) == []


def test_what_another_agency_must_report_is_not_told(office: Office, foreign: Office) -> None:
    office.a_subaward("30000.00")
    assert reportable(foreign.auditor, on=date(2021, 9, 1)) == []
