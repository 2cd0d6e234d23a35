"""The awards of eight real single audits go through the checks, and into the template, as they did before."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from reporting.exports.fac.award_checks import MIGRATED
from reporting.exports.fac.intake import Row, Submission, refused
from reporting.exports.fac.workbooks import awards_workbook, computed
from reporting.problems import Severity
from tests.exports.builders import a_submission

FOLDER = Path(__file__).parent / "fac_submissions"
MOVED_BY_THE_CLEARINGHOUSE = {"FAC-028", "FAC-034"}
UNNAMED_CLUSTERS = {"FAC-036"}
"""Two awards of one audit are in another cluster, whose name the published rows leave out."""


def listed(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(newline="") as table:
        yield from csv.DictReader(table)


def a_row(award: dict[str, str]) -> Row:
    """An award as published; whether it is a loan is not, and taken as no."""
    prefix, _, extension = award["aln"].partition(".")
    passed = award["subrecipient_amount"]
    return {
        "federal_agency_prefix": prefix,
        "three_digit_extension": extension,
        "additional_award_identification": award["additional_award_identification"] or None,
        "program_name": award["program_name"],
        "amount_expended": int(award["amount_expended"]),
        "cluster_name": award["cluster_name"],
        "state_cluster_name": None,
        "other_cluster_name": None,
        "is_guaranteed": "N",
        "loan_balance_at_audit_period_end": None,
        "is_direct": award["is_direct"],
        "passthrough_name": award["passthrough_name"] or None,
        "passthrough_identifying_number": award["passthrough_identifying_number"] or None,
        "is_passed": award["is_passed_through_to_subrecipients"],
        "subrecipient_amount": int(passed) if passed else None,
        "is_major": award["is_major"],
        "audit_report_type": award["audit_report_type"] or None,
        "number_of_audit_findings": int(award["number_of_findings"]),
    }


@cache
def submissions() -> dict[str, Submission]:
    """Each audit's awards, with the totals that were published."""
    found: dict[str, list[dict[str, str]]] = {}
    for award in listed("awards.csv"):
        found.setdefault(award["audit_key"], []).append(award)
    made = {}
    for audit in listed("audits.csv"):
        awards = found[audit["audit_key"]]
        rows = [
            {**row, "federal_program_total": int(award["federal_program_total"])}
            for row, award in zip(computed(map(a_row, awards)), awards, strict=True)
        ]
        published: dict[str, Any] = {"uei": audit["auditee_uei_as_given"], "year_starts_on": date(2021, 7, 1)}
        total = int(audit["total_amount_expended"])
        made[audit["audit_key"]] = replace(a_submission([], **published), rows=rows, total=total)
    return made


def test_all_866_awards_are_there() -> None:
    assert sum(len(each.rows) for each in submissions().values()) == 866


@pytest.mark.parametrize("audit", [row["audit_key"] for row in listed("audits.csv")])
def test_what_the_clearinghouse_took_is_not_refused(audit: str) -> None:
    submission = submissions()[audit]
    errors = {each.rule for each in refused(submission) if each.severity == Severity.ERROR}
    is_moved = any(MIGRATED in row.values() for row in submission.rows)
    assert errors == (MOVED_BY_THE_CLEARINGHOUSE if is_moved else set()) | (
        UNNAMED_CLUSTERS if audit == "147110-22" else set()
    )


@pytest.mark.parametrize("audit", ["147110-22", "217653-22"])
def test_the_template_holds_them_all(audit: str) -> None:
    submission = submissions()[audit]
    book = CalamineWorkbook.from_filelike(BytesIO(awards_workbook(submission)))
    rows = book.get_sheet_by_name("Form").to_python()[1 : len(submission.rows) + 1]
    assert [row[5] for row in rows] == [each["amount_expended"] for each in submission.rows]
    assert [row[9] for row in rows] == [each["federal_program_total"] for each in submission.rows]
    assert [row[0] for row in rows] == [each["award_reference"] for each in submission.rows]
    assert book.get_sheet_by_name("Coversheet").to_python()[4][1] == submission.total
