"""The files a method can be run on: JSON as the API gives it, or a CSV of places."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grants.kernel.refusals import Problem, Unreadable
from grants.programs.readers import cell, written_out


@dataclass(frozen=True)
class Given:
    """What a file gives, not judged yet, and the row in which each place stands."""

    document: Any
    rows: Sequence[int] = ()


def read_file(path: Path, *, options: Mapping[str, str]) -> Given:
    """A JSON file of a whole round, or a ``.csv`` of its places with the rest of the round in ``options``.

    Raises Unreadable when it is not there, is not UTF-8, or is not what its name says.
    """
    text = _text_of(path)
    if path.suffix.lower() == ".csv":
        return read_csv(text, file=path.name, options=options)
    if options:
        named = ", ".join(sorted(options))
        raise Unreadable([Problem(f"A JSON file gives {named} itself; say it there.", file=path.name)])
    return read_json(text, file=path.name)


def read_json(text: str, *, file: str | None = None) -> Given:
    """The document, its numbers kept as they are written. Refuses a key that is given twice in one object."""
    repeated: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            repeated.extend(name for name in found if names.count(name) > 1)
        return found

    try:
        document = json.loads(
            text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=once
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, character {error.colno}"
        raise Unreadable([Problem(f"This is not JSON: {error.msg} ({where}).", file=file)]) from None
    except RecursionError:
        raise Unreadable([Problem("This JSON is nested too deeply to be read.", file=file)]) from None
    if repeated:
        says = "{} stands twice in one object; which of them counts cannot be known."
        names = map(written_out, dict.fromkeys(repeated))
        raise Unreadable(Problem(says.format(name), file=file) for name in names)
    return Given(document)


def read_csv(text: str, *, file: str | None = None, options: Mapping[str, str]) -> Given:
    """Places from a CSV with a heading row; rows are lines of the file, and blank ones are passed over."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    places: list[dict[str, str]] = []
    rows: list[int] = []
    problems: list[Problem] = []
    headings: list[str] | None = None
    begins = 1
    try:
        for cells in lines:
            row, begins = begins, lines.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if headings is None:
                headings = [cell.strip().lower() for cell in cells]
                problems.extend(_heading_problems(headings, row, file))
                continue
            if len(cells) > len(headings):
                message = f"There are {len(cells)} cells under {len(headings)} headings."
                problems.append(Problem(message, file=file, row=row))
            places.append({name: cell(text) for name, text in zip(headings, cells, strict=False)})
            rows.append(row)
    except csv.Error as error:
        problems.append(Problem(f"This line cannot be read as CSV: {error}.", file=file, row=begins))
    if problems:
        raise Unreadable(problems)
    document = {name: cell(value) for name, value in options.items()}
    return Given({**document, "places": places}, rows)


def _heading_problems(headings: Sequence[str], row: int, file: str | None) -> list[Problem]:
    repeated = {name for name in headings if name and headings.count(name) > 1}
    message = "This heading stands twice."
    return [Problem(message, file=file, row=row, column=name) for name in sorted(repeated)]


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"This is not UTF-8 text: byte {error.start + 1} cannot be read. Save it as UTF-8."
        raise Unreadable([Problem(message, file=path.name)]) from None
    except OSError as error:
        raise Unreadable([Problem(f"The file cannot be opened: {error.strerror}.", file=path.name)]) from None
