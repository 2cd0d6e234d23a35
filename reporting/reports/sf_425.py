"""The federal financial report (SF-425) of one award: every line of the form, and what a final one needs."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from grants.compliance.sf425 import FORMULAS, Sf425Lines
from grants.kernel.money import ZERO, shared_out, shown, total
from grants.ledger.queries import Standing, standings
from grants.parties.models import ContactKind, Party
from grants.programs.models import FederalAward, Funding
from grants.subawards.models import FundingSplit, Stage
from reporting.blocks import (
    Block,
    Column,
    Facts,
    FigureTable,
    Heading,
    Notes,
    Prose,
    Row,
    SignatureBlock,
    Signer,
)
from reporting.report import REPORTS, Report

UNKNOWN = "not recorded"
_LINES = {
    "Federal cash": {"a": "Cash receipts", "b": "Cash disbursements", "c": "Cash on hand"},
    "Federal expenditures and unobligated balance": {
        "d": "Total federal funds authorized",
        "e": "Federal share of expenditures",
        "f": "Federal share of unliquidated obligations",
        "g": "Total federal share",
        "h": "Unobligated balance of federal funds",
    },
    "Recipient share": {
        "i": "Total recipient share required",
        "j": "Recipient share of expenditures",
        "k": "Remaining recipient share to be provided",
    },
    "Program income": {
        "l": "Total federal program income earned",
        "m": "Program income expended in accordance with the deduction alternative",
        "n": "Program income expended in accordance with the addition alternative",
        "o": "Unexpended program income",
    },
}
_NOTES = (
    (
        "Every amount of section 10 is counted from the start of the award through the last day of the "
        "period, as the ledger knew it at the moment in the foot of the page."
    ),
    (
        "Line a is what was drawn down, and line b what was paid less refunds. Line d is the award as "
        "recorded when the report was issued. Line e is what was spent, by the day a cost was incurred. Line "
        "f is what is obligated and not yet spent, for each subaward or allocation. Line i is the cost share "
        "that issued subawards require, in the proportion in which this award pays them; it is nothing where "
        "the federal agency waived it."
    ),
    "Source: OMB 4040-0014 and its instructions; 2 CFR 200.328, 200.344, 200.415.",
)
_INCOME_NOT_SPENT = (
    "The books do not hold what program income was spent on: lines m and n are zero, and all income "
    "stands as unexpended."
)
_NO_AMOUNT = "The amount of the award is not recorded: line d is what was put into programs from it."
_CERTIFICATION = (
    "To be certified by an official who can legally bind the recipient (2 CFR 200.415(a)). Nothing here is "
    "signed: signature, and the day on which the report was submitted, are added by that official."
)


def gather(award: FederalAward, through: date, as_known_at: datetime) -> dict[str, Any]:
    """Figures of one award from its start through a day as known at a moment, in dollars.

    A report is final when its period reaches the last day of the award.
    """
    recipient = award.recipient
    official = recipient.contacts.filter(kind=ContactKind.CERTIFIER).order_by("pk").first()
    lines = _lines(award, through, as_known_at)
    return {
        "award": award.code,
        "is_final": award.ends_on is not None and through >= award.ends_on,
        "lines": lines.by_letter(),
        "through": through,
        "federal_agency": award.agency_name,
        "fain": award.fain,
        "aln": award.aln,
        "title": award.title,
        "recipient": recipient.name,
        "address": _address(recipient),
        "uei": recipient.uei,
        "ein": recipient.ein,
        "starts_on": award.starts_on,
        "ends_on": award.ends_on,
        "is_amount_recorded": award.amount is not None,
        "official": {name: getattr(official, name, "") for name in ("name", "title", "phone", "email")},
    }


def _address(party: Party) -> str:
    return ", ".join(filter(None, map(str.strip, party.address.splitlines())))


def _lines(award: FederalAward, through: date, as_known_at: datetime) -> Sf425Lines:
    """What the ledger holds of the award."""
    known: Any = {"through": through, "as_known_at": as_known_at}
    mine: dict[str, list[int]] = {"federal_award_id": [award.pk]}
    whole = standings("federal_award_id", **known, where=mine).get(award.pk, Standing())
    parts = [
        *(part for key, part in standings("subaward_id", **known, where=mine).items() if key),
        *standings("allocation_id", **known, where=mine | {"subaward_id": []}).values(),
    ]
    return Sf425Lines(
        cash_receipts=whole.drawn,
        cash_disbursements=whole.paid,
        funds_authorized=award.amount if award.amount is not None else _funded(award, through, as_known_at),
        federal_expenditures=whole.spent,
        unliquidated_obligations=total(max(part.obligated - part.spent, ZERO) for part in parts),
        share_required=ZERO if award.has_cost_share_waiver else _share_required(award, through),
        share_expended=whole.cost_shared,
        income_earned=whole.program_income,
        income_deducted=ZERO,
        income_added=ZERO,
    )


def _funded(award: FederalAward, through: date, as_known_at: datetime) -> Decimal:
    """What the award put into programs: what is known of an award whose amount is not recorded."""
    known = Funding.objects.filter(
        federal_award=award, received_on__lte=through, posted_at__lte=as_known_at
    ).aggregate(given=Sum("amount"))
    return known["given"] or ZERO


def _share_required(award: FederalAward, through: date) -> Decimal:
    """The part of this award in the cost share of the subawards that it pays, to the cent."""
    issued = FundingSplit.objects.filter(
        subaward__splits__federal_award=award,
        subaward__stage__in=[Stage.ISSUED, Stage.CLOSED],
        subaward__issued_on__lte=through,
        subaward__required_cost_share__gt=0,
        subaward__amount__gt=0,
    ).select_related("subaward")
    by_subaward: dict[int, list[FundingSplit]] = {}
    for split in issued:
        by_subaward.setdefault(split.subaward_id, []).append(split)
    required = ZERO
    for splits in by_subaward.values():
        parts = shared_out(splits[0].subaward.required_cost_share, {each.pk: each.amount for each in splits})
        required += total(parts[each.pk] for each in splits if each.federal_award_id == award.pk)
    return required


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """The form in its order: sections 1 to 9, 10, 11, what a final report needs, 13, notes."""
    yield Heading("Federal financial report (SF-425)")
    yield Facts(_identity(figures))
    yield Heading("10 Transactions", 2)
    yield _transactions(figures["lines"])
    yield Heading("11 Indirect expense", 2)
    yield Prose(f"Type, rate, period, base, amount charged and federal share: {UNKNOWN}.")
    if figures["is_final"]:
        yield Heading("Before a final report is filed", 2)
        yield _final_checks(figures["lines"])
    yield Heading("12 Remarks", 2)
    yield Prose(" ".join(_cautions(figures)) or "None.")
    yield from _certification(figures)
    yield Heading("14 Agency use only", 2)
    yield Prose("Left to the federal agency.")
    yield Notes(_NOTES)


def _certification(figures: dict[str, Any]) -> Iterator[Block]:
    """Section 13, with room to sign."""
    official = figures["official"]
    yield Heading("13 Certification", 2)
    yield Prose(_CERTIFICATION)
    yield Facts(
        (
            ("13a Authorized certifying official", official["name"] or UNKNOWN),
            ("13a Title", official["title"] or UNKNOWN),
            ("13c Telephone", official["phone"] or UNKNOWN),
            ("13d E-mail", official["email"] or UNKNOWN),
        )
    )
    yield Heading("13b Signature and 13e date report submitted", 3)
    yield SignatureBlock([Signer(figures["recipient"], official["name"], official["title"])])


def _cautions(figures: dict[str, Any]) -> Iterator[str]:
    """What this report cannot say."""
    lines = figures["lines"]
    if not figures["is_amount_recorded"]:
        yield _NO_AMOUNT
    if lines["l"] and not lines["m"] and not lines["n"]:
        yield _INCOME_NOT_SPENT


def _identity(figures: dict[str, Any]) -> list[tuple[str, Any]]:
    """Sections 1 to 9; what is not known says so."""
    return [
        ("1 Federal agency", figures["federal_agency"] or UNKNOWN),
        ("2 Federal grant number", figures["fain"] or UNKNOWN),
        ("Assistance Listing", f"{figures['aln']} {figures['title']}"),
        ("3 Recipient organization", figures["recipient"]),
        ("Address", figures["address"] or UNKNOWN),
        ("4a UEI", figures["uei"] or UNKNOWN),
        ("4b EIN", figures["ein"] or UNKNOWN),
        ("5 Recipient account number", figures["award"]),
        ("6 Report type", "Final" if figures["is_final"] else "Interim"),
        ("7 Basis of accounting", "Accrual: costs by the day they were incurred"),
        ("8 Project or grant period from", figures["starts_on"] or UNKNOWN),
        ("8 Project or grant period to", figures["ends_on"] or UNKNOWN),
        ("9 Reporting period ends on", figures["through"]),
    ]


def _transactions(lines: dict[str, Decimal]) -> FigureTable:
    rows: list[Row | tuple] = []
    for section, names in _LINES.items():
        rows.append(Row((section,), "section"))
        for letter, name in names.items():
            formula = FORMULAS[letter][0] if letter in FORMULAS else ""
            rows.append((f"10{letter}", f"{name} ({formula})" if formula else name, lines[letter]))
    columns = (Column("Line"), Column("Transaction", weight=3), Column("Cumulative", "dollars"))
    return FigureTable("Section 10, in dollars", columns, rows)


def _final_checks(lines: dict[str, Decimal]) -> FigureTable:
    """What must hold on a final report (2 CFR 200.344; instructions of lines 10c, 10f, 10h and 10k)."""
    asked = (
        ("10f", "Nothing obligated is left to pay", "f", lines["f"] == 0),
        ("10c", "No federal cash is left to refund", "c", lines["c"] <= 0),
        ("10k", "The recipient gave its whole share", "k", lines["k"] <= 0),
        ("10h", "Nothing is left to deobligate, or to claim beyond the award", "h", lines["h"] == 0),
    )
    rows = [
        (line, text, "holds" if holds else f"open: {shown(lines[letter])}")
        for line, text, letter, holds in asked
    ]
    columns = (Column("Line"), Column("What must hold", weight=3), Column("How it stands"))
    return FigureTable("A final report leaves nothing open", columns, rows)


REPORTS.add(
    "sf-425",
    Report(
        "Federal financial report", "2 CFR 200.328; OMB 4040-0014", gather, compose, about=("federal_award",)
    ),
)
