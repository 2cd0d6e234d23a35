"""All filings of a period: as a zip, and judged by the rules of today."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from grants.ledger.models import Kind
from reporting.filings.bundle import rejudged, zip_of
from reporting.filings.models import Filing, Stage
from tests.builders import Office
from tests.filings.builders import County, a_cost

pytestmark = pytest.mark.django_db


def unpacked(county: County, person: object) -> dict[str, bytes]:
    out = BytesIO()
    zip_of(county.period(), out, person=person)
    with ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_filings_of_a_period_come_as_a_zip_with_an_index(county: County) -> None:
    replaced = county.posted(a_cost("10.00"))
    filing = county.posted(a_cost("11.00"))
    files = unpacked(county, county.office.auditor)
    path = f"{county.subaward.number}/{filing.number} {filing.name}"
    assert set(files) == {path, "index.csv"}
    assert files[path] == bytes(filing.kept.content)
    index = files["index.csv"].decode("utf-8-sig")
    assert filing.sha256 in index
    assert replaced.sha256 not in index


def test_a_name_leads_nowhere_and_runs_as_nothing(county: County) -> None:
    county.files(name="../../=HYPERLINK(1)|x\\..\\evil.csv")
    files = unpacked(county, county.office.auditor)
    assert all(".." not in name.split("/") and "\\" not in name for name in files)
    assert not any(
        line.startswith("=") or ",=" in line for line in files["index.csv"].decode("utf-8-sig").splitlines()
    )


def test_nobody_takes_away_what_others_filed(county: County, office: Office) -> None:
    county.files()
    assert set(unpacked(county, County(office).preparer)) == {"index.csv"}


def test_judging_a_period_anew_shows_what_differs_and_changes_nothing(county: County) -> None:
    filing = county.signed(a_cost("600.00"))
    assert list(rejudged(county.period(), person=county.office.program_officer)) == []
    county.office.posts(county.subaward, Kind.EXPENDITURE, "500.00")
    [found] = rejudged(county.period(), person=county.office.program_officer)
    assert (found.filing, found.new_errors, found.gone) == (filing, 1, [])
    assert found.new[0]["rule"] == "filing-over-obligated"
    assert Filing.objects.get(pk=filing.pk).stage == Stage.CERTIFIED
