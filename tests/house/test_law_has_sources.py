"""The house: every legal number names its source and its dates."""

import re
from datetime import date

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
