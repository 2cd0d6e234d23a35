"""The lists of Ohio: their columns, and reading them all before anything is written."""

from collections.abc import Iterator
from pathlib import Path

from demo.tables import (
    Column,
    Row,
    Table,
    altered,
    codes,
    dollars_from_float,
    known_day,
    known_days,
    one_of,
    speeds,
    text,
)
from grants.kernel.refusals import Problem, Unreadable
from grants.programs.readers import count, day, identifier, money

FOLDER = Path(__file__).parent
GOVERNMENTS = ("county", "city", "village", "municipality", "township")
REPORTED = ("City Of Cincinnati, Ohio", "Franklin County, Ohio", "Hamilton County, Ohio")
"""Governments whose reports by project the list has."""


def _words(heading: str) -> Column:
    return Column(heading, text, is_required=False, default="")


def _code(heading: str) -> Column:
    return Column(heading, identifier, is_required=False, default="")


def _amount_or_nothing(heading: str) -> Column:
    return Column(heading, money, is_required=False)


_COUNTY = (Column("county_fips", identifier), _words("county"))

TABLES = {
    "local_governments": Table(
        "local_governments.csv",
        (
            Column("lg_key", identifier), Column("government_type", one_of(*GOVERNMENTS)), *_COUNTY,
            Column("name", text), _code("place_fips"),
            Column("pop_estimate_2021", count, is_required=False),
            Column("county_rucc_2023", count, is_required=False),
            Column("slfrf_path", text), Column("slfrf_allocation", money),
        ),
        key=("lg_key",),
    ),
    "neu": Table(
        "neu_allocations_2022-05-13.csv",
        (
            *_COUNTY, Column("entity_type", text), Column("entity_name", text),
            Column("application_status", one_of("Y", "N", "T")), Column("application_status_text", text),
            Column("potential_allocation", money), _amount_or_nothing("first_tranche_initial"),
            _amount_or_nothing("first_tranche_reallocation"), _amount_or_nothing("second_tranche"),
            _amount_or_nothing("total_allocation"),
        ),
        key=("county_fips", "entity_type", "entity_name"),
    ),
    "county_allocations": Table(
        "slfrf_county_allocations.csv",
        (Column("fips", identifier), Column("county_name_treasury", text), Column("allocation", money)),
        key=("fips",),
    ),
    "metropolitan_allocations": Table(
        "slfrf_metropolitan_city_allocations.csv",
        (*_COUNTY, Column("city_name_treasury", text), _code("place_fips"), Column("allocation", money)),
        key=("county_fips", "city_name_treasury"),
    ),
    "reporting_status": Table(
        "slfrf_recipient_reporting_status_2022-02.csv",
        (Column("recipient_name", text), _code("slt_award_number")),
        key=("recipient_name",),
    ),
    "project_reports": Table(
        "slfrf_project_expenditures_2021Q4_2022Q2.csv",
        (
            Column("fips", identifier), Column("recipient_name", one_of(*REPORTED)),
            _words("completion_status"),
            Column("project_name", text), _words("ec"), _code("ec_code"), _words("project_description"),
            Column("adopted_budget", dollars_from_float, is_required=False),
            Column("total_cumulative_obligations", dollars_from_float),
            Column("total_cumulative_expenditures", dollars_from_float), Column("period_end", day),
        ),
    ),
    "hb614": Table(
        "crf_hb614_local_distributions_2020.csv",
        (
            *_COUNTY, Column("entity_name", text), Column("entity_type", one_of(*GOVERNMENTS)),
            Column("amount", money), _words("source_address"),
        ),
        key=("county_fips", "entity_type", "entity_name"),
    ),
    "crf_rounds": Table(
        "crf_state_to_local_rounds_2020.csv",
        (Column("distribution", text), Column("amount", money), _words("source_address")),
        key=("distribution",),
    ),
    "state_programs": Table(
        "arpa_state_programs.csv",
        (
            Column("program", text), Column("amount", money), _amount_or_nothing("amount_revised"),
            Column("date", known_days), _words("note"), _words("detail"),
        ),
        key=("program",),
    ),
    "subawards": Table(
        "arpa_state_subawards_announced.csv",
        (
            Column("program", text), _words("round"), Column("announced", known_day),
            Column("subrecipient", text), _words("county"), _code("county_fips"),
            Column("award_amount", money), _words("purpose"), _words("federal_source"),
            _words("source_address"),
        ),
        key=("program", "round", "subrecipient", "purpose"),
    ),
    "orbeg": Table(
        "broadband_orbeg_round2_awards_2024.csv",
        (
            Column("awardee", text), Column("counties", codes), Column("award_amount", money),
            Column("households", count), Column("county_fips", codes), Column("announced", known_day),
            _words("funding"), Column("minimum_speed_mbps", speeds),
        ),
        key=("awardee", "county_fips"),
    ),
    "broadband_rounds": Table(
        "broadband_program_rounds.csv",
        (
            Column("program_round", text), Column("announced", known_day), Column("amount", money),
            _words("funding"), _words("note"),
        ),
        key=("program_round",),
    ),
    "bead": Table(
        "bead_allocations.csv", (Column("state_abbr", identifier), Column("allocation", money)),
        key=("state_abbr",),
    ),
    "tracts": Table(
        "fcc_bdc_tracts_2024-06.csv",
        (
            Column("GEOID", identifier), Column("CountyGEOID", identifier), Column("TotalBSLs", count),
            Column("UnservedBSLs", count), Column("UnderservedBSLs", count), Column("ServedBSLs", count),
        ),
        key=("GEOID",), whole="TotalBSLs", parts=("UnservedBSLs", "UnderservedBSLs", "ServedBSLs"),
    ),
}  # fmt: skip


def read_all(folder: Path = FOLDER) -> dict[str, list[Row]]:
    """Every list, read and compared with its published bytes. Raises Unreadable with all problems of all."""
    problems: list[Problem] = list(altered(folder))
    lists: dict[str, list[Row]] = {}
    for name, table in TABLES.items():
        try:
            lists[name] = table.rows(folder)
        except Unreadable as unreadable:
            problems.extend(unreadable.problems)
    if not problems:
        problems.extend(_strangers(lists))
    if problems:
        raise Unreadable(dict.fromkeys(problems))
    return lists


def _strangers(lists: dict[str, list[Row]]) -> Iterator[Problem]:
    """Places and counties of other lists that are not among the local governments."""
    known = {(row["county_fips"], row["name"]) for row in lists["local_governments"]}
    for row in lists["neu"]:
        if (row["county_fips"], row["entity_name"]) not in known:
            says = f"There is no local government “{row['entity_name']}” in the county {row['county_fips']}."
            yield Problem(says, TABLES["neu"].file, row["row"], "entity_name")
    programs = [row["program"] for row in lists["state_programs"]]
    for row in lists["subawards"]:
        if not any(program.startswith(row["program"]) for program in programs):
            says = f"There is no state program “{row['program']}”."
            yield Problem(says, TABLES["subawards"].file, row["row"], "program")
    counties = {fips for fips, _ in known}
    for name, heading in (
        ("county_allocations", "fips"),
        ("tracts", "CountyGEOID"),
        ("hb614", "county_fips"),
    ):
        for row in lists[name]:
            if row[heading] not in counties:
                says = f"There is no county {row[heading]} among the local governments."
                yield Problem(says, TABLES[name].file, row["row"], heading)
