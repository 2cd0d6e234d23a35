"""Treasury's upload files of three governments of Ohio, as a checker of its own reads them again."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from demo.ohio.files import read_all
from demo.ohio.slfrf import award_code
from demo.ohio.slfrf_projects import RECIPIENTS
from demo.steps import posting_key
from grants.ledger.models import Posting
from grants.parties.models import User
from grants.programs.models import Allocation
from reporting.submissions.actions import make_submission
from reporting.submissions.models import Submission
from tests.exports.checker import breaches, places_in, records_in, the_templates

QUARTERS = ("2021-Q4", "2022-Q1", "2022-Q2")
TEMPLATES = the_templates("slfrf_2024_q4")
Told = tuple[str, str, str]


def the_allocation(recipient: str) -> Allocation:
    return Allocation.objects.select_related("program", "party").get(
        party__code=RECIPIENTS[recipient], program__code__startswith="slfrf-"
    )


def as_reported_then(recipient: str, quarter: str) -> Submission:
    """The files of the program of a government, as known when its report of a quarter had come in."""
    allocation = the_allocation(recipient)
    key = posting_key(f"{award_code(allocation.party)}-projects-{quarter}")
    known = Posting.objects.get(key=key).posted_at
    officer = User.objects.get(email="program.officer@sample.example")
    return make_submission(allocation.program, export="slfrf", period=quarter, as_known_at=known, by=officer)


def told_by(submission: Submission) -> Counter[Told]:
    """Name and both sums of every project in the files; the category is the one it has in the books now."""
    told: Counter[Told] = Counter()
    for file in submission.files.all():
        for record in records_in(bytes(file.content), TEMPLATES[file.template]):
            sums = record["Total_Obligations__c"], record["Total_Expenditures__c"]
            told[(record["Name"].lstrip("'"), *sums)] += 1
    return told


def told_by_the_list(recipient: str, quarter: str) -> Counter[Told]:
    """The same of Treasury's own list of reports, but projects of categories that no template takes."""
    taken = {category for template in TEMPLATES.values() for category in template.get("categories", ())}
    projects = the_allocation(recipient).projects.exclude(expenditure_category__in=taken)
    elsewhere = set(projects.values_list("name", flat=True))
    return Counter(
        (" ".join(row["project_name"].split()), f"{row['total_cumulative_obligations']:.2f}",
         f"{row['total_cumulative_expenditures']:.2f}")
        for row in read_all()["project_reports"]
        if row["recipient_name"] == recipient and row["project_name"] not in elsewhere
        and f"{row['period_end'].year}-Q{row['period_end'].month // 3}" == quarter
    )  # fmt: skip


@pytest.mark.parametrize("quarter", QUARTERS)
@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_read_again_the_files_say_what_the_government_reported(
    figures: dict[str, Any], recipient: str, quarter: str
) -> None:
    expected = told_by_the_list(recipient, quarter)
    assert expected
    missing = expected - told_by(as_reported_then(recipient, quarter))
    assert not missing


@pytest.mark.parametrize("quarter", QUARTERS)
@pytest.mark.parametrize("recipient", RECIPIENTS)
def test_a_checker_of_its_own_finds_in_the_files_what_the_pre_check_tells(
    figures: dict[str, Any], recipient: str, quarter: str
) -> None:
    submission = as_reported_then(recipient, quarter)
    for file in submission.files.all():
        template = TEMPLATES[file.template]
        assert breaches(bytes(file.content), template) == places_in(submission.objections, template)
        assert {objection["rule"] for objection in submission.objections} >= {"exp-required", "exp-edition"}


def test_every_project_that_the_portal_would_refuse_is_named(figures: dict[str, Any]) -> None:
    submission = as_reported_then("Franklin County, Ohio", "2022-Q2")
    lacking = [each for each in submission.objections if each["rule"] == "exp-required"]
    assert lacking
    assert all("SLFRF-39" in cause for each in lacking for cause in each["causes"] if "more" not in cause)


def test_the_sums_kept_with_the_files_are_theirs(figures: dict[str, Any]) -> None:
    submission = as_reported_then("City Of Cincinnati, Ohio", "2022-Q2")
    for file in submission.files.all():
        records = records_in(bytes(file.content), TEMPLATES[file.template])
        spent = sum((Decimal(record["Total_Expenditures__c"]) for record in records), Decimal("0.00"))
        assert submission.figures[file.name]["sums"]["Total_Expenditures__c"] == str(spent)
        assert submission.figures[file.name]["rows"] == file.rows == len(records)
