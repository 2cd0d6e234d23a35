"""Broadband progress: where awards build, for how many households, how fast, and what need there is."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum

from grants.broadband.models import ServiceArea, TractNeed
from grants.kernel.money import shown, total
from grants.kernel.periods import long_date
from grants.ledger.queries import Standing, standings
from grants.programs.models import Family, Program
from grants.subawards.models import Stage
from reporting.blocks import Block, Column, Facts, FigureTable, Heading, LedgerTable, Notes, Prose
from reporting.report import REPORTS, Report
from reporting.reports.by_county import county_map

NOT_RECORDED = "not recorded"
FAMILIES = frozenset({Family.CPF, Family.BEAD, Family.SDECGP, Family.MIDDLE_MILE, Family.STATE_BROADBAND})
"""Families whose programs this report is about; the Capital Projects Fund pays other projects as well."""

MONEY = ("obligated", "spent", "paid")
NEED = ("locations", "unserved", "underserved")
_NOTES = (
    (
        "Households and speeds are those that each award promises: the least download and upload speed, in "
        "megabits a second. They are not measured."
    ),
    "An award that builds in several counties is counted in each; its households are not told by county.",
    (
        "Unserved and underserved are locations without 25/3 and without 100/20 megabits a second in the "
        "data of that day (47 U.S.C. 1702(a)(1))."
    ),
    "What is “not recorded” is not in these books; nothing is inferred from the money.",
)


def gather(programs: Sequence[Program], through: date, as_known_at: datetime) -> dict[str, Any]:
    """Areas, households, speeds and dollars of broadband programs, and the need by county."""
    chosen = [program for program in programs if program.family in FAMILIES]
    keys = [program.pk for program in chosen]
    where = {"program_id": keys}
    known = standings("subaward_id", through=through, as_known_at=as_known_at, where=where) if keys else {}
    areas = (
        ServiceArea.objects.filter(
            subaward__program__in=keys,
            subaward__stage__in=(Stage.ISSUED, Stage.CLOSED),
            subaward__issued_on__lte=through,
        )
        .select_related("subaward__program", "subaward__subrecipient")
        .prefetch_related("counties")
        .order_by("subaward__number")
    )
    agencies = [(program.agency_id, program.agency.parent_id) for program in chosen]
    keepers = {party for both in agencies for party in both if party}
    return {
        "through": through,
        "as_known_at": as_known_at,
        "programs": [[program.name, program.get_family_display()] for program in chosen],
        "areas": [_area(area, known.get(area.subaward_id, Standing())) for area in areas],
        **_need(keepers, through),
    }


def _area(area: ServiceArea, standing: Standing) -> dict[str, Any]:
    subaward = area.subaward
    counties = sorted(area.counties.all(), key=lambda county: county.name)
    return {
        "number": subaward.number,
        "subrecipient": subaward.subrecipient.name,
        "program": subaward.program.name,
        "is_sample": subaward.is_sample or subaward.program.is_sample,
        "counties": [[county.county_fips, county.county_name or county.name] for county in counties],
        "households": area.households,
        "download": area.download_mbps,
        "upload": area.upload_mbps,
        "obligated": standing.obligated,
        "spent": standing.spent,
        "paid": standing.paid,
    }


def _need(keepers: set[int], through: date) -> dict[str, Any]:
    """Locations by kind of service in each county, in the newest data of a day up to then."""
    tracts = TractNeed.objects.filter(county__kept_by__in=keepers, as_of__lte=through)
    day = tracts.aggregate(Max("as_of"))["as_of__max"]
    newest = tracts.filter(as_of=day)
    rows: Any = newest.values("county__county_fips", "county__county_name", "county__name").annotate(
        **{f"all_{name}": Sum(name) for name in NEED}
    )
    source = newest.order_by("pk").first()
    return {
        "need_on": day,
        "need_source": source.source if source else "",
        "need": [
            {
                "fips": row["county__county_fips"],
                "county": row["county__county_name"] or row["county__name"],
                **{name: row[f"all_{name}"] for name in NEED},
            }
            for row in rows.order_by("county__county_fips")
        ],
    }


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """The programs in short, each award's area, then the need by county on a map."""
    yield Heading("Broadband progress")
    yield Facts((("Money incurred through", figures["through"]), ("As known at", figures["as_known_at"])))
    if not figures["programs"]:
        yield Prose("None of these programs is a broadband program.")
        return
    yield Heading("Programs", 2)
    yield Facts(tuple((name, family) for name, family in figures["programs"]))
    for is_sample, title in ((False, "Awards and their areas"), (True, "Sample awards: made up, not real")):
        areas = [area for area in figures["areas"] if area["is_sample"] == is_sample]
        if areas or not is_sample:
            yield Heading(title, 2)
            yield from _areas(title, areas)
    yield Heading("Need by county", 2)
    yield from _composed_need(figures)
    source = f"Source of the need: {figures['need_source']}." if figures["need_source"] else ""
    yield Notes([*_NOTES, *filter(None, [source])])


def _areas(title: str, areas: list[dict[str, Any]]) -> Iterator[Block]:
    if not areas:
        yield Prose("No area of an award is recorded.")
        return
    counties = {fips for area in areas for fips, _ in area["counties"]}
    yield Facts(
        (
            ("Awards", len(areas)),
            ("Counties", len(counties)),
            ("Households to get service", sum(area["households"] for area in areas)),
            ("Obligated ($)", total(area["obligated"] for area in areas)),
            ("Spent ($)", total(area["spent"] for area in areas)),
            ("Households served so far", NOT_RECORDED),
            ("Technology", NOT_RECORDED),
            ("Speeds measured", NOT_RECORDED),
        )
    )
    building: dict[str, int] = {}
    for area in areas:
        for fips, _ in area["counties"]:
            building[fips] = building.get(fips, 0) + 1
    if map := county_map(
        "Awards that build in each county", "Awards", building, kind="count", height=300.0, has_table=False
    ):
        yield map
    yield _table(title, areas)


def _table(title: str, areas: list[dict[str, Any]]) -> LedgerTable:
    sums = (total(area[money] for area in areas) for money in MONEY)
    return LedgerTable(
        f"{title}, in dollars",
        (
            Column("Award and provider", weight=2),
            Column("Counties", weight=2),
            Column("Households", "count"),
            Column("Down/up"),
            *(Column(money.capitalize(), "dollars") for money in MONEY),
        ),
        [
            (
                f"{area['number']} {area['subrecipient']}",
                ", ".join(name for _, name in area["counties"]) or NOT_RECORDED,
                area["households"],
                f"{area['download']:,}/{area['upload']:,}",
                *(area[money] for money in MONEY),
            )
            for area in areas
        ],
        (f"Total of {len(areas):,}", None, sum(area["households"] for area in areas), None, *sums),
    )


def _composed_need(figures: dict[str, Any]) -> Iterator[Block]:
    rows = figures["need"]
    if not rows:
        yield Prose("The need of census tracts is not recorded.")
        return
    builds = {fips for area in figures["areas"] if not area["is_sample"] for fips, _ in area["counties"]}
    lacking = {row["fips"]: row["unserved"] + row["underserved"] for row in rows}
    obligated = total(area["obligated"] for area in figures["areas"] if not area["is_sample"])
    inside = sum(count for fips, count in lacking.items() if fips in builds)
    yield Prose(
        f"{sum(lacking.values()):,} of {sum(row['locations'] for row in rows):,} locations were unserved or "
        f"underserved on {long_date(figures['need_on'])}; {inside:,} of "
        f"them lie in the {len(builds):,} counties where these awards of {shown(obligated)} build."
    )
    if map := county_map(
        "Locations without enough service, by county",
        "Unserved and underserved locations",
        lacking,
        kind="count",
        has_table=False,
    ):
        yield map
    sums = [sum(row[name] for row in rows) for name in NEED]
    yield FigureTable(
        "Locations by county",
        (
            Column("County"),
            *(Column(name.capitalize(), "count") for name in NEED),
            Column("Lacking", "share"),
            Column("An award builds"),
        ),
        [
            (
                row["county"],
                *(row[name] for name in NEED),
                _share(lacking[row["fips"]], row["locations"]),
                "yes" if row["fips"] in builds else "",
            )
            for row in rows
        ],
        ("Total", *sums, _share(sums[1] + sums[2], sums[0]), None),
    )


def _share(part: int, whole: int) -> Decimal | None:
    return Decimal(part) / whole if whole else None


REPORTS.add(
    "broadband-progress",
    Report("Broadband progress", "47 U.S.C. 1702, 42 U.S.C. 804", gather, compose),
)
