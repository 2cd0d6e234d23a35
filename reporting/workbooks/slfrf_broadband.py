"""Treasury's file of the locations that a broadband project of ARPA recovery funds (SLFRF) serves.

Field ids stand in row 4, lines begin in row 8. It has no money: nothing of it comes into the ledger. Source:
the template of May 25, 2023, in usdigitalresponse/usdr-gost, ``arpa_reporter/data/treasury``.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from reporting.cells import Unreadable, code, plain, shortened, text, whole_number
from reporting.checks import holds, needed
from reporting.layout import WORKBOOKS, Column, Sheet, Workbook
from reporting.rows import Row

NAME = "Broadband Locations"
TECHNOLOGIES = ("Fiber", "Coaxial Cable", "Terrestrial Fixed Wireless", "Other")
KINDS = ("Residential", "Business", "Community Anchor Institution")
SPEEDS = ("Below 25/3 Mbps", "25/3 Mbps or greater but less than 100/20 Mbps")


def number(cell: Any) -> Decimal:
    """A number with any decimals: degrees, megabits per second, milliseconds."""
    try:
        found = Decimal(plain(cell))
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite():
        raise Unreadable(f"“{shortened(plain(cell))}” is not a number.", "Write digits, such as 39.9612.")
    return found


def _measured(field_id: str, name: str, heading: str) -> Column:
    return Column(heading, name, number, is_required=True, field_id=field_id)


def _speed(field_id: str, heading: str) -> Column:
    name = field_id.removesuffix("__c").lower()
    return _measured(field_id, name, f"{heading} at Location Post-Investment")


LOCATIONS = Sheet(
    NAME,
    (
        Column("Fabric ID Number", "fabric_id", code, is_required=True, longest=20,
               field_id="Fabric_ID_Number__c"),
        _measured("Latitude__c", "latitude", "Location Latitude"),
        _measured("Longitude__c", "longitude", "Location Longitude"),
        Column("FCC Issued Provider ID #", "provider", code, is_required=True, field_id="Provider_ID__c"),
        Column("Technology Type at Location", "technology", text, one_of=TECHNOLOGIES, is_required=True,
               field_id="Technology_Type_at_Location__c"),
        Column("if Other, Specify (Actual)", "other_technology", text, field_id="Technology_Type_Other__c"),
        Column("Location Type", "kind", text, one_of=KINDS, is_required=True, field_id="Location_Type__c"),
        Column("Housing Units at Location", "units", whole_number, field_id="Housing_Units_at_Location__c"),
        Column("Speed Pre-Investment", "speed_before", text, one_of=SPEEDS, is_required=True,
               field_id="Speed_Pre_Investment__c"),
        _speed("Max_Download_Speed_Offered__c", "Maximum Download Speed Offered"),
        _speed("Max_Download_Speed_Delivered__c", "Maximum Download Speed Delivered"),
        _speed("Max_Upload_Speed_Offered__c", "Maximum Upload Speed Offered"),
        _speed("Max_Upload_Speed_Delivered__c", "Maximum Upload Speed Delivered"),
        _speed("Latency_Delivered_at_Location__c", "Latency Delivered"),
    ),
    also=("slfrfBroadbandLocationBulkUpload", "SLFRF Broadband Location Template", "Template", "Sheet1"),
    headings_on=4,
    starts_on=8,
)  # fmt: skip


def _within(most: int) -> Any:
    return lambda value, row: -most <= value <= most


def is_home(row: Row) -> bool:
    """Whether people live at the location."""
    return bool(row["kind"] == "Residential")


WORKBOOKS.add(
    "slfrf-broadband/20230525",
    Workbook(
        "slfrf-broadband/20230525",
        "Locations of a broadband project of ARPA recovery funds",
        "slfrf",
        (LOCATIONS,),
        marks=(),
        headings=tuple((NAME, c.field_id) for c in LOCATIONS.columns),
        rules=(
            needed("SLFT-040", NAME, "units", is_home, "A residential location needs its housing units."),
            needed("SLFT-041", NAME, "other_technology", lambda row: row["technology"] == "Other",
                   "Another technology is to be named."),
            holds("slfrf-location-on-earth", NAME, "latitude", _within(90), "{value} is no latitude."),
            holds("slfrf-location-on-earth", NAME, "longitude", _within(180), "{value} is no longitude."),
        ),
        keeps_rows=True,
        source="SLFRF Broadband Location Template, 2023.5.25",
    ),
)  # fmt: skip
