"""A list that is not as published is told with its place, and nothing of any list is loaded."""

import hashlib
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import override_settings

from demo.ohio.files import FOLDER, TABLES, read_all
from demo.ohio.load import load
from demo.tables import dollars_from_float, known_day, sources
from grants.kernel.refusals import Problem, Refusal, Unreadable
from grants.parties.models import Party, User
from tests.demo.conftest import IN_THE_DEMONSTRATION

PLACES = "local_governments.csv"
NEU = "neu_allocations_2022-05-13.csv"
TRACTS = "fcc_bdc_tracts_2024-06.csv"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The lists in a folder where they can be spoilt."""
    return Path(shutil.copytree(FOLDER, tmp_path / "ohio"))


def spoil(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems_of(folder: Path) -> list[Problem]:
    with pytest.raises(Unreadable) as unreadable:
        read_all(folder)
    return list(unreadable.value.problems)


CASES = {
    "a missing column": (
        PLACES, "lg_key,government_type", "lg_key,kind", (1, "government_type"), "This column is missing."
    ),
    "a negative population": (
        PLACES, "Adams County,,27542", "Adams County,,-27542", (2, "pop_estimate_2021"), "negative"
    ),
    "an amount of a fraction of a cent": (
        NEU, "Manchester,47012,1850,Y,completed,204788", "Manchester,47012,1850,Y,completed,204788.001",
        (2, "potential_allocation"), "more than two decimals",
    ),
    "an amount that is missing": (
        NEU, "Manchester,47012,1850,Y,completed,204788", "Manchester,47012,1850,Y,completed,",
        (2, "potential_allocation"), "This cell is empty.",
    ),
    "a place that stands twice": (
        NEU, "Village of Peebles", "Village of Manchester", (3, "entity_name"), "already stands in row 2"
    ),
    "a place that is not in the register": (
        NEU, "Village of Peebles", "Village of Pebbles", (3, "entity_name"), "no local government"
    ),
    "locations that do not add up": (
        TRACTS, "4753,2351,578", "4753,2352,578", (2, "TotalBSLs"), "2,352 is not the sum of"
    ),
    "a day of no calendar": (
        "slfrf_project_expenditures_2021Q4_2022Q2.csv", "2022-06-30", "2022-06-31", (2, "period_end"),
        "is not a day of the calendar",
    ),
    "a kind of government that is none": (
        PLACES, "C39001,county,", "C39001,borough,", (2, "government_type"), "is not one of: county"
    ),
    "a government whose code in the register is not known": (
        "slfrf_project_expenditures_2021Q4_2022Q2.csv", '"Franklin County, Ohio"', '"Lake County, Ohio"',
        (2, "recipient_name"), "is not one of",
    ),
    "a speed that is none": (
        "broadband_orbeg_round2_awards_2024.csv", "100/100", "fast", (2, "minimum_speed_mbps"), "not a speed"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_right_is_told_with_its_file_row_and_column(copy, name):
    file, old, new, place, words = CASES[name]
    spoil(copy, file, old, new)
    if name == "a place that is not in the register":
        name_its_new_bytes(copy, file)
    found = [problem for problem in problems_of(copy) if problem.file == file and words in problem.message]
    assert [(problem.row, problem.column) for problem in found] == [place]


def name_its_new_bytes(copy: Path, file: str) -> None:
    """Lists are compared with each other only once each of them is whole."""
    before = hashlib.sha256((FOLDER / file).read_bytes()).hexdigest()
    after = hashlib.sha256((copy / file).read_bytes()).hexdigest()
    spoil(copy, "SOURCES.toml", before, after)


def test_a_list_in_another_encoding_is_told(copy):
    path = copy / PLACES
    path.write_bytes(path.read_bytes().replace(b"Adams County,,27542", b"Adams Count\xff,,27542", 1))
    messages = [problem.message for problem in problems_of(copy) if problem.file == PLACES]
    assert any("not UTF-8" in message for message in messages)


def test_a_list_that_is_gone_is_told(copy):
    (copy / TRACTS).unlink()
    assert any(problem.file == TRACTS for problem in problems_of(copy))


def test_one_changed_figure_is_noticed_by_the_hash_of_the_list(copy):
    spoil(copy, NEU, "Manchester,47012,1850,Y,completed,204788", "Manchester,47012,1850,Y,completed,204789")
    (problem,) = problems_of(copy)
    assert (problem.file, problem.row) == (NEU, None)
    assert "byte for byte" in problem.message


def test_problems_of_all_lists_are_told_at_once(copy):
    spoil(copy, PLACES, "Adams County,,27542", "Adams County,,-27542")
    spoil(copy, TRACTS, "4753,2351,578", "4753,2352,578")
    assert {PLACES, TRACTS} <= {problem.file for problem in problems_of(copy) if problem.row}


@pytest.mark.django_db
def test_nothing_is_loaded_of_lists_with_a_problem(copy):
    before = (Party.objects.count(), User.objects.count())
    spoil(copy, TRACTS, "4753,2351,578", "4753,2352,578")
    with override_settings(**IN_THE_DEMONSTRATION), pytest.raises(Unreadable):
        load(folder=copy)
    assert (Party.objects.count(), User.objects.count()) == before


@pytest.mark.django_db
def test_sample_people_are_refused_outside_the_demonstration():
    before = (Party.objects.count(), User.objects.count())
    with override_settings(IS_DEMO=False), pytest.raises(Refusal) as refusal:
        load()
    assert refusal.value.code == "not-the-demonstration"
    assert (Party.objects.count(), User.objects.count()) == before


def test_every_list_has_its_source_and_no_list_is_read_without_one():
    known = sources(FOLDER)
    assert {table.file for table in TABLES.values()} == set(known) == {f.name for f in FOLDER.glob("*.csv")}
    rows = {name: len(found) for name, found in read_all().items()}
    assert rows == {name: known[table.file]["rows"] for name, table in TABLES.items()}
    assert all(source[part] for source in known.values() for part in ("title", "publisher", "licence"))


def test_an_amount_kept_as_a_binary_number_is_read_to_the_cent():
    assert dollars_from_float("1493803.6300000001") == Decimal("1493803.63")
    assert dollars_from_float("55260.880000000005") == Decimal("55260.88")


@pytest.mark.parametrize("given", ["1493803.634", "-1.00", "many", "1e99"])
def test_an_amount_that_is_none_is_refused(given):
    with pytest.raises(ValueError):
        dollars_from_float(given)


@pytest.mark.parametrize(
    ("given", "day"), [("2022", "2022-12-31"), ("2024-02", "2024-02-29"), ("2024-08-21", "2024-08-21")]
)
def test_of_a_month_or_year_the_last_day_is_kept_and_said_to_be_so(given, day):
    known = known_day(given)
    assert known.on.isoformat() == day
    assert ("not known" in str(known)) == (given != day)


@pytest.mark.parametrize("given", ["", "2022-13", "2022-02-30", "soon", "2022/03"])
def test_what_is_no_date_is_refused(given):
    with pytest.raises(ValueError):
        known_day(given)
