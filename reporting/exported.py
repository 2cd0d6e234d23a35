"""Filled templates as a portal takes them: each value in the portal's own words, and the bytes of files."""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from io import StringIO

from reporting.export import Edition, Field, Filled, PortalFile, Template

_MARK = "\ufeff"
_QUOTE = '"'
_ODD = re.compile('[",\r\n]')
MONEY = "currency"
TEXTS = frozenset({"text", "email"})
STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def written(template: Template, filled: Filled) -> dict[str, list[str]]:
    """The values of each field, by its id, as they stand in the file."""
    return filled.once(
        template.name,
        lambda: {each.id: _in_its_words(each, filled.column(each.holds)) for each in template.fields},
    )


def csv_files(edition: Edition, filled: Mapping[str, Filled]) -> Iterator[PortalFile]:
    """The templates that have rows as CSV files, in the order in which the portal takes them."""
    for template in edition.templates.values():
        if template.name in filled and len(filled[template.name]):
            columns = written(template, filled[template.name])
            yield PortalFile(
                f"{template.name}.csv",
                template.name,
                template.version,
                len(filled[template.name]),
                sums_of(template, columns),
                as_csv(template, columns),
            )


def sums_of(template: Template, columns: Mapping[str, list[str]]) -> dict[str, str]:
    """The sums of the money columns, by the id of the field."""
    return {
        each.id: f"{sum(map(Decimal, filter(None, columns[each.id])), Decimal('0.00')):.2f}"
        for each in template.fields
        if each.kind == MONEY
    }


def as_csv(template: Template, columns: Mapping[str, list[str]]) -> bytes:
    """A file with the template's own block above the rows; columns before the first field stay empty.

    UTF-8 with a byte order mark, as the portal's own templates are saved.
    """
    text = StringIO(_MARK, newline="")
    text.seek(0, 2)
    out = csv.writer(text, lineterminator="\r\n")
    out.writerows(template.header)
    rows = len(next(iter(columns.values()), ()))
    skipped = min(template.places.values(), default=0)
    blank = [[""] * rows] * skipped
    quoted = (_quoted(columns[each.id]) for each in template.fields)
    for line in map(",".join, zip(*blank, *quoted, strict=True)):
        text.write(f"{line}\r\n")
    return text.getvalue().encode("utf-8")


def _quoted(values: list[str]) -> list[str]:
    """Values between quotation marks where commas, quotation marks or line breaks are in them (RFC 4180)."""
    odd = {value: f'"{value.replace(_QUOTE, _QUOTE * 2)}"' for value in set(values) if _ODD.search(value)}
    return [odd.get(value, value) for value in values] if odd else values


def chosen(given: str, among: tuple[str, ...]) -> str:
    """The choice that is meant, as the portal writes it; what is no choice stays as it is.

    Upper and lower case do not matter, and a code stands for the choice that begins with it: 2.1 for
    ``2.1-Household Assistance: Food Programs``.
    """
    if given in among:
        return given
    meant = given.casefold()
    for choice in among:
        if choice.casefold() == meant or choice.partition("-")[0].strip() == given:
            return choice
    return given


def _in_its_words(each: Field, values: list[str]) -> list[str]:
    """Values as the portal has them; each different one is looked at once."""
    if not any(values) or (each.kind == MONEY and not each.instead_of):
        return values
    says = _SAYS.get(each.kind, _text)
    known = {value: says(each, value) if value else "" for value in set(values)}
    if all(value == said for value, said in known.items()):
        return values
    return list(map(known.__getitem__, values))


def _day(each: Field, value: str) -> str:
    year, _, rest = value.partition("-")
    month, _, day = rest.partition("-")
    return f"{month}/{day}/{year}" if day else value


def _choice(each: Field, value: str) -> str:
    return chosen(each.instead_of.get(value, value), each.one_of)


def _choices(each: Field, value: str) -> str:
    """Several choices, each of which ends with a semicolon."""
    parts = [part.strip() for part in value.split(";")]
    return "".join(f"{chosen(each.instead_of.get(part, part), each.one_of)};" for part in parts if part)


def _text(each: Field, value: str) -> str:
    """Text on one line. What a spreadsheet would run as a formula gets an apostrophe before it (CWE-1236)."""
    text = " ".join(each.instead_of.get(value, value).splitlines())
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_FORMULA) else text


def _number(each: Field, value: str) -> str:
    return value


_SAYS: Mapping[str, Callable[[Field, str], str]] = {
    "date": _day,
    "picklist": _choice,
    "multi_picklist": _choices,
    "text": _text,
    "email": _text,
    "integer": _number,
    "number": _number,
    MONEY: _number,
}
