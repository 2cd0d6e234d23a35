"""Who owes a report, who is late, who is reminded, and what does not tie out."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from grants.kernel.refusals import Refusal
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry, Kind
from grants.parties.models import Contact, ContactKind
from grants.programs.models import Family
from grants.subawards.actions import close_subaward
from grants.subawards.models import Stage as SubawardStage
from reporting.filings.actions import open_periods, return_filing
from reporting.filings.blank import offered_for
from reporting.filings.models import Reminder, ReminderKind, ReportingPeriod
from reporting.filings.periods import SCHEDULES
from reporting.filings.queries import (
    does_not_tie_out,
    due_for,
    due_to,
    history_of,
    tally_of,
)
from reporting.filings.reminders import owed_on, send_reminders
from reporting.layout import WORKBOOKS
from reporting.workbook import read_workbook
from tests.builders import Office
from tests.filings.builders import County, a_cost

pytestmark = pytest.mark.django_db
IN_TIME, DUE_ON, LATE = date(2022, 7, 20), date(2022, 8, 1), date(2022, 8, 2)


def test_periods_are_opened_once(county: County) -> None:
    officer = county.office.program_officer
    made = open_periods(county.program, through=date(2022, 12, 31), by=officer)
    assert [period.code for period in made] == ["2021-Q4", "2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"]
    again = open_periods(county.program, through=date(2023, 3, 31), by=officer)
    assert [period.code for period in again] == ["2023-Q1"]


def test_periods_are_refused_where_nothing_is_reported(office: Office) -> None:
    units = office.a_program(family=Family.NEU)
    unfunded = office.a_program("0.00", family=Family.OTHER)
    program = office.a_program()
    for subject, through, code in [
        (units, date(2022, 1, 1), "no-periods"),
        (unfunded, date(2022, 1, 1), "not-funded"),
        (program, date(2099, 1, 1), "too-far"),
    ]:
        with pytest.raises(Refusal) as refusal:
            open_periods(subject, through=through, by=office.program_officer)
        assert refusal.value.code == code


def test_a_subaward_reports_while_it_runs_and_from_its_issue_on(office: Office) -> None:
    county = County(office)
    given = {"allocation": county.subaward.allocation, "subrecipient": county.party}
    over = office.a_subaward(starts_on=date(2021, 7, 1), ends_on=date(2022, 3, 31), **given)
    later = office.a_subaward(issued_on=date(2022, 7, 1), **given)
    draft = office.a_draft(**given)
    owing = {due.subaward for due in due_for(county.period(), on=LATE)}
    assert county.subaward in owing
    assert not owing & {over, later, draft}
    owed = due_to(county.preparer, on=LATE)
    assert {(due.subaward, due.period.code) for due in owed} >= {(over, "2022-Q1"), (later, "2022-Q3")}
    assert (later, "2022-Q2") not in {(due.subaward, due.period.code) for due in owed}
    assert (over, "2022-Q2") not in {(due.subaward, due.period.code) for due in owed}


def test_a_subaward_closed_since_still_counts_for_the_periods_that_had_begun_by_then(county: County) -> None:
    county.posted(a_cost("1000.00"))
    county.office.posts(county.subaward, Kind.PAYMENT, "1000.00")
    closed = close_subaward(county.subaward, reason="All spent and paid.", by=county.office.fiscal_officer)
    assert closed.stage == SubawardStage.CLOSED
    assert [due.standing for due in due_for(county.period(), on=LATE)] == ["posted"]
    [before] = due_for(county.period("2022-Q3"), on=date(2022, 12, 1))
    assert not before.is_overdue, "nobody can file it any more"
    assert "2022-Q3" not in {owed.period.code for owed in owed_on(date(2022, 12, 1))}
    assert {due.period.code for due in due_to(county.preparer, on=LATE, need="view")} >= {"2022-Q2"}
    assert due_to(county.preparer, on=LATE) == []


def test_a_subaward_owes_nothing_for_periods_that_begin_after_it_was_closed(county: County) -> None:
    county.posted(a_cost("1000.00"))
    county.office.posts(county.subaward, Kind.PAYMENT, "1000.00")
    close_subaward(county.subaward, reason="All spent and paid.", by=county.office.fiscal_officer)
    period = county.period("2022-Q3")
    tomorrow = timezone.localdate() + timedelta(days=1)
    ReportingPeriod.objects.filter(pk=period.pk).update(
        starts_on=tomorrow, ends_on=tomorrow + timedelta(days=1), due_on=tomorrow + timedelta(days=2)
    )
    period.refresh_from_db()
    assert due_for(period, on=tomorrow) == []
    assert period not in {due.period for due in due_to(county.preparer, on=tomorrow, need="view")}


def test_a_period_asks_for_the_workbook_of_its_family_and_offers_it(office: Office) -> None:
    through = date(2020, 12, 31)
    relief = office.a_program(family=Family.CRF)
    period, *_ = open_periods(relief, through=through, by=office.program_officer)
    assert period.layout == "crf-agency"
    assert [workbook.code for workbook in offered_for(period)] == ["crf-agency/1", "quarterly-costs/1"]
    any_will_do = office.a_program(family=Family.CRF)
    period, *_ = open_periods(any_will_do, through=through, layout="", by=office.program_officer)
    assert [workbook.code for workbook in offered_for(period)] == ["quarterly-costs/1"]


def test_every_workbook_that_is_asked_for_is_one_that_is_known() -> None:
    known = {workbook.family for workbook in WORKBOOKS.values()}
    assert {schedule.layout for schedule in SCHEDULES.values()} <= {*known, ""}


def test_a_blank_of_each_workbook_offered_is_downloaded_and_no_other(as_: Any, office: Office) -> None:
    county = County(office, allocation=office.an_allocation(program=office.a_program(family=Family.CRF)))
    period = county.period("2021-Q3")
    there = reverse("filings:blank", args=[county.subaward.pk, period.code])
    clerk = as_(county.preparer)
    asked, ours = (clerk.get(there, given).content for given in ({}, {"as": "quarterly-costs/1"}))
    assert read_workbook(asked, "asked.xlsx").layout.startswith("crf-agency/")
    assert read_workbook(ours, "ours.xlsx").layout == "quarterly-costs/1"
    assert clerk.get(there, {"as": "crf-treasury/20201130"}).status_code == 404


def test_a_report_is_overdue_until_it_is_signed(county: County) -> None:
    period = county.period()
    assert [due.standing for due in due_for(period, on=DUE_ON)] == ["missing"]
    assert [due.standing for due in due_for(period, on=LATE)] == ["overdue"]
    filing = county.files()
    assert [due.standing for due in due_for(period, on=DUE_ON)] == ["checked"]
    assert [due.standing for due in due_for(period, on=LATE)] == ["overdue"]
    filing = county.signs(filing)
    assert filing.is_late, "it is signed long after August 1, 2022"
    assert [due.standing for due in due_for(period, on=LATE)] == ["certified"]
    return_filing(filing, reason="unsigned invoice", by=county.office.program_officer)
    due = due_for(period, on=LATE)[0]
    assert (due.standing, due.filing) == ("overdue", filing)


def test_the_filing_in_force_stands_while_a_correction_is_drafted(county: County) -> None:
    posted = county.posted()
    draft = county.files(a_cost("99.00"))
    assert due_for(county.period(), on=LATE)[0].filing == posted
    assert list(history_of(county.subaward, county.period())) == [draft, posted]


def test_what_is_due_asks_the_database_a_fixed_number_of_times(
    office: Office, django_assert_num_queries: Any
) -> None:
    county = County(office)
    period = county.period()
    given = {"allocation": county.subaward.allocation, "subrecipient": county.party}
    for _ in range(3):
        office.a_subaward("10.00", **given)
    county.files()
    with django_assert_num_queries(2):
        due_for(period, on=LATE)
    with django_assert_num_queries(4):
        due_to(county.preparer, on=LATE)


def test_nobody_is_told_what_others_owe(county: County, office: Office) -> None:
    stranger = County(office)
    assert [due.subaward for due in due_to(stranger.preparer, on=LATE)] != [county.subaward]
    assert due_for(county.period(), on=LATE, person=stranger.preparer) == []
    assert due_to(county.office.program_officer, on=LATE) == []
    to_sign = due_to(county.certifier, on=LATE, need="certify_reports")
    assert {due.subaward for due in to_sign} == {county.subaward}


def test_a_period_is_counted(county: County) -> None:
    county.posted()
    given = {"allocation": county.subaward.allocation, "subrecipient": county.party}
    county.office.a_subaward("10.00", **given)
    tally = tally_of(county.period(), on=LATE)
    assert (tally.reporting, tally.filed, tally.overdue, tally.posted) == (2, 1, 1, 1)
    assert tally.spent == Decimal("100.00")


def test_only_what_does_not_tie_out_is_shown(county: County) -> None:
    filing = county.posted(a_cost("60.00"), a_cost("40.00"))
    assert does_not_tie_out(county.period()) == []
    line = Entry.objects.filter(posting=filing.posting, amount=40).get()
    reverse_entry(line, reason="not ours", by=county.office.fiscal_officer)
    [stray] = does_not_tie_out(county.period())
    assert (stray.filing, stray.reported, stray.in_the_ledger) == (
        filing,
        Decimal("100.00"),
        Decimal("60.00"),
    )
    county.office.posts(county.subaward, Kind.EXPENDITURE, "40.00", period="2022-Q2")
    assert does_not_tie_out(county.period()) == []


def test_a_reminder_is_sent_once_for_each_period_and_kind(county: County) -> None:
    contact = Contact(party=county.party, kind=ContactKind.FINANCE, name="Ann", email="ann@county.example")
    contact.save()
    county.period()
    first, nobody = send_reminders(IN_TIME)
    assert nobody == []
    due = [reminder for reminder in first if reminder.kind == ReminderKind.DUE]
    assert [(reminder.period.code, reminder.sent_to) for reminder in due] == [
        ("2022-Q2", ["ann@county.example"])
    ]
    message = next(each for each in mail.outbox if "2022-Q2" in each.subject)
    assert message.to == ["ann@county.example"]
    assert "August 1, 2022" in message.subject
    assert county.subaward.number in message.body
    assert send_reminders(IN_TIME) == ([], [])
    overdue, _ = send_reminders(LATE)
    assert [(each.period.code, each.kind) for each in overdue] == [("2022-Q2", ReminderKind.OVERDUE)]
    assert send_reminders(LATE) == ([], [])
    assert Reminder.objects.count() == len(mail.outbox)


def test_who_has_signed_is_not_reminded(county: County) -> None:
    county.posted()
    sent, _ = send_reminders(LATE)
    assert "2022-Q2" not in {reminder.period.code for reminder in sent}


def test_without_contacts_the_preparers_are_written_to(county: County) -> None:
    county.period()
    sent, _ = send_reminders(LATE)
    assert {tuple(reminder.sent_to) for reminder in sent} == {(county.preparer.email,)}


def test_who_has_no_address_is_named(county: County, capsys: Any) -> None:
    county.period()
    county.preparer.memberships.update(ends_on=date(2021, 1, 1))
    call_command("send_reminders", "--on", "2022-08-02")
    said = capsys.readouterr()
    assert "0 reminders sent" in said.out
    assert f"{county.party} has nobody to write to" in said.err
    assert not Reminder.objects.exists()


def test_a_mail_that_cannot_be_sent_is_sent_the_next_time(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.period()

    def broken(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as while_broken:
        while_broken.setattr("reporting.filings.reminders.send_mail", broken)
        with pytest.raises(ConnectionRefusedError):
            send_reminders(LATE)
    assert not Reminder.objects.exists()
    assert send_reminders(LATE)[0]
