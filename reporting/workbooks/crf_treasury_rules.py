"""Rules of the CARES Act upload to Treasury.

Dates of performance and of spending that are turned round are warned of and do not stop: Treasury's own
sample has them, and an explanation longer than its dictionary allows.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from grants.kernel.money import ZERO, shown
from grants.kernel.periods import long_date
from reporting.checks import (
    ERROR,
    WARNING,
    holds,
    in_order,
    listed,
    needed,
    one_row,
    patterned,
    repeated_alike,
    same_code,
    unique,
)
from reporting.layout import Breach, Rows, Rule, Sheet
from reporting.problems import Severity
from reporting.rows import Row

NO_PROJECT = ("No Project Assigned", "No Assigned Project")
OF_SAM = ("name", "address_1", "city", "state", "zip", "country", "kind")
"""What a subrecipient tells only when SAM.gov does not know it."""


def _above_award(sheet: Sheet) -> Rule:
    """The obligations of an award, once per project, may not be more than its amount."""

    def check(rows: Rows) -> Iterator[Breach]:
        told: dict[Any, dict[Any, Row]] = {}
        for row in rows[sheet.name]:
            if row.has("amount", "obligated"):
                key = tuple(row[name] for name in sheet.award)
                told.setdefault(key, {}).setdefault(row["project"], row)
        for projects in told.values():
            first = next(iter(projects.values()))
            obligated = sum((row["obligated"] for row in projects.values()), ZERO)
            if obligated > first["amount"]:
                message = f"{shown(obligated)} is obligated, more than the award of {shown(first['amount'])}."
                yield Breach(first, ("obligated", "amount"), message)

    return Rule("CRFT-018", check, "Correct the obligation or the amount of the award.", WARNING)


def _one_identifier(rows: Rows) -> Iterator[Breach]:
    for row in rows["Sub Recipient"]:
        if row.is_readable("duns", "id") and (row["duns"] is None) == (row["id"] is None):
            yield Breach(row, ("duns", "id"), "Exactly one of the two numbers must be given.")


def _registered(rows: Rows) -> Iterator[Breach]:
    """CRFT-008: what SAM.gov knows of a registered subrecipient is left out, of another it is told."""
    for row in rows["Sub Recipient"]:
        if not row.is_readable("duns", *OF_SAM):
            continue
        if row["duns"] is not None and (filled := tuple(name for name in OF_SAM if row[name] is not None)):
            yield Breach(row, filled, "It stays blank beside a DUNS number: SAM.gov has it.")
        asked = tuple(name for name in OF_SAM if row[name] is None)
        if row["duns"] is None and row["id"] is not None and asked:
            yield Breach(row, asked, "It must be told of a subrecipient without a DUNS number.")


def _before_period_end(sheet: str, name: str, message: str, severity: Severity) -> Iterator[Rule]:
    """A day that may not lie after the period on the cover."""
    code = "CRFT-014" if name == "awarded_on" else "CRFT-017"

    def check(rows: Rows) -> Iterator[Breach]:
        days = rows["Cover Page"].values("period_ends_on")
        for row in rows[sheet] if days and days[0] else ():
            if row[name] is not None and row[name] > days[0]:
                yield Breach(row, (name,), message.format(day=long_date(days[0])))

    yield Rule(code, check, "Correct the date, or the period on the cover.", severity)


def _all_or_nothing(sheet: Sheet) -> Rule:
    """CRFT-020: the columns of an expenditure are all filled or all blank."""
    names = tuple(
        name
        for name in ("spent_project", "spent_from", "spent_to", "spent", "category")
        if any(column.name == name for column in sheet.columns)
    )

    def check(rows: Rows) -> Iterator[Breach]:
        for row in rows[sheet.name]:
            blank = tuple(name for name in names if row[name] is None)
            if blank and len(blank) < len(names) and row.is_readable(*names):
                yield Breach(row, blank, "The expenditure is told in part; this is blank.")

    return Rule("CRFT-020", check, "Fill in all columns of the expenditure, or none.")


def _same_project(sheet: Sheet) -> Rule:
    """CRFT-019: money is spent on the project it was obligated for."""

    def check(rows: Rows) -> Iterator[Breach]:
        for row in rows[sheet.name]:
            if row.has("project", "spent_project") and same_code(row["project"]) != same_code(
                row["spent_project"]
            ):
                message = f"Spent on “{row['spent_project']}”, obligated for “{row['project']}”."
                yield Breach(row, ("spent_project",), message)

    return Rule("CRFT-019", check, "Make both the same project.")


def _of(sheet: Sheet) -> Iterator[Rule]:
    """The rules of one sheet of awards."""
    name = sheet.name
    names = {column.name for column in sheet.columns}
    alike = tuple(n for n in ("amount", "awarded_on", "starts_on", "ends_on") if n in names)
    yield listed("CRFT-007", name, "subrecipient", "Sub Recipient", ("duns", "id"))
    yield listed("CRFT-018", name, "project", "Projects", ("id",), also=NO_PROJECT)
    yield _same_project(sheet)
    yield _all_or_nothing(sheet)
    yield _above_award(sheet)
    yield repeated_alike("CRFT-010", name, sheet.award, tuple(n for n in alike if n not in sheet.award))
    yield in_order(
        "CRFT-016",
        name,
        "spent_from",
        "spent_to",
        "The expenditures begin on {first}, after they end on {last}.",
    )
    yield from _before_period_end(name, "awarded_on", "The award is dated after the period, {day}.", ERROR)
    yield from _before_period_end(name, "spent_to", "The expenditures end after the period, {day}.", WARNING)
    yield needed(
        "CRFT-022",
        name,
        "category_words",
        lambda row: row["category"] == "Items Not Listed Above",
        "Items not listed are to be described.",
    )
    yield from _dates_and_places(name, names)


def _dates_and_places(name: str, names: set[str]) -> Iterator[Rule]:
    """The rules on performance, expiry and place, where a sheet has them."""
    if "starts_on" in names:
        yield from _performance(name)
    if name in ("Contracts", "Grants", "Direct"):
        told = "The award is dated {first}, after its expenditures begin on {last}."
        yield in_order("CRFT-016", name, "awarded_on", "spent_from", told, severity=WARNING)
    if name == "Grants":
        yield needed("CRFT-023", name, "explanation", lambda row: row["complies"] == "No",
                     "The awardee does not comply, without an explanation.")  # fmt: skip
        yield holds("CRFT-023", name, "explanation", lambda value, row: len(value) <= 50,
                    "The explanation is longer than the 50 characters that Treasury allows.",
                    severity=WARNING, fix="Shorten it.")  # fmt: skip
    if name == "Loans":
        yield from _loans(name)
    if "zip" in names:
        yield patterned("CRFP-051", name, "zip", r"\d{5}(-?\d{4})?", "a ZIP code of 5 or 5+4 digits",
                        only_if=lambda row: row["country"] == "United States")  # fmt: skip


def _performance(name: str) -> Iterator[Rule]:
    """The order of the days of award, performance and spending; warnings, for the sample breaks it."""
    for code, first, last, message in (
        ("CRFP-040", "starts_on", "ends_on", "Performance starts on {first}, after it ends on {last}."),
        ("CRFT-015", "awarded_on", "starts_on", "The award, {first}, is after performance starts, {last}."),
        ("CRFT-016", "starts_on", "spent_from", "Performance starts on {first}, expenditures on {last}."),
        ("CRFT-017", "spent_to", "ends_on", "Expenditures end on {first}, performance on {last}."),
    ):
        yield in_order(code, name, first, last, message, severity=WARNING)


def _loans(name: str) -> Iterator[Rule]:
    """The days of a loan and its payments, and what becomes of these."""
    yield in_order("CRFT-025", name, "awarded_on", "spent_to", "The loan is dated {first}, its payment "
                   "{last}.")  # fmt: skip
    yield in_order("CRFT-025", name, "spent_to", "ends_on", "The payment is dated {first}, after the loan "
                   "expires on {last}.")  # fmt: skip
    yield needed("CRFT-027", name, "repurposed", lambda row: row["spent"] is not None,
                 "It is not said whether payments are used again.")  # fmt: skip
    yield holds("CRFT-024", name, "ends_on", lambda value, row: value.year < 2100,
                "The loan expires on {value}.", severity=WARNING, fix="Correct the year.")  # fmt: skip


def rules_for(awards: Iterable[Sheet]) -> tuple[Rule, ...]:
    """All rules of the layout; ``awards`` are its sheets of awards."""
    return (
        one_row("CRFT-002", "Cover Page"),
        unique("CRFT-003", "Projects", ("id",), "Project"),
        Rule("CRFT-007", _one_identifier, "Keep one of the two numbers."),
        *(unique("CRFT-007", "Sub Recipient", (name,), "Number") for name in ("duns", "id")),
        *(
            patterned("CRFT-007", "Sub Recipient", name, ".{9}", "a number of 9 characters")
            for name in ("duns", "id")
        ),
        patterned("CRFT-001", "Cover Page", "duns", r"\d{9}", "a DUNS number of 9 digits"),
        Rule("CRFT-008", _registered, "Give either the DUNS number alone, or all of the address."),
        *(rule for sheet in awards for rule in _of(sheet)),
    )
