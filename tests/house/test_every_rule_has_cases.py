"""The house: a rule has a case that it finds and one that it does not, and cases have their rule."""

import pytest

from grants.compliance.case import CASES, cases_of
from grants.compliance.rule import RULES

COMPUTED = [code for code in RULES if not RULES[code].is_attested]


@pytest.mark.parametrize("code", COMPUTED)
def test_a_rule_has_a_case_in_breach_and_a_clean_one(code):
    cases = cases_of(code)
    assert any(case.is_breach for case in cases)
    assert any(not case.is_breach for case in cases)
    assert any(case.says for case in cases), "no case shows the sentence"


@pytest.mark.parametrize("code", COMPUTED)
def test_a_rule_says_what_law_it_rests_on_and_what_to_do(code):
    rule = RULES[code]
    assert any(law in rule.cites for law in ("CFR", "U.S.C.", "FR", "Treasury", "State statute")), rule.cites
    assert all((rule.title, rule.says, rule.fix, rule.filter.__doc__))


def test_there_are_no_cases_without_a_rule():
    assert {file.stem for file in CASES.glob("*.toml")} == set(COMPUTED)
