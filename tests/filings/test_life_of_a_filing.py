"""A filing from its receipt to its lines in the ledger, and each way of saying no."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from grants.kernel.refusals import Refusal, Unreadable
from grants.kernel.roles import Role
from grants.kernel.trail import TrailEntry
from grants.ledger.agreement import disagreements
from grants.ledger.models import Entry, Kind, PostingKind
from grants.parties.models import Membership
from grants.subawards.actions import Budgeted, record_projects
from grants.subawards.models import Project
from reporting.filings.actions import (
    accept_filing,
    acknowledge_warnings,
    certify_filing,
    open_periods,
    post_filing,
    receive_filing,
    return_filing,
)
from reporting.filings.models import Certification, Filing, FilingContent, Stage
from reporting.filings.reading import as_file
from tests.builders import Office, a_party, a_person
from tests.filings.builders import County, a_cost

pytestmark = pytest.mark.django_db


def refused(code: str, act: Any, *given: Any, **named: Any) -> Refusal:
    """The refusal of an action; nothing may have changed."""
    before = (TrailEntry.objects.count(), Filing.objects.count(), Entry.objects.count())
    with pytest.raises(Refusal) as refusal:
        act(*given, **named)
    assert refusal.value.code == code
    assert before == (TrailEntry.objects.count(), Filing.objects.count(), Entry.objects.count())
    return refusal.value


def test_a_filing_goes_from_the_clerk_to_the_ledger(county: County) -> None:
    filing = county.files(a_cost("60.00"), a_cost("40.00", payee="Hilltop Fiber"))
    assert (filing.stage, filing.line_count, filing.spent) == (Stage.CHECKED, 2, Decimal("100.00"))
    filing = county.signs(filing)
    assert filing.stage == Stage.CERTIFIED
    filing = accept_filing(filing, by=county.office.fiscal_officer)
    assert filing.stage == Stage.POSTED
    lines = Entry.objects.filter(posting=filing.posting).order_by("pk")
    told = [(line.amount, line.incurred_on, line.payee, line.period) for line in lines]
    assert told == [
        (Decimal("60.00"), date(2022, 5, 17), "Ohio Cable", "2022-Q2"),
        (Decimal("40.00"), date(2022, 5, 17), "Hilltop Fiber", "2022-Q2"),
    ]
    assert filing.posting.kind == PostingKind.FILING
    assert (filing.posting.key, filing.posting.sha256) == (f"filing:{filing.pk}", filing.sha256)
    assert county.spent == Decimal("100.00")
    assert disagreements() == []
    verbs = TrailEntry.objects.filter(subject_kind="filing").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["filing.certify", "filing.accept"]


def test_each_line_knows_its_cell(county: County) -> None:
    filing = county.posted(a_cost("60.00"), a_cost("40.00"))
    content = bytes(filing.kept.content).decode().splitlines()
    column = content[0].split(",").index("Amount ($)")
    letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]
    places = Entry.objects.filter(posting=filing.posting).order_by("pk").values_list("place", flat=True)
    assert [place.partition("!")[2] for place in places] == [f"{letter}2", f"{letter}3"]


def test_what_is_certified_is_kept_with_its_text_and_version(county: County) -> None:
    filing = county.signed()
    certification = Certification.objects.get(filing=filing)
    assert certification.certified_by == county.certifier
    assert certification.sha256 == filing.sha256
    assert "true, complete, and accurate" in certification.text
    assert certification.version == "2024-10-01"


def test_the_bytes_stay_as_they_came(county: County) -> None:
    filing = county.posted()
    for statement in (
        "UPDATE reporting_filingcontent SET lines = '[]'",
        "DELETE FROM reporting_filingcontent",
        "UPDATE reporting_certification SET text = ''",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert FilingContent.objects.get(filing=filing).content


def test_errors_are_told_all_at_once_and_keep_it_a_draft(county: County) -> None:
    filing = county.files(a_cost("ten"), a_cost("5.00", incurred_on="2022-07-01"), a_cost("-6.00"))
    assert filing.stage == Stage.DRAFT
    assert filing.errors >= 3
    rules = {problem["rule"] for problem in filing.problems}
    assert {"filing-after-period", "filing-credit"} <= rules
    assert all({"severity", "sheet", "cells", "message", "fix", "rule"} <= set(p) for p in filing.problems)
    refused("errors-remain", acknowledge_warnings, filing, by=county.preparer)
    refused("wrong-stage", certify_filing, filing, version="2024-10-01", by=county.certifier)
    refused("wrong-stage", accept_filing, filing, by=county.office.fiscal_officer)


def test_a_warning_is_acknowledged_before_it_is_signed(county: County) -> None:
    filing = county.files(a_cost(incurred_on="2022-03-31"))
    assert (filing.stage, filing.errors, filing.warnings) == (Stage.DRAFT, 0, 1)
    refused("wrong-stage", certify_filing, filing, version="2024-10-01", by=county.certifier)
    filing = acknowledge_warnings(filing, by=county.preparer)
    assert (filing.stage, filing.acknowledged_by) == (Stage.CHECKED, county.preparer)
    assert county.signs(filing).stage == Stage.CERTIFIED


def test_a_credit_is_taken_off_the_costs_of_its_project_and_category(county: County) -> None:
    rows = [a_cost("60.00"), a_cost("40.00"), a_cost("-70.00"), a_cost("5.00", category="Travel")]
    filing = county.posted(*rows)
    assert (filing.spent, county.spent) == (Decimal("35.00"), Decimal("35.00"))
    lines = Entry.objects.filter(posting=filing.posting).order_by("pk")
    assert [(line.amount, line.category) for line in lines] == [
        (Decimal("30.00"), "Supplies"),
        (Decimal("5.00"), "Travel"),
    ]
    assert " less " in lines[0].place
    greater = county.files(a_cost("60.00"), a_cost("-60.01"))
    assert "filing-credit" in {problem["rule"] for problem in greater.problems}


def test_a_workbook_of_another_subaward_or_period_is_an_error(county: County) -> None:
    def covered(number: str, ends_on: str) -> set[str]:
        cover = (
            f"Cover\nSubaward number,{number}\nPeriod begins,2022-04-01\nPeriod ends,{ends_on}\n"
            "Spent in this period ($),1.00\nCost share in this period ($),\nCosts\n"
        )
        content = cover.encode() + as_file([a_cost("1.00")])
        given = {"period": county.period(), "name": "costs.csv", "by": county.preparer}
        filing = receive_filing(county.subaward, content=content, **given)
        return {problem["rule"] for problem in filing.problems if problem["severity"] == "error"}

    assert covered(county.subaward.number, "2022-06-30") == set()
    assert "filing-another-subaward" in covered("SA-OTHER", "2022-06-30")
    assert covered(county.subaward.number, "2022-09-30") == {"filing-another-period"}
    assert covered(county.subaward.number, "2022-06-10") == set(), "the books were closed on June 10"


def test_a_category_that_is_not_in_the_budget_is_a_warning(office: Office) -> None:
    budget = [Budgeted("Supplies", Decimal("1000.00"))]
    county = County(office, budget=budget)
    assert county.files().stage == Stage.CHECKED
    filing = county.files(a_cost(category="Suplies"))
    assert (filing.errors, [problem["rule"] for problem in filing.problems]) == (
        0,
        ["filing-unknown-category"],
    )


def test_the_same_bytes_are_told_and_not_kept_again(county: County) -> None:
    filing = county.files()
    told = refused("filed-already", county.files)
    assert filing.number in told.reason
    county.signs(filing)
    refused("filed-already", county.files)
    accept_filing(filing, by=county.office.fiscal_officer)
    refused("filed-already", county.files)
    assert county.spent == Decimal("100.00")


def test_a_draft_that_the_books_now_allow_may_be_filed_again(county: County) -> None:
    county.files(a_cost(project="P-7"))
    known = [Project(code="P-1", name="Fiber to the bridge", subaward=county.subaward)]
    record_projects(county.subaward.allocation, known, by=county.office.program_officer)
    wrong = county.files(a_cost(project="P-7", amount="101.00"))
    assert wrong.stage == Stage.DRAFT
    refused("filed-already", county.files, a_cost(project="P-7", amount="101.00"))
    more = [Project(code="P-7", name="Fiber to the mill", subaward=county.subaward)]
    record_projects(county.subaward.allocation, more, by=county.office.program_officer)
    right = county.files(a_cost(project="P-7", amount="101.00"))
    wrong.refresh_from_db()
    assert (wrong.stage, right.stage) == (Stage.REPLACED, Stage.CHECKED)
    filing = accept_filing(county.signs(right), by=county.office.fiscal_officer)
    assert Entry.objects.get(posting=filing.posting).project == more[0]


def test_a_mended_file_takes_the_place_of_the_broken_one(county: County) -> None:
    broken = county.files(a_cost("ten"))
    mended = county.files(a_cost("10.00"))
    broken.refresh_from_db()
    assert (broken.stage, mended.stage) == (Stage.REPLACED, Stage.CHECKED)


def test_a_signed_filing_stands_until_a_newer_one_is_signed(county: County) -> None:
    first = county.signed(a_cost("10.00"))
    second = county.files(a_cost("11.00"))
    first.refresh_from_db()
    assert first.stage == Stage.CERTIFIED
    county.signs(second)
    first.refresh_from_db()
    assert first.stage == Stage.REPLACED


def test_who_prepared_does_not_certify(county: County) -> None:
    filing = county.files()
    Membership.objects.create(
        person=county.preparer, party=county.party, role=Role.CERTIFIER, starts_on=date(2020, 1, 1)
    )
    refused("same-person", certify_filing, filing, version="2024-10-01", by=county.preparer)
    with pytest.raises(IntegrityError, match="filing_certified_by_another"), transaction.atomic():
        Filing.objects.filter(pk=filing.pk).update(certified_by=county.preparer)


def test_who_prepared_or_certified_neither_accepts_nor_returns(county: County) -> None:
    filing = county.signed()
    for person in (county.preparer, county.certifier):
        Membership.objects.create(
            person=person,
            party=county.office.agency,
            role=Role.FISCAL_OFFICER,
            starts_on=date(2020, 1, 1),
        )
        refused("same-person", accept_filing, filing, by=person)
        refused("same-person", return_filing, filing, reason="wrong", by=person)


def test_the_text_that_is_signed_is_the_one_in_force(county: County) -> None:
    refused("another-text", certify_filing, county.files(), version="2013-12-26", by=county.certifier)


def test_a_period_that_is_not_over_is_not_signed_and_one_not_begun_not_filed(
    county: County, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    period = county.period()
    on = {"today": date(2022, 6, 30)}
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: on["today"])
    filing = county.files(period=period)
    refused("period-not-over", certify_filing, filing, version="2024-10-01", by=county.certifier)
    on["today"] = date(2022, 3, 31)
    refused("not-begun", county.files, a_cost("1.00"), period=period)


def test_a_returned_filing_says_why_and_is_filed_again(county: County) -> None:
    filing = county.signed()
    refused("no-reason", return_filing, filing, reason=" ", by=county.office.program_officer)
    filing = return_filing(filing, reason="The invoice is missing.", by=county.office.program_officer)
    assert (filing.stage, filing.reasons) == (Stage.RETURNED, "The invoice is missing.")
    refused("wrong-stage", accept_filing, filing, by=county.office.fiscal_officer)
    assert county.posted().stage == Stage.POSTED


def test_what_is_posted_is_corrected_and_not_returned(county: County) -> None:
    refused("wrong-stage", return_filing, county.posted(), reason="no", by=county.office.fiscal_officer)


def test_more_than_is_left_of_the_subaward_is_an_error_at_once(county: County) -> None:
    county.office.posts(county.subaward, Kind.EXPENDITURE, "950.00")
    filing = county.files(a_cost("50.01"))
    assert "filing-over-obligated" in {problem["rule"] for problem in filing.problems}
    assert county.files(a_cost("50.00")).stage == Stage.CHECKED


def test_what_was_spent_meanwhile_refuses_the_posting_whole(county: County) -> None:
    filing = county.signed(a_cost("600.00"))
    county.office.posts(county.subaward, Kind.EXPENDITURE, "500.00")
    refused("over-obligated", accept_filing, filing, by=county.office.fiscal_officer)
    filing.refresh_from_db()
    assert (filing.stage, filing.decided_by) == (Stage.CERTIFIED, None)
    assert county.spent == Decimal("500.00")


def test_costs_outside_the_subaward_are_errors(office: Office) -> None:
    county = County(office, ends_on=date(2022, 5, 16))
    rules = {problem["rule"] for problem in county.files().problems}
    assert "ug-cost-within-period" in rules


def test_what_is_no_workbook_is_told_and_nothing_is_kept(county: County) -> None:
    period = county.period()
    with pytest.raises(Unreadable) as unreadable:
        receive_filing(
            county.subaward, period=period, name="costs.xlsx", content=b"\x00\x01", by=county.preparer
        )
    assert unreadable.value.problems[0].file == "costs.xlsx"
    assert not Filing.objects.exists()
    given = {"period": period, "name": "costs.csv", "by": county.preparer}
    refused("empty-file", receive_filing, county.subaward, content=b"", **given)
    refused("too-large", receive_filing, county.subaward, content=bytes(50_000_001), **given)


def test_only_the_workbook_that_is_asked_for_is_taken(county: County) -> None:
    period = county.period()
    period.layout = "crf-agency/1"
    assert county.files(period=period).stage == Stage.CHECKED, "our own workbook always will do"


def test_a_filing_is_for_a_period_of_its_own_program_and_an_issued_subaward(
    county: County, office: Office
) -> None:
    other = County(office)
    refused("wrong-program", county.files, period=other.period())
    draft = office.a_draft(subrecipient=county.party, allocation=county.subaward.allocation)
    given = {"period": county.period(), "entered": [a_cost()], "by": county.preparer}
    refused("wrong-stage", receive_filing, draft, **given)


def test_a_report_of_nothing_is_a_report(county: County) -> None:
    header = bytes(county.files().kept.content).splitlines(keepends=True)[0]
    given = {"period": county.period("2022-Q3"), "name": "none.csv", "by": county.preparer}
    filing = county.signs(receive_filing(county.subaward, content=header, **given))
    filing = accept_filing(filing, by=county.office.fiscal_officer)
    assert (filing.stage, filing.line_count, filing.spent) == (Stage.POSTED, 0, Decimal("0.00"))


def test_the_clerk_of_another_county_reaches_nothing(county: County, office: Office) -> None:
    filing, stranger = county.signed(), County(office)
    assert not Filing.objects.visible_to(stranger.preparer).exists()
    assert not FilingContent.objects.visible_to(stranger.certifier).exists()
    assert not Certification.objects.visible_to(stranger.certifier).exists()
    other_agency = Office()
    acts = [
        lambda: receive_filing(
            county.subaward, period=county.period(), entered=[a_cost()], by=stranger.preparer
        ),
        lambda: acknowledge_warnings(filing, by=stranger.preparer),
        lambda: certify_filing(filing, version="2024-10-01", by=stranger.certifier),
        lambda: accept_filing(filing, by=other_agency.fiscal_officer),
        lambda: return_filing(filing, reason="no", by=other_agency.fiscal_officer),
        lambda: post_filing(filing, by=other_agency.fiscal_officer),
        lambda: accept_filing(filing, by=county.certifier),
        lambda: certify_filing(filing, version="2024-10-01", by=office.fiscal_officer),
        lambda: open_periods(county.program, through=date(2022, 1, 1), by=county.preparer),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def test_the_agency_and_its_auditor_see_the_filing_and_change_nothing(county: County) -> None:
    filing = county.signed()
    auditor = county.office.auditor
    assert Filing.objects.visible_to(auditor).get() == filing
    with pytest.raises(PermissionDenied):
        accept_filing(filing, by=auditor)
    assert Filing.objects.visible_to(a_person(Role.AUDITOR, county.party)).get() == filing
    assert not Filing.objects.visible_to(a_person(Role.AUDITOR, a_party())).exists()


def test_accepting_again_by_the_same_person_changes_nothing(county: County) -> None:
    filing = county.posted()
    again = accept_filing(filing, by=county.office.program_officer)
    assert (again.stage, again.posting) == (Stage.POSTED, filing.posting)
    refused("wrong-stage", accept_filing, filing, by=county.office.fiscal_officer)
    assert post_filing(filing, by=county.office.program_officer).posting == filing.posting
    assert county.spent == Decimal("100.00")
