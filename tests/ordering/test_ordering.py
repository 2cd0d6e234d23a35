"""Reports from a worker: the same order is one, a schedule issues a period once, and tells who may read."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client

from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.programs.models import Program
from reporting.models import Document, ReportOrder, ReportSchedule
from reporting.ordering.actions import fulfil_order, order_report, schedule_report, stop_schedule
from reporting.ordering.queries import last_end
from tests.builders import Office, a_party, a_person

DAY = date(2022, 12, 31)
SPEND = "spend-by-program"


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> None:
    """Static files by their plain names, without collecting them first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def program(office: Office) -> Program:
    return office.a_program()


def test_the_same_order_twice_is_one_order_one_job_and_one_document(office: Office, program: Program) -> None:
    order = order_report(program, report=SPEND, through=DAY, by=office.auditor)
    assert order_report(program, report=SPEND, through=DAY, by=office.auditor) == order
    document = fulfil_order(order, by=office.auditor)
    assert fulfil_order(order, by=office.auditor) == document
    assert (ReportOrder.objects.count(), Document.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("each", "on", "ends"),
    [
        ("week", date(2026, 11, 23), date(2026, 11, 22)),
        ("week", date(2026, 11, 22), date(2026, 11, 15)),
        ("month", date(2026, 3, 1), date(2026, 2, 28)),
        ("quarter", date(2026, 11, 24), date(2026, 9, 30)),
    ],
)
def test_a_period_is_reported_when_it_is_over(each: str, on: date, ends: date) -> None:
    assert last_end(each, on) == ends


def test_a_schedule_issues_each_month_once_and_writes_to_who_may_read(
    office: Office, program: Program, mailoutbox: Any, django_capture_on_commit_callbacks: Any
) -> None:
    stranger = a_person(Role.PREPARER, a_party())
    recipients = [office.auditor.email, stranger.email]
    schedule = schedule_report(
        program, report=SPEND, each="month", recipients=recipients, format="csv", by=office.fiscal_officer
    )
    before = f"--on={schedule.set_up_on.replace(day=1)}"
    call_command("issue_scheduled", before)
    assert not ReportOrder.objects.exists()  # last month was over before it was set up
    after = "--on=2099-01-01"
    for _ in range(2):
        call_command("issue_scheduled", after)
    order = ReportOrder.objects.get()
    assert order.through == date(2098, 12, 31)
    with django_capture_on_commit_callbacks(execute=True):
        document = fulfil_order(order, by=office.fiscal_officer)
    assert [mail.to for mail in mailoutbox] == [[office.auditor.email]]
    assert document.number in mailoutbox[0].subject
    stop_schedule(schedule, reason="enough", by=office.fiscal_officer)
    call_command("issue_scheduled", "--on=2099-02-01")
    assert ReportOrder.objects.count() == 1


def test_a_schedule_has_no_more_power_than_who_set_it_up_has_now(
    office: Office, program: Program, capsys: Any
) -> None:
    officer = office.program_officer
    schedule_report(program, report=SPEND, each="week", recipients=[officer.email], by=officer)
    officer.memberships.update(ends_on=date(2021, 1, 1))
    call_command("issue_scheduled", "--on=2099-01-01")
    assert "may not do this" in capsys.readouterr().err
    assert not ReportOrder.objects.exists()


def test_what_cannot_be_ordered_or_scheduled_is_refused(office: Office, program: Program) -> None:
    with pytest.raises(Refusal) as refusal:
        order_report(program, report="no-such", through=DAY, by=office.auditor)
    assert refusal.value.code == "not-about-this"
    with pytest.raises(Refusal) as refusal:
        schedule_report(
            program, report=SPEND, each="week", recipients=["who@example.gov"], by=office.fiscal_officer
        )
    assert refusal.value.code == "unknown-recipient"
    with pytest.raises(PermissionDenied):
        schedule_report(program, report=SPEND, each="week", recipients=[], by=office.auditor)


def test_its_page_tells_how_it_stands_to_nobody_else(
    office: Office, program: Program, client: Client
) -> None:
    client.force_login(office.auditor)
    press = f"/admin/grants/program/{program.pk}/do/report.order/"
    client.post(press, {"report": SPEND, "through": "2022-12-31", "format": "csv"})
    order = ReportOrder.objects.get()
    page = f"/portal/orders/{order.pk}/"
    assert "waits for a worker" in client.get(page).content.decode()
    document = fulfil_order(order, by=office.auditor)
    assert document.number in client.get(page).content.decode()
    client.force_login(Office().auditor)
    assert client.get(page).status_code == 404


def test_the_desk_schedules_a_report(office: Office, program: Program, client: Client) -> None:
    client.force_login(office.fiscal_officer)
    press = f"/admin/grants/program/{program.pk}/do/report.schedule/"
    given = {"report": SPEND, "each": "quarter", "format": "pdf", "recipients": office.auditor.email}
    assert client.post(press, given).status_code == 302
    schedule = ReportSchedule.objects.get()
    assert (schedule.each, schedule.recipients) == ("quarter", [office.auditor.email])
