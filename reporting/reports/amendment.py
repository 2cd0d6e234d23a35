"""An amendment of a subaward: before and after, why, the budget that changes, who approved it, who signs."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.kernel.money import ZERO, total
from grants.ledger.models import Entry
from grants.programs.models import FederalAward
from grants.subawards.history import State, before_and_after, was_approved
from grants.subawards.models import Amendment, AmendmentStage, MoneySource
from reporting.blocks import Block, Column, Facts, FigureTable, Heading, Notes, Prose, SignatureBlock, Signer
from reporting.report import REPORTS, Report
from reporting.reports.subaward_agreement import signatories_of

NOT_RECORDED = "not recorded"
STATE_MONEY = "The state's own money"
_NOTES = (
    "Before and after are reckoned back from the subaward as it stands, by what was approved since.",
    "Everything that the amendment does not change stays as it was agreed.",
    "A change of the amount is an obligation or a deobligation in the ledger from the day it takes effect.",
)


def gather(amendment: Amendment, through: date, as_known_at: datetime) -> dict[str, Any]:
    """What an amendment changes, in dollars, and how far it had come at a moment."""
    subaward = amendment.subaward
    before, after = before_and_after(amendment, as_known_at)
    is_approved = was_approved(amendment, as_known_at)
    return {
        "number": amendment.number,
        "subaward": subaward.number,
        "title": subaward.title,
        "program": subaward.program.name,
        "agency": subaward.program.agency.name,
        "subrecipient": subaward.subrecipient.uei_name or subaward.subrecipient.name,
        "uei": subaward.subrecipient.uei or NOT_RECORDED,
        "is_sample": subaward.is_sample or subaward.program.is_sample,
        "reason": amendment.reason,
        "effective_on": amendment.effective_on,
        "is_approved": is_approved,
        "people": _people(amendment, as_known_at),
        "amount": [before.amount, after.amount],
        "ends_on": [before.ends_on, after.ends_on],
        "parts": _parts(before, after),
        "budget": _budget(before, after),
        "has_new_budget": bool(amendment.budget),
        "lines": _lines(amendment, through, as_known_at) if is_approved else [],
        "signatories": signatories_of(subaward),
    }


def _people(amendment: Amendment, as_known_at: datetime) -> list[list[Any]]:
    is_decided = amendment.decided_at is not None and amendment.decided_at <= as_known_at
    stage = AmendmentStage(amendment.stage if is_decided else AmendmentStage.PROPOSED)
    told = [["Stage", stage.label], ["Proposed by", str(amendment.proposed_by)]]
    if not is_decided:
        return [*told, ["Decided by", "not yet decided"]]
    return [
        *told,
        [f"{stage.label} by", str(amendment.decided_by)],
        [f"{stage.label} at", amendment.decided_at],
    ]


def _parts(before: State, after: State) -> list[list[Any]]:
    """Of each award its name, what it paid and what it pays."""
    awards = FederalAward.objects.in_bulk([code for code in after.parts if code], field_name="code")
    return [
        [
            f"{awards[code].aln} {awards[code].title}, FAIN {awards[code].fain or NOT_RECORDED}"
            if code
            else STATE_MONEY,
            before.parts[code],
            amount,
        ]
        for code, amount in after.parts.items()
    ]


def _budget(before: State, after: State) -> list[list[Any]]:
    """Of each category who pays it, and what was and is budgeted."""
    return [
        [key[0], MoneySource(key[1]).label, before.budget.get(key, ZERO), after.budget.get(key, ZERO)]
        for key in dict.fromkeys([*before.budget, *after.budget])
    ]


def _lines(amendment: Amendment, through: date, as_known_at: datetime) -> list[list[Any]]:
    """The lines of the ledger that it made, as known at a moment."""
    lines = Entry.objects.filter(
        posting__key=f"amendment:{amendment.pk}", incurred_on__lte=through, posted_at__lte=as_known_at
    )
    return [
        [
            line.pk,
            line.get_kind_display(),
            str(line.federal_award or STATE_MONEY),
            line.incurred_on,
            line.amount,
        ]
        for line in lines.select_related("federal_award").order_by("pk")
    ]


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """Who amends what and why, the changes before and after, the ledger's lines, and room to sign."""
    yield Heading(f"Amendment {figures['number']} of subaward {figures['subaward']}")
    if figures["is_sample"]:
        yield Prose("This amendment is a sample. It is made up, and its money is not real.")
    if not figures["is_approved"]:
        yield Prose("This amendment is not in force. “After” is what it asks for.")
    yield Facts(
        (
            ("Subaward", f"{figures['subaward']}, {figures['title']}"),
            ("Program", figures["program"]),
            ("Pass-through entity", figures["agency"]),
            ("Subrecipient", figures["subrecipient"]),
            ("Subrecipient's UEI", figures["uei"]),
            ("Effective on", figures["effective_on"]),
            ("Reason", figures["reason"]),
            *((name, value) for name, value in figures["people"]),
        )
    )
    yield Heading("What changes", 2)
    yield _terms(figures)
    yield _changes("Paid by each award, in dollars", "Federal award", figures["parts"])
    yield from _composed_budget(figures)
    yield from _composed_lines(figures)
    yield Heading("Signatures", 2)
    yield SignatureBlock(tuple(Signer(**each) for each in figures["signatories"]))
    yield Notes(_NOTES)


def _terms(figures: dict[str, Any]) -> Block:
    (amount, new_amount), (ends_on, new_ends_on) = figures["amount"], figures["ends_on"]
    return Facts(
        (
            ("Amount before ($)", amount),
            ("Change ($)", new_amount - amount),
            ("Amount after ($)", new_amount),
            ("Last day before", ends_on or NOT_RECORDED),
            ("Last day after", "unchanged" if ends_on == new_ends_on else new_ends_on),
        )
    )


def _changes(caption: str, what: str, rows: list[list[Any]]) -> FigureTable:
    """Rows whose last two cells are before and after, with the change between them."""
    kept = [(*row[:-2], row[-2], row[-1] - row[-2], row[-1]) for row in rows]
    names = [Column(what, weight=2), *([Column("Paid by")] if rows and len(rows[0]) > 3 else [])]
    sums: list[Decimal] = [total(row[n] for row in kept) for n in (-3, -2, -1)]
    columns = (*names, *(Column(name, "dollars") for name in ("Before", "Change", "After")))
    return FigureTable(caption, columns, kept, ("Total", *[None] * (len(names) - 1), *sums))


def _composed_budget(figures: dict[str, Any]) -> Iterator[Block]:
    if not figures["budget"]:
        yield Prose("A budget by category is not recorded.")
        return
    if not figures["has_new_budget"]:
        yield Prose("The budget by category does not change.")
    yield _changes("Budget by category, in dollars", "Category", figures["budget"])


def _composed_lines(figures: dict[str, Any]) -> Iterator[Block]:
    if figures["lines"]:
        columns = (Column("Line"), Column("Kind"), Column("Federal award", weight=2), Column("On", "date"))
        yield FigureTable(
            "Lines of the ledger that it made, in dollars",
            (*columns, Column("Amount", "dollars")),
            [(str(row[0]), *row[1:]) for row in figures["lines"]],
        )


REPORTS.add(
    "amendment",
    Report("Amendment of a subaward", "2 CFR 200.308, 200.332(b)", gather, compose, about=("amendment",)),
)
