"""The export kit: files for federal portals, exactly in the portals' layouts.

A definition is an ``Export``, added to ``EXPORTS`` by a module of ``reporting.exports``. Its layouts are
data, stored by edition: names of fields, headings, choices and lengths stand in no code. ``gather`` asks the
books and answers ``Filled`` templates; writing them and judging them know neither records nor requests.
"""

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from grants.kernel.registry import Registry
from reporting.opening import letters_of
from reporting.problems import Severity
from reporting.rows import Table

Columns = Mapping[str, Sequence[str | None]]
"""Values as text by name: amounts as ``1234.50``, days as ``2022-06-30``, several values divided by ``;``."""


@dataclass(frozen=True)
class Field:
    """One column of a portal's file.

    ``id`` is what the portal calls it; ``holds`` the name by which figures have its values. ``needed`` is
    ``required``, ``conditional`` (while all of ``when`` hold), ``tier 1`` (asked of the largest recipients)
    or ``optional``. ``one_of`` are the values allowed, ``instead_of`` the portal's words for others;
    ``longest`` is in characters.
    """

    id: str
    label: str
    kind: str
    needed: str
    holds: str
    longest: int = 0
    one_of: tuple[str, ...] = ()
    pattern: str = ""
    when: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    instead_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """One file that a portal takes: the block above its rows, and its fields in order.

    ``categories`` are the codes whose records go into it. ``unique`` are ids of fields that tell one row
    from all others, ``any_of`` ids of which one must be filled, and ``refers`` pairs of an id and the kind of
    record it must name. ``first_letter`` is the column in which its fields begin.
    """

    name: str
    version: str
    title: str
    header: tuple[tuple[str, ...], ...]
    fields: tuple[Field, ...]
    categories: frozenset[str] = frozenset()
    unique: tuple[str, ...] = ()
    any_of: tuple[tuple[str, ...], ...] = ()
    refers: tuple[tuple[str, str], ...] = ()

    @property
    def begins_on(self) -> int:
        """The row of the first record."""
        return len(self.header) + 1

    @cached_property
    def places(self) -> Mapping[str, int]:
        """How many columns stand before each field, by its id."""
        skipped = len(self.header[0]) - len(self.fields) if self.header else 0
        return {each.id: skipped + at for at, each in enumerate(self.fields)}

    def cell(self, id: str, at: int) -> str:
        """The cell of a field in the record at a place counted from 0."""
        return f"{letters_of(self.places[id])}{self.begins_on + at}"


@dataclass(frozen=True)
class Edition:
    """The templates of a portal as it published them together. ``period`` is the one that their ids name."""

    source: str
    period: str
    templates: Mapping[str, Template]

    @property
    def version(self) -> str:
        """What tells it from others: the period, or the newest version of its templates."""
        return self.period or max(template.version for template in self.templates.values())


@dataclass(frozen=True)
class Stretch:
    """The period that is exported, first and last day included, by its code: ``2022-Q2``."""

    code: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Origin:
    """Where the rows of a block come from: a filing's sheet with its cells, or records with a text each."""

    name: str = ""
    table: Table | None = None
    numbers: Sequence[int] = ()
    records: Sequence[str] = ()

    def of(self, at: int, holds: str = "") -> str:
        """Where a value of the row at a place comes from: ``F-000012 Awards > 50000!C14``."""
        if self.table is None:
            return self.records[at]
        letter = self.table.letters.get(holds, "")
        place = f"{letter}{self.numbers[at]}" if letter else f"row {self.numbers[at]}"
        return f"{self.name} {self.table.sheet}!{place}"


class Filled:
    """The rows of one template, in blocks of one origin each, held by column."""

    def __init__(self) -> None:
        self._blocks: list[tuple[Columns, Origin]] = []
        self._ends: list[int] = []
        self._known: dict[str, list[str]] = {}
        self._written: dict[str, dict[str, list[str]]] = {}

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def add(self, length: int, columns: Columns, origin: Origin) -> None:
        """Add rows below those that are there."""
        if length:
            self._blocks.append((columns, origin))
            self._ends.append(len(self) + length)
            self._known.clear()
            self._written.clear()

    def column(self, name: str) -> list[str]:
        """The values of one name, one for each row; blank where its block has none."""
        if name not in self._known:
            values: list[str] = []
            for end, (columns, _) in zip(self._ends, self._blocks, strict=True):
                found = columns.get(name)
                length = end - len(values)
                if found is None:
                    values += [""] * length
                elif None in found:
                    values += [value or "" for value in found]
                else:
                    values += found  # type: ignore[arg-type]
            self._known[name] = values
        return self._known[name]

    def once(self, template: str, write: Callable[[], dict[str, list[str]]]) -> dict[str, list[str]]:
        """What ``write`` gives for a template, written only once while no rows are added."""
        if template not in self._written:
            self._written[template] = write()
        return self._written[template]

    def origin(self, at: int, holds: str = "") -> str:
        """Where a value of the row at a place comes from."""
        block = bisect_right(self._ends, at)
        return self._blocks[block][1].of(at - (self._ends[block - 1] if block else 0), holds)


@dataclass(frozen=True)
class PortalFile:
    """One file as the portal takes it. ``sums`` are those of its money columns, by the id of the field."""

    name: str
    template: str
    version: str
    rows: int
    sums: Mapping[str, str]
    content: bytes


@dataclass(frozen=True)
class Objection:
    """Cells of a file that the portal would refuse, or that deserve a look, and what causes it.

    ``causes`` are filing cells, ledger lines or records; the first twenty.
    """

    severity: Severity
    file: str
    cells: str
    message: str
    fix: str
    rule: str
    causes: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = " ".join(filter(None, (self.file, self.cells)))
        causes = f" ({'; '.join(self.causes)})" if self.causes else ""
        return f"{self.severity.value}: {place}: {self.message} {self.fix}{causes}"

    def as_dict(self) -> dict[str, Any]:
        """The objection as plain values, for JSON."""
        return asdict(self) | {"severity": self.severity.value, "causes": list(self.causes)}


@dataclass(frozen=True)
class Gathered:
    """What goes to a portal, by names of templates, and what of the books no template takes."""

    filled: Mapping[str, Filled]
    objections: tuple[Objection, ...] = ()


Gather = Callable[[Any, Stretch, datetime, Edition], Gathered]
Draw = Callable[[Edition, Mapping[str, Filled]], Iterator[PortalFile]]


@dataclass(frozen=True)
class Export:
    """Files for one portal: what they are, the law that asks for them, layouts, and where rows come from.

    ``gather`` is given the program, the period, the moment as known at, and the edition; it answers what to
    write by names of templates. ``families`` are the programs that report so; all where there are none.
    """

    title: str
    portal: str
    cites: str
    editions: tuple[Edition, ...]
    gather: Gather
    draw: Draw
    families: frozenset[str] = frozenset()

    def edition(self, period: str) -> Edition:
        """The stored edition of a period, or the newest where there is none of its own."""
        for edition in self.editions:
            if edition.period == period:
                return edition
        return self.editions[-1]


EXPORTS: Registry[Export] = Registry("export", "reporting.exports")


def edition_in(file: Path) -> Edition:
    """The edition that a JSON file beside the definitions stores."""
    stored = json.loads(file.read_text())
    lists = stored.get("lists", {})
    templates = {each["name"]: _template(each, lists) for each in stored["templates"]}
    return Edition(stored["source"], stored.get("period", ""), templates)


def held(id: str) -> str:
    """The name that a portal's id stands for: ``Adopted_Budget__c`` is ``adopted_budget``."""
    return id.removesuffix("__c").removesuffix("__C").lower()


def _template(stored: Mapping[str, Any], lists: Mapping[str, list[str]]) -> Template:
    return Template(
        stored["name"],
        stored["version"],
        stored["title"],
        tuple(map(tuple, stored.get("header", ()))),
        tuple(_field(each, lists) for each in stored["fields"]),
        frozenset(stored.get("categories", ())),
        tuple(stored.get("unique", ())),
        tuple(map(tuple, stored.get("any_of", ()))),
        tuple((id, kind) for id, kind in stored.get("refers", ())),
    )


def _field(stored: Mapping[str, Any], lists: Mapping[str, list[str]]) -> Field:
    return Field(
        stored["id"],
        stored["label"],
        stored["kind"],
        stored["needed"],
        stored.get("holds") or held(stored["id"]),
        stored.get("longest", 0),
        tuple(stored["one_of"] if "one_of" in stored else lists.get(stored.get("list", ""), [])),
        stored.get("pattern", ""),
        tuple((id, how, tuple(values)) for id, how, values in stored.get("when", ())),
        stored.get("instead_of", {}),
    )
