"""What the Federal Audit Clearinghouse refuses is told beforehand, with the award that causes it."""

import re
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from reporting.exports.fac.award_checks import MIGRATED
from reporting.exports.fac.intake import CHECKS, INTAKE_RULES, Note, Submission, refused
from reporting.exports.fac.workbooks import clusters, computed, judged
from reporting.problems import Found, Severity
from tests.exports.builders import a_submission, an_award_line

OWN = {"FAC-057", "FAC-059", "FAC-060", "FAC-061"}


def changed(row: int = 0, **values: Any) -> Submission:
    """A submission of two awards, with values of one of them as they should not be."""
    given = a_submission([an_award_line(), an_award_line(aln="93.600", fain="90CI", is_covid=False)])
    rows = [dict(each) for each in given.rows]
    rows[row].update(values)
    return replace(given, rows=rows)


def codes(submission: Submission) -> set[str]:
    return {each.rule for each in refused(submission)}


def test_every_rule_that_is_ours_has_a_check_and_every_other_one_says_why() -> None:
    ours = {code for code, rule in INTAKE_RULES.items() if rule.here == "check"}
    assert set(CHECKS) == ours
    assert all(rule.why for rule in INTAKE_RULES.values() if rule.here != "check")
    areas = {"federal_awards", "notes_to_sefa", "all workbooks"}
    errors = [r for r in INTAKE_RULES.values() if r.area in areas and r.severity == "error"]
    for rule in errors:
        assert rule.here in ("check", "elsewhere") or rule.active == "dead", rule


def test_a_submission_of_which_everything_is_recorded_is_not_refused() -> None:
    made, found = judged(a_submission())
    assert found == ()
    assert set(made) == {"FederalAwards", "NotesToSefa"}


BREACHES: list[tuple[str, dict[str, Any], str]] = [
    ("FAC-009", {"amount_expended": "12.50"}, "F2"),
    ("FAC-010", {"loan_balance_at_audit_period_end": "much"}, "M2"),
    ("FAC-011", {"cluster_name": None}, "G2"),
    ("FAC-023", dict.fromkeys(("program_name", "amount_expended", "federal_agency_prefix")), "B2"),
    ("FAC-028", {"passthrough_identifying_number": MIGRATED}, "P2"),
    ("FAC-029", {"is_direct": None}, "N2"),
    ("FAC-030", {"is_passed": "yes"}, "Q2"),
    ("FAC-031", {"award_reference": "AWARD-00000"}, "A2"),
    ("FAC-033", {"subrecipient_amount": 5}, "Q2, R2"),
    ("FAC-034", {"cluster_name": "SNAP"}, "G2"),
    ("FAC-035", {"cluster_name": "STATE CLUSTER"}, "G2, H2"),
    ("FAC-036", {"other_cluster_name": "OURS"}, "G2, I2"),
    ("FAC-037", {"is_direct": "N"}, "N2, O2"),
    ("FAC-038", {"passthrough_name": "N/A"}, "N2, O2, P2"),
    ("FAC-039", {"is_guaranteed": "Y"}, "L2, M2"),
    ("FAC-041", {"is_major": "Y"}, "S2, T2"),
    ("FAC-042", {"award_reference": "AWARD-00002"}, "A2"),
    ("FAC-043", {"award_reference": "AWARD-00003"}, "A2"),
    ("FAC-044", {"federal_agency_prefix": "2"}, "B2"),
    ("FAC-045", {"three_digit_extension": "27"}, "C2"),
    ("FAC-046", {"three_digit_extension": "U01", "additional_award_identification": None}, "C2, D2"),
    ("FAC-047", {"federal_program_total": 1}, "J2"),
    ("FAC-048", {"cluster_total": 1}, "K2"),
    ("FAC-049", {"amount_expended": 1}, "B5"),
    ("FAC-050", {"passthrough_name": "A|B", "passthrough_identifying_number": "1"}, "O2, P2"),
    ("FAC-051", {"color": "red"}, ""),
    ("FAC-052", {"number_of_audit_findings": -1}, "U2"),
    ("FAC-053", {"audit_report_type": "X"}, "T2"),
    ("FAC-054", {"passthrough_name": "A| "}, "O2"),
    ("FAC-055", {"is_passed": "Y", "subrecipient_amount": 0}, "Q2, R2"),
    ("FAC-057", {"is_passed": "Y", "subrecipient_amount": 1200001}, "R2, F2"),
    ("FAC-059", {"three_digit_extension": "998"}, "B2, C2"),
    ("FAC-060", {"program_name": "HEAD START"}, "E2"),
    ("FAC-061", {"is_direct": "N", "passthrough_name": "STATE"}, "N2, P2"),
]


@pytest.mark.parametrize(("code", "values", "cells"), BREACHES, ids=[code for code, _, _ in BREACHES])
def test_a_breach_is_told_with_its_rule_and_cells(code: str, values: dict[str, Any], cells: str) -> None:
    assert code not in codes(changed())
    places = [each.cells for each in refused(changed(**values)) if each.rule == code]
    assert cells in [", ".join(sorted(p.split(", "))) for p in places] or cells in places


def of_the_whole() -> dict[str, Submission]:
    """A submission in breach of each rule that is about more than one award."""
    good = a_submission()
    made, _ = judged(good)
    other = {"FederalAwards": made["NotesToSefa"]}
    return {
        "FAC-002": replace(good, made={"FederalAwards": with_more(made["FederalAwards"])}),
        "FAC-018": replace(good, made={"NotesToSefa": unnamed(made["NotesToSefa"])}),
        "FAC-019": replace(good, version="0.9"),
        "FAC-020": a_submission(uei=""),
        "FAC-021": a_submission(uei="OUFJEU4NMK52"),
        "FAC-024": replace(good, made={"NotesToSefa": unnamed(made["NotesToSefa"])}),
        "FAC-025": replace(good, most_rows=0),
        "FAC-026": replace(good, made=other),
        "FAC-027": replace(good, made=other),
        "FAC-074": replace(good, notes=[Note("Loans", "")]),
        "FAC-078": replace(good, notes_uei="VBF7RJTP7513"),
        "FAC-091": a_submission([]),
        "FAC-095": a_submission([an_award_line("749999.00")]),
    }


def with_more(content: bytes) -> bytes:
    """The same workbook with 25 MB beside it."""
    out = BytesIO(content)
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("more", bytes(25_000_000))
    return out.getvalue()


def unnamed(content: bytes) -> bytes:
    """The same workbook without the names of its cells."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            kept = old.read(name)
            if name == "xl/workbook.xml":
                kept = re.sub(rb"<definedNames>.*</definedNames>", b"", kept)
            new.writestr(name, kept)
    return out.getvalue()


def test_every_rule_about_more_than_one_award_is_told() -> None:
    broken = of_the_whole()
    assert {code for code, submission in broken.items() if code not in codes(submission)} == set()
    assert {code for code, _, _ in BREACHES} | set(broken) == set(CHECKS)


def test_a_message_names_the_award_that_it_is_about() -> None:
    (found,) = (each for each in refused(changed(row=1, is_direct=None)) if each.rule == "FAC-029")
    assert found == Found(
        Severity.ERROR, "Form", "N3",
        "93.600 90CI: whether it came directly from the federal agency is missing.",
        "Record it, and make the workbook again.", "FAC-029",
    )  # fmt: skip


def test_what_the_auditor_fills_in_counts_once_it_is_begun() -> None:
    assert "FAC-029" not in codes(changed())
    begun = refused(changed(is_major="N", number_of_audit_findings=0))
    assert [each.cells for each in begun if each.rule == "FAC-029"] == ["S3", "U3"]


def test_the_threshold_is_that_of_the_year() -> None:
    lines = [an_award_line("999999.00")]
    assert "FAC-095" not in codes(a_submission(lines, year_starts_on=date(2024, 9, 30)))
    assert "FAC-095" in codes(a_submission(lines, year_starts_on=date(2024, 10, 1)))


def test_clusters_are_those_of_the_list_and_totals_follow_them() -> None:
    assert len(clusters()) == 44
    lines = [
        an_award_line("10.00", cluster="STATE CLUSTER", cluster_name=" Ours "),
        an_award_line("20.00", cluster="STATE CLUSTER", cluster_name="OURS"),
        an_award_line("40.00", cluster="SNAP CLUSTER"),
        an_award_line("80.00", cluster="SNAP CLUSTER", is_research=True),
        an_award_line("160.00", cluster="SNAP CLUSTER", aln="10.551"),
    ]
    rows = computed(a_submission(lines).rows)
    assert [row["cluster_total"] for row in rows] == [30, 30, 200, 80, 200]
    assert [row["federal_program_total"] for row in rows] == [150, 150, 150, 150, 160]
    assert rows[3]["cluster_name"] == "RESEARCH AND DEVELOPMENT"
