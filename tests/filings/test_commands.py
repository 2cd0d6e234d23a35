"""Filings by command: the same actions, each by the person who may."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from grants.kernel.roles import Role
from reporting.filings.models import Filing, Stage
from reporting.filings.reading import as_file
from tests.builders import Office, a_person
from tests.filings.builders import County, a_cost

pytestmark = pytest.mark.django_db


@pytest.fixture
def county(office: Office) -> County:
    """A county whose periods are open."""
    county = County(office)
    county.period()
    return county


def received(county: County, path: Path, *rows: dict[str, str], **given: Any) -> Filing:
    path.write_bytes(as_file(rows or [a_cost()]))
    named = {"subaward": county.subaward.number, "period": "2022-Q2", **given}
    call_command("receive_filing", str(path), **named)
    return Filing.objects.get()


def test_a_file_is_received_for_its_clerk(county: County, tmp_path: Path) -> None:
    filing = received(county, tmp_path / "costs.csv")
    assert (filing.stage, filing.prepared_by, filing.name) == (Stage.CHECKED, county.preparer, "costs.csv")


def test_accepted_at_once_it_is_signed_by_one_and_accepted_by_another(county: County, tmp_path: Path) -> None:
    filing = received(county, tmp_path / "costs.csv", a_cost(incurred_on="2022-03-31"), accept=True)
    assert filing.stage == Stage.POSTED
    assert filing.acknowledged_by == county.preparer
    assert (filing.certified_by, filing.decided_by) == (county.certifier, county.office.fiscal_officer)


def test_an_error_is_told_with_its_cell_and_fails(county: County, tmp_path: Path, capsys: Any) -> None:
    with pytest.raises(CommandError, match="stays a draft"):
        received(county, tmp_path / "costs.csv", a_cost("ten"), accept=True)
    assert "error: Costs" in capsys.readouterr().err
    assert Filing.objects.get().stage == Stage.DRAFT


def test_what_cannot_be_filed_says_why(county: County, tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    received(county, path)
    for given, says in (
        ({}, "filed already"),
        ({"period": "2022-Q9"}, "There are: 2021-Q4"),
        ({"subaward": "SA-NONE"}, "There is no subaward"),
        ({"by": "nobody@example.gov"}, "There is no person"),
        ({"by": county.certifier.email, "period": "2022-Q3"}, "may not do this"),
    ):
        with pytest.raises(CommandError, match=says):
            received(county, path, **given)
    path.write_bytes(bytes(10))
    with pytest.raises(CommandError, match=r"costs\.csv"):
        call_command("receive_filing", str(path), subaward=county.subaward.number, period="2022-Q2")


def test_where_several_may_one_is_named(county: County, tmp_path: Path) -> None:
    second = a_person(Role.PREPARER, county.party)
    with pytest.raises(CommandError, match="name one"):
        received(county, tmp_path / "costs.csv")
    assert received(county, tmp_path / "costs.csv", by=second.email).prepared_by == second
