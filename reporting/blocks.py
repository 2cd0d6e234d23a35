"""The blocks that reports are composed of: what each holds. Drawing is elsewhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from grants.kernel.periods import long_date

Value = str | int | Decimal | date | datetime | None
Kind = Literal["text", "dollars", "count", "share", "date"]
KINDS: tuple[Kind, ...] = ("text", "dollars", "count", "share", "date")


@dataclass(frozen=True)
class Column:
    """A column of a table. ``weight`` says how wide a column of text may grow beside the others."""

    heading: str
    kind: Kind = "text"
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"There is no kind of column “{self.kind}”.")

    @property
    def is_figure(self) -> bool:
        """Whether its values stand at the right and are never wrapped."""
        return self.kind in ("dollars", "count", "share")


@dataclass(frozen=True)
class Row:
    """A row that is more than a plain one: a section's name, a subtotal; ``level`` indents its first cell."""

    cells: Sequence[Value]
    kind: Literal["line", "section", "subtotal"] = "line"
    level: int = 0


AnyRow = Row | Sequence[Value]


@dataclass(frozen=True)
class Heading:
    """A heading. Levels run from 1 and may not skip one on the way down. It may begin a page on paper."""

    text: str
    level: int = 1
    begins_page: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and their values, one pair a line. A Decimal is dollars; a share is given as text."""

    pairs: Sequence[tuple[str, Value]]


@dataclass(frozen=True)
class Prose:
    """One paragraph of running text."""

    text: str


@dataclass(frozen=True)
class FigureTable:
    """A table of figures; its first column names the rows. ``totals`` is one row, or nothing."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[AnyRow]
    totals: Sequence[Value] = ()


@dataclass(frozen=True)
class LedgerTable:
    """A table of any length; ``rows`` is read once, while it is drawn, and never held whole."""

    caption: str
    columns: Sequence[Column]
    rows: Iterable[AnyRow]
    totals: Sequence[Value] = ()


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars, each the sum of its segments; ``legend`` names the segments in their order.

    ``alt`` says in words what the bars show; a value below zero has no length. The figures stand below in a
    table of their own, unless ``has_table`` is false because another block gives them.
    """

    title: str
    alt: str
    legend: Sequence[str]
    bars: Sequence[tuple[str, Sequence[Decimal]]]
    kind: Literal["dollars", "count"] = "dollars"
    names: str = "Program"
    has_table: bool = True

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError(f"The chart “{self.title}” needs a text that says what it shows.")
        if any(len(values) != len(self.legend) for _, values in self.bars):
            raise ValueError(
                f"A bar of “{self.title}” has not one value for each of {len(self.legend)} segments."
            )

    def table(self) -> FigureTable:
        """The same figures as a table, with the sum of each bar and of each segment."""
        columns = (Column(self.names), *(Column(name, self.kind) for name in self.legend))
        zero = Decimal("0.00") if self.kind == "dollars" else Decimal(0)
        sums = [sum((values[n] for _, values in self.bars), zero) for n in range(len(self.legend))]
        return FigureTable(
            f"{self.title}, in {'dollars' if self.kind == 'dollars' else 'numbers'}",
            (*columns, Column("Total", self.kind)),
            [(label, *values, sum(values, zero)) for label, values in self.bars],
            ("Total", *sums, sum(sums, zero)),
        )


@dataclass(frozen=True)
class LineChart:
    """Lines over days, one for each name in ``legend``; a None is a gap in its line.

    ``marks`` are days that count, such as a last day, each with its name. ``alt`` and the table are those of
    a ``BarChart``.
    """

    title: str
    alt: str
    legend: Sequence[str]
    points: Sequence[tuple[date, Sequence[Decimal | None]]]
    marks: Sequence[tuple[date, str]] = ()
    kind: Literal["dollars", "count"] = "dollars"
    names: str = "Through"
    has_table: bool = True

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError(f"The chart “{self.title}” needs a text that says what it shows.")
        if any(len(values) != len(self.legend) for _, values in self.points):
            raise ValueError(
                f"A day of “{self.title}” has not one value for each of {len(self.legend)} lines."
            )

    def table(self) -> FigureTable:
        """The same figures as a table, a row for each day."""
        return FigureTable(
            f"{self.title}, in {'dollars' if self.kind == 'dollars' else 'numbers'}",
            (Column(self.names), *(Column(name, self.kind) for name in self.legend)),
            [(day, *values) for day, values in self.points],
        )


@dataclass(frozen=True)
class Map:
    """Areas of a state, shaded by a value: the more, the darker.

    ``outlines`` names the areas, as ``counties-39`` does the counties of Ohio; ``areas`` is the code, the
    name and the value of each that has one, and ``over`` may name larger areas whose borders are drawn on
    top, as counties over census tracts. An area without a value is told apart from one of zero. ``alt`` and
    the table are those of a ``BarChart``; ``height`` is the most that it may be, in points.
    """

    title: str
    alt: str
    outlines: str
    areas: Sequence[tuple[str, str, int | Decimal | None]]
    what: str
    kind: Literal["dollars", "count"] = "count"
    names: str = "County"
    over: str = ""
    has_table: bool = True
    height: float = 400.0

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ValueError(f"The map “{self.title}” needs a text that says what it shows.")
        if any(value is not None and value < 0 for _, _, value in self.areas):
            raise ValueError(f"The map “{self.title}” cannot shade a value below zero.")

    def table(self) -> FigureTable:
        """The same figures as a table, a row for each area that has a value."""
        rows = [(name, value) for _, name, value in self.areas if value is not None]
        return FigureTable(self.title, (Column(self.names), Column(self.what, self.kind)), rows)


@dataclass(frozen=True)
class Notes:
    """Sentences that belong to the figures: sources, what is included, what is not."""

    sentences: Sequence[str]
    heading: str = "Notes"


Picture = BarChart | LineChart | Map


@dataclass(frozen=True)
class Correction:
    """What will be done about a finding, by whom and by when (2 CFR 200.511(c))."""

    plan: str
    owner: str
    due_on: date | None
    status: str
    evidence: str = ""

    def __str__(self) -> str:
        due = f"due {long_date(self.due_on)}" if self.due_on else ""
        who = ", ".join(filter(None, (self.owner, due, self.status.lower())))
        return f"{self.plan} ({who})" + (f". Shown by: {self.evidence}" if self.evidence else "")


@dataclass(frozen=True)
class Waived:
    """Why a finding may be let be, until when, and who said so."""

    reason: str
    until: date | None
    status: str
    asked_by: str = ""
    decided_by: str = ""
    decision: str = ""

    def __str__(self) -> str:
        until = f"until {long_date(self.until)}" if self.until else ""
        who = ", ".join(filter(None, (self.status.lower(), until, self.decided_by or "not decided")))
        return f"{self.reason} ({who})" + (f": {self.decision}" if self.decision else "")


@dataclass(frozen=True)
class Found:
    """One finding: where, what, since when, how it stands, and what is done about it.

    ``rule`` names what is broken or calls the finding by its number; ``facts`` are whatever else is told of
    it, such as its cause or a questioned cost.
    """

    rule: str
    sentence: str
    where: str
    cites: str = ""
    severity: str = ""
    since: date | None = None
    status: str = ""
    fix: str = ""
    facts: Sequence[tuple[str, Value]] = ()
    corrections: Sequence[Correction] = ()
    waivers: Sequence[Waived] = ()

    @property
    def of_rule(self) -> tuple[str, tuple[str, ...]]:
        """The rule, and the lines that hold for every finding of it."""
        weight = " · ".join(filter(None, (self.cites, self.severity)))
        to_do = f"What to do: {self.fix}" if self.fix else ""
        return self.rule, tuple(filter(None, (weight, to_do)))


@dataclass(frozen=True)
class FindingList:
    """Findings, those of one rule together where they follow each other."""

    caption: str
    findings: Sequence[Found]


@dataclass(frozen=True)
class Signer:
    """Who signs for a party; what is not known is left to be filled in by hand."""

    party: str
    name: str = ""
    title: str = ""
    signed_on: date | None = None


@dataclass(frozen=True)
class SignatureBlock:
    """Room for each signer to sign: lines for signature, date, name and title."""

    signers: Sequence[Signer]

    def table(self) -> FigureTable:
        """The same as a table, with cells to fill in."""
        blanks = (Column("Signature"), Column("Date signed", "date"))
        columns = (Column("For"), Column("Name"), Column("Title"), *blanks)
        rows = [(each.party, each.name, each.title, None, each.signed_on) for each in self.signers]
        return FigureTable("Signatures", columns, rows)


Block = Heading | Facts | Prose | FigureTable | LedgerTable | Picture | FindingList | SignatureBlock | Notes
Table = FigureTable | LedgerTable


def row_of(given: AnyRow, columns: Sequence[Column], caption: str) -> Row:
    """The row with as many cells as there are columns. Raises ValueError when it has not."""
    row = given if isinstance(given, Row) else Row(given)
    if len(row.cells) == len(columns):
        return row
    if row.kind == "section" and len(row.cells) == 1:
        return Row((*row.cells, *[None] * (len(columns) - 1)), row.kind, row.level)
    raise ValueError(f"A row of “{caption}” has {len(row.cells)} cells for {len(columns)} columns.")
