"""The house: nothing that the law asks is left out, and a rule names what it reads, no more and no less.

That it names no less the cases show: there a rule sees nothing else.
"""

from pathlib import Path

import pytest

from grants.compliance.case import Case, cases_of
from grants.compliance.frames import FRAMES, Kind
from grants.compliance.law import law
from grants.compliance.places import NAMED_BY
from grants.compliance.requirement import REQUIREMENTS
from grants.compliance.rule import RULES, judge
from tests.compliance.cases import books_of

COMPUTED = [code for code in RULES if not RULES[code].is_attested]


def found(code: str, case: Case, without: tuple[str, str] | None = None) -> list[tuple[int, str]]:
    """What a rule finds in a case, each with its sentence, perhaps without one of its columns."""
    reads = dict(RULES[code].reads)
    if without:
        reads[without[0]] -= {without[1]}
    breaches = judge(books_of(case.given).narrowed(reads), law, codes=[code])
    return [(breach.id, breach.sentence) for breach in breaches]


def needs(code: str, column: tuple[str, str]) -> bool:
    """Whether some case cannot be judged, or is judged otherwise, without a column."""
    for case in cases_of(code):
        try:
            if found(code, case, column) != found(code, case):
                return True
        except (AttributeError, KeyError, ValueError):
            return True
    return False


def test_the_readme_counts_what_is_computed_and_what_is_asked():
    readme = " ".join((Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").split())
    assert f"{len(COMPUTED)} are computed from the books" in readme
    assert f"The other {len(RULES) - len(COMPUTED)} rest on a person's word" in readme


def says_where(frame: str, column: str) -> bool:
    """Whether a column may be read for no more than to say where a breach is, and of what."""
    return column in NAMED_BY or FRAMES[frame].columns[column] is Kind.KEY


def test_there_are_185_requirements_and_each_has_its_rule():
    assert len(REQUIREMENTS) == 185
    assert set(RULES) == set(REQUIREMENTS)
    assert all(RULES[code].requirement is REQUIREMENTS[code] for code in RULES)


@pytest.mark.parametrize("code", list(RULES))
def test_the_legal_numbers_that_a_rule_names_exist(code):
    assert set(RULES[code].law) <= set(law)


@pytest.mark.parametrize("code", COMPUTED)
def test_a_rule_uses_every_column_that_it_says_it_reads(code):
    columns = [(frame, column) for frame, named in RULES[code].reads.items() for column in sorted(named)]
    assert columns
    columns = [each for each in columns if not says_where(*each)]
    assert [column for column in columns if not needs(code, column)] == []
