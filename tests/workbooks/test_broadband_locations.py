"""Treasury's file of broadband locations: known by its field ids, judged by cell and row, without lines."""

from typing import Any

import pytest

from reporting.workbook import WORKBOOKS, Reading
from tests.workbooks.builders import a_file, read, told

LAYOUT = "slfrf-broadband/20230525"
HOME = {
    "fabric_id": "1234567890",
    "latitude": 39.96118,
    "longitude": -82.99879,
    "provider": "130077",
    "technology": "Fiber",
    "kind": "Residential",
    "units": 1,
    "speed_before": "Below 25/3 Mbps",
    "max_download_speed_offered": 1000,
    "max_download_speed_delivered": 940.5,
    "max_upload_speed_offered": 1000,
    "max_upload_speed_delivered": 900,
    "latency_delivered_at_location": 11.2,
}


def locations(*rows: dict[str, Any]) -> Reading:
    """What a file with these locations says, under the ids that Treasury gives its columns."""
    columns = WORKBOOKS[LAYOUT].sheets[0].columns
    above: list[list[Any]] = [["A title"], [], [], [column.field_id for column in columns], [], [], []]
    return read(a_file({"Sheet1": above + [[row.get(c.name) for c in columns] for row in rows]}))


def test_a_file_of_locations_is_known_by_its_field_ids_and_has_no_lines() -> None:
    reading = locations(HOME)
    assert (reading.layout, reading.problems) == (LAYOUT, ())
    assert str(reading.rows["Broadband Locations"][0]["latitude"]) == "39.96118"
    assert not list(reading.lines())


@pytest.mark.parametrize(
    ("changed", "rule", "cell"),
    [
        ({"units": None}, "SLFT-040", "H8"),
        ({"technology": "Other"}, "SLFT-041", "F8"),
        ({"latitude": 139.96}, "slfrf-location-on-earth", "B8"),
        ({"longitude": "west"}, "wb-cell-unreadable", "C8"),
        ({"provider": None}, "wb-cell-blank", "D8"),
    ],
)
def test_one_wrong_cell_of_a_location_breaks_one_rule(changed: dict[str, Any], rule: str, cell: str) -> None:
    assert told(locations(HOME | changed)) == {(rule, "Sheet1", cell)}


def test_a_shop_has_no_housing_units() -> None:
    assert locations(HOME | {"kind": "Business", "units": None}).problems == ()
