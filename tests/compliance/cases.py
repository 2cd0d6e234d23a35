"""Books out of the data of a case: what a case does not say is filled with a plain, clean sample.

A key of a case is a frame (``subawards``) or its single row (``subaward``); ``costs`` and ``actions`` are
short for expenditures and obligations, with rows as lists in the order of SHORT. Rows are numbered from 1.
Amounts are dollars, and "unknown" is a value that is missing.
"""

from datetime import date
from decimal import Decimal

import pandas as pd

from grants.compliance.books import Books
from grants.compliance.frames import FRAME_OF, FRAMES, Kind
from grants.kernel.money import cents

AS_OF = date(2026, 11, 23)

SHORT = {
    "costs": ("expenditures", ("incurred_on", "category", "amount")),
    "actions": ("obligations", ("incurred_on", "amount")),
}
SINGULAR = {"cost": "expenditure", "action": "obligation"}

SAMPLE = {
    "awards": {
        "fain": "FA-1", "has_fain": True, "aln": "21.027", "family": "slfrf", "title": "Sample award",
        "agency_name": "Department of the Treasury", "description": "Sample", "awarded_on": date(2025, 1, 10),
        "received_on": date(2025, 1, 15), "appropriated_on": date(2024, 10, 1), "starts_on": date(2025, 1, 1),
        "ends_on": date(2026, 12, 31), "amount": Decimal("1000000.00"), "is_multi_entity": False,
        "has_pass_through_exemption": False, "has_cost_share_waiver": False,
    },
    "programs": {
        "code": "P-1", "name": "Sample", "family": "slfrf", "stage": "open", "amount": Decimal("1000000.00"),
        "is_passed_down": True, "is_federal": True, "has_figures": True,
    },
    "parties": {
        "code": "sample-county", "name": "Sample County", "kind": "county", "uei": "ABCDEF123456",
        "uei_name": "Sample County", "ein": "31-0000001", "sam_expires_on": date(2027, 6, 30),
        "fiscal_year_begins": 1, "population": 50_000,
    },
    "rounds": {
        "title": "Round 1", "program": 1, "family": "neu", "awarded_on": date(2021, 5, 19),
        "amount": Decimal("100.00"),
    },
    "allocations": {
        "round": 1, "party": "Sample Village", "population": 1000, "reference_budget": Decimal("1000.00"),
        "first_tranche": Decimal("50.00"), "second_tranche": Decimal("50.00"), "amount": Decimal("100.00"),
    },
    "subawards": {
        "number": "S-1", "title": "Sample", "program": 1, "agency": 1, "party": 1, "award": 1,
        "family": "slfrf", "awarded_on": date(2025, 1, 10), "issued_on": date(2025, 2, 1),
        "starts_on": date(2025, 1, 1), "ends_on": date(2025, 12, 31), "performs_from": date(2025, 1, 1),
        "performs_to": date(2025, 12, 31),
        "budget_from": date(2025, 1, 1), "budget_to": date(2025, 12, 31),
        "amount": Decimal("100000.00"), "subrecipient": "Sample County", "is_first_tier": True,
        "is_closed": False, "description": "Sample", "indirect_rate": 1500,
        "indirect_rate_kind": "de_minimis", "payment_method": "reimbursement",
        "required_cost_share": Decimal("0.00"), "has_official": True, "has_federal_terms": True,
        "has_pass_through_terms": True, "has_records_access_clause": True, "has_closeout_terms": True,
        "has_specific_conditions": False,
        "obligated": Decimal("100000.00"), "expended": Decimal("0.00"), "paid": Decimal("0.00"),
        "cost_shared": Decimal("0.00"), "download_mbps": None, "upload_mbps": None,
    },
    "projects": {
        "code": "S-1/1", "name": "Sample project", "number": "1", "program": 1, "party": 1,
        "family": "slfrf", "subaward": 1, "award": 1, "expenditure_category": "1.1", "description": "Sample",
        "completion": "Not started", "adopted_budget": Decimal("100000.00"), "obligated": Decimal("0.00"),
        "expended": Decimal("0.00"),
    },
    "budget_lines": {
        "subaward": 1, "category": "supplies", "source": "federal", "amount": Decimal("100000.00"),
    },
    "obligations": {"subaward": 1, "award": 1, "incurred_on": date(2025, 2, 1), "amount": Decimal("0.00")},
    "expenditures": {
        "subaward": 1, "award": 1, "incurred_on": date(2025, 6, 30), "category": "supplies",
        "payee": "Sample Supply", "memo": "", "amount": Decimal("10.00"), "reverses": None,
        "is_closeout_cost": False,
    },
    "contributions": {
        "subaward": 1, "award": None, "incurred_on": date(2025, 6, 30), "category": "supplies",
        "payee": "Sample Supply", "memo": "", "amount": Decimal("10.00"), "reverses": None,
    },
    "interest": {"subaward": 1, "award": 1, "earned_on": date(2025, 6, 30), "amount": Decimal("10.00")},
    "payments": {"subaward": 1, "award": 1, "paid_on": date(2025, 7, 31), "amount": Decimal("10.00")},
    "passed_down": {
        "award": 1, "subaward": 1, "party": "Sample County", "is_local": True, "is_rural": False,
        "passed_on": date(2025, 2, 1), "amount": Decimal("0.00"),
    },
    "administration": {"award": 1, "amount": Decimal("0.00")},
    "cost_shares": {"award": 1, "amount": Decimal("0.00")},
    "ffata_reports": {
        "subaward": 1, "award": 1, "reported_on": date(2025, 3, 31), "amount": Decimal("0.00"),
    },
    "reports_due": {
        "subaward": 1, "program": 1, "period": "2025-Q2", "starts_on": date(2025, 4, 1),
        "ends_on": date(2025, 6, 30), "due_on": date(2025, 7, 30), "filed_on": date(2025, 7, 15),
        "reviewed_on": date(2025, 7, 20),
    },
    "determinations": {
        "program": 1, "party": 1, "subaward": 1, "role": "subrecipient", "decided_on": date(2025, 1, 20),
    },
    "exclusion_checks": {"agency": 1, "party": 1, "checked_on": date(2025, 1, 20), "result": "clear"},
    "risk_assessments": {
        "agency": 1, "party": 1, "assessed_on": date(2025, 1, 20), "level": "low", "fraud_risk": "low",
    },
    "specific_conditions": {
        "subaward": 1, "title": "Receipts with each payment request", "stage": "imposed",
        "noticed_on": date(2025, 2, 1), "has_whole_notice": True,
    },
    "follow_ups": {
        "agency": 1, "party": 1, "subaward": 1, "title": "Time sheets are not signed",
        "due_on": date(2026, 6, 30), "done_on": date(2026, 6, 1),
    },
    "single_audits": {
        "agency": 1, "party": 1, "year_starts_on": date(2025, 1, 1), "year_ends_on": date(2025, 12, 31),
        "stage": "received", "report_received_on": date(2026, 8, 15), "accepted_on": date(2026, 9, 1),
        "expended_elsewhere": None,
    },
    "financial_reports": {
        "award": 1, "number": "SF425-1", "through": date(2025, 12, 31), "is_final": False,
    } | {f"line_{letter}": Decimal("0.00") for letter in "abcdefghijklmno"},
    "audit_findings": {
        "single_audit": 1, "party": 1, "subaward": 1, "code": "2025-001", "is_ours": True,
        "accepted_on": date(2026, 9, 1), "decided_on": date(2026, 10, 1), "has_whole_decision": True,
        "asks_something": True, "has_follow_up": True,
    },
    "closeouts": {
        "subaward": 1, "ends_on": date(2025, 12, 31), "reports_due_on": date(2026, 3, 31),
        "final_report_on": date(2026, 3, 15), "expended_on": date(2025, 12, 31), "disposed_on": None,
        "finished_on": None,
    },
    "answers": {
        "requirement": "", "program": 1, "subaward": None, "year": 0, "answer": "yes",
        "answered_on": date(2025, 2, 1), "answered_by": "Sample Person", "explanation": "",
    },
}  # fmt: skip
ALWAYS = (
    "awards", "programs", "parties", "subawards", "determinations", "exclusion_checks", "risk_assessments",
    "single_audits", "closeouts",
)  # fmt: skip


def books_of(case: dict) -> Books:
    """The books that the frames of a case describe, as of its ``as_of``. An unknown key is a KeyError."""
    given = dict(case)
    as_of = given.pop("as_of", AS_OF)
    rows = {name: [{}] for name in ALWAYS}
    for key, value in given.items():
        name, order = SHORT[key] if key in SHORT else (_frame(key), ())
        rows[name] = [_row(each, order) for each in (value if isinstance(value, list) else [value])]
    return Books(as_of=as_of, **{name: _framed(name, each) for name, each in rows.items()})


def subject_of(text: str) -> tuple[str, int]:
    """``cost 1`` as the subject and identifier of a breach."""
    word, number = text.split()
    return SINGULAR.get(word, word), int(number)


def _frame(key: str) -> str:
    return key if key in FRAMES else FRAME_OF[key]


def _row(given: dict | list, order: tuple[str, ...]) -> dict:
    return given if isinstance(given, dict) else dict(zip(order, given, strict=True))


def _framed(name: str, rows: list[dict]) -> pd.DataFrame:
    columns = FRAMES[name].columns
    filled = [SAMPLE[name] | row for row in rows]
    if name == "obligations":
        filled = [{"federal_amount": row["amount"]} | row for row in filled]
    unknown = {column for row in filled for column in row} - set(columns)
    if unknown:
        raise KeyError(f"{name} has no {', '.join(sorted(unknown))}")
    return pd.DataFrame(
        {column: _column([row[column] for row in filled], kind) for column, kind in columns.items()},
        index=range(1, len(filled) + 1),
    )


def _column(values: list, kind: Kind) -> pd.Series:
    missing = [None if value == "unknown" else value for value in values]
    if kind in (Kind.MONEY, Kind.MONEY_IF_KNOWN):
        whole = [None if value is None else cents(value) for value in missing]
        return pd.Series(whole, dtype=kind.value, index=range(1, len(values) + 1))
    dtype = "Int64" if kind is Kind.COUNT_IF_KNOWN else None
    return pd.Series(missing, dtype=dtype, index=range(1, len(values) + 1))
