"""What a layout of a workbook is made of: sheets, columns, rules; and what reading a file answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO
from grants.kernel.registry import Registry
from reporting.cells import Reader
from reporting.lines import Line, Lines
from reporting.past import Kept, PastRule
from reporting.problems import Found, Severity
from reporting.rows import Row, Table

Rows = Mapping[str, Table]


@dataclass(frozen=True)
class Column:
    """One column of a sheet, found by its ``field_id`` or its ``heading`` (or an older one in ``also``).

    ``reader`` turns a cell into a value. ``one_of`` are the only values allowed, whatever their case; with
    ``is_many`` a cell holds several of them, divided by semicolons. ``longest`` is in characters.
    ``once_per`` names the columns that make an award: an amount that repeats on each of its rows is counted
    once. ``rules`` gives the codes of its problems by kind: ``blank``, ``unreadable``, ``list``, ``length``.
    A column that ``may_be_absent`` is no problem when the file does not have it. ``instead_of`` gives the
    listed value for older ones. In a blank workbook ``picks`` names the prefilled list to choose from
    (``projects``, ``categories``, ``payees``), and ``says`` instructs the person who fills it in.
    """

    heading: str
    name: str
    reader: Reader
    one_of: tuple[str, ...] = ()
    is_required: bool = False
    field_id: str = ""
    also: tuple[str, ...] = ()
    longest: int = 0
    is_many: bool = False
    may_be_absent: bool = False
    once_per: tuple[str, ...] = ()
    rules: Mapping[str, str] = field(default_factory=dict)
    instead_of: Mapping[str, str] = field(default_factory=dict)
    picks: str = ""
    says: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet: ``headings_on`` is the row of its headings or field ids, ``starts_on`` of its first line.

    ``is_cover`` sheets hold facts about the whole file in one row; ``is_block`` ones as labels in column A
    beside values in column B. An optional sheet (``is_required`` false) may be absent. One with
    ``has_legend`` may hold texts under a blank row that are not data. ``award`` names the columns that tell
    one award from another when its facts repeat on every line.
    """

    name: str
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()
    headings_on: int = 1
    starts_on: int = 2
    is_required: bool = True
    is_cover: bool = False
    is_block: bool = False
    has_legend: bool = False
    award: tuple[str, ...] = ()
    says: str = ""

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"The sheet {self.name} has no column {name}.")


@dataclass(frozen=True)
class Breach:
    """Cells of a row that break a rule, named by column, with the sentence to tell."""

    row: Row
    names: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Rule:
    """A check among the cells of a row, rows among themselves, or sheets against each other.

    ``check`` sees all rows by sheet and returns the breaches; it must keep silent about blank and unreadable
    cells, which are told already. ``fix`` says what to do; ``source`` where the rule comes from.
    """

    code: str
    check: Callable[[Rows], Iterable[Breach]]
    fix: str
    severity: Severity = Severity.ERROR
    source: str = ""


@dataclass(frozen=True)
class Workbook:
    """A layout and version. ``code`` is family and version, such as ``quarterly-costs/1``.

    The content decides the layout, never the file's name: ``marks`` are sheets that must be there,
    ``headings`` (sheet, heading or field id) pairs that must stand in it, ``tells`` how a cover
    cell (sheet, cell) must begin, ``version_cell`` where the version is named. ``narrow`` chooses the sheets
    and columns that apply, from what the covers say. ``codes`` gives the codes of problems of the file by
    kind: ``sheet`` and ``column`` for absent ones, ``version``. ``csv_sheet`` is what a CSV file without
    titles of sheets holds; without it the layout is not read from CSV. ``keeps`` are tables kept of each
    filing, ``past_rules`` compare with those of earlier ones, and ``alike_by`` (table, column) finds filings
    of other subawards that name the same. With ``keeps_rows`` all rows are kept for federal portals.
    """

    code: str
    title: str
    program: str
    sheets: tuple[Sheet, ...]
    marks: tuple[str, ...]
    headings: tuple[tuple[str, str], ...] = ()
    tells: Mapping[tuple[str, str], str] = field(default_factory=dict)
    version_cell: tuple[str, str] | None = None
    rules: tuple[Rule, ...] = ()
    narrow: Callable[["Workbook", Rows], tuple[Sheet, ...]] | None = None
    lines_of: Callable[[Rows], Iterable[Line]] | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    csv_sheet: str = ""
    keeps: tuple[Kept, ...] = ()
    past_rules: tuple[PastRule, ...] = ()
    alike_by: tuple[str, str] = ("", "")
    keeps_rows: bool = False
    source: str = ""

    @property
    def family(self) -> str:
        """The layout without its version."""
        return self.code.partition("/")[0]

    @property
    def version(self) -> str:
        """The version without its layout."""
        return self.code.partition("/")[2]

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name. Raises KeyError when there is none."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(f"The workbook {self.code} has no sheet {name}.")


@dataclass(frozen=True)
class ProjectBefore:
    """A project as a blank workbook shows it: its budget, and what was reported of it before, in dollars."""

    code: str
    name: str = ""
    budget: Decimal | None = None
    before: Decimal = ZERO


@dataclass(frozen=True)
class Prefill:
    """What is known already and stands in a blank workbook when it is drawn for a subaward and period."""

    subaward: str = ""
    subrecipient: str = ""
    period_starts_on: date | None = None
    period_ends_on: date | None = None
    projects: tuple[ProjectBefore, ...] = ()
    categories: tuple[str, ...] = ()
    payees: tuple[str, ...] = ()


WORKBOOKS: Registry[Workbook] = Registry("workbook", "reporting.workbooks")


@dataclass(frozen=True)
class Reading:
    """What a file says, and all that is wrong with it.

    ``rows`` holds every sheet of the layout, empty when the file has none. ``figures`` are the sums of the
    money columns by sheet and heading, after repeats are taken out, with the number of ``rows``. A file
    that is refused at the gate has no layout, no rows, and its reason among the ``problems``.
    """

    layout: str = ""
    version: str = ""
    rows: Rows = field(default_factory=dict)
    figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    problems: tuple[Found, ...] = ()

    @property
    def is_acceptable(self) -> bool:
        """Whether no problem is an error."""
        return not any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def warnings(self) -> tuple[Found, ...]:
        """The problems that must be acknowledged before the file can be certified."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.WARNING)

    def lines(self) -> Sequence[Line]:
        """The amounts for the ledger, in the order of the file; none when the layout is not known."""
        lines_of = WORKBOOKS[self.layout].lines_of if self.layout else None
        return Lines.of(lines_of(self.rows)) if lines_of else ()

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain values, for JSON; amounts are text with two decimals."""
        return {
            "layout": self.layout,
            "version": self.version,
            "figures": {
                sheet: {
                    name: f"{value:.2f}" if isinstance(value, Decimal) else value
                    for name, value in of.items()
                }
                for sheet, of in self.figures.items()
            },
            "problems": [problem.as_dict() for problem in self.problems],
        }
