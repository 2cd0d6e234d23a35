"""Rules that compare a workbook with earlier filings and the books, given as plain tables."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reporting.past import Past, Told, compared, kept_of, told_again
from reporting.workbook import WORKBOOKS, Found, Severity, read_workbook
from tests.workbooks.agencies import CRF, SLFRF, a_filing, changed

Facts = dict[str, list[dict[str, Any]]]
AGENCY, ARPA, CPF, TREASURY = (
    "crf-agency/1",
    "slfrf-agency/20250219",
    "cpf-1a/20240524",
    "crf-treasury/20201130",
)
EC = "EC 2 - Negative Economic Impact"
SHEETS = ("Contracts", "Grants", "Loans", "Transfers", "Direct")


def of_before(layout: str, facts: Facts, by: str = "2020-Q3") -> Told:
    """What is kept of a filing with these facts, after its way through JSON."""
    reading = read_workbook(a_filing(layout, facts), "before.xlsx")
    workbook = WORKBOOKS[layout]
    return told_again(workbook, by, json.loads(json.dumps(kept_of(workbook, reading.rows))))


def found(layout: str, facts: Facts, past: Past) -> list[Found]:
    """What the past contradicts in a workbook with these facts."""
    reading = read_workbook(a_filing(layout, facts), "now.xlsx")
    return list(compared(reading, WORKBOOKS[layout], past))


def codes(layout: str, facts: Facts, past: Past) -> set[str]:
    return {problem.rule for problem in found(layout, facts, past)}


def quiet(facts: Facts) -> Facts:
    """The same workbook in a quarter in which nothing was obligated or spent."""
    nothing = {"obligated": None, "spent": None, "category_5": None}
    return {
        sheet: [row | nothing for row in rows] if sheet in SHEETS else rows for sheet, rows in facts.items()
    }


def after(*before: Facts, layout: str = AGENCY, **given: Any) -> Past:
    """The past in which these workbooks were filed, one a quarter."""
    return Past(tuple(of_before(layout, facts, f"2020-Q{n}") for n, facts in enumerate(before, 2)), **given)


def test_a_first_report_agrees_with_a_past_of_nothing() -> None:
    assert codes(AGENCY, CRF, Past(is_first=True)) == set()
    assert codes(AGENCY, CRF, Past()) == set()


def test_a_quiet_quarter_agrees_with_the_report_before() -> None:
    assert codes(AGENCY, quiet(CRF), after(CRF)) == set()


@pytest.mark.parametrize(
    ("sheet", "first", "later"),
    [
        ("Contracts", "CRFP-031", "CRFP-032"),
        ("Grants", "CRFP-086", "CRFP-087"),
        ("Transfers", "CRFP-118", "CRFP-119"),
        ("Loans", None, "CRFP-106"),
        ("Direct", None, "CRFP-137"),
    ],
)
def test_an_award_is_what_is_obligated_to_it_in_all_reports(
    sheet: str, first: str | None, later: str
) -> None:
    short = changed(CRF, sheet, obligated=59999.99)
    assert codes(AGENCY, short, Past(is_first=True)) == ({first} if first else set())
    assert codes(AGENCY, short, Past()) == {later}
    assert later in codes(AGENCY, changed(quiet(CRF), sheet, obligated=0.01), after(CRF))


def test_the_sums_are_of_all_earlier_reports_and_not_of_the_last_one() -> None:
    raised = changed(quiet(CRF), "Contracts", amount=70000, obligated=10000)
    third = changed(quiet(CRF), "Contracts", amount=70000)
    assert codes(AGENCY, third, after(CRF, raised)) == set()
    assert "CRFP-032" in codes(AGENCY, third, after(raised))


@pytest.mark.parametrize(
    ("sheet", "of_amount", "of_obligations"),
    [
        ("Contracts", "CRFP-057", "CRFT-021"),
        ("Grants", "CRFP-090", "CRFT-021"),
        ("Transfers", "CRFP-120", "CRFT-021"),
        ("Direct", "CRFP-143", "CRFT-021"),
        ("Loans", None, "CRFT-026"),
    ],
)
def test_no_more_is_spent_in_all_reports_than_the_award_and_than_is_obligated(
    sheet: str, of_amount: str | None, of_obligations: str
) -> None:
    edge = changed(quiet(CRF), sheet, spent=10000, category_5=10000)
    above = changed(quiet(CRF), sheet, spent=10000.01, category_5=10000.01)
    assert codes(AGENCY, edge, after(CRF)) == set()
    assert codes(AGENCY, above, after(CRF)) == {code for code in (of_amount, of_obligations) if code}


def test_no_award_and_no_aggregate_is_more_than_the_program_received() -> None:
    aggregates = [{"kind": "Contracts", "obligated": 60000.01, "spent": 0}]
    facts = CRF | {"Aggregate Awards < 50000": aggregates}
    enough, short = Decimal("60000.01"), Decimal("60000.00")
    assert codes(AGENCY, facts, Past(received=enough)) == set()
    assert codes(AGENCY, facts, Past(received=short)) == {"CRFT-031"}
    assert codes(AGENCY, CRF, Past(received=Decimal("59999.99"))) == {"CRFT-011"}


def test_what_is_negative_over_all_reports_is_flagged() -> None:
    negative = changed(quiet(CRF), "Contracts", amount=0, obligated=-60000.01, spent=-50000.01)
    flags = {"CRFA-001": Severity.WARNING, "CRFA-002": Severity.WARNING}
    told = {problem.rule: problem.severity for problem in found(AGENCY, negative, after(CRF))}
    assert flags.items() <= told.items()
    aggregates = [{"kind": "Grants", "obligated": 5, "spent": 5.01}]
    assert codes(AGENCY, CRF | {"Aggregate Awards < 50000": aggregates}, Past()) == {"CRFA-006"}


def test_an_award_that_falls_below_fifty_thousand_becomes_zero_and_gives_back_what_was_obligated() -> None:
    fallen = changed(quiet(CRF), "Contracts", amount=40000, obligated=-20000)
    assert "CRFG-001" in codes(AGENCY, fallen, after(CRF))
    kept = changed(quiet(CRF), "Contracts", amount=0, obligated=-10000)
    assert "CRFG-002" in codes(AGENCY, kept, after(CRF))
    first = changed(CRF, "Contracts", spent=None, category_5=None)
    assert codes(AGENCY, changed(quiet(CRF), "Contracts", amount=0, obligated=-60000), after(first)) == set()


def test_an_award_stays_with_its_subrecipient() -> None:
    others = [*CRF["Subrecipient"], CRF["Subrecipient"][0] | {"id": "S2"}]
    moved = changed(quiet(CRF), "Grants", subrecipient="S2") | {"Subrecipient": others}
    assert codes(AGENCY, moved, after(CRF)) == {"CRFG-003"}


def test_an_award_changes_by_what_is_obligated_in_the_period() -> None:
    raised = changed(quiet(CRF), "Contracts", amount=70000, obligated=10000)
    assert codes(AGENCY, raised, after(CRF)) == set()
    wrong = changed(quiet(CRF), "Contracts", amount=70000, obligated=9999.99)
    assert codes(AGENCY, wrong, after(CRF)) == {"CRFG-004", "CRFP-032"}
    unchanged = changed(quiet(CRF), "Contracts", obligated=10000)
    assert codes(AGENCY, unchanged, after(CRF)) == {"CRFA-004", "CRFP-032"}


def test_sums_are_not_judged_while_an_earlier_report_is_missing_and_a_note_says_so() -> None:
    (note,) = found(AGENCY, changed(CRF, "Contracts", obligated=1), after(missing=("2020-Q2",)))
    assert (note.severity, note.rule) == (Severity.NOTE, "filing-past-missing")
    assert "2020-Q2" in note.message
    assert "CRFP-032" in note.message


UPLOADED = {
    "number": "C1",
    "subrecipient": "123456789",
    "amount": 60000,
    "awarded_on": date(2020, 9, 1),
    "project": "7",
    "obligated": 60000,
    "spent_project": "7",
    "spent": 50000,
    "spent_to": date(2020, 12, 1),
}
UPLOAD: Facts = {"Cover Page": [{"period_ends_on": date(2020, 12, 31)}], "Contracts": [UPLOADED]}


def test_an_upload_to_treasury_lies_within_the_program_and_is_obligated_in_all() -> None:
    assert codes(TREASURY, UPLOAD, Past(program_ends_on=date(2020, 12, 1))) == set()
    assert codes(TREASURY, UPLOAD, Past(program_ends_on=date(2020, 11, 30))) == {"CRFT-013"}
    (flag,) = found(TREASURY, changed(UPLOAD, "Contracts", obligated=59999.99), Past())
    assert (flag.rule, flag.severity) == ("CRFA-005", Severity.WARNING)


def test_cumulative_amounts_of_a_project_follow_the_last_report() -> None:
    first = changed(SLFRF, EC, current_period_obligations=80000)
    assert codes(ARPA, first, Past()) == set()
    now = changed(SLFRF, EC, total_obligations=80001, current_period_obligations=1, total_expenditures=150000)
    assert codes(ARPA, now, after(first, layout=ARPA)) == set()
    (problem,) = found(ARPA, changed(now, EC, total_obligations=80002), after(first, layout=ARPA))
    assert (problem.rule, problem.severity, problem.cells) == ("SLFG-006", Severity.WARNING, "E13, G13")


def test_a_project_keeps_its_category_its_agency_and_its_number() -> None:
    first = changed(SLFRF, EC, current_period_obligations=80000)
    now = changed(first, EC, current_period_obligations=0, total_expenditures=150000)
    other = changed(first, "Cover", category="2.2-Household Assistance: Rent, Mortgage, and Utility Aid")
    assert codes(ARPA, now, after(other, layout=ARPA)) == {"SLFG-007"}
    elsewhere = Past(elsewhere=(of_before(ARPA, first, "SA-2"),))
    (problem,) = found(ARPA, first, elsewhere)
    assert problem.rule == "SLFG-007"
    assert "SA-2" in problem.message
    renamed = changed(first, EC, project_identification_number="1.11")
    assert codes(ARPA, renamed, after(first, layout=ARPA)) == {"SLFT-019"}


def test_an_award_that_changed_since_the_last_report_says_why() -> None:
    first = changed(SLFRF, EC, current_period_obligations=80000)
    now = changed(first, EC, current_period_obligations=0, total_expenditures=150000)
    raised = changed(now, "Awards > 50000", award_amount=70001)
    assert codes(ARPA, raised, after(first, layout=ARPA)) == {"SLFG-008"}
    said = changed(raised, "Awards > 50000", edited_subaward_amount_explanation="More meals")
    assert codes(ARPA, said, after(first, layout=ARPA)) == set()


def test_a_capital_project_stays_with_its_subrecipient_and_a_new_one_has_no_profile() -> None:
    project = {
        "identification_number": "P1",
        "subrecipient_uei": "ABCDEF123456",
        "subrecipient_tin": "123456789",
    }
    recipient = {"unique_entity_identifier": "ABCDEF123456", "recipient_profile_id": "17"}
    facts: Facts = {"Cover": [{"use": "1A"}], "Project": [project], "Subrecipients": [recipient]}
    assert codes(CPF, facts, after(facts, layout=CPF)) == set()
    assert codes(CPF, facts, Past()) == {"CPFT-022"}
    (problem,) = found(CPF, changed(facts, "Project", subrecipient_tin="123456780"), after(facts, layout=CPF))
    assert (problem.rule, problem.severity) == ("CPFG-001", Severity.WARNING)
