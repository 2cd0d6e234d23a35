"""The workbook in which states uploaded CARES Act (CRF) awards to Treasury's inspector general.

One row per award, project and expenditure: the facts of an award repeat on each. Source: the data dictionary
of November 30, 2020, in usdigitalresponse/cares-reporter, ``doc/specifications-from-treasury``.
"""

from collections.abc import Iterator
from typing import Any

from reporting.cells import code, day, dollars, text, zip_code
from reporting.layout import WORKBOOKS, Column, Line, Rows, Sheet, Workbook
from reporting.rows import Row
from reporting.workbooks.crf_columns import COUNTRIES, LISTS, OLD_COUNTRIES, OLD_TYPES, PLACE, TYPES, rules_of
from reporting.workbooks.crf_past import KEEPS, OF_TREASURY
from reporting.workbooks.crf_treasury_rules import NO_PROJECT, rules_for

CATEGORIES = tuple(LISTS["treasury_categories"])
BY_NUMBER, DIRECT_AWARD = ("number",), ("subrecipient", "amount", "awarded_on")
ALWAYS = rules_of(blank="CRFT-010", length="CRFT-010")


def _described(words: str) -> tuple[Column, ...]:
    rules = rules_of(blank="CRFT-012", length="CRFT-012")
    return (Column(words, "description", text, is_required=True, longest=4000, rules=rules),)


def _award(
    name: str, who: str, number: str, amount: str, dated: str, more: tuple[Column, ...], words: str
) -> Sheet:
    """One sheet of awards. ``number`` is empty for direct payments, which have none."""
    key = BY_NUMBER if number else DIRECT_AWARD
    numbered = (Column(number, "number", code, is_required=True, longest=55, rules=ALWAYS),) if number else ()
    described = _described(words) if words else ()
    is_loan = name == "Loans"
    spent = "Payment Amount" if is_loan else "Cost or Expenditure Amount"
    days = (
        (Column("Payment Date", "spent_to", day),)
        if is_loan
        else (
            Column("Expenditure Start Date", "spent_from", day),
            Column("Expenditure End Date", "spent_to", day),
        )
    )
    return Sheet(
        name,
        (
            Column(f"Sub-Recipient Organization ({who})", "subrecipient", code, is_required=True),
            *numbered,
            Column(amount, "amount", dollars, is_required=True, once_per=key),
            Column(dated, "awarded_on", day, is_required=True),
            *more,
            *described,
            Column("Obligation Project", "project", code),
            Column("Current Quarter Obligation", "obligated", dollars, once_per=(*key, "project")),
            Column("Payment Project" if is_loan else "Expenditure Project", "spent_project", code),
            *days,
            Column(spent, "spent", dollars),
            Column(
                "Loan Category" if is_loan else "Cost or Expenditure Category",
                "category",
                text,
                one_of=CATEGORIES,
            ),
            Column("Category Description", "category_words", text, longest=300),
        ),
        has_legend=True,
        award=key,
    )


def _place() -> tuple[Column, ...]:
    return (
        Column(f"{PLACE} Address Line 1", "address_1", text, is_required=True, longest=150),
        Column(f"{PLACE} City Name", "city", text, is_required=True, longest=40),
        Column(f"{PLACE} State Code", "state", code, is_required=True, one_of=tuple(LISTS["states"])),
        Column(f"{PLACE} Zip+4", "zip", zip_code, is_required=True),
        Column(
            f"{PLACE} Country Name",
            "country",
            text,
            is_required=True,
            one_of=COUNTRIES,
            instead_of=OLD_COUNTRIES,
        ),
    )


PERFORMANCE = (
    Column("Period of Performance Start Date", "starts_on", day, is_required=True),
    Column("Period of Performance End Date", "ends_on", day, is_required=True),
)
METHOD = tuple(LISTS["payment_methods"])
CONTRACTS = _award(
    "Contracts", "Contractor", "Contract Number", "Contract Amount", "Contract Date",
    (Column("Contract Type", "kind", text, one_of=tuple(LISTS["contract_types"]), is_required=True),
     *PERFORMANCE, *_place()), "Contract Description",
)  # fmt: skip
GRANTS = _award(
    "Grants", "Awardee", "Award Number", "Award Amount", "Award Date",
    (Column("Award Payment Method", "kind", text, one_of=METHOD, is_required=True),
     *PERFORMANCE, *_place(),
     Column("Is awardee complying with terms and conditions of the grant?", "complies", text,
            one_of=("Yes", "No"), is_required=True),
     Column("Non-Compliance Explanation", "explanation", text)), "Award Description",
)  # fmt: skip
LOANS = _award(
    "Loans", "Borrower", "Loan Number", "Loan Amount", "Loan Date",
    (Column("Loan Expiration Date", "ends_on", day, is_required=True), *_place(),
     Column("Will these payments be repurposed for Future Use?", "repurposed", text,
            one_of=tuple(LISTS["repurposed"]), instead_of={"No": "No, Returning to Treasury"})),
    "Loan Description",
)  # fmt: skip
TRANSFERS = _award(
    "Transfers", "Transferee/Government Unit", "Transfer Number", "Transfer Amount", "Transfer Date",
    (Column("Transfer Type", "kind", text, one_of=METHOD, is_required=True),), "Purpose Description",
)  # fmt: skip
DIRECT = _award("Direct", "Payee", "", "Obligation Amount", "Obligation Date", (), "")
AWARDS = (CONTRACTS, GRANTS, LOANS, TRANSFERS, DIRECT)
COVER = Sheet(
    "Cover Page",
    (
        Column("Report Name", "report", text),
        Column("Program", "program", text),
        Column("Reporting Period Start Date", "period_starts_on", day, is_required=True,
               rules=rules_of(blank="CRFT-002")),
        Column("Reporting Period End Date", "period_ends_on", day, is_required=True,
               rules=rules_of(blank="CRFT-002")),
        Column("Prime Recipient DUNS #", "duns", code, is_required=True, rules=rules_of(blank="CRFT-001")),
    ),
    is_cover=True,
    has_legend=True,
)  # fmt: skip
PROJECTS = Sheet(
    "Projects",
    (
        Column("Project Name", "name", text, is_required=True, longest=256,
               rules=rules_of(blank="CRFT-004", length="CRFT-004")),
        Column("Project Identification Number", "id", code, is_required=True, longest=25,
               rules=rules_of(blank="CRFT-003", length="CRFT-003")),
        Column("Description", "description", text, is_required=True, longest=2000,
               rules=rules_of(blank="CRFT-005", length="CRFT-005")),
        Column("Status", "status", text, is_required=True, one_of=tuple(LISTS["statuses"]),
               rules=rules_of(blank="CRFT-006", list="CRFT-006")),
    ),
    has_legend=True,
)  # fmt: skip
SUBRECIPIENTS = Sheet(
    "Sub Recipient",
    (
        Column("DUNS Number", "duns", code),
        Column("Identification Number", "id", code),
        Column("Legal Name", "name", text, longest=120),
        Column("Address Line 1", "address_1", text, longest=150),
        Column("City Name", "city", text, longest=40),
        Column("State Code", "state", code),
        Column("Zip+4", "zip", zip_code),
        Column("Country Name", "country", text, one_of=COUNTRIES, instead_of=OLD_COUNTRIES),
        Column("Organization Type", "kind", text, one_of=tuple(LISTS["organizations"]),
               instead_of={full: short for short, full in LISTS["organizations_in_full"].items()},
               rules=rules_of(list="CRFT-009")),
    ),
    has_legend=True,
)  # fmt: skip
AGGREGATES = Sheet(
    "Aggregate Awards < 50000",
    (
        Column("Funding Type", "kind", text, one_of=TYPES, instead_of=OLD_TYPES, is_required=True,
               rules=rules_of(list="CRFT-030", blank="CRFT-030")),
        Column("Current Quarter Obligation", "obligated", dollars),
        Column("Current Quarter Expenditure/Payments", "spent", dollars),
    ),
    has_legend=True,
)  # fmt: skip
INDIVIDUALS = Sheet(
    "Aggregate Payments Individual",
    (
        Column("Current Quarter Obligation", "obligated", dollars),
        Column("Current Quarter Expenditure", "spent", dollars),
    ),
    has_legend=True,
)


def _lines(rows: Rows) -> Iterator[Line]:
    """Obligations once per award and project; each expenditure; aggregates as they stand."""
    for sheet in AWARDS:
        told: set[Any] = set()
        for row in rows[sheet.name]:
            key = (row["project"], *(row[name] for name in sheet.award))
            if row["obligated"] and key not in told:
                yield _line("obligation", row, "obligated", row["project"], row["awarded_on"])
            told.add(key)
            if row["spent"]:
                yield _line("expenditure", row, "spent", row["spent_project"], row["spent_to"])
    for name in (AGGREGATES.name, INDIVIDUALS.name):
        for row in rows[name]:
            for kind, column in (("obligation", "obligated"), ("expenditure", "spent")):
                if row[column]:
                    yield _line(kind, row, column, None, None, is_individual=name == INDIVIDUALS.name)


def _line(
    kind: str, row: Row, column: str, project: str | None, on: Any, *, is_individual: bool = False
) -> Line:
    return Line(
        kind,
        row[column],
        row.sheet,
        row.cell(column),
        project="" if project in NO_PROJECT else project or "",
        category=row["category"] or row["kind"] or "",
        payee=row["subrecipient"] or "",
        award=row["number"] or "",
        description=row["description"] or "",
        incurred_on=on,
        is_aggregate=row["subrecipient"] is None,
        is_individual=is_individual,
    )


WORKBOOKS.add(
    "crf-treasury/20201130",
    Workbook(
        "crf-treasury/20201130",
        "CARES Act upload to Treasury",
        "crf",
        (COVER, PROJECTS, SUBRECIPIENTS, *AWARDS, AGGREGATES, INDIVIDUALS),
        marks=("Cover Page", "Sub Recipient", "Contracts", "Grants", "Loans"),
        rules=rules_for(AWARDS),
        keeps=KEEPS,
        past_rules=OF_TREASURY,
        lines_of=_lines,
        source="Treasury OIG, Data Upload Service data dictionary, November 30, 2020",
    ),
)
