"""Rows of filings as they go on to a portal: as they were filed, less what was reversed since."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from grants.kernel.money import ZERO
from reporting.checks import same_code
from reporting.export import Columns, Filled, Origin
from reporting.filings.in_force import InForce
from reporting.rows import Table

Amounts = list[str | None]


def put(
    filled: dict[str, Filled],
    template: str,
    filing: InForce,
    table: Table,
    columns: Columns,
    at: Sequence[int] | None = None,
) -> None:
    """Add rows of a sheet to a template: all of them, or those at some places."""
    numbers = table.numbers
    if at is not None:
        numbers = [numbers[place] for place in at]
        columns = {name: [column[place] for place in at] for name, column in columns.items()}
    origin = Origin(filing.number, table, numbers)
    filled.setdefault(template, Filled()).add(len(numbers), columns, origin)


def less_by_cell(filing: InForce, table: Table, name: str) -> Amounts:
    """The amounts of a column, less what was reversed of the lines of its own cells."""
    letter = table.letters.get(name, "")
    places = (f"{table.sheet}!{letter}{number}"[:80] for number in table.numbers)
    return _less(table.values(name), (filing.reversed.get(place, ZERO) for place in places))


def less_by_project(filing: InForce, table: Table, name: str, project: str) -> Amounts:
    """The amounts of a column, less what was reversed of any line of the project that ``project`` names."""
    taken = {same_code(code): amount for code, amount in filing.reversed_by_project.items()}
    codes = (same_code(code or "") for code in table.values(project))
    return _less(table.values(name), (taken.get(code, ZERO) for code in codes))


def _less(amounts: Iterable[str | None], taken: Iterable[Decimal]) -> Amounts:
    pairs = zip(amounts, taken, strict=True)
    return [f"{Decimal(amount) - less:f}" if amount and less else amount for amount, less in pairs]
