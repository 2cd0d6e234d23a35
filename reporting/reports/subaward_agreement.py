"""The agreement of a subaward: what it tells its subrecipient, its budget, its terms, and who signs it."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from grants.kernel.money import total
from grants.monitoring.risk.models import ConditionStage
from grants.subawards.elements import elements_of
from grants.subawards.models import MoneySource, PaymentMethod, Subaward
from grants.subawards.queries import budget_in_force
from reporting.blocks import Block, Column, Facts, FigureTable, Heading, Notes, Prose, SignatureBlock, Signer
from reporting.report import REPORTS, Report
from reporting.reports.pieces import NOT_RECORDED

NOT_ASKED = "not asked of the state's own money"
_SAMPLE = "This subaward is a sample. It is made up, and its money is not real."
_NOTES = (
    (
        "“Not recorded” stands where these books have nothing. It is not a term of the agreement, and the "
        "finding stays open until it is recorded."
    ),
    "Terms, budget and amounts are those of the books when this document was issued.",
)


def gather(subaward: Subaward, through: date, as_known_at: datetime) -> dict[str, Any]:
    """What a subaward tells today, in dollars; nothing is added to what is recorded."""
    del through, as_known_at
    budget = budget_in_force(subaward)
    return {
        "number": subaward.number,
        "title": subaward.title,
        "stage": subaward.get_stage_display(),
        "issued_on": subaward.issued_on,
        "program": subaward.program.name,
        "agency": subaward.program.agency.name,
        "subrecipient": subaward.subrecipient.uei_name or subaward.subrecipient.name,
        "is_sample": subaward.is_sample or subaward.program.is_sample,
        "amount": subaward.amount,
        "elements": [_element(each) for each in elements_of(subaward)],
        "terms": _terms(subaward),
        "conditions": _conditions(subaward),
        "budget_version": budget[0].version if budget else None,
        "budget": [[line.category, MoneySource(line.source).label, line.amount] for line in budget],
        "cost_share": subaward.required_cost_share,
        "signatories": signatories_of(subaward),
    }


def _element(element: Any) -> dict[str, str]:
    """An element as it stands: its value, and beside it what is lacking of it."""
    missing = NOT_RECORDED if element.lacks else NOT_ASKED
    value = element.value or missing
    if element.value and element.lacks:
        value = f"{element.value} ({element.lacks}: {NOT_RECORDED})"
    return {"part": element.part, "name": element.name, "value": value}


def _terms(subaward: Subaward) -> list[list[str]]:
    """Each further term that the rule asks for, with its paragraph."""
    agreed = {True: "Agreed", False: NOT_RECORDED}
    is_paid = subaward.payment_method != PaymentMethod.NOT_RECORDED
    return [
        ["Description of the work", subaward.description or NOT_RECORDED, "2 CFR part 170"],
        ["Place of performance", subaward.place_of_performance or NOT_RECORDED, "2 CFR part 170"],
        [
            "Payment method",
            subaward.get_payment_method_display() if is_paid else NOT_RECORDED,
            "2 CFR 200.305",
        ],
        [
            "Requirements of federal law and of the award",
            subaward.terms_federal or NOT_RECORDED,
            "2 CFR 200.332(b)(2)",
        ],
        [
            "Further requirements of the pass-through entity",
            subaward.terms_pass_through or NOT_RECORDED,
            "2 CFR 200.332(b)(3)",
        ],
        ["Access to records", agreed[subaward.has_records_access_clause], "2 CFR 200.332(b)(5)"],
        ["Closeout", agreed[subaward.has_closeout_terms], "2 CFR 200.332(b)(6)"],
    ]


def _conditions(subaward: Subaward) -> list[dict[str, Any]]:
    """The specific conditions in force, with what their notice must say (2 CFR 200.208(d))."""
    imposed = subaward.conditions.filter(stage=ConditionStage.IMPOSED).order_by("noticed_on", "pk")
    written = [{"nature": subaward.specific_conditions}] if subaward.specific_conditions else []
    return written + [
        {
            "nature": each.nature,
            "reason": each.reason,
            "action": each.action_to_remove,
            "time": each.time_allowed,
            "reconsideration": each.reconsideration,
            "noticed_on": each.noticed_on,
        }
        for each in imposed
    ]


def signatories_of(subaward: Subaward) -> list[dict[str, str]]:
    """For whom, and by whom, the agreement is signed; what is not known is left to be filled in."""
    party = subaward.subrecipient
    certifier = party.contacts.filter(kind="certifier").order_by("pk").first()
    both = (
        (subaward.program.agency.name, subaward.awarding_official),
        (party.uei_name or party.name, certifier),
    )
    return [
        {"party": name, "name": person.name if person else "", "title": person.title if person else ""}
        for name, person in both
    ]


def compose(figures: dict[str, Any]) -> Iterator[Block]:
    """What the subaward tells, and room to sign."""
    yield from body(figures)
    yield Heading("Signatures", 2)
    yield SignatureBlock(tuple(Signer(**each) for each in figures["signatories"]))
    yield Notes(_NOTES)


def body(figures: dict[str, Any]) -> Iterator[Block]:
    """The elements in the order of the rule, then terms, conditions and budget."""
    yield Heading(f"Subaward agreement {figures['number']}")
    if figures["is_sample"]:
        yield Prose(_SAMPLE)
    yield Facts(
        (
            ("Title", figures["title"]),
            ("Program", figures["program"]),
            ("Pass-through entity", figures["agency"]),
            ("Subrecipient", figures["subrecipient"]),
            ("Total committed ($)", figures["amount"]),
            ("Stage", figures["stage"]),
            ("Issued on", figures["issued_on"] or NOT_RECORDED),
        )
    )
    yield Heading("What every subaward tells", 2)
    yield FigureTable(
        "Elements of 2 CFR 200.332(b)(1)",
        (Column("Element"), Column("Part", weight=0.3), Column("Of this subaward", weight=2)),
        [(each["name"], each["part"], each["value"]) for each in figures["elements"]],
    )
    yield Heading("Terms", 2)
    yield FigureTable(
        "Terms of the agreement",
        (Column("Term"), Column("Of this subaward", weight=2), Column("Source")),
        figures["terms"],
    )
    yield from _composed_conditions(figures["conditions"])
    yield from _composed_budget(figures)


def _composed_conditions(conditions: list[dict[str, Any]]) -> Iterator[Block]:
    yield Heading("Specific conditions", 2)
    if not conditions:
        yield Prose("No specific condition is recorded (2 CFR 200.208).")
    for number, each in enumerate(conditions, 1):
        yield Heading(f"Condition {number}", 3)
        yield Prose(each["nature"])
        if "reason" in each:
            yield Facts(
                (
                    ("Why it is asked", each["reason"]),
                    ("What ends it", each["action"]),
                    ("Time allowed", each["time"]),
                    ("How to ask for reconsideration", each["reconsideration"]),
                    ("Notice given on", each["noticed_on"]),
                )
            )


def _composed_budget(figures: dict[str, Any]) -> Iterator[Block]:
    yield Heading("Approved budget", 2)
    if not figures["budget"]:
        yield Prose(f"Budget by category (2 CFR 200.308): {NOT_RECORDED}.")
    else:
        yield FigureTable(
            f"Budget by category, version {figures['budget_version']}, in dollars",
            (Column("Category", weight=2), Column("Paid from"), Column("Amount", "dollars")),
            figures["budget"],
            ("Total", None, total(amount for _, _, amount in figures["budget"])),
        )
    yield Facts((("Required cost share ($)", figures["cost_share"]),))


REPORTS.add(
    "subaward-agreement",
    Report("Subaward agreement", "2 CFR 200.332(b)", gather, compose, about=("subaward",)),
)
