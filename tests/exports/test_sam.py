"""Reports of subawards to SAM.gov, as JSON for its interface and as CSV."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from grants.kernel.refusals import Refusal
from reporting.submissions.actions import make_submission
from reporting.submissions.models import Submission
from tests.builders import Office, a_party
from tests.exports.checker import rows_in


def submitted(office: Office, program: Any, period: str = "2022-Q1") -> Submission:
    return make_submission(program, export="sam-subawards", period=period, by=office.program_officer)


def a_reportable(office: Office, **given: Any) -> Any:
    """A subaward of $60,000, issued in the first quarter of 2022 out of what the agency itself holds."""
    award = office.an_award(amount=Decimal("900000.00"), fain="SLFRP0130")
    program = office.a_program("900000.00", award=award)
    county = a_party(keeper=office.agency, uei="ABCDEFGHJKL1")
    allocation = office.an_allocation("100000.00", program=program, party=county)
    return office.a_subaward(
        "60000.00",
        issued_on=date(2022, 1, 15),
        allocation=allocation,
        subrecipient=county,
        place_of_performance="1 Main St, Columbus, OH 43215-0001",
        **given,
    )


def test_a_subaward_that_reached_the_threshold_is_reported_under_its_award(office: Office) -> None:
    subaward = a_reportable(office, description="=Masks")
    submission = submitted(office, subaward.program)
    body = json.loads(bytes(submission.files.get(name="subawards.json").content))
    (award,) = body["assistanceData"]
    assert award["fain"] == "SLFRP0130"
    assert award["subawardDataList"] == [
        {
            "subawardNumber": subaward.number,
            "subawardUEI": "ABCDEFGHJKL1",
            "subawardAmount": "60000.00",
            "subawardDate": "2022-01-15",
            "subawardDescription": "=Masks",
            "placeOfPerformance": {
                "city": "Columbus",
                "stateOrProvince": {"code": "OH", "name": "Ohio"},
                "country": {"code": "USA", "name": "UNITED STATES"},
                "zipPlus4": "432150001",
            },
        }
    ]


def test_the_csv_has_the_same_values_under_the_names_of_the_interface(office: Office) -> None:
    subaward = a_reportable(office)
    heading, row = rows_in(bytes(submitted(office, subaward.program).files.get(name="subawards.csv").content))
    told = dict(zip(heading, row, strict=True))
    assert (told["fain"], told["subawardAmount"]) == ("SLFRP0130", "60000.00")
    assert told["placeOfPerformance.zipPlus4"] == "432150001"


def test_what_the_books_do_not_hold_is_told_with_its_subaward(office: Office) -> None:
    subaward = a_reportable(office)
    told = [each for each in submitted(office, subaward.program).objections if each["severity"] == "error"]
    assert [each["message"] for each in told] == [
        "Code of the federal funding agency is required and is not known."
    ]
    assert told[0]["causes"] == [f"subaward {subaward.number}"]


def test_a_quarter_in_which_nothing_reached_the_threshold_has_nothing_to_report(office: Office) -> None:
    subaward = a_reportable(office)
    with pytest.raises(Refusal) as refusal:
        submitted(office, subaward.program, "2022-Q2")
    assert refusal.value.code == "nothing-to-report"
