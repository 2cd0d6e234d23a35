"""The agreement of a subaward tells what is recorded, and says where nothing is."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from rest_framework.test import APIClient

from grants.kernel.refusals import Refusal
from grants.kernel.roles import Role
from grants.monitoring.risk.actions import impose_condition, propose_condition
from grants.parties.models import Contact
from grants.subawards.actions import Budgeted
from grants.subawards.elements import PARAGRAPH, elements_not_recorded
from grants.subawards.models import IndirectRateKind, MoneySource, PaymentMethod, Subaward
from reporting.blocks import FigureTable, Prose, SignatureBlock
from reporting.documents.actions import drawn, issue_document
from reporting.documents.models import Document
from reporting.report import thawed
from reporting.reports.pieces import NOT_RECORDED
from reporting.reports.subaward_agreement import compose
from tests.builders import Office, a_party, a_person
from tests.monitoring.builders import a_condition

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)
PARTS = [
    "(i)", "(ii)", "(iii)", "(iv)", "(v)", "(vi)", "(vii)", "(viii)", "(ix)", "(x)", "(xi)", "(xii)",
    "(xiii)", "(xiv)",
]  # fmt: skip


def agreement(office: Office, subaward: Subaward, **given: Any) -> Document:
    """The agreement, issued by the auditor of the agency."""
    given = {"through": DAY, "by": office.auditor, **given}
    return issue_document(subaward, report="subaward-agreement", **given)


def told(document: Document) -> dict[str, Any]:
    """The figures that a document keeps."""
    return thawed(document.figures)


def a_full_one(office: Office) -> Subaward:
    """A subaward of which everything is recorded."""
    award = office.an_award(description="Fiscal recovery")
    official = Contact.objects.create(
        party=office.agency, kind="awarding", name="Ada Award", title="Director", email="ada@example.gov"
    )
    party = a_party(keeper=office.agency, uei="ABCDEFGHJKL1", uei_name="Canal County")
    Contact.objects.create(party=party, kind="certifier", name="Cy Certify", title="Auditor")
    return office.a_subaward(
        "1000.00",
        allocation=office.an_allocation(program=office.a_program(award=award)),
        subrecipient=party,
        budget_starts_on=date(2021, 7, 1),
        budget_ends_on=date(2026, 12, 31),
        indirect_rate=Decimal("0.15"),
        indirect_rate_kind=IndirectRateKind.DE_MINIMIS,
        payment_method=PaymentMethod.REIMBURSEMENT,
        awarding_official=official,
        description="Lays pipes",
        place_of_performance="Canal City",
        terms_federal="2 CFR part 200",
        terms_pass_through="Quarterly reports",
        has_records_access_clause=True,
        has_closeout_terms=True,
        budget=[
            Budgeted("Supplies", Decimal("400.01")),
            Budgeted("Personnel", Decimal("599.99")),
            Budgeted("Personnel", Decimal("50.00"), MoneySource.CASH),
        ],
    )


def test_it_tells_every_part_of_the_rule_in_its_order(office: Office) -> None:
    parts = [each["part"] for each in told(agreement(office, a_full_one(office)))["elements"]]
    assert list(dict.fromkeys(parts)) == PARTS


def test_where_everything_is_recorded_nothing_says_that_it_is_not(office: Office) -> None:
    document = agreement(office, a_full_one(office), format="csv")
    assert NOT_RECORDED not in bytes(document.content).decode().lower().replace("“not recorded”", "")


def test_what_is_not_recorded_says_so_and_stays_lacking(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    document = agreement(office, subaward)
    lacking = elements_not_recorded(subaward)
    silent = {each["part"] for each in told(document)["elements"] if NOT_RECORDED in each["value"]}
    assert silent == {lacks.rpartition(PARAGRAPH)[2] for lacks in lacking}
    assert {"(ii)", "(vi)", "(xiv)"} <= silent
    terms = {name: value for name, value, _ in told(document)["terms"]}
    assert set(terms.values()) == {NOT_RECORDED}
    assert told(document)["signatories"][0] == {"party": office.agency.name, "name": "", "title": ""}


def test_the_budget_is_that_in_force_and_foots_to_a_query_over_its_lines(office: Office) -> None:
    subaward = a_full_one(office)
    figures = told(agreement(office, subaward))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(amount) FROM grants_budgetline AS line WHERE subaward_id = %s AND version = "
            "(SELECT max(version) FROM grants_budgetline WHERE subaward_id = line.subaward_id)",
            [subaward.pk],
        )
        (expected,) = cursor.fetchone()
    (table,) = [
        each for each in compose(figures) if isinstance(each, FigureTable) and "Budget" in each.caption
    ]
    assert table.totals[-1] == expected == Decimal("1050.00")
    assert [row[0] for row in table.rows] == ["Supplies", "Personnel", "Personnel"]


def test_conditions_in_force_stand_with_what_their_notice_says(office: Office) -> None:
    subaward = a_full_one(office)
    proposed = propose_condition(subaward, a_condition(), by=office.program_officer)
    assert told(agreement(office, subaward))["conditions"] == []
    impose_condition(proposed, noticed_on=date(2026, 1, 5), by=office.fiscal_officer)
    (condition,) = told(agreement(office, subaward))["conditions"]
    assert condition["nature"] == proposed.nature
    assert (condition["time"], condition["noticed_on"]) == ("six months", date(2026, 1, 5))


def test_both_sides_have_room_to_sign(office: Office) -> None:
    blocks = list(compose(told(agreement(office, a_full_one(office)))))
    (block,) = [each for each in blocks if isinstance(each, SignatureBlock)]
    assert [(each.party, each.name, each.title) for each in block.signers] == [
        (office.agency.name, "Ada Award", "Director"),
        ("Canal County", "Cy Certify", "Auditor"),
    ]


@pytest.mark.parametrize("is_sample", [True, False])
def test_a_sample_says_in_its_first_lines_that_it_is_not_real(office: Office, is_sample: bool) -> None:
    subaward = office.a_subaward("1000.00", is_sample=is_sample)
    second = list(compose(told(agreement(office, subaward))))[1]
    assert (isinstance(second, Prose) and "not real" in second.text) is is_sample


@pytest.mark.parametrize("format", ["pdf", "csv", "xlsx"])
def test_made_again_from_its_figures_it_has_the_same_bytes(office: Office, format: str) -> None:
    document = agreement(office, a_full_one(office), format=format)
    kept = Document.objects.get(pk=document.pk)
    assert drawn(kept) == bytes(kept.content)
    assert kept.title.endswith(kept.subaward.number)


def test_a_report_on_one_subaward_is_not_made_of_programs_nor_the_reverse(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    for subject, report in ((subaward.program, "subaward-agreement"), (subaward, "spend-by-program")):
        with pytest.raises(Refusal) as refusal:
            issue_document(subject, report=report, through=DAY, by=office.auditor)
        assert refusal.value.code == "not-about-this"


def test_the_agency_issues_it_its_subrecipient_reads_it_and_nobody_else_does(office: Office) -> None:
    subaward = office.a_subaward("1000.00")
    document = agreement(office, subaward)
    theirs = a_person(Role.AUDITOR, subaward.subrecipient)
    stranger = a_person(Role.AUDITOR, a_party(keeper=office.agency))
    assert document in Document.objects.visible_to(theirs)
    assert document not in Document.objects.visible_to(stranger)
    for person in (theirs, stranger):
        with pytest.raises(PermissionDenied):
            agreement(office, subaward, by=person)


def test_the_command_and_the_api_issue_it_by_the_number_of_the_subaward(
    office: Office, tmp_path: Path
) -> None:
    subaward, out = office.a_subaward("1000.00"), tmp_path / "agreement.pdf"
    who = f"--by={office.auditor.email}"
    call_command("issue_document", "subaward-agreement", f"--subaward={subaward.number}", f"--out={out}", who)
    assert out.read_bytes().startswith(b"%PDF")
    with pytest.raises(CommandError, match="no subaward “SA-none”"):
        call_command("issue_document", "subaward-agreement", "--subaward=SA-none", f"--out={out}", who)
    client = APIClient()
    client.force_authenticate(office.auditor)
    given = {"report": "subaward-agreement", "subaward": subaward.number, "through": "2026-11-24"}
    answer = client.post("/api/v1/documents/", given, format="json")
    assert (answer.status_code, answer.json()["subaward"]) == (201, subaward.number)
