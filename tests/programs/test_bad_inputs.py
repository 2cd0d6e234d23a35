"""What cannot be read is told with its place, all at once, and never guessed."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from grants.kernel.refusals import Unreadable
from grants.programs.input_files import read_csv, read_file, read_json
from grants.programs.inputs import allocated, inputs_of
from tests.programs.builders import AWARD_DATE, a_place, amounts

NEU = {"amount": "100.00", "on": AWARD_DATE}
REALLOCATION = {"amount": "100.00"}
CLAIM = {"potential": "5.00", "status": "completed"}


def problems_of(method: str, given: object) -> list[tuple[int | None, str | None, str]]:
    """Row, column and sentence of every problem."""
    with pytest.raises(Unreadable) as unreadable:
        allocated(method, given, file="round.json")
    assert {problem.file for problem in unreadable.value.problems} == {"round.json"}
    return [(problem.row, problem.column, problem.message) for problem in unreadable.value.problems]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("population", None, "missing"),
        ("population", "", "missing"),
        ("population", "  ", "missing"),
        ("population", -1, "negative"),
        ("population", "-1,000", "negative"),
        ("population", "12.5", "not a whole number"),
        ("population", 12.5, "not a whole number"),
        ("population", "1e3", "not a whole number"),
        ("population", "1 000", "not a whole number"),
        ("population", "1_000", "not a whole number"),
        ("population", "12,50", "not a whole number"),
        ("population", "٣", "not a whole number"),
        ("population", True, "not a whole number"),
        ("population", [5], "not a whole number"),
        ("population", "9" * 5000, "more than the 9,999,999,999"),
        ("reference_budget", "1.005", "more than two decimals"),
        ("reference_budget", "-0.01", "negative"),
        ("reference_budget", 10.5, "not an exact amount"),
        ("reference_budget", True, "not an exact amount"),
        ("reference_budget", "NaN", "not an amount"),
        ("reference_budget", "1,5", "not an amount"),
        ("reference_budget", "1_000.00", "not an amount"),
        ("reference_budget", "1000000000000.00", "can be kept"),
        ("reference_budget", {"is": 5}, "not an exact amount"),
        ("status", "maybe", "not a known status; write one of: eligible, completed"),
        ("status", "ineligibles", "not a known status"),
        ("status", 5, "not a known status"),
        ("id", None, "missing"),
        ("id", True, "not an identifier"),
        ("id", ["B"], "not an identifier"),
        ("id", "B\ud800", "“B�” holds signs that cannot be seen"),
        ("id", "B\nC", "“B�C” holds signs that cannot be seen"),
        ("status", "ineligible \ud800", "“ineligible �” is not a known status"),
        ("id", "A", "“A” already stands in row 1"),
    ],
)
def test_one_bad_field_is_one_problem_at_its_place(field: str, value: Any, says: str):
    given = {**NEU, "places": [a_place("A"), {**a_place("B"), field: value}]}
    [(row, column, message)] = problems_of("neu", given)
    assert (row, column) == (2, field)
    assert says in message


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("amount", None, "missing"),
        ("amount", "-5.00", "negative"),
        ("amount", "3150000.015", "more than two decimals"),
        ("amount", 3150000.01, "not an exact amount"),
        ("amount", "Infinity", "not an amount"),
        ("amount", False, "not an exact amount"),
        ("on", "10 May 2021", "not a date"),
        ("on", "2021-02-30", "not a day of the calendar"),
        ("on", 20210510, "not a date"),
        ("places", None, "There are no places"),
        ("places", [], "There are no places"),
        ("places", {"A": 5}, "must be a list"),
        ("places", "A", "must be a list"),
    ],
)
def test_what_is_wrong_with_the_round_has_a_column_and_no_row(field: str, value: Any, says: str):
    [(row, column, message)] = problems_of("neu", {**NEU, "places": [a_place()], field: value})
    assert (row, column) == (None, field)
    assert says in message


@pytest.mark.parametrize("value", ["true", "yes", 1, 0, "", " ", None])
def test_a_flag_of_json_is_true_or_false_and_never_text(value: object):
    given = {**REALLOCATION, "places": [{"id": "A", **CLAIM, "capped": value}]}
    if value in ("", " ", None):
        assert amounts(allocated("reallocation", given)) == {"A": "100.00"}
    else:
        assert problems_of("reallocation", given)[0][:2] == (1, "capped")


def test_every_problem_is_told_at_once():
    places = [a_place("A", population=-1), "B", a_place("A", status="?"), a_place("C", population="x")]
    found = [(row, column) for row, column, _ in problems_of("neu", {"amount": "x", "places": places})]
    assert found == [
        (None, "amount"),
        (2, None),
        (1, "population"),
        (3, "status"),
        (4, "population"),
        (3, "id"),
    ]


def test_a_field_that_no_place_gives_is_told_once():
    given = {"amount": "1.00", "places": [{"id": "A"}, {"id": "B"}, {"id": "C"}]}
    assert [problem[:2] for problem in problems_of("population", given)] == [(None, "population")]


@pytest.mark.parametrize("given", [[], "text", None, 5])
def test_inputs_that_are_not_an_object_are_told(given: object):
    [(row, column, message)] = problems_of("population", given)
    assert (row, column) == (None, None)
    assert "must be an object" in message


def test_people_must_be_somewhere_to_share_by_them():
    given = {"amount": "1.00", "places": [a_place("A", population=0), a_place("B", population=0)]}
    assert problems_of("population", given)[0][:2] == (None, "population")


def test_an_unknown_method_is_told_with_those_there_are():
    with pytest.raises(
        Unreadable, match=r"no allocation method “by-lot”. There are: base-plus-population, fixed"
    ):
        allocated("by-lot", {})


def test_numbers_of_json_keep_every_digit():
    document = read_json('{"amount": 123456789012.30, "places": [{"id": 1.10, "population": 7}]}').document
    outcome = allocated("population", document)
    assert amounts(outcome) == {"1.10": "123456789012.30"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", r"not JSON: .* \(line 1, character 1\)"),
        ('{"amount": "1.00",\n "places": [}', r"not JSON: .* \(line 2, character 13\)"),
        ("[" * 100_000, "nested too deeply"),
        ('{"amount": "1.00", "amount": "2.00", "places": []}', "“amount” stands twice in one object"),
    ],
)
def test_text_that_is_not_one_clear_document_is_told(text: str, says: str):
    with pytest.raises(Unreadable, match=says):
        read_json(text)


def test_a_number_that_is_not_one_is_told_at_its_place():
    document = read_json('{"amount": NaN, "places": [{"id": "A", "population": Infinity}]}').document
    assert [problem[:2] for problem in problems_of("population", document)] == [
        (None, "amount"),
        (1, "population"),
    ]


def test_rows_of_a_csv_are_lines_of_the_file():
    text = 'Name, ID , Population\r\n"A\r\nvalley",A,3\r\n\r\nB,B,-4\r\nC,,5\r\nD,D\r\n'
    given = read_csv(text, options={"amount": "10.00"})
    with pytest.raises(Unreadable) as unreadable:
        allocated("population", given.document, rows=given.rows)
    assert [(problem.row, problem.column) for problem in unreadable.value.problems] == [
        (5, "population"),
        (6, "id"),
        (7, "population"),
    ]


def test_a_csv_may_say_yes_and_no():
    text = "id,population,rural\nA,1,yes\nB,1,FALSE\n"
    given = read_csv(text, options={"amount": "100.00", "on": "2023-10-01"})
    assert amounts(allocated("slcgp", given.document)) == {"A": "40.00", "B": "40.00"}


@pytest.mark.parametrize(
    ("text", "row", "column", "says"),
    [
        ("id,population,id\nA,1,A\n", 1, "id", "stands twice"),
        ("id,population\nA,1,2\n", 2, None, "3 cells under 2 headings"),
        ('id,population\nA,1\n"B,1\n', 3, None, "cannot be read as CSV"),
    ],
)
def test_a_csv_that_is_not_a_table_is_told(text: str, row: int, column: str | None, says: str):
    with pytest.raises(Unreadable, match=says) as unreadable:
        read_csv(text, file="places.csv", options={"amount": "1.00"})
    [problem] = unreadable.value.problems
    assert (problem.file, problem.row, problem.column) == ("places.csv", row, column)


def test_a_csv_without_a_column_that_the_method_needs_is_told_once():
    given = read_csv("id,people\nA,1\nB,2\n", options={"amount": "1.00"})
    assert [problem[:2] for problem in problems_of("population", given.document)] == [(None, "population")]


def test_an_empty_csv_has_no_places():
    given = read_csv("", options={"amount": "1.00"})
    assert problems_of("population", given.document) == [(None, "places", "There are no places.")]


@pytest.mark.parametrize("name", ["round.json", "places.csv"])
def test_a_file_in_another_encoding_is_told(tmp_path: Path, name: str):
    file = tmp_path / name
    file.write_bytes("id,population\nCañon,5\n".encode("latin-1"))
    with pytest.raises(Unreadable, match="not UTF-8 text: byte 17 cannot be read"):
        read_file(file, options={})


def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(Unreadable, match=r"gone.json: The file cannot be opened: No such file"):
        read_file(tmp_path / "gone.json", options={})
    with pytest.raises(Unreadable, match="cannot be opened: Is a directory"):
        read_file(tmp_path, options={})


def test_a_byte_order_mark_is_passed_over(tmp_path: Path):
    file = tmp_path / "places.csv"
    file.write_text("id,population\nA,5\n", encoding="utf-8-sig")
    assert read_file(file, options={"amount": "1.00"}).document["places"] == [{"id": "A", "population": "5"}]


def test_kept_inputs_read_again_give_the_same_outcome():
    places = [a_place("A", status="ineligible (dissolved)"), a_place("B", population="1,850")]
    inputs = inputs_of("neu", {**NEU, "places": places})
    kept = json.loads(json.dumps(inputs.as_dict()))
    assert kept["on"] == AWARD_DATE
    assert Decimal(kept["law"]["neu.budget_cap_share"]) == Decimal("0.75")
    assert kept["places"][1] == {
        "id": "B",
        "population": 1850,
        "reference_budget": "99999999.00",
        "status": "eligible",
    }
    assert inputs_of("neu", kept) == inputs
    assert inputs_of("neu", kept).outcome() == inputs.outcome()
