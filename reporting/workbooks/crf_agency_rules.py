"""Rules of the CARES Act agency workbook, with the codes of the reporters' rules that they come from.

CRFP: enforced by the CARES reporter; CRFT: Treasury's data dictionary of November 30, 2020. Where the two
differ Treasury decides: an expenditure may precede its transfer (CRFT-029 instead of CRFP-123). Rules that
need earlier filings (cumulative amounts) are not here: the books answer them.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

from grants.kernel.money import ZERO, shown
from grants.kernel.periods import long_date
from reporting.cells import FIRST_DAY
from reporting.checks import (
    WARNING,
    adds_up,
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
from reporting.layout import Breach, Rows, Rule
from reporting.rows import Row
from reporting.workbooks.crf_columns import CATEGORY_NAMES, LISTS, OTHER_AMOUNT, STATES

PROGRAM_BEGAN = date(2020, 3, 1)
FIFTY_THOUSAND = Decimal("50000.00")
ZIP = r"\d{5}(-?\d{4})?"
BACKWARDS = "Performance starts on {first}, after it ends on {last}."
AMOUNTS = (*CATEGORY_NAMES, OTHER_AMOUNT)
Days = Callable[[Rows], tuple[date, date | None]]


def is_spent(row: Row) -> bool:
    """Whether the row reports an expenditure in the period."""
    return row["spent"] is not None and row["spent"] > 0


def is_domestic(row: Row) -> bool:
    """Whether the address lies in the United States."""
    return row["country"] == "United States"


def has_no_duns(row: Row) -> bool:
    """Whether the subrecipient is not to be looked up by its DUNS number."""
    return row["duns"] is None and row.is_readable("id")


def of_cover(rows: Rows, name: str) -> date | None:
    """A date of the cover, or None."""
    values = rows["Cover"].values(name)
    found: date | None = values[0] if values else None
    return found


def until_period_end(rows: Rows) -> tuple[date, date | None]:
    """The reporting periods so far."""
    return PROGRAM_BEGAN, of_cover(rows, "period_ends_on")


def until_program_end(rows: Rows) -> tuple[date, date | None]:
    """From the first day of the program to its end, as the cover has it."""
    return PROGRAM_BEGAN, of_cover(rows, "program_ends_on")


def since_1990_until_program_end(rows: Rows) -> tuple[date, date | None]:
    """Any day that Treasury takes, until the end of the program."""
    return FIRST_DAY, of_cover(rows, "program_ends_on")


def within(
    code: str, sheet: str, name: str, days: Days, *, only_if: Callable[[Row], bool] | None = None
) -> Rule:
    """A date that must lie between two days of the program or period."""

    def check(rows: Rows) -> Iterator[Breach]:
        first, last = days(rows)
        for row in rows[sheet]:
            day = row[name]
            if day is None or last is None or first <= day <= last or (only_if and not only_if(row)):
                continue
            message = f"{long_date(day)} is not from {long_date(first)} to {long_date(last)}."
            yield Breach(row, (name,), message)

    return Rule(code, check, "Correct the date, or the dates on the cover.")


def of_cover_project(code: str, sheet: str) -> Rule:
    """The project of a line must be that of the cover, leading zeros aside."""

    def check(rows: Rows) -> Iterator[Breach]:
        on_cover = rows["Cover"].values("project")
        for row in rows[sheet] if on_cover and on_cover[0] else ():
            if row["project"] is not None and same_code(row["project"]) != same_code(on_cover[0]):
                message = f"Project “{row['project']}” is not that of the cover, “{on_cover[0]}”."
                yield Breach(row, ("project",), message)

    return Rule(code, check, "A workbook reports one project: move the line to the workbook of its own.")


def _place(sheet: str, state: str, zip_code: str) -> tuple[Rule, ...]:
    """State and ZIP code are asked of addresses in the United States only."""
    return (
        holds(state, sheet, "state", lambda value, row: value.upper() in STATES,
              "{value} is not the code of a state or territory.", only_if=is_domestic,
              fix="Write the two letters of the state, such as OH."),
        needed(state, sheet, "state", is_domestic, "The state is blank."),
        patterned(zip_code, sheet, "zip", ZIP, "a ZIP code of 5 or 5+4 digits", only_if=is_domestic),
    )  # fmt: skip


def _spending(sheet: str, total: str, words: str, amount: str, order: str | None) -> tuple[Rule, ...]:
    """Rules on what an award spent in the period."""
    rules = [
        adds_up(total, sheet, "spent", AMOUNTS, "amounts by category"),
        needed(words, sheet, "other_category", lambda row: bool(row[OTHER_AMOUNT]),
               "Other expenditures are reported without saying what they are."),
        needed(amount, sheet, OTHER_AMOUNT, lambda row: bool(row["other_category"]),
               "Other expenditures are described without an amount."),
    ]  # fmt: skip
    if order:
        rules.append(
            in_order(order, sheet, "spent_from", "spent_to",
                     "The expenditures begin on {first}, after they end on {last}.", only_if=is_spent)
        )  # fmt: skip
    return tuple(rules)


def _award(sheet: str, project: str, known: str, limit: str, least: str | None) -> tuple[Rule, ...]:
    """Rules on the award of every line."""
    rules = [
        of_cover_project(project, sheet),
        listed(known, sheet, "subrecipient", "Subrecipient", ("id", "duns")),
        in_order(limit, sheet, "obligated", "amount",
                 "The obligation of the quarter, {first}, is above the award, {last}."),
    ]  # fmt: skip
    if least:
        rules.append(
            holds(least, sheet, "amount", lambda value, row: value >= FIFTY_THOUSAND or value == ZERO,
                  "The award is {value}; awards below $50,000 belong in the aggregate sheet.",
                  fix="Move it to the aggregate sheet. One that was reported earlier is set to zero here.")
        )  # fmt: skip
    return tuple(rules)


def _loan_payments(rows: Rows) -> Iterator[Breach]:
    """CRFT-025: a payment lies between the loan's date and its expiration."""
    for row in rows["Loans"]:
        if row.has("spent_to", "awarded_on") and row["spent_to"] < row["awarded_on"]:
            yield Breach(row, ("spent_to",), "The payment is dated before the loan.")
        if row.has("spent_to", "ends_on") and row["spent_to"] > row["ends_on"]:
            yield Breach(row, ("spent_to",), "The payment is dated after the loan expires.")


def _governments(rows: Rows) -> Iterator[Breach]:
    """CRFT-028: transfers go to governments and tribes."""
    kinds = {
        same_code(row[name]): row["kind"]
        for row in rows["Subrecipient"]
        for name in ("id", "duns")
        if row[name] is not None and row["kind"] is not None
    }
    for row in rows["Transfers"]:
        kind = kinds.get(same_code(row["subrecipient"])) if row["subrecipient"] is not None else None
        if kind is not None and kind not in LISTS["governments"]:
            message = f"“{row['subrecipient']}” is of the type “{kind}”; only governments receive transfers."
            yield Breach(row, ("subrecipient",), message)


SUMMED = {
    "Contract Amounts": ("Contracts", None), "Grant Amounts": ("Grants", None),
    "Loan Amounts": ("Loans", None), "Transfer Amounts": ("Transfers", None),
    "Direct Payments": ("Direct", None), "Contracts < $50k": ("Aggregate Awards < 50000", "Contracts"),
    "Grants < $50k": ("Aggregate Awards < 50000", "Grants"),
    "Loans < $50k": ("Aggregate Awards < 50000", "Loans"),
    "Transfers < $50k": ("Aggregate Awards < 50000", "Transfers"),
}  # fmt: skip


def _summary(rows: Rows) -> Iterator[Breach]:
    """The tie-out: what the summary says was spent is what the awards and aggregates add up to."""
    for row in rows["Summary"]:
        sheet, kind = SUMMED.get(row["kind"] or "", ("", None))
        if not sheet or row["spent"] is None or not rows[sheet].is_readable("spent"):
            continue
        spent = sum((r["spent"] or ZERO for r in rows[sheet] if kind in (None, r["kind"])), ZERO)
        if spent != row["spent"]:
            message = f"The summary says {shown(row['spent'])} was spent, the lines add up to {shown(spent)}."
            yield Breach(row, ("spent",), message)


def _period(rows: Rows) -> Iterator[Breach]:
    """The period on the cover ends after it starts."""
    for row in rows["Cover"]:
        if row.has("period_starts_on", "period_ends_on") and row["period_starts_on"] > row["period_ends_on"]:
            yield Breach(row, ("period_starts_on", "period_ends_on"), "The period ends before it starts.")


SUBRECIPIENTS = (
    holds("CRFP-018", "Subrecipient", "name",
          lambda value, row: not row.is_readable("id") or row["id"] is not None or row["duns"] is not None,
          "{value} has neither an identification number nor a DUNS number.", fix="Give it one of the two."),
    needed("CRFP-021", "Subrecipient", "address_1", has_no_duns, "The address is blank."),
    needed("CRFP-022", "Subrecipient", "city", has_no_duns, "The city is blank."),
    needed("CRFP-025", "Subrecipient", "country", has_no_duns, "The country is blank."),
    holds("CRFP-023", "Subrecipient", "state", lambda value, row: value.upper() in STATES,
          "{value} is not the code of a state or territory.",
          only_if=lambda row: has_no_duns(row) and is_domestic(row), fix="Write the two letters."),
    patterned("CRFP-024", "Subrecipient", "zip", ZIP, "a ZIP code of 5 or 5+4 digits",
              only_if=lambda row: has_no_duns(row) and is_domestic(row)),
    unique("CRFT-007", "Subrecipient", ("id",), "Identification number"),
)  # fmt: skip
CONTRACTS = (
    *_award("Contracts", "CRFP-026", "CRFP-027", "CRFP-054", "CRFP-033"),
    within("CRFP-035", "Contracts", "awarded_on", until_period_end),
    within("CRFP-036", "Contracts", "awarded_on", until_program_end),
    in_order("CRFP-037", "Contracts", "awarded_on", "spent_from",
             "The contract is dated {first}, after its expenditures begin on {last}.", only_if=is_spent),
    within("CRFP-039", "Contracts", "starts_on", until_program_end),
    in_order("CRFP-040", "Contracts", "starts_on", "ends_on", BACKWARDS),
    within("CRFP-042", "Contracts", "ends_on", until_program_end),
    needed("CRFP-043", "Contracts", "spent_from", is_spent, "The first day of the expenditures is blank."),
    within("CRFP-044", "Contracts", "spent_from", until_period_end, only_if=is_spent),
    needed("CRFP-046", "Contracts", "spent_to", is_spent, "The last day of the expenditures is blank."),
    within("CRFP-047", "Contracts", "spent_to", until_period_end, only_if=is_spent),
    *_place("Contracts", "CRFP-050", "CRFP-051"),
    *_spending("Contracts", "CRFP-056", "CRFP-058", "CRFP-059", "CRFP-045"),
    holds("CRFP-030", "Contracts", "amount", lambda value, row: value >= 0,
          "The amount {value} is negative."),
)  # fmt: skip
GRANTS = (
    *_award("Grants", "CRFP-060", "CRFP-061", "CRFP-085", "CRFP-064"),
    in_order("CRFP-066", "Grants", "awarded_on", "starts_on",
             "The award is dated {first}, after performance starts on {last}."),
    in_order("CRFP-067", "Grants", "awarded_on", "spent_from",
             "The award is dated {first}, after its expenditures begin on {last}.", only_if=is_spent),
    within("CRFP-068", "Grants", "awarded_on", until_period_end),
    needed("CRFP-069", "Grants", "starts_on", is_spent, "The first day of performance is blank."),
    within("CRFP-070", "Grants", "starts_on", until_program_end),
    in_order("CRFP-071", "Grants", "starts_on", "ends_on", BACKWARDS, only_if=is_spent),
    needed("CRFP-072", "Grants", "ends_on", is_spent, "The last day of performance is blank."),
    within("CRFP-073", "Grants", "ends_on", until_program_end, only_if=is_spent),
    needed("CRFP-074", "Grants", "spent_from", is_spent, "The first day of the expenditures is blank."),
    within("CRFP-075", "Grants", "spent_from", until_period_end, only_if=is_spent),
    within("CRFP-077", "Grants", "spent_to", until_period_end, only_if=is_spent),
    needed("CRFP-077", "Grants", "spent_to", is_spent, "The last day of the expenditures is blank."),
    *_place("Grants", "CRFP-080", "CRFP-081"),
    needed("CRFT-023", "Grants", "explanation", lambda row: row["complies"] == "No",
           "The awardee does not comply, without an explanation."),
    *_spending("Grants", "CRFP-089", "CRFP-091", "CRFP-092", "CRFP-076"),
)  # fmt: skip
LOANS = (
    *_award("Loans", "CRFP-093", "CRFP-094", "CRFP-105", None),
    holds("CRFP-096", "Loans", "amount", lambda value, row: value >= 0,
          "The amount {value} is negative."),
    within("CRFP-098", "Loans", "awarded_on", until_period_end),
    *_place("Loans", "CRFP-101", "CRFP-102"),
    needed("CRFP-108", "Loans", "spent_to", is_spent, "The date of the payment is blank."),
    in_order("CRFT-024", "Loans", "awarded_on", "ends_on",
             "The loan is dated {first}, after it expires on {last}."),
    Rule("CRFT-025", _loan_payments, "Correct the date of the payment or of the loan."),
    needed("CRFT-027", "Loans", "repurposed", is_spent, "It is not said whether payments are used again."),
    *_spending("Loans", "CRFT-020", "CRFT-022", "CRFT-022", None),
)  # fmt: skip
TRANSFERS = (
    *_award("Transfers", "CRFP-109", "CRFP-110", "CRFP-117", None),
    holds("CRFP-112", "Transfers", "amount", lambda value, row: value >= FIFTY_THOUSAND or value == ZERO,
          "The transfer is {value}; transfers below $50,000 belong in the aggregate sheet.", only_if=is_spent,
          fix="Move it to the aggregate sheet. One that was reported earlier is set to zero here."),
    within("CRFP-115", "Transfers", "awarded_on", until_period_end),
    needed("CRFP-121", "Transfers", "spent_from", is_spent, "The first day of the expenditures is blank."),
    needed("CRFP-122", "Transfers", "spent_to", is_spent, "The last day of the expenditures is blank."),
    within("CRFP-125", "Transfers", "spent_from", until_period_end, only_if=is_spent),
    *_spending("Transfers", "CRFP-127", "CRFP-128", "CRFP-129", "CRFP-124"),
    Rule("CRFT-028", _governments, "Report it as a contract, grant or direct payment."),
)  # fmt: skip
DIRECT = (
    *_award("Direct", "CRFP-130", "CRFP-131", "CRFP-136", "CRFP-132"),
    within("CRFP-134", "Direct", "awarded_on", until_period_end),
    needed("CRFP-138", "Direct", "spent_from", is_spent, "The first day of the expenditures is blank."),
    within("CRFP-139", "Direct", "spent_from", until_period_end, only_if=is_spent),
    *_spending("Direct", "CRFP-142", "CRFT-022", "CRFT-022", "CRFP-140"),
)  # fmt: skip
RULES: tuple[Rule, ...] = (
    one_row("CRFP-011", "Certification"),
    one_row("CRFP-014", "Cover"),
    Rule("CRFT-002", _period, "Correct the dates of the period."),
    *SUBRECIPIENTS,
    *CONTRACTS,
    *GRANTS,
    *LOANS,
    *TRANSFERS,
    *DIRECT,
    *(
        in_order(
            "CRFT-017",
            sheet,
            "spent_to",
            "ends_on",
            "The expenditures end on {first}, after performance ends on {last}.",
            only_if=is_spent,
        )
        for sheet in ("Contracts", "Grants")
    ),
    *(
        repeated_alike("CRFP-144", sheet, ("number", "project"), ("obligated",))
        for sheet in ("Contracts", "Grants", "Loans", "Transfers")
    ),
    *(
        within("CRFT-013", sheet, "awarded_on", since_1990_until_program_end)
        for sheet in ("Grants", "Loans", "Transfers", "Direct")
    ),
    *(
        within("CRFT-013", sheet, "spent_to", since_1990_until_program_end, only_if=is_spent)
        for sheet in ("Contracts", "Grants", "Loans", "Transfers", "Direct")
    ),
    Rule("crf-summary-ties", _summary, "Correct the lines or let the summary calculate again.", WARNING),
)
