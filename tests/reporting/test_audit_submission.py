"""A fiscal year goes to the audit clearinghouse in its workbooks, and what it would refuse is told before."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from grants.monitoring.schedule.actions import annotate_schedule
from grants.monitoring.schedule.models import ScheduleNotes
from grants.parties.models import Party
from grants.programs.actions import correct_award
from reporting.blocks import FigureTable, FindingList
from reporting.documents.actions import drawn, issue_document
from reporting.documents.models import Document
from reporting.exports.fac.of_schedule import workbooks_of
from reporting.report import REPORTS, thawed
from tests.builders import Office

pytestmark = pytest.mark.django_db
DAY = date(2022, 12, 31)


def an_expending_office(**recorded: Any) -> Office:
    """An agency that passed on 800,000.50 of one award, and 100.25 of another one."""
    office = Office()
    for number, paid in enumerate(("800000.50", "100.25")):
        award = office.an_award(aln="21.027", fain=f"F{number}")
        allocation = office.an_allocation("900000.00", program=office.a_program(award=award))
        office.a_subaward("900000.00", allocation=allocation, spent=paid, paid=paid)
        if recorded:
            correct_award(award, changes=recorded, reason="found", by=office.program_officer)
    return office


def checked(office: Office) -> Document:
    return issue_document(office.agency, report="audit-submission", through=DAY, by=office.auditor)


def a_complete_office() -> Office:
    """An agency of which the Clearinghouse would refuse nothing."""
    office = an_expending_office(cluster="N/A", is_loan=False, is_direct=True)
    Party.objects.filter(pk=office.agency.pk).update(uei="ZUFJEU4NMK52")
    office.agency.refresh_from_db()
    notes = ScheduleNotes(
        year_ends_on=DAY, accounting_policies="Accrual.", de_minimis="N", rate_explained="An agreed rate."
    )
    annotate_schedule(office.agency, notes, by=office.fiscal_officer)
    return office


def test_of_what_is_wholly_recorded_nothing_would_be_refused() -> None:
    assert thawed(checked(a_complete_office()).figures)["refused"] == []


def test_what_is_not_recorded_is_told_with_the_award_and_its_cells() -> None:
    figures = thawed(checked(an_expending_office()).figures)
    refused = figures["refused"]
    told = {(each["rule"], each["cells"]) for each in refused}
    assert {("FAC-020", "B4"), ("FAC-011", "G2"), ("FAC-029", "L3"), ("FAC-074", "B5")} <= told
    assert any("21.027 COVID-19, F1" in each["message"] for each in refused if each["cells"] == "L3")
    assert {each["severity"] for each in refused} == {"error"}
    blocks = list(REPORTS["audit-submission"].compose(figures))
    (found,) = (each for each in blocks if isinstance(each, FindingList))
    assert len(found.findings) == len(refused)


def test_whole_dollars_foot_to_the_books() -> None:
    figures = thawed(checked(a_complete_office()).figures)
    (table,) = (
        each for each in REPORTS["audit-submission"].compose(figures) if isinstance(each, FigureTable)
    )
    assert table.totals == ("Total", None, Decimal("800100.75"), 800101, 800101)


def test_the_workbooks_come_from_the_figures_of_the_document() -> None:
    document = checked(a_complete_office())
    made = workbooks_of(thawed(Document.objects.get(pk=document.pk).figures))
    assert made == workbooks_of(thawed(document.figures))
    form = load_workbook(BytesIO(made["federal-awards-workbook.xlsx"]), data_only=True)
    assert [form["Form"][f"F{row}"].value for row in (2, 3, 4)] == [800001, 100, None]
    assert form["Coversheet"]["B5"].value == 800101
    notes = load_workbook(BytesIO(made["notes-to-sefa-workbook.xlsx"]))
    assert notes["Coversheet"]["B6"].value == "N"
    assert [notes["Form"][f"A{row}"].value for row in (2, 3)] == [
        "Basis of presentation", "Loans and loan guarantees",
    ]  # fmt: skip
    assert drawn(document) == bytes(document.content)


def test_the_command_writes_both_workbooks_and_the_document(tmp_path: Path, capsys: Any) -> None:
    office = an_expending_office()
    who = f"--by={office.auditor.email}"
    call_command(
        "audit_workbooks", f"--agency={office.agency.code}", f"--through={DAY}", f"--out={tmp_path}", who
    )
    names = {path.name for path in tmp_path.iterdir()}
    assert {"federal-awards-workbook.xlsx", "notes-to-sefa-workbook.xlsx"} < names
    assert "error: Coversheet B4: The UEI of the auditee is missing." in capsys.readouterr().out
