"""What a portal would refuse of its files: every cell, what to do, and the record or line that causes it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reporting.export import Edition, Field, Filled, Gathered, Objection, Template
from reporting.exported import MONEY, STARTS_FORMULA, TEXTS, written
from reporting.problems import Severity
from reporting.problems import written as as_places

MOST_CAUSES = 20
Named = Mapping[str, Collection[str]]
"""Numbers of records that an upload brings, by kind: ``project``, ``subaward``."""


def objections_to(edition: Edition, gathered: Gathered, period: str) -> list[Objection]:
    """Everything that the portal would refuse, errors first, then in the order of the files."""
    found = list(gathered.objections)
    if edition.period and edition.period != period:
        found.append(
            Objection(
                Severity.ERROR,
                "",
                "",
                f"The stored templates are those of {edition.period}, and the period is {period}: names of "
                "fields that carry a quarter are those of another one.",
                "Store the templates that the portal gives for the period.",
                "exp-edition",
            )
        )
    filed = [(edition.templates[name], rows) for name, rows in gathered.filled.items() if len(rows)]
    named = _named(filed)
    for template, rows in filed:
        judged = _Judged(template, rows, written(template, rows))
        for each in template.fields:
            found += _of_field(judged, each)
        found += _of_rows(judged, named)
    order = list(Severity)
    return sorted(found, key=lambda each: order.index(each.severity))


@dataclass
class _Judged:
    """A file under judgement: its template, where its rows come from, and what is written."""

    template: Template
    rows: Filled
    columns: Mapping[str, list[str]]

    def values(self, id: str) -> list[str]:
        """A column of the file by its id, or what figures have by that name beside it."""
        return self.columns[id] if id in self.columns else self.rows.column(id)

    def objection(
        self, places: Sequence[int], each: Field, message: str, fix: str, rule: str, severity: Severity
    ) -> Objection:
        """An objection to the cells of a field in the rows at some places."""
        causes = tuple(self.rows.origin(at, each.holds) for at in places[:MOST_CAUSES])
        if len(places) > MOST_CAUSES:
            causes = (*causes, f"and {len(places) - MOST_CAUSES:,} more")
        cells = as_places(self.template.cell(each.id, at) for at in places)
        return Objection(severity, self.template.name, cells, message, fix, rule, causes)


def _of_field(judged: _Judged, each: Field) -> Iterator[Objection]:
    """What is wrong with the values of one field, each different value looked at once."""
    values = judged.columns[each.id]
    blank = [at for at, value in enumerate(values) if not value] if "" in values else []
    if blank and each.needed != "optional":
        yield from _of_blanks(judged, each, blank)
    refused = {value: why for value in set(values) if value and (why := _why_not(each, value))}
    for why in sorted(set(refused.values())):
        places = [at for at, value in enumerate(values) if refused.get(value) == why]
        message, fix, rule, severity = why
        yield judged.objection(places, each, f"{each.label}: {message}", fix, rule, severity)


def _of_blanks(judged: _Judged, each: Field, blank: list[int]) -> Iterator[Objection]:
    fix = "Record it, or let the workbook that reports it be filed again with it."
    if each.needed == "required":
        message = f"{each.label} is required and is not known."
        yield judged.objection(blank, each, message, fix, "exp-required", Severity.ERROR)
    elif each.needed == "tier 1":
        message = f"{each.label} is asked of Tier 1 recipients and is not known."
        yield judged.objection(blank, each, message, fix, "exp-tier-1", Severity.WARNING)
    elif each.when:
        missed = blank
        for condition in each.when:
            missed = _where(judged, missed, *condition) if missed else []
        if missed:
            why = " and ".join(_said(judged.template, *condition) for condition in each.when)
            message = f"{each.label} is required where {why}, and is not known."
            yield judged.objection(missed, each, message, fix, "exp-conditional", Severity.ERROR)


_Why = tuple[str, str, str, Severity]


def _why_not(each: Field, value: str) -> _Why | None:
    """Why the portal would refuse a value: the sentence, what to do, code and weight; None if it does not."""
    if each.longest and len(value) > each.longest:
        message = f"longer than {each.longest:,} characters."
        return message, "Shorten the text where it is kept.", "exp-length", Severity.ERROR
    if each.one_of:
        parts = [part for part in value.split(";") if part] if each.kind == "multi_picklist" else [value]
        if strange := [part for part in parts if part not in each.one_of]:
            message = f"“{strange[0]}” is not among the choices of the portal."
            return message, "Choose one of the template's list.", "exp-choice", Severity.ERROR
    if each.pattern and not re.fullmatch(each.pattern, value):
        message = f"“{value}” is not written as the portal takes it."
        return message, "Correct it where it is kept.", "exp-pattern", Severity.ERROR
    shape = _SHAPES.get(each.kind)
    if shape and not shape.fullmatch(value):
        return f"“{value}” is no {each.kind}.", "Correct it where it is kept.", "exp-shape", Severity.ERROR
    if each.kind in TEXTS and value.startswith("'") and value[1:].lstrip(" ").startswith(STARTS_FORMULA):
        message = f"“{value[1:41]}” begins like a formula; an apostrophe keeps it text."
        return message, "Let the text begin with a letter.", "exp-formula", Severity.WARNING
    return None


_SHAPES = {
    MONEY: re.compile(r"-?\d+\.\d\d"),
    "date": re.compile(r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/\d{4}"),
    "integer": re.compile(r"-?\d+"),
    "number": re.compile(r"-?\d+(\.\d+)?"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
}


def _of_rows(judged: _Judged, named: Named) -> Iterator[Objection]:
    """What is wrong with rows as a whole: told twice, without any identifier, or naming what is not there."""
    template = judged.template
    fields = {each.id: each for each in template.fields}
    for id in template.unique:
        seen: dict[str, list[int]] = {}
        for at, value in enumerate(judged.columns[id]):
            seen.setdefault(value, []).append(at)
        twice = [at for value, places in seen.items() if value and len(places) > 1 for at in places]
        if twice:
            message = (
                f"{fields[id].label} stands on several rows; the last would take the place of the others."
            )
            fix = "Give each its own number, or report it once."
            yield judged.objection(sorted(twice), fields[id], message, fix, "exp-twice", Severity.ERROR)
    for ids in template.any_of:
        without = [
            at for at, values in enumerate(zip(*map(judged.values, ids), strict=True)) if not any(values)
        ]
        if without:
            labels = " or ".join(fields[id].label for id in ids)
            message, fix = f"{labels} is required.", "Record one of them."
            yield judged.objection(without, fields[ids[0]], message, fix, "exp-identifier", Severity.ERROR)
    for id, kind in template.refers:
        known = named.get(kind, ())
        values = judged.columns[id]
        lost = {value for value in set(values) if value and value not in known}
        if lost:
            places = [at for at, value in enumerate(values) if value in lost]
            message = f"{fields[id].label} names no {kind} of this upload."
            fix = f"Report the {kind}, too, unless an earlier upload brought it."
            yield judged.objection(places, fields[id], message, fix, "exp-unknown", Severity.WARNING)


def _named(filed: Iterable[tuple[Template, Filled]]) -> Named:
    """The numbers of projects and subawards that an upload brings."""
    named: dict[str, set[str]] = {"project": set(), "subaward": set()}
    for template, rows in filed:
        for id in template.unique:
            kind = "project" if template.categories else "subaward"
            holds = next(each.holds for each in template.fields if each.id == id)
            named[kind].update(rows.column(holds))
    return named


def _where(judged: _Judged, places: Sequence[int], id: str, how: str, values: tuple[str, ...]) -> list[int]:
    """The places of rows in which a condition holds; one about a blank cell does not.

    Each different value is looked at once, but where a sum of other cells counts.
    """
    given = judged.values(id)
    if how == _SUM:
        beside = [judged.values(other) for other in values]
        return [at for at in places if given[at] and _is_no_sum(given[at], [column[at] for column in beside])]
    among = {value for value in set(given) if value and _HOW[how](value, values)}
    return [at for at in places if given[at] in among] if among else []


def _is_no_sum(given: str, parts: Sequence[str]) -> bool:
    """Whether a cell holds another number than its parts together; a blank part adds nothing.

    Where one of them holds no number nothing is said of the sum: that cell has an objection of its own.
    """
    numbers = [_number(text) for text in (given, *filter(None, parts))]
    known = [number for number in numbers if number is not None]
    return len(known) == len(numbers) and known[0] != sum(known[1:])


def _number(text: str) -> Decimal | None:
    """The number that a cell holds, or None where it holds none."""
    return Decimal(text) if _SHAPES["number"].fullmatch(text) else None


def _is_at_least(given: str, values: tuple[str, ...]) -> bool:
    """Whether a cell holds a number, and one that is not below the value."""
    number = _number(given)
    return number is not None and number >= Decimal(values[0])


_SUM = "is not the sum of"
_HOW: Mapping[str, Callable[[str, tuple[str, ...]], bool]] = {
    "is": lambda given, values: given in values,
    "is not": lambda given, values: given not in values,
    "has": lambda given, values: any(value.casefold() in given.casefold() for value in values),
    "begins": lambda given, values: given.startswith(values),
    "code": lambda given, values: given.partition("-")[0].strip() in values,
    "at least": _is_at_least,
}


def _said(template: Template, id: str, how: str, values: tuple[str, ...]) -> str:
    """A condition in words."""
    labels = {each.id: each.label for each in template.fields}
    given = ", ".join(labels.get(value, value) for value in values)
    return f"“{labels.get(id, 'the expenditure category')}” {'is' if how == 'code' else how} {given}"
