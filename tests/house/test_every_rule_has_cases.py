"""The house: a rule has a case that it finds and one that it does not, and cases have their rule."""

from pathlib import Path

import pytest

from grants.compliance.rule import RULES
from tests.compliance.cases import cases_of

COMPUTED = [code for code in RULES if not RULES[code].is_attested]
FOLDER = Path(__file__).parent.parent / "rules"


@pytest.mark.parametrize("code", COMPUTED)
def test_a_rule_has_a_case_in_breach_and_a_clean_one(code):
    cases = cases_of(FOLDER / f"{code}.toml")
    assert any(case["finds"] for case in cases)
    assert any(not case["finds"] for case in cases)
    assert any("says" in case for case in cases), "no case shows the sentence"


@pytest.mark.parametrize("code", COMPUTED)
def test_a_rule_says_what_law_it_rests_on_and_what_to_do(code):
    rule = RULES[code]
    assert any(law in rule.cites for law in ("CFR", "U.S.C.", "FR", "Treasury")), rule.cites
    assert all((rule.title, rule.says, rule.fix, rule.filter.__doc__))


def test_there_are_no_cases_without_a_rule():
    assert {file.stem for file in FOLDER.glob("*.toml")} == set(COMPUTED)
