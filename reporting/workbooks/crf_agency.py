"""The workbook in which state agencies reported CARES Act (CRF) money to their state, one per project.

Source: usdigitalresponse/cares-reporter, ``src/server/data/validation-template.xlsx`` and the headings of
older templates in ``src/server/lib/field-name-mapping.js``.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO
from reporting.cells import code, day, dollars, text, zip_code
from reporting.layout import WORKBOOKS, Column, Line, Rows, Sheet, Workbook
from reporting.rows import Row
from reporting.workbooks.crf_agency_rules import RULES
from reporting.workbooks.crf_columns import (
    CATEGORIES,
    CATEGORY_NAMES,
    COUNTRIES,
    LISTS,
    OLD_COUNTRIES,
    OLD_TYPES,
    OTHER_AMOUNT,
    TYPES,
    category_columns,
    place_columns,
    rules_of,
    spent_columns,
)
from reporting.workbooks.crf_past import KEEPS, OF_AGENCIES

SUBRECIPIENT_ID = ("Subrecipient Id (Hidden)",)
SUBRECIPIENT_NAME = (
    "Subrecipient Organization Name",
    "Subrecipient Organization",
    "Subrecipient Organization (Borrower)",
    "Subrecipient Organization (Transferee/Government Unit)",
)
DIRECT_AWARD = ("subrecipient", "amount", "awarded_on")


def _head(ids: Mapping[str, str]) -> tuple[Column, ...]:
    """The first columns of every award sheet."""
    return (
        Column("Project ID", "project", code, is_required=True),
        Column("Subrecipient ID", "subrecipient", code, is_required=True, also=SUBRECIPIENT_ID),
        Column("Subrecipient Legal Name", "payee", text, also=SUBRECIPIENT_NAME, may_be_absent=True),
    )


def _amount(heading: str, key: tuple[str, ...], rule: str | None) -> Column:
    return Column(heading, "amount", dollars, once_per=key, rules=rules_of(unreadable=rule))


def _date(heading: str, name: str, rule: str | None = None, *, is_required: bool = True) -> Column:
    return Column(heading, name, day, is_required=is_required, rules=rules_of(blank=rule, unreadable=rule))


def _described(heading: str) -> Column:
    rules = rules_of(blank="CRFT-012", length="CRFT-012")
    return Column(heading, "description", text, is_required=True, longest=4000, rules=rules)


def _listed(heading: str, name: str, values: list[str], rule: str) -> Column:
    rules = rules_of(blank=rule, list=rule)
    return Column(heading, name, text, one_of=tuple(values), is_required=True, rules=rules)


def _number(heading: str, rule: str) -> Column:
    return Column(heading, "number", code, is_required=True, longest=55, rules=rules_of(blank=rule))


def _place(first: int) -> dict[str, str]:
    """The codes of the place of performance: address, city, (state, zip,) country follow each other."""
    return {
        "address": f"CRFP-{first:03}",
        "city": f"CRFP-{first + 1:03}",
        "country": f"CRFP-{first + 4:03}",
    }


def _spent(obligated: str, spent: str, since: str, until: str) -> dict[str, str]:
    return {"obligated": obligated, "spent": spent, "from": since, "to": until}


PERFORMANCE = ("Period of Performance Start Date", "Period of Performance End Date")
AWARD, PROJECT = ("number",), ("number", "project")

CONTRACTS = Sheet(
    "Contracts",
    (
        *_head({}),
        _number("Contract Number", "CRFP-028"),
        _listed("Contract Type", "kind", LISTS["contract_types"], "CRFP-029"),
        _amount("Contract Amount", AWARD, "CRFP-030"),
        _date("Contract Date", "awarded_on", "CRFP-034"),
        _date(PERFORMANCE[0], "starts_on", "CRFP-038"),
        _date(PERFORMANCE[1], "ends_on", "CRFP-041"),
        *place_columns(_place(48)),
        _described("Contract Description"),
        *spent_columns(
            "Total Expenditure Amount", _spent("CRFP-053", "CRFP-055", "CRFP-043", "CRFP-046"), PROJECT
        ),
        *category_columns(),
    ),
    award=AWARD,
)
GRANTS = Sheet(
    "Grants",
    (
        *_head({}),
        _number("Award Number", "CRFP-062"),
        _listed("Award Payment Method", "kind", LISTS["payment_methods"], "CRFP-063"),
        _amount("Award Amount", AWARD, None),
        _date("Award Date", "awarded_on", "CRFP-065"),
        _date(PERFORMANCE[0], "starts_on", "CRFP-069", is_required=False),
        _date(PERFORMANCE[1], "ends_on", "CRFP-072", is_required=False),
        *place_columns(_place(78), old="Awardee "),
        _described("Award Description"),
        _listed("Compliance", "complies", ["Yes", "No"], "CRFP-083"),
        Column("Compliance explanation", "explanation", text, may_be_absent=True),
        *spent_columns(
            "Total Expenditure Amount", _spent("CRFP-084", "CRFP-088", "CRFP-074", "CRFP-077"), PROJECT
        ),
        *category_columns(),
    ),
    award=AWARD,
)
LOANS = Sheet(
    "Loans",
    (
        *_head({}),
        _number("Loan Number", "CRFP-095"),
        _amount("Loan Amount", AWARD, "CRFP-096"),
        _date("Loan Date", "awarded_on", "CRFP-097"),
        _date("Loan Expiration Date", "ends_on", "CRFT-024", is_required=False),
        *place_columns(_place(99)),
        _described("Loan Description"),
        Column("Current Quarter Obligation", "obligated", dollars, once_per=PROJECT,
               rules=rules_of(unreadable="CRFP-104")),
        _date("Payment Date", "spent_to", "CRFP-108", is_required=False),
        Column("Total Payment Amount", "spent", dollars, rules=rules_of(unreadable="CRFP-107")),
        Column("Will these payments be repurposed for Future Use?", "repurposed", text,
               one_of=tuple(LISTS["repurposed"]), rules=rules_of(list="CRFT-027")),
        *category_columns(),
    ),
    award=AWARD,
)  # fmt: skip
TRANSFERS = Sheet(
    "Transfers",
    (
        *_head({}),
        _number("Transfer Number", "CRFP-111"),
        _amount("Transfer Amount", AWARD, None),
        _listed("Transfer Type", "kind", LISTS["payment_methods"], "CRFP-113"),
        _date("Transfer Date", "awarded_on", "CRFP-114"),
        _described("Purpose Description"),
        *spent_columns(
            "Total Expenditure Amount", _spent("CRFP-116", "CRFP-126", "CRFP-121", "CRFP-122"), PROJECT
        ),
        *category_columns(),
    ),
    award=AWARD,
)
DIRECT = Sheet(
    "Direct",
    (
        *_head({}),
        _amount("Obligation Amount", DIRECT_AWARD, None),
        _date("Obligation Date", "awarded_on", "CRFP-133"),
        *spent_columns(
            "Total Expenditure Amount",
            _spent("CRFP-135", "CRFP-141", "CRFP-138", "CRFP-138"),
            (*DIRECT_AWARD, "project"),
        ),
        *category_columns(),
    ),
    award=DIRECT_AWARD,
)
AGGREGATES = Sheet(
    "Aggregate Awards < 50000",
    (
        Column("Funding Type", "kind", text, one_of=TYPES, instead_of=OLD_TYPES, is_required=True,
               rules=rules_of(list="CRFT-030", blank="CRFT-030")),
        Column("Project ID", "project", code, may_be_absent=True),
        Column("Updates this Quarter?", "is_updated", text, one_of=("Yes", "No")),
        Column("Current Quarter Obligation", "obligated", dollars),
        Column("Current Quarter Expenditure/Payments", "spent", dollars),
    ),
)  # fmt: skip
INDIVIDUALS = Sheet(
    "Aggregate Payments Individual",
    (
        Column("Project ID", "project", code, may_be_absent=True),
        Column("Updates this Quarter?", "is_updated", text, one_of=("Yes", "No")),
        Column("Current Quarter Obligation", "obligated", dollars),
        Column("Current Quarter Expenditure", "spent", dollars),
    ),
)
SUBRECIPIENTS = Sheet(
    "Subrecipient",
    (
        Column("Identification Number", "id", code, longest=20),
        Column("Duns Number (hidden)", "duns", code, also=("Duns Number",), may_be_absent=True),
        Column("Legal Name", "name", text, is_required=True, longest=120, rules=rules_of(blank="CRFP-019")),
        Column("Address Line 1", "address_1", text, longest=150),
        Column("Address Line 2", "address_2", text, longest=150, may_be_absent=True),
        Column("Address Line 3", "address_3", text, longest=150, may_be_absent=True),
        Column("City Name", "city", text, longest=40),
        Column("State Code", "state", code),
        Column("Zip", "zip", zip_code),
        Column("Country Name", "country", text, one_of=COUNTRIES, instead_of=OLD_COUNTRIES,
               rules=rules_of(list="CRFP-025")),
        Column("Organization Type", "kind", text, one_of=tuple(LISTS["organizations"]), is_required=True,
               instead_of={new: old for old, new in LISTS["organizations_in_full"].items()},
               rules=rules_of(blank="CRFP-020", list="CRFP-020")),
    ),
    also=("Subrecipients", "Sub-Recipient"),
)  # fmt: skip
COVER = Sheet(
    "Cover",
    (
        Column("Agency Code", "agency", code, is_required=True, rules=rules_of(blank="CRFP-015")),
        Column("Project ID", "project", code, is_required=True, rules=rules_of(blank="CRFP-016")),
        Column("Status", "status", text, is_required=True, one_of=tuple(LISTS["statuses"]),
               rules=rules_of(blank="CRFP-017", list="CRFT-006")),
        Column("Reporting Period End Date", "period_ends_on", day, is_required=True),
        Column("Reporting Period Start Date", "period_starts_on", day, is_required=True),
        Column("CRF End Date", "program_ends_on", day),
    ),
    is_cover=True,
)  # fmt: skip
CERTIFICATION = Sheet(
    "Certification",
    (
        Column("Certification", "attestation", text),
        Column("Agency Financial Reviewer Name", "reviewer", text, is_required=True,
               rules=rules_of(blank="CRFP-012")),
        Column("Date", "certified_on", day, is_required=True,
               rules=rules_of(blank="CRFP-013", unreadable="CRFP-013")),
    ),
    is_cover=True,
)  # fmt: skip
SUMMARY = Sheet(
    "Summary",
    (
        Column("Award Type", "kind", text, may_be_absent=True),
        Column("Current Reporting Period Obligation Amounts", "obligated", dollars, may_be_absent=True),
        Column("Current Reporting Period Expenditure Amounts", "spent", dollars, may_be_absent=True),
    ),
    headings_on=7,
    starts_on=8,
    is_required=False,
)
AWARDS = (CONTRACTS, GRANTS, LOANS, TRANSFERS, DIRECT)


def _lines(rows: Rows) -> Iterator[Line]:
    """Obligations once per award and project, expenditures by category, aggregates as they stand."""
    for sheet in AWARDS:
        told: set[Any] = set()
        for row in rows[sheet.name]:
            key = (row["project"], *(row[name] for name in sheet.award))
            if row["obligated"] and key not in told:
                yield _line("obligation", row, "obligated", sheet.name)
            told.add(key)
            yield from _spent_lines(row, sheet.name)
    for name in (AGGREGATES.name, INDIVIDUALS.name):
        for row in rows[name]:
            for kind, column in (("obligation", "obligated"), ("expenditure", "spent")):
                if row[column]:
                    yield _line(
                        kind, row, column, row["kind"] or "Payments to Individuals", is_aggregate=True
                    )


def _spent_lines(row: Row, sheet: str) -> Iterator[Line]:
    """What a row spent, by category; a total without categories as it stands."""
    names = (*CATEGORY_NAMES, OTHER_AMOUNT)
    if not any(row[name] for name in names) and row["spent"]:
        yield _line("expenditure", row, "spent", "")
    for name, heading in zip(names, (*CATEGORIES, "Items Not Listed Above"), strict=True):
        if row[name]:
            yield _line("expenditure", row, name, heading)


def _line(kind: str, row: Row, column: str, category: str, *, is_aggregate: bool = False) -> Line:
    amount: Decimal = row[column] or ZERO
    return Line(
        kind,
        amount,
        row.sheet,
        row.cell(column),
        project=row["project"] or "",
        category=category,
        payee=row["payee"] or row["subrecipient"] or "",
        award=row["number"] or "",
        description=row["description"] or "",
        incurred_on=row["spent_to"] if kind == "expenditure" else row["awarded_on"],
        is_aggregate=is_aggregate,
        is_individual=category == "Payments to Individuals",
    )


WORKBOOKS.add(
    "crf-agency/1",
    Workbook(
        "crf-agency/1",
        "CARES Act agency workbook",
        "crf",
        (CERTIFICATION, COVER, SUBRECIPIENTS, *AWARDS, AGGREGATES, INDIVIDUALS, SUMMARY),
        marks=("Certification", "Cover", "Subrecipient", "Contracts", "Grants", "Loans"),
        rules=RULES,
        keeps=KEEPS,
        past_rules=OF_AGENCIES,
        lines_of=_lines,
        codes={"sheet": "CRFP-009", "column": "CRFP-010"},
        source="usdigitalresponse/cares-reporter src/server/data/validation-template.xlsx",
    ),
)
