"""The house: every legal number names its source and its dates."""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from grants.compliance.law import law

CITED = re.compile(r"\d+ (CFR|U\.S\.C\.|FR) |Treasury")


@pytest.mark.parametrize("code", list(law))
def test_a_legal_number_has_a_source_a_first_day_and_a_day_of_review(code):
    number = law[code]
    assert isinstance(number.reviewed, date)
    assert all((number.title, number.unit, number.selected_by))
    for edition in number.values:
        assert isinstance(edition.starts_on, date)
        assert edition.starts_on <= number.reviewed
        assert CITED.search(edition.source), edition.source


FOLDER = Path(__file__).parents[2] / "grants" / "compliance" / "requirements"
QUESTIONS = {
    code: table["asks"]
    for file in sorted(FOLDER.glob("*.toml"))
    for code, table in tomllib.loads(file.read_text(encoding="utf-8")).items()
    if "asks" in table
}
FIGURE = re.compile(
    r"\$\d|\d percent|\d (days|months|years|hours|Mbps|milliseconds)|[A-Z][a-z]+ \d{1,2}, \d{4}"
)


@pytest.mark.parametrize("code", list(QUESTIONS))
def test_a_question_names_its_legal_numbers_and_types_none(code):
    assert not FIGURE.search(QUESTIONS[code])
