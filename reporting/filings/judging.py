"""What the books say about the lines of a filing: problems that its workbook alone cannot show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from grants.kernel.money import ZERO, shown, total
from grants.kernel.periods import Period, long_date
from grants.ledger.models import Entry, Kind
from grants.ledger.queries import Standing, standings
from reporting.filings.models import Filing, ReportingPeriod, Stage
from reporting.lines import Line, Lines
from reporting.problems import Collected, Found, Severity

POSTED: Mapping[str, Kind] = {
    "expenditure": Kind.EXPENDITURE,
    "cost-share": Kind.COST_SHARE,
    "program-income": Kind.PROGRAM_INCOME,
}
"""Kinds of lines that a filing brings into the ledger, by their names in workbooks.

What a subrecipient obligates to others and whom it pays is its own affair: obligations and payments of the
ledger are those of the state to it.
"""


@dataclass(frozen=True)
class Books:
    """What the books hold of one subaward, as far as a filing of one period is judged by it.

    ``left`` is what each federal award may still pay, in dollars and in the order of the splits, once an
    earlier filing of the period is taken out; ``projects`` the keys of its projects by code and number;
    ``categories`` those of its budget.
    """

    period: Period
    runs: Period
    left: Mapping[int | None, Decimal]
    projects: Mapping[str, int]
    categories: frozenset[str] = frozenset()


def books_of(subaward: Any, period: ReportingPeriod) -> Books:
    """What the books hold now, in a handful of queries."""
    projects: dict[str, int] = {}
    for key, code, number in subaward.projects.values_list("pk", "code", "number").order_by("pk"):
        projects.update({name: key for name in (number, code) if name})
    return Books(
        period=Period(period.starts_on, period.ends_on),
        runs=Period(subaward.starts_on or date.min, subaward.ends_on or date.max),
        left=_left(subaward, period),
        projects=projects,
        categories=frozenset(subaward.budget_lines.values_list("category", flat=True)),
    )


def _left(subaward: Any, period: ReportingPeriod) -> dict[int | None, Decimal]:
    """What each federal award may still pay, without what a filing in force has posted for the period."""
    earlier = Filing.objects.filter(subaward=subaward, period=period, stage=Stage.POSTED).first()
    replaced: dict[int | None, Decimal] = {}
    if earlier:
        lines = Entry.objects.filter(posting=earlier.posting_id, kind=Kind.EXPENDITURE, reversals=None)
        replaced = dict(lines.values_list("federal_award").annotate(Sum("amount")))
    spent = standings("federal_award_id", where={"subaward_id": [subaward.pk]})
    return {
        award: amount - spent.get(award, Standing()).spent + replaced.get(award, ZERO)
        for award, amount in subaward.splits.order_by("pk").values_list("federal_award_id", "amount")
    }


def posted_lines(lines: Iterable[Line]) -> Lines:
    """The lines that come into the ledger: of the right kind, and not of nothing."""
    given = Lines.of(lines)
    amounts = given.column("amount")
    if all(amounts) and POSTED.keys() >= set(given.column("kind")):
        return given
    kinds = given.column("kind")
    return given.chosen([at for at, amount in enumerate(amounts) if amount and kinds[at] in POSTED])


def spent_in(lines: Iterable[Line]) -> Decimal:
    """What lines report as spent, in dollars."""
    given = Lines.of(lines)
    kinds = given.column("kind")
    if kinds.count("expenditure") == len(kinds):
        return total(given.column("amount"))
    pairs = zip(kinds, given.column("amount"), strict=True)
    return total(amount for kind, amount in pairs if kind == "expenditure")


def netted(lines: Iterable[Line]) -> tuple[Lines, list[Line]]:
    """Lines above zero with credits taken off, and the credits that are left because they are greater.

    The ledger knows no amount below zero but of reversals. A credit lessens the lines of its kind, project
    and category in the order of the file; a line that it lessens names the cell of the credit, too.
    """
    chosen = posted_lines(lines)
    if min(chosen.column("amount"), default=ZERO) >= 0:
        return chosen, []
    credits: dict[tuple[str, str, str], list[Line]] = {}
    for line in chosen:
        if line.amount < 0:
            credits.setdefault(_purpose(line), []).append(line)
    kept = []
    for line in chosen:
        if line.amount > 0:
            lessened = _lessened(line, credits.get(_purpose(line), []))
            kept += [lessened] if lessened.amount else []
    return Lines.of(kept), [credit for left in credits.values() for credit in left]


def _purpose(line: Line) -> tuple[str, str, str]:
    return (line.kind, line.project, line.category)


def _lessened(line: Line, credits: list[Line]) -> Line:
    """The line less as much of the credits as it can bear; what is left of them stays in the list."""
    while credits and line.amount:
        credit = credits.pop(0)
        part = min(line.amount, -credit.amount)
        cell = f"{line.cell} less {credit.cell}"
        line = replace(line, amount=line.amount - part, cell=cell)
        if credit.amount + part:
            credits.insert(0, replace(credit, amount=credit.amount + part))
    return line


def judged(
    lines: Iterable[Line], books: Books, *, is_by_budget: bool = False, has_days_judged: bool = False
) -> tuple[Found, ...]:
    """Everything in the lines that the books contradict, errors first.

    ``is_by_budget`` says that the categories of the layout are those of the subaward's own budget,
    ``has_days_judged`` that the workbook has compared its days with its period already.
    """
    found = Collected()
    chosen = posted_lines(lines)
    for credit in netted(chosen)[1]:
        _tell_credit(credit, found)
    for line in _questioned(chosen, books, is_by_budget=is_by_budget):
        if is_by_budget:
            _judge_category(line, books, found)
        if not has_days_judged:
            _judge_day(line, books, found)
        _judge_project(line, books, found)
    spent, left = spent_in(chosen), total(books.left.values())
    if spent > left:
        found.add(
            Severity.ERROR,
            "",
            [],
            f"The filing reports {shown(spent)} as spent; {shown(left)} is left of the subaward.",
            "Report no more than is left, or ask for an amendment of the subaward first.",
            "filing-over-obligated",
        )
    return found.found()


def _questioned(lines: Lines, books: Books, *, is_by_budget: bool) -> Lines:
    """The lines of which the day, the project or the category is not among those of the books.

    Each different value is looked at once: of many thousand lines hardly any needs a second look.
    """
    days = set(lines.column("incurred_on")) - {None}
    strange: dict[str, set[Any]] = {"incurred_on": {day for day in days if day not in books.period}}
    if books.projects:
        strange["project"] = set(lines.column("project")) - books.projects.keys() - {""}
    if books.categories and is_by_budget:
        strange["category"] = set(lines.column("category")) - books.categories - {""}
    places: set[int] = set()
    for name, values in strange.items():
        if values:
            places.update(at for at, value in enumerate(lines.column(name)) if value in values)
    return lines.chosen(sorted(places))


def _tell_credit(credit: Line, found: Collected) -> None:
    found.add(
        Severity.ERROR,
        credit.sheet,
        [credit.cell],
        "The credit is greater than what is reported here for the same project and category.",
        "Correct the report of the period in which the cost was reported instead.",
        "filing-credit",
    )


def _judge_category(line: Line, books: Books, found: Collected) -> None:
    if books.categories and line.category and line.category not in books.categories:
        found.add(
            Severity.WARNING,
            line.sheet,
            [line.cell],
            f"“{line.category}” is not a category of the approved budget.",
            f"Write one of it, as it is spelt there: {', '.join(sorted(books.categories)[:10])}.",
            "filing-unknown-category",
        )


def _judge_day(line: Line, books: Books, found: Collected) -> None:
    day = line.incurred_on
    if day is None:
        return
    if day > books.period.ends_on:
        found.add(
            Severity.ERROR,
            line.sheet,
            [line.cell],
            f"The cost was incurred after the period, which ends on {long_date(books.period.ends_on)}.",
            "Report it in the next period, or correct the date.",
            "filing-after-period",
        )
    elif day < books.period.starts_on:
        found.add(
            Severity.WARNING,
            line.sheet,
            [line.cell],
            f"The cost was incurred before the period, which begins on {long_date(books.period.starts_on)}.",
            "Make sure that it was not reported before.",
            "filing-before-period",
        )


def _judge_project(line: Line, books: Books, found: Collected) -> None:
    if line.project and books.projects and line.project not in books.projects:
        found.add(
            Severity.ERROR,
            line.sheet,
            [line.cell],
            f"There is no project “{line.project}” in this subaward.",
            f"Write one of its projects: {', '.join(list(books.projects)[:10])}.",
            "filing-unknown-project",
        )
