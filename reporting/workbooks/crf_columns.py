"""Columns that the CARES Act (CRF) layouts share, and the lists that their cells choose from.

Source: the agency workbook and Treasury's data dictionary of November 30, 2020 (``crf_lists.json``).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reporting.cells import code, day, dollars, text, zip_code
from reporting.layout import Column

LISTS: dict[str, Any] = json.loads(Path(__file__).with_name("crf_lists.json").read_text())
STATES = tuple(LISTS["states"])
COUNTRIES = tuple(LISTS["countries"])
OLD_COUNTRIES = {"USA": "United States", "CAN": "Canada", "MEX": "Mexico", "US": "United States"}
CATEGORIES: tuple[str, ...] = tuple(LISTS["categories"])
CATEGORY_NAMES = tuple(f"category_{number}" for number in range(1, len(CATEGORIES) + 1))
OTHER_AMOUNT = "other_amount"
PLACE = "Primary Place of Performance"
TYPES = ("Contracts", "Grants", "Loans", "Transfers", "Direct Payments")
OLD_TYPES = {
    "Direct": "Direct Payments",
    **{f"Aggregate of {kind} Awarded for <$50,000": kind for kind in TYPES},
    "Aggregate of Loans Issued for <$50,000": "Loans",
    "Aggregate of Transfers <$50,000": "Transfers",
    "Aggregate of Direct Payments <$50,000": "Direct Payments",
}


def rules_of(**codes: str | None) -> Mapping[str, str]:
    """The codes of a column's problems, without those it does not have."""
    return {kind: code_ for kind, code_ in codes.items() if code_}


def place_columns(ids: Mapping[str, str], old: str = "") -> tuple[Column, ...]:
    """The columns of the primary place of performance."""
    return (
        Column(
            f"{PLACE} Address Line 1",
            "address_1",
            text,
            is_required=True,
            longest=150,
            also=(f"{old}{PLACE} Address Line 1",),
            rules=rules_of(blank=ids["address"]),
        ),
        Column(f"{PLACE} Address Line 2", "address_2", text, longest=150, may_be_absent=True),
        Column(f"{PLACE} Address Line 3", "address_3", text, longest=150, may_be_absent=True),
        Column(
            f"{PLACE} City Name",
            "city",
            text,
            is_required=True,
            longest=40,
            rules=rules_of(blank=ids["city"]),
        ),
        Column(f"{PLACE} State Code", "state", code),
        Column(f"{PLACE} Zip", "zip", zip_code, also=(f"{PLACE} Zip+4",)),
        Column(
            f"{PLACE} Country Name",
            "country",
            text,
            one_of=COUNTRIES,
            instead_of=OLD_COUNTRIES,
            is_required=True,
            rules=rules_of(blank=ids["country"], list=ids["country"]),
        ),
    )


def category_columns() -> tuple[Column, ...]:
    """The eighteen columns of what was spent by category, and the words for the other ones."""
    listed = [
        Column(heading, name, dollars, rules=rules_of(unreadable="CRFP-055"))
        for heading, name in zip(CATEGORIES, CATEGORY_NAMES, strict=True)
    ]
    return (
        *listed,
        Column("Other Expenditure Amount", OTHER_AMOUNT, dollars),
        Column("Other Expenditure Categories", "other_category", text, longest=300),
    )


def spent_columns(total: str, ids: Mapping[str, str], once_per: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns of what was obligated and spent in the quarter."""
    return (
        Column(
            "Current Quarter Obligation",
            "obligated",
            dollars,
            once_per=once_per,
            rules=rules_of(unreadable=ids["obligated"]),
        ),
        Column("Expenditure Start Date", "spent_from", day, rules=rules_of(unreadable=ids.get("from"))),
        Column("Expenditure End Date", "spent_to", day, rules=rules_of(unreadable=ids.get("to"))),
        Column(total, "spent", dollars, rules=rules_of(unreadable=ids["spent"])),
    )
