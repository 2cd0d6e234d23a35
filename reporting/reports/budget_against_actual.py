"""Budget against actual by category, and how the money will stand on the last day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, total
from grants.kernel.periods import month_end
from grants.ledger.models import Kind
from grants.ledger.queries import sums
from grants.programs.models import Program
from grants.subawards.models import BudgetLine, MoneySource, Subaward
from reporting.blocks import (
    Block,
    Column,
    Facts,
    FigureTable,
    Heading,
    LedgerTable,
    Notes,
    Prose,
)
from reporting.report import REPORTS, Report
from reporting.reports.forecast_blocks import forecast_blocks, forecasts_of

NO_CATEGORY = "No category recorded"
MONEY = ("budget", "spent", "share_budget", "shared")
_NOTES = (
    "The budget is the newest approved version of each subaward when this was issued.",
    "A cost stands in the category that its line names. It is never spread over others.",
    "A cost of no category, or of one that the budget does not have, stands by itself.",
    "Left is what is budgeted and not yet spent; below zero more is spent than budgeted.",
    "The forecast takes what was spent in the last six whole months to go on evenly.",
)

GRANTED = (MoneySource.FEDERAL, MoneySource.STATE)
"""Who pays the lines that are the amount of a subaward; the others are cost share."""

Amounts = dict[str, Decimal]


def gather(told_of: Subaward | Sequence[Program], through: date, as_known_at: datetime) -> dict[str, Any]:
    """Budget in force and lines of the ledger by category, in dollars through a day as known at a moment."""
    if isinstance(told_of, Subaward):
        chosen = [[told_of]]
    else:
        chosen = [
            list(each.subawards.select_related("subrecipient", "program").order_by("number"))
            for each in told_of
        ]
    parts = [
        _part(subawards, through, as_known_at)
        for group in chosen
        for subawards in _real_and_samples(group)
        if subawards
    ]
    if isinstance(told_of, Subaward):
        parts[0]["name"] = f"Subaward {told_of.number}, {told_of.subrecipient.name}"
        parts[0]["months"] = _months(told_of, through, as_known_at)
    return {"through": through, "as_known_at": as_known_at, "parts": parts}


def _real_and_samples(subawards: list[Subaward]) -> tuple[list[Subaward], list[Subaward]]:
    """Subawards of real money, and apart from them the samples."""
    samples = [each for each in subawards if each.is_sample or each.program.is_sample]
    return [each for each in subawards if each not in samples], samples


def _part(subawards: list[Subaward], through: date, as_known_at: datetime) -> dict[str, Any]:
    keys = [each.pk for each in subawards]
    amounts = _by_category(keys, through, as_known_at)
    names = {each.pk: each for each in subawards}
    categories: dict[tuple[str, bool], Amounts] = {}
    for (_, category), found in amounts.items():
        _add(categories.setdefault((category, _is_budgeted(found)), {}), found)
    by_subaward: dict[int, Amounts] = {}
    for (key, _), found in amounts.items():
        _add(by_subaward.setdefault(key, {}), found)
    return {
        "name": subawards[0].program.name,
        "is_sample": subawards[0].is_sample or subawards[0].program.is_sample,
        "categories": [_row(key[0] or NO_CATEGORY, categories[key]) for key in _in_order(categories)],
        "subawards": [
            _row(f"{each.number} {each.subrecipient.name}", by_subaward.get(key, {}))
            for key, each in names.items()
        ],
        "outlook": forecasts_of(subawards, through, as_known_at),
        "months": [],
    }


def _by_category(keys: list[int], through: date, as_known_at: datetime) -> dict[tuple[int, str], Amounts]:
    """What is budgeted, spent and shared of each subaward, by the category that each line names."""
    found: dict[tuple[int, str], Amounts] = {}
    lines = BudgetLine.objects.filter(subaward__in=keys).order_by("subaward", "-version", "pk")
    newest: dict[int, int] = {}
    for line in lines:
        if line.version == newest.setdefault(line.subaward_id, line.version):
            kind = "budget" if line.source in GRANTED else "share_budget"
            _add(found.setdefault((line.subaward_id, line.category), {}), {kind: line.amount})
    kinds = {Kind.EXPENDITURE.value: "spent", Kind.COST_SHARE.value: "shared"}
    where: dict[str, list[Any]] = {"subaward_id": keys, "kind": list(kinds)}
    by = ("subaward_id", "category", "kind")
    for row in sums(by, through=through, as_known_at=as_known_at, where=where):
        cell = found.setdefault((row["subaward_id"], row["category"]), {})
        _add(cell, {kinds[row["kind"]]: row["amount"]})
    return found


def _add(to: Amounts, more: Amounts) -> None:
    for name, amount in more.items():
        to[name] = to.get(name, ZERO) + amount


def _in_order(categories: Iterable[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Budgeted categories first, then what their subaward's budget does not have, last without a name."""
    return sorted(categories, key=lambda key: (not key[0], not key[1], key[0]))


def _is_budgeted(amounts: Amounts) -> bool:
    return "budget" in amounts or "share_budget" in amounts


def _row(name: str, amounts: Amounts) -> dict[str, Any]:
    known = {money: amounts.get(money, ZERO) for money in MONEY}
    return {"name": name, "is_budgeted": _is_budgeted(amounts), **known}


def _months(subaward: Subaward, through: date, as_known_at: datetime) -> list[list[Any]]:
    """The last day of each month with lines, what was spent in it, and what was spent up to it."""
    where: dict[str, list[Any]] = {"subaward_id": [subaward.pk], "kind": [Kind.EXPENDITURE]}
    rows, so_far = [], ZERO
    for row in sums(("month",), through=through, as_known_at=as_known_at, where=where):
        so_far += row["amount"]
        rows.append([min(month_end(row["month"]), through), row["amount"], so_far])
    return rows


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """Each program or subaward: its categories, its subawards, and how they will stand."""
    yield Heading("Budget against actual")
    yield Facts((("Money incurred through", figures["through"]), ("As known at", figures["as_known_at"])))
    if not figures["parts"]:
        yield Prose("There is no subaward.")
    for part in figures["parts"]:
        name = f"{part['name']} (sample: made up, not real money)" if part["is_sample"] else part["name"]
        yield Heading(name, 2)
        yield from _categories(part["categories"])
        if len(part["subawards"]) > 1:
            yield _compared("By subaward, in dollars", "Subaward", part["subawards"], LedgerTable)
        yield from _burn_down(part)
    yield Notes(_NOTES)


def _categories(rows: list[dict[str, Any]]) -> Iterator[Block]:
    if not any(row["is_budgeted"] for row in rows):
        yield Prose("A budget by category is not recorded.")
    if rows:
        yield _compared("By category, in dollars", "Category", rows, FigureTable)
    outside = [row for row in rows if not row["is_budgeted"] and row["spent"]]
    if outside:
        spent = total(row["spent"] for row in outside)
        named = ", ".join(row["name"] for row in outside)
        yield Prose(
            f"{spent:,.2f} dollars are spent in categories that the budget of their subaward does not have: "
            f"{named}."
        )


def _compared(caption: str, what: str, rows: list[dict[str, Any]], table: Any) -> Block:
    """Rows of budget and actual; the state's and the subrecipient's own share only where there is some."""
    has_share = any(row["share_budget"] or row["shared"] for row in rows)
    headings = ("Budget", "Spent", "Left", *(("Share due", "Shared") if has_share else ()))
    kept = [
        (
            row["name"] if row["is_budgeted"] else f"{row['name']}: not budgeted",
            row["budget"],
            row["spent"],
            row["budget"] - row["spent"],
            *((row["share_budget"], row["shared"]) if has_share else ()),
        )
        for row in rows
    ]
    sums_of = [total(row[n] for row in kept) for n in range(1, len(headings) + 1)]
    columns = (Column(what, weight=2), *(Column(heading, "dollars") for heading in headings))
    return table(caption, columns, kept, ("Total", *sums_of))


def _burn_down(part: dict[str, Any]) -> Iterator[Block]:
    yield Heading("How the money will stand on the last day", 3)
    yield from forecast_blocks(part["outlook"])
    if part["months"]:
        obligated = part["outlook"][0]["obligated"]
        yield LedgerTable(
            "Burn-down by month, in dollars",
            (Column("Through"), *(Column(name, "dollars") for name in ("Spent", "Spent so far", "Left"))),
            [(day, spent, so_far, obligated - so_far) for day, spent, so_far in part["months"]],
        )


REPORTS.add(
    "budget-against-actual",
    Report("Budget against actual", "2 CFR 200.302(b)(5)", gather, compose, about=("programs", "subaward")),
)
