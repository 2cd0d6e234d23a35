"""Reading the files of legal numbers, and refusing what lacks a source or a date."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from grants.compliance.law.number import Edition, LegalNumber, Value

CONFIDENCE = ("verified", "partial", "from-knowledge")


class Law(Mapping[str, LegalNumber]):
    """All legal numbers by code."""

    def __init__(self, numbers: Mapping[str, LegalNumber]) -> None:
        self._numbers = dict(numbers)

    def __getitem__(self, code: str) -> LegalNumber:
        try:
            return self._numbers[code]
        except KeyError:
            raise KeyError(f"There is no legal number “{code}”.") from None

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)


def law_in(folder: Path) -> Law:
    """The legal numbers of every file of a folder. Raises ValueError for one that is not complete."""
    numbers = {}
    for file in sorted(folder.glob("*.toml")):
        # Numbers stay decimals: a share read as a float would no longer be the figure of the law.
        tables = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        for name, table in tables.items():
            code = f"{file.stem}.{name}"
            numbers[code] = _number(code, table)
    return Law(numbers)


def _number(code: str, table: dict[str, Any]) -> LegalNumber:
    given = dict(table)
    try:
        number = LegalNumber(code, values=tuple(_edition(value) for value in given.pop("value")), **given)
    except (KeyError, TypeError) as lack:
        raise ValueError(f"The legal number {code} is not complete: {lack}.") from lack
    if number.confidence not in CONFIDENCE:
        raise ValueError(
            f"The confidence of {code} is “{number.confidence}”; it can be {', '.join(CONFIDENCE)}."
        )
    if len({type(edition.value) for edition in number.values}) != 1:
        raise ValueError(f"The values of {code} must all be of one kind, and there must be one.")
    for earlier, later in zip(number.values, number.values[1:], strict=False):
        if (earlier.ends_on or earlier.starts_on) >= later.starts_on:
            raise ValueError(f"The values of {code} must follow each other; {later.starts_on} does not.")
    return number


def _edition(value: dict[str, Any]) -> Edition:
    unknown = set(value) - {"from", "until", "is", "source"}
    if unknown:
        raise TypeError(f"a value cannot have {', '.join(sorted(unknown))}")
    return Edition(value["from"], value.get("until"), _value(value["is"]), value["source"])


def _value(given: object) -> Value:
    if isinstance(given, bool | date | Decimal):
        return given
    if isinstance(given, int):
        return Decimal(given)
    raise TypeError(f"{given!r} is not a number, a date, or true or false")
