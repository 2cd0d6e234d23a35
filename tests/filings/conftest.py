"""What every test of filings may ask for."""

import pytest

from tests.builders import Office
from tests.filings.builders import County


@pytest.fixture
def county(office: Office) -> County:
    """A county with a subaward of $1,000, a clerk and a certifying officer."""
    return County(office)
