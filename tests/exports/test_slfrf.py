"""Treasury's upload files of agency workbooks: as filed, less what was taken back, as known then."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from grants.kernel.refusals import Refusal
from grants.ledger.actions import reverse_entry
from grants.ledger.models import Entry
from reporting.filings.actions import accept_filing
from reporting.filings.models import Filing
from reporting.submissions.actions import make_submission
from reporting.submissions.models import Submission
from tests.builders import Office
from tests.exports.checker import breaches, places_in, records_in, sum_of, the_templates
from tests.filings.builders import County
from tests.workbooks.agencies import SLFRF, a_filing, changed

TEMPLATES = the_templates("slfrf_2024_q4")
LAYOUT, EC = "slfrf-agency/20250219", "EC 2 - Negative Economic Impact"
FACTS = changed(SLFRF, EC, current_period_obligations=80000)
SPENT, AWARDS = "Expenditures > 50000", "Awards > 50000"


@pytest.fixture
def agency(office: Office) -> County:
    """A state agency that reports project 1.10 in the ARPA workbook."""
    allocation = office.an_allocation("900000.00")
    return County(office, amount="200000.00", issued_on=date(2022, 4, 1), allocation=allocation)


def posted(agency: County, facts: dict[str, Any], code: str = "2022-Q2") -> Filing:
    """An ARPA workbook with these facts, filed, signed and posted."""
    period = agency.period(code)
    period.layout = ""
    period.save(update_fields=["layout"])
    filing = agency.files(content=a_filing(LAYOUT, facts), name="arpa.xlsx", period=period)
    assert not filing.errors, filing.problems
    return accept_filing(agency.signs(filing), by=agency.office.program_officer)


def of_another_project(award: str) -> dict[str, Any]:
    """The same workbook about project 2.10, with an award of this number."""
    facts = changed(FACTS, EC, project_identification_number="2.10")
    facts = changed(facts, AWARDS, project_identification_number="2.10", award_no=award)
    facts = changed(facts, SPENT, sub_award_lookup=award)
    return changed(facts, "Aggregate Awards < 50000", project_identification_number="2.10")


def submitted(agency: County, code: str = "2022-Q2", **given: Any) -> Submission:
    given.setdefault("by", agency.office.program_officer)
    return make_submission(agency.program, export="slfrf", period=code, **given)


def records(submission: Submission, name: str) -> list[dict[str, str]]:
    file = submission.files.get(template=name)
    return records_in(bytes(file.content), TEMPLATES[name])


def test_what_an_agency_filed_goes_on_in_treasurys_own_fields(agency: County) -> None:
    posted(agency, FACTS)
    submission = submitted(agency)
    project = records(submission, "project2128BulkUpload")[0]
    assert project["Sub_Category__c"] == "2.1-Household Assistance: Food Programs"
    assert project["Project_Identification_Number__c"] == "1.10"
    assert project["Project_Start_Date__c"] == "01/01/2022"
    assert project["Q4_2024_Expenditures__c"] == "75000.00"
    assert [file.template for file in submission.files.order_by("place")] == [
        "project2128BulkUpload",
        "subRecipientBulkUpload",
        "subawardBulkUpload",
        "expendituresGT50000BulkUpload",
        "paymentsIndividualsLT50000BulkUpload",
    ]
    assert records(submission, "subRecipientBulkUpload")[0]["Entity_Type_2__c"] == "Subrecipient;"
    assert records(submission, "subawardBulkUpload")[0]["RP_Entity_Type__c"] == "Subrecipient"
    assert records(submission, "expendituresGT50000BulkUpload") == [
        {
            "Sub_Award_Lookup__c": "121",
            "Expenditure_Start__c": "02/01/2022",
            "Expenditure_End__c": "03/01/2022",
            "Expenditure_Amount__c": "70000.00",
        }
    ]


def test_a_checker_of_its_own_agrees_with_the_pre_check(agency: County) -> None:
    posted(agency, changed(FACTS, EC, project_description="Boxes\nof food"))
    submission = submitted(agency)
    for file in submission.files.all():
        template = TEMPLATES[file.template]
        assert breaches(bytes(file.content), template) == places_in(submission.objections, template)


def test_the_same_subrecipient_of_two_agencies_stands_once(agency: County, office: Office) -> None:
    posted(agency, FACTS)
    other = County(office, amount="200000.00", allocation=agency.subaward.allocation)
    posted(other, of_another_project("122"))
    submission = submitted(agency)
    assert len(records(submission, "subRecipientBulkUpload")) == 1
    assert len(records(submission, "subawardBulkUpload")) == 2
    assert sum_of(records(submission, "expendituresGT50000BulkUpload"), "Expenditure_Amount__c") == Decimal(
        140000
    )


def test_a_number_that_two_agencies_use_is_told_with_both_filings(agency: County, office: Office) -> None:
    first = posted(agency, FACTS)
    other = County(office, amount="200000.00", allocation=agency.subaward.allocation)
    second = posted(other, of_another_project("121"))
    twice = next(each for each in submitted(agency).objections if each["rule"] == "exp-twice")
    assert twice["file"] == "subawardBulkUpload"
    assert twice["causes"] == [f"{first.number} {AWARDS}!E13", f"{second.number} {AWARDS}!E13"]


def test_files_as_known_before_a_correction_are_the_same_after_it(agency: County) -> None:
    posted(agency, FACTS)
    before = submitted(agency)
    corrected = changed(FACTS, SPENT, expenditure_amount=65000)
    corrected = changed(corrected, EC, current_period_expenditures=70000, total_expenditures=70000)
    posted(agency, corrected)
    again = submitted(agency, as_known_at=before.as_known_at)
    now = submitted(agency)
    assert again == before
    assert now.sha256 != before.sha256
    assert records(now, "expendituresGT50000BulkUpload")[0]["Expenditure_Amount__c"] == "65000.00"


def test_a_line_that_was_reversed_is_taken_off_its_row_and_its_project(agency: County) -> None:
    posted(agency, FACTS)
    before = submitted(agency)
    line = Entry.objects.get(amount=Decimal("70000.00"), kind="expenditure")
    reverse_entry(line, reason="Paid twice", by=agency.office.fiscal_officer)
    now = submitted(agency)
    assert not now.files.filter(template="expendituresGT50000BulkUpload").exists()
    project = records(now, "project2128BulkUpload")[0]
    assert (project["Total_Expenditures__c"], project["Q4_2024_Expenditures__c"]) == ("5000.00", "5000.00")
    assert submitted(agency, as_known_at=before.as_known_at) == before


def test_text_that_looks_like_a_formula_stays_text_and_is_told(agency: County) -> None:
    posted(agency, changed(FACTS, EC, name="=HYPERLINK(1)", structure_objectives_of_asst_programs="-1 bag"))
    submission = submitted(agency)
    project = records(submission, "project2128BulkUpload")[0]
    assert project["Name"] == "'=HYPERLINK(1)"
    assert project["Structure_Objectives_of_Asst_Programs__c"] == "'-1 bag"
    told = [each for each in submission.objections if each["rule"] == "exp-formula"]
    assert [each["severity"] for each in told] == ["warning", "warning"]


def test_what_the_portal_would_refuse_names_the_row_of_the_filing(agency: County) -> None:
    filing = posted(agency, FACTS)
    told = [each for each in submitted(agency).objections if each["file"] == "subRecipientBulkUpload"]
    assert [(each["rule"], each["cells"]) for each in told] == [("exp-required", "O8")]
    assert told[0]["message"] == "Country is required and is not known."
    assert told[0]["causes"] == [f"{filing.number} Subrecipient!row 13"]


def test_the_templates_of_another_quarter_are_told(agency: County) -> None:
    posted(agency, FACTS)
    assert "exp-edition" in {each["rule"] for each in submitted(agency).objections}
    posted(agency, FACTS, "2022-Q3")
    with pytest.raises(Refusal) as refusal:
        submitted(agency, "2022-Q9")
    assert refusal.value.code == "no-such-period"


def test_a_period_without_anything_is_refused(agency: County) -> None:
    with pytest.raises(Refusal) as refusal:
        submitted(agency, "2021-Q4")
    assert refusal.value.code == "nothing-to-report"
