"""Every rule against its cases, which are data: ``cases/<code>.toml``.

The rule sees no more than the columns and the legal numbers that it declares.
"""

import pytest

from grants.compliance.case import CASES, cases_of
from grants.compliance.law import law
from grants.compliance.rule import RULES, judge
from tests.compliance.cases import books_of, subject_of

EACH = [
    pytest.param(file.stem, case, id=f"{file.stem}: {case.name}")
    for file in sorted(CASES.glob("*.toml"))
    for case in cases_of(file.stem)
]


@pytest.mark.parametrize(("code", "case"), EACH)
def test_a_rule_finds_what_its_case_says(code, case):
    known = {number: law[number] for number in RULES[code].law}
    breaches = judge(books_of(case.given).narrowed(RULES[code].reads), known, codes=[code])
    found = [(breach.subject, breach.id) for breach in breaches]
    assert found == [subject_of(text) for text in case.finds]
    if case.says is not None:
        assert breaches[0].sentence == case.says
    assert all(breach.severity is RULES[code].severity for breach in breaches)
