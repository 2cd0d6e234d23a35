"""`manage.py allocate`: one line of JSON, or a table for reading; no database."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

ROUND = {
    "amount": "8000000.00",
    "on": "2021-05-10",
    "places": [
        {"id": "NEU-A", "population": 20000, "reference_budget": "9000000.00"},
        {"id": "NEU-B", "population": 15000, "reference_budget": "1234567.89"},
        {"id": "NEU-C", "population": 5000, "reference_budget": "2000000.00"},
    ],
}


def allocate(*arguments: str) -> tuple[int, str, str]:
    """Exit code, what is printed, and what is said of problems."""
    out, err, code = StringIO(), StringIO(), 0
    try:
        call_command("allocate", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        code = int(left.code or 0)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def written(tmp_path: Path):
    def write(content: Any, name: str = "round.json") -> str:
        file = tmp_path / name
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(file)

    return write


def test_json_is_one_line_with_every_amount_as_text(written):
    code, out, err = allocate("neu", written(ROUND), "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    figures = json.loads(out)
    assert list(figures) == ["shares", "returned", "total"]
    assert (figures["returned"], figures["total"]) == ("2074074.09", "5925925.91")
    share = figures["shares"][1]
    assert (share["id"], share["amount"]) == ("NEU-B", "925925.91")
    assert share["tranches"] == ["462962.96", "462962.95"]
    assert len(share["steps"]) == 3


def test_without_json_the_outcome_is_a_table_with_steps(written):
    code, out, _ = allocate("neu", written(ROUND))
    assert code == 0
    assert "NEU-B           $925,925.91" in out
    assert "limited to the cap of $925,925.91, 75 percent of its budget" in out
    assert "returned                         $2,074,074.09" in out


def test_a_csv_of_places_takes_the_rest_of_the_round_from_options(written):
    places = written("id,population\nA,1\nB,3\n", "places.csv")
    code, out, _ = allocate(
        "base-plus-population", places, "--amount", "100.00", "--with", "base=10.00", "--json"
    )
    assert code == 0
    assert [share["amount"] for share in json.loads(out)["shares"]] == ["30.00", "70.00"]


def test_a_share_that_is_not_split_is_one_tranche(written):
    places = written("id,population\nA,1\n", "places.csv")
    _, out, _ = allocate("population", places, "--amount", "100.00", "--json")
    assert json.loads(out)["shares"][0]["tranches"] == ["100.00"]


def test_problems_are_sentences_with_file_row_and_column_and_nothing_is_printed(written):
    places = written("id,population\nA,1\nA,-3\n", "places.csv")
    code, out, err = allocate("population", places, "--amount", "1.001")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "places.csv, amount: “1.001” has more than two decimals; amounts are whole cents.",
        "places.csv, row 3, population: “-3” is negative; a count of people is zero or more.",
        "places.csv, row 3, id: The place “A” already stands in row 2.",
    ]


def test_problems_as_json_are_one_line_beside_an_empty_output(written):
    code, out, err = allocate("neu", written({**ROUND, "amount": "-1.00"}), "--json")
    assert (code, out, err.count("\n")) == (1, "", 1)
    [problem] = json.loads(err)["problems"]
    assert (problem["file"], problem["row"], problem["column"]) == ("round.json", None, "amount")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("by-lot", "{file}"), "There is no allocation method “by-lot”."),
        (("neu", "{file}", "--amount", "5.00"), "A JSON file gives amount itself"),
        (("neu", "{file}", "--with", "base"), "“base” is not written as NAME=VALUE."),
        (("neu", "{file}.gone"), "The file cannot be opened"),
    ],
)
def test_what_cannot_be_run_is_told(written, arguments, says):
    file = written(ROUND)
    code, out, err = allocate(*(argument.format(file=file) for argument in arguments))
    assert (code, out) == (1, "")
    assert says in err


def test_no_database_is_needed(written):
    """Run as a command of its own, with the address of a database that is not there."""
    environment = os.environ | {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "SECRET_KEY": "a key for one run",
    }
    root = Path(__file__).parents[2]
    command = [sys.executable, "manage.py", "allocate", "neu", written(ROUND), "--json"]
    ran = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["total"] == "5925925.91"
