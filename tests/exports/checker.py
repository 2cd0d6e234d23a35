"""A checker of files for Treasury: it knows the templates as plain data, and nothing of the exporter."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "reporting" / "exports"
Place = tuple[str, int, str]
"""Id of a field, row of the sheet, and what is wrong there."""


def the_templates(edition: str) -> dict[str, dict[str, Any]]:
    """The stored templates of an edition by name, with their lists of choices filled in."""
    stored = json.loads((FOLDER / f"{edition}.json").read_text())
    for template in stored["templates"]:
        for field in template["fields"]:
            if "list" in field:
                field["one_of"] = stored["lists"][field["list"]]
    return {template["name"]: template for template in stored["templates"]}


def rows_in(content: bytes) -> list[list[str]]:
    """All rows of a CSV file as it lies on the disk."""
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def records_in(content: bytes, template: Mapping[str, Any]) -> list[dict[str, str]]:
    """The records of a file by the ids in row 4; the block above and the empty first column must be there."""
    rows = rows_in(content)
    assert rows[:7] == [list(row) for row in template["header"]]
    assert [id.strip() for id in rows[3][1:]] == [field["id"] for field in template["fields"]]
    assert all(row[0] == "" for row in rows[7:])
    assert {len(row) for row in rows} == {len(template["fields"]) + 1}
    return [
        dict(zip([field["id"] for field in template["fields"]], row[1:], strict=True)) for row in rows[7:]
    ]


def breaches(content: bytes, template: Mapping[str, Any]) -> set[Place]:
    """Every cell that is not as the template asks: blank, too long, not of the list, of another shape."""
    found: set[Place] = set()
    for row, record in enumerate(records_in(content, template), 8):
        for field in template["fields"]:
            found |= {(field["id"], row, what) for what in _wrong(field, record[field["id"]])}
    return found


def _wrong(field: Mapping[str, Any], value: str) -> Iterator[str]:
    if not value:
        if field["needed"] == "required":
            yield "required"
        return
    if "\n" in value or "\r" in value:
        yield "line break"
    if len(value) > field.get("longest", 10**6):
        yield "length"
    choices = field.get("one_of")
    if field["kind"] == "multi_picklist":
        if not value.endswith(";") or not set(value.rstrip(";").split(";")) <= set(choices):
            yield "choice"
    elif choices and value not in choices:
        yield "choice"
    if "pattern" in field and not re.search(field["pattern"], value):
        yield "pattern"
    if field["kind"] == "currency" and not re.fullmatch(r"-?[0-9]+\.[0-9][0-9]", value):
        yield "shape"
    if field["kind"] == "date" and not _is_day(value):
        yield "shape"


def _is_day(value: str) -> bool:
    try:
        return datetime.strptime(value, "%m/%d/%Y").strftime("%m/%d/%Y") == value
    except ValueError:
        return False


def sum_of(records: list[dict[str, str]], id: str) -> Decimal:
    """The sum of a column of money."""
    return sum((Decimal(record[id]) for record in records if record[id]), Decimal("0.00"))


def places_in(objections: list[dict[str, Any]], template: Mapping[str, Any]) -> set[Place]:
    """The cells that a pre-check names in one file, as the checker tells them."""
    letters = {_letter(at + 1): field["id"] for at, field in enumerate(template["fields"])}
    found: set[Place] = set()
    for objection in objections:
        what = objection["rule"].removeprefix("exp-")
        if objection["file"] == template["name"] and what in (
            "required",
            "length",
            "choice",
            "pattern",
            "shape",
        ):
            for first, row, last in re.findall(r"([A-Z]+)(\d+)(?: to [A-Z]+(\d+))?", objection["cells"]):
                found |= {(letters[first], at, what) for at in range(int(row), int(last or row) + 1)}
    return found


def _letter(at: int) -> str:
    return chr(65 + at) if at < 26 else chr(64 + at // 26) + chr(65 + at % 26)
