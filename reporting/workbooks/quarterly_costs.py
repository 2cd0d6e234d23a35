"""The workbook that we draw ourselves: what a subrecipient spent of a subaward in a period, line by line.

Read from XLSX and from CSV. A CSV file holds the lines of the sheet Costs; or all sheets one under the other,
each under a line with its name alone.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, shown
from grants.kernel.periods import long_date
from reporting.cells import code, day, dollars, text
from reporting.checks import WARNING, in_order, listed, same_code, unique
from reporting.layout import WORKBOOKS, Breach, Column, Rows, Rule, Sheet, Workbook
from reporting.lines import Lines
from reporting.rows import Table

INDIVIDUALS = "Payments to individuals"
SMALL = ("Contracts", "Grants", "Loans", "Transfers", "Direct payments", INDIVIDUALS)

COVER = Sheet(
    "Cover",
    (
        Column("Subaward number", "subaward", code, is_required=True, longest=40),
        Column("Subrecipient", "subrecipient", text, may_be_absent=True),
        Column("Period begins", "period_starts_on", day, is_required=True),
        Column("Period ends", "period_ends_on", day, is_required=True),
        Column(
            "Spent in this period ($)",
            "spent",
            dollars,
            is_required=True,
            says="The total of the sheets Costs and Aggregates, from your own books. It must tie.",
        ),
        Column(
            "Cost share in this period ($)",
            "cost_share",
            dollars,
            says="The total of cost share on both sheets, from your own books. It must tie.",
        ),
        Column("Prepared by", "prepared_by", text, may_be_absent=True),
    ),
    is_cover=True,
    is_block=True,
    is_required=False,
    says="One workbook reports one subaward for one period.",
)
COSTS = Sheet(
    "Costs",
    (
        Column("Date incurred", "incurred_on", day, is_required=True, says="The day of the cost."),
        Column("Project code", "project", code, picks="projects", says="As on the sheet Projects."),
        Column(
            "Budget category",
            "category",
            text,
            is_required=True,
            longest=120,
            picks="categories",
            says="A line of the approved budget.",
        ),
        Column("Payee", "payee", text, is_required=True, longest=200, picks="payees", says="Who was paid."),
        Column("Description", "description", text, longest=1000, says="What was bought, in a few words."),
        Column(
            "Amount ($)",
            "amount",
            dollars,
            says="The federal part, in dollars and cents. A credit is negative.",
        ),
        Column("Cost share amount ($)", "cost_share", dollars, says="Your own part (2 CFR 200.306)."),
    ),
    says="One line for each cost. Lines may stand in any order.",
)
AGGREGATES = Sheet(
    "Aggregates",
    (
        Column("Project code", "project", code, picks="projects", says="As on the sheet Projects."),
        Column("Kind", "kind", text, is_required=True, one_of=SMALL, says="What was paid together."),
        Column("Budget category", "category", text, longest=120, picks="categories"),
        Column("Amount ($)", "amount", dollars, is_required=True, says="The federal part."),
        Column("Cost share amount ($)", "cost_share", dollars),
    ),
    is_required=False,
    says="Small awards and payments to individuals, reported as sums and not by name.",
)
PROJECTS = Sheet(
    "Projects",
    (
        Column("Project code", "project", code, is_required=True),
        Column("Project name", "name", text, may_be_absent=True),
        Column("Budget ($)", "budget", dollars, may_be_absent=True),
        Column("Reported before ($)", "before", dollars),
        Column(
            "Spent in this period ($)",
            "spent",
            dollars,
            says="From your own books. It must be the sum of the project's costs and aggregates.",
        ),
        Column(
            "Spent to date ($)",
            "to_date",
            dollars,
            says="Reported before and spent in this period together.",
        ),
    ),
    is_required=False,
    says="What was reported before stands here already; add this period.",
)


def _told(rows: Rows, name: str) -> Decimal | None:
    """A column's sum over costs and aggregates; None when one of its cells cannot be read."""
    sheets = [rows[sheet.name] for sheet in (COSTS, AGGREGATES) if len(rows[sheet.name])]
    if not all(table.is_readable(name) for table in sheets):
        return None
    return sum((amount for table in sheets for amount in table.values(name) if amount), ZERO)


def _total(name: str, what: str) -> Rule:
    """The total on the cover is the sum of the lines."""

    def check(rows: Rows) -> Iterator[Breach]:
        for row in rows["Cover"]:
            added = _told(rows, "amount" if name == "spent" else name)
            if row[name] is not None and added is not None and row[name] != added:
                message = (
                    f"{what} is {shown(row[name])} on the cover, but the lines add up to {shown(added)}."
                )
                yield Breach(row, (name,), message)

    fix = "Correct the total, or the lines that are missing, doubled or wrong."
    return Rule(f"qc-total-{name.replace('_', '-')}", check, fix)


def _by_project(rows: Rows) -> dict[str, Decimal] | None:
    """What costs and aggregates spent by project; None when a cell of it cannot be read."""
    totals: dict[str, Decimal] = {}
    for table in (rows["Costs"], rows["Aggregates"]):
        if not len(table):
            continue
        if not table.is_readable("project", "amount"):
            return None
        for project, amount in zip(table.values("project"), table.values("amount"), strict=True):
            if amount:
                totals[project] = totals.get(project, ZERO) + amount
    by_code: dict[str, Decimal] = {}
    for project, amount in totals.items():
        by_code[same_code(project or "")] = by_code.get(same_code(project or ""), ZERO) + amount
    return by_code


def _ties(rows: Rows) -> Iterator[Breach]:
    """Per project, spent in the period is its costs and its aggregates."""
    totals = _by_project(rows) if len(rows["Projects"]) else None
    for row in rows["Projects"] if totals is not None else ():
        if row["project"] is None or not row.is_readable("spent"):
            continue
        added = (totals or {}).get(same_code(row["project"]), ZERO)
        if (row["spent"] or ZERO) != added:
            stated = "is blank" if row["spent"] is None else f"says {shown(row['spent'])}"
            message = f"The project {stated}, but its costs and aggregates add up to {shown(added)}."
            yield Breach(row, ("spent",), message)


def _to_date(rows: Rows) -> Iterator[Breach]:
    """Reported before and spent in the period make up what was spent to date."""
    for row in rows["Projects"]:
        if row["to_date"] is None or not row.is_readable("before", "spent"):
            continue
        added = (row["before"] or ZERO) + (row["spent"] or ZERO)
        if row["to_date"] != added:
            yield Breach(
                row, ("to_date",), f"It is {shown(row['to_date'])}, but both together are {shown(added)}."
            )


def _something(rows: Rows) -> Iterator[Breach]:
    """A line of costs has an amount, or a cost share, other than zero."""
    table = rows["Costs"]
    if all(table.values("amount")):
        return
    pairs = zip(table.values("amount"), table.values("cost_share"), strict=True)
    for at, (amount, share) in enumerate(pairs):
        if not amount and not share and table[at].is_readable("amount"):
            yield Breach(table[at], ("amount",), "The line has no amount.")


def _in_period(*, is_after: bool) -> Any:
    def check(rows: Rows) -> Iterator[Breach]:
        table, cover = rows["Costs"], rows["Cover"]
        edge = cover[0]["period_ends_on" if is_after else "period_starts_on"] if len(cover) else None
        if edge is None:
            return
        for at, on in enumerate(table.values("incurred_on")):
            if on is not None and (on > edge if is_after else on < edge):
                when = "after the period, which ends" if is_after else "before the period, which begins"
                yield Breach(table[at], ("incurred_on",), f"The cost is {when} on {long_date(edge)}.")

    return check


def _repeats(rows: Rows) -> Iterator[Breach]:
    """Lines that are alike in everything: they may be one cost told twice."""
    table = rows["Costs"]
    if len(set(table.values("description"))) == len(table):
        return
    words = list(zip(*map(table.values, ("project", "category", "payee", "description")), strict=True))
    if len(set(words)) == len(words):
        return
    times = Counter(words)
    first: dict[Any, int] = {}
    dated = zip(words, table.values("incurred_on"), table.values("amount"), strict=True)
    for at, (said, on, amount) in enumerate(dated):
        if times[said] > 1 and amount is not None and first.setdefault((said, on, amount), at) != at:
            before = table[first[said, on, amount]].number
            yield Breach(table[at], ("amount",), f"The line is the same as that in row {before}.")


def _lines(rows: Rows) -> Lines:
    """Each cost, its cost share beside it, and the aggregates."""
    costs = _lines_of(rows["Costs"], is_aggregate=False)
    return costs.followed_by(_lines_of(rows["Aggregates"], is_aggregate=True))


def _lines_of(table: Table, *, is_aggregate: bool) -> Lines:
    """The amounts of a sheet by column, in the order of its rows, each before the cost share of its row."""
    amounts, shares = table.values("amount"), table.values("cost_share")
    if all(amounts) and not any(shares):
        return _whole_lines_of(table, amounts, is_aggregate=is_aggregate)
    places = [2 * at for at, amount in enumerate(amounts) if amount]
    if any(shares):
        places = sorted([*places, *(2 * at + 1 for at, share in enumerate(shares) if share)])
    rows = [place >> 1 for place in places]
    kinds, names = ("expenditure", "cost-share"), ("amount", "cost_share")
    letters = [table.letters.get(name, "") for name in names]
    words = {name: _words(table, name, rows) for name in ("project", "category", "payee", "description")}
    of_kind = _words(table, "kind", rows)
    if any(of_kind):
        pairs = zip(words["description"], of_kind, strict=True)
        words["description"] = [described or kind for described, kind in pairs]
    numbers = table.numbers
    return Lines(
        {
            "kind": [kinds[place & 1] for place in places],
            "amount": [shares[place >> 1] if place & 1 else amounts[place >> 1] for place in places],
            "sheet": [table.sheet] * len(places),
            "cell": [f"{letters[place & 1]}{numbers[place >> 1]}" for place in places],
            **words,
            "incurred_on": list(map(table.values("incurred_on").__getitem__, rows)),
            "is_aggregate": [is_aggregate] * len(places),
            "is_individual": [kind == INDIVIDUALS for kind in of_kind],
        }
    )


def _whole_lines_of(table: Table, amounts: list[Any], *, is_aggregate: bool) -> Lines:
    """The same where every row has an amount, and none a cost share."""
    count, letters = len(table), table.letters.get("amount", "")
    words = {name: _all_words(table, name) for name in ("project", "category", "payee", "description")}
    of_kind = _all_words(table, "kind")
    if any(of_kind):
        pairs = zip(words["description"], of_kind, strict=True)
        words["description"] = [described or kind for described, kind in pairs]
    return Lines(
        {
            "kind": ["expenditure"] * count,
            "amount": amounts,
            "sheet": [table.sheet] * count,
            "cell": [f"{letters}{number}" for number in table.numbers],
            **words,
            "incurred_on": table.values("incurred_on"),
            "is_aggregate": [is_aggregate] * count,
            "is_individual": [kind == INDIVIDUALS for kind in of_kind],
        }
    )


def _all_words(table: Table, name: str) -> list[str]:
    """The texts of a column; blank where there is none."""
    column = table.columns.get(name)
    if not column:
        return [""] * len(table)
    return [word or "" for word in column] if None in column else column


def _words(table: Table, name: str, rows: list[int]) -> list[str]:
    """The texts of a column in some rows; blank where there is none."""
    column = table.columns.get(name)
    return [column[row] or "" for row in rows] if column else [""] * len(rows)


def _listed(sheet: str) -> Rule:
    """The project of a line is one of those on the sheet Projects, when the workbook has that sheet."""
    inner = listed("qc-project-known", sheet, "project", "Projects", ("project",))

    def check(rows: Rows) -> Iterator[Breach]:
        if len(rows["Projects"]):
            yield from inner.check(rows)

    return Rule(inner.code, check, "Choose a project of the sheet Projects.")


RULES = (
    in_order("qc-period", "Cover", "period_starts_on", "period_ends_on",
             "The period begins on {first}, after it ends on {last}."),
    _total("spent", "Spent in this period"),
    _total("cost_share", "Cost share in this period"),
    unique("qc-project-once", "Projects", ("project",), "Project"),
    _listed("Costs"),
    _listed("Aggregates"),
    Rule("qc-tie-out", _ties, "Correct the amount of the project, or its lines."),
    Rule("qc-to-date", _to_date, "Add what was reported before and what was spent in this period."),
    Rule("qc-cost-after-period", _in_period(is_after=True), "Correct the date, or report it next time."),
    Rule("qc-cost-before-period", _in_period(is_after=False),
         "Correct the date; if an earlier report left the cost out, say so in its description.", WARNING),
    Rule("qc-no-amount", _something, "Write the amount, or delete the line."),
    Rule("qc-line-twice", _repeats, "Delete one of them, or acknowledge that both are right.", WARNING),
    in_order("qc-above-budget", "Projects", "to_date", "budget",
             "Spent to date is {first}, above the budget of {last}.", severity=WARNING,
             fix="Correct it, or ask for an amendment."),
)  # fmt: skip
WORKBOOKS.add(
    "quarterly-costs/1",
    Workbook(
        "quarterly-costs/1",
        "Costs of a subaward in a period",
        "",
        (COVER, COSTS, AGGREGATES, PROJECTS),
        marks=("Costs",),
        headings=(("Costs", "Date incurred"), ("Costs", "Budget category"), ("Costs", "Amount ($)")),
        rules=RULES,
        lines_of=_lines,
        csv_sheet="Costs",
    ),
)
