"""Every rule against its cases, which are data: tests/rules/<code>.toml.

The rule sees no more than the columns and the legal numbers that it declares.
"""

from pathlib import Path

import pytest

from grants.compliance.law import law
from grants.compliance.rule import RULES, judge
from tests.compliance.cases import books_of, cases_of, subject_of

FOLDER = Path(__file__).parent.parent / "rules"
CASES = [
    pytest.param(file.stem, case, id=f"{file.stem}: {case['name']}")
    for file in sorted(FOLDER.glob("*.toml"))
    for case in cases_of(file)
]


@pytest.mark.parametrize(("code", "case"), CASES)
def test_a_rule_finds_what_its_case_says(code, case):
    asked = {"name", "finds", "says"}
    books = books_of({key: case[key] for key in case if key not in asked})
    known = {number: law[number] for number in RULES[code].law}
    breaches = judge(books.narrowed(RULES[code].reads), known, codes=[code])
    found = [(breach.subject, breach.id) for breach in breaches]
    assert found == [subject_of(text) for text in case["finds"]]
    if "says" in case:
        assert breaches[0].sentence == case["says"]
    assert all(breach.severity is RULES[code].severity for breach in breaches)
