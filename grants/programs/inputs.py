"""Reading what a round is given, as plain values, into the inputs of a method; every problem told at once."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from grants.compliance.law import law
from grants.kernel.refusals import Problem, Unreadable
from grants.programs.method import AMOUNT, METHODS, Field, Inputs, Method, Outcome, Place
from grants.programs.readers import day, identifier

ID = Field("id", identifier)
ON = Field("on", day, is_required=False)
MISSING = object()


def method_of(code: str) -> Method:
    """The method with this code. Raises Unreadable, naming those there are."""
    if code not in METHODS:
        known = ", ".join(METHODS)
        raise Unreadable([Problem(f"There is no allocation method “{code}”. There are: {known}.")])
    return METHODS[code]


def allocated(code: str, given: object, *, file: str | None = None, rows: Sequence[int] = ()) -> Outcome:
    """What the method ``code`` makes of ``given``: ``{"amount": …, "on": …, "places": [{"id": …, …}]}``.

    Places are counted from 1 in problems, unless ``rows`` says in which row of the file each stands. Pure:
    writes nothing. Raises Unreadable with every problem.
    """
    try:
        with _uncollected():
            return inputs_of(code, given, rows=rows).outcome()
    except Unreadable as unreadable:
        raise Unreadable(
            replace(problem, file=problem.file or file) for problem in unreadable.problems
        ) from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles: a round makes many values and no cycle, and the search costs a quarter."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def inputs_of(code: str, given: object, *, rows: Sequence[int] = ()) -> Inputs:
    """``given`` read and judged, with the legal numbers of the day ``on`` (today when it is not given).

    Raises Unreadable with every problem.
    """
    method = method_of(code)
    if not isinstance(given, Mapping):
        raise Unreadable([Problem("The inputs must be an object with an amount and places.")])
    problems: list[Problem] = []
    amount = _value(given, AMOUNT, problems)
    on = _value(given, ON, problems) or date.today()
    whole = {field.name: _value(given, field, problems) for field in method.whole}
    places = _places(given, method, rows, problems)
    numbers = _numbers(method, on, problems)
    if problems:
        raise Unreadable(problems)
    return Inputs(method, amount, places, whole, on, numbers)


def _places(
    given: Mapping[str, Any], method: Method, rows: Sequence[int], problems: list[Problem]
) -> tuple[Place, ...]:
    found = given.get("places")
    if not isinstance(found, list | tuple) or not found:
        what = "There are no places." if found in (None, [], ()) else "The places must be a list."
        problems.append(Problem(what, column="places"))
        return ()
    numbered = list(zip(rows or range(1, len(found) + 1), found, strict=True))
    good = [(row, place) for row, place in numbered if isinstance(place, Mapping)]
    for row, place in numbered:
        if not isinstance(place, Mapping):
            problems.append(Problem("A place must be an object with an id.", row=row))
    fields = tuple(_without_absent((ID, *method.places), [place for _, place in good], problems))
    places = [_place(row, place, fields, problems) for row, place in good]
    problems.extend(_repeated(places))
    return tuple(places)


def _without_absent(
    fields: Iterable[Field], places: Sequence[Mapping[str, Any]], problems: list[Problem]
) -> Iterable[Field]:
    """The fields to read place by place. One that no place gives at all is told once, not at every place."""
    for field in fields:
        if field.is_required and len(places) > 1 and not any(field.name in place for place in places):
            problems.append(Problem("No place gives this, and the method needs it.", column=field.name))
        else:
            yield field


def _place(row: int, given: Mapping[str, Any], fields: Sequence[Field], problems: list[Problem]) -> Place:
    values = {field.name: _value(given, field, problems, row) for field in fields}
    return Place(values.pop("id", None) or "", values, row)


def _value(given: Mapping[str, Any], field: Field, problems: list[Problem], row: int | None = None) -> Any:
    """The field as its reader reads it; its default when it is not given; None after a problem."""
    raw = given.get(field.name, MISSING)
    if raw is MISSING or raw is None or (isinstance(raw, str) and not raw.strip()):
        if not field.is_required:
            return field.default
        problems.append(Problem("This is missing, and the method needs it.", row=row, column=field.name))
        return None
    try:
        return field.reader(raw)
    except ValueError as unreadable:
        problems.append(Problem(str(unreadable), row=row, column=field.name))
        return None


def _repeated(places: Iterable[Place]) -> Iterable[Problem]:
    seen: dict[str, int | None] = {}
    for place in places:
        if place.id and place.id in seen:
            message = f"The place “{place.id}” already stands in row {seen[place.id]}."
            yield Problem(message, row=place.row, column="id")
        seen.setdefault(place.id, place.row)


def _numbers(method: Method, on: date, problems: list[Problem]) -> dict[str, Decimal]:
    """The legal numbers the method needs, as they stood on that day."""
    numbers = {}
    for name, key in method.law.items():
        number = law[key]
        try:
            numbers[name] = number.on(on)
        except LookupError as silence:
            problems.append(Problem(str(silence), column=ON.name))
    return numbers
