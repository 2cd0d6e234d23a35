"""What the desk tells of a subaward before it is issued, and of an amendment before it is decided."""

from decimal import Decimal
from typing import Any

from grants.desk.told import Table, Told
from grants.kernel.money import ZERO, dollars, shown, total
from grants.kernel.periods import long_date
from grants.programs.models import FederalAward
from grants.subawards.elements import PARAGRAPH, elements_not_recorded
from grants.subawards.models import Amendment, AmendmentStage, MoneySource, Stage, Subaward
from grants.subawards.queries import budget_in_force

STATE_MONEY = "The state's own money"
_LACKING = f"Not recorded, though {PARAGRAPH} asks every subaward to tell it:"


def told_of_subaward(subaward: Subaward, *, with_tables: bool) -> Told:
    """What is promised to whom, from which awards, and what the law asks for that is not recorded."""
    left = subaward.allocation.standing
    room = left.allocated - left.subawarded - max(left.obligated, left.spent, left.paid)
    facts = _promise(subaward) if with_tables else []
    warnings = []
    if subaward.stage == Stage.DRAFT:
        facts.append(("Left to obligate in the allocation", room))
        facts.append(("Left once issued", room - subaward.amount))
        if subaward.amount > room:
            warnings.append(
                f"{subaward.allocation} has {shown(room)} left to obligate; the issue will be refused."
            )
    lacks = elements_not_recorded(subaward)
    return Told(facts, _tables_of(subaward) if with_tables else (), warnings, lacks, _LACKING)


def told_of_amendment(amendment: Amendment) -> Told:
    """What changes: the part of each award, the amount, the budget and the last day."""
    subaward = amendment.subaward
    changes = {code: dollars(change) for code, change in amendment.splits.items()}
    change = total(changes.values())
    is_open = amendment.stage == AmendmentStage.PROPOSED
    facts: list[tuple[str, Any]] = [
        ("Subaward", f"{subaward}, {_named(subaward.subrecipient)}"),
        ("Reason", amendment.reason),
        ("Effective on", long_date(amendment.effective_on)),
        ("Change of the amount", change),
    ]
    if is_open:
        facts += [("Amount now", subaward.amount), ("Amount then", subaward.amount + change)]
    if amendment.ends_on:
        now = f" (now {_day(subaward.ends_on)})" if is_open else ""
        facts.append(("New last day", f"{long_date(amendment.ends_on)}{now}"))
    return Told(
        facts, [*_parts(amendment, changes, is_open), *_budgets(amendment, is_open)], _pause(amendment)
    )


def change_of(amendment: Amendment) -> Decimal:
    """What an amendment adds to the amount of its subaward, in dollars."""
    return total(dollars(change) for change in amendment.splits.values())


def _promise(subaward: Subaward) -> list[tuple[str, Any]]:
    return [
        ("Amount", subaward.amount),
        ("Subrecipient", _named(subaward.subrecipient)),
        ("Program", subaward.program),
        ("Period of performance", _days(subaward.starts_on, subaward.ends_on)),
        ("Budget period", _days(subaward.budget_starts_on, subaward.budget_ends_on)),
        ("Drafted by", subaward.drafted_by),
    ]


def _tables_of(subaward: Subaward) -> list[Table]:
    splits = subaward.splits.select_related("federal_award").order_by("pk")
    paid = [(*_award(split.federal_award), split.amount) for split in splits]
    tables = [Table("Paid by", ("Federal award", "Assistance Listing", "Amount"), paid)]
    budget = [
        (line.category, MoneySource(line.source).label, line.amount) for line in budget_in_force(subaward)
    ]
    if budget:
        tables.append(Table("Budget in force", ("Category", "Paid from", "Amount"), budget))
    return tables


def _parts(amendment: Amendment, changes: dict[str, Decimal], is_open: bool) -> list[Table]:
    """What each award pays, before and after."""
    awards = FederalAward.objects.in_bulk([code for code in changes if code], field_name="code")
    splits = amendment.subaward.splits.select_related("federal_award")
    now = {split.federal_award.code if split.federal_award else "": split.amount for split in splits}
    if not changes:
        return []
    if not is_open:
        rows = [(*_award(awards.get(code)), change) for code, change in changes.items()]
        return [Table("Changes by award", ("Federal award", "Assistance Listing", "Change"), rows)]
    before_and_after = [
        (*_award(awards.get(code)), now.get(code, ZERO), change, now.get(code, ZERO) + change)
        for code, change in changes.items()
    ]
    columns = ("Federal award", "Assistance Listing", "Pays now", "Change", "Pays then")
    return [Table("Changes by award", columns, before_and_after)]


def _budgets(amendment: Amendment, is_open: bool) -> list[Table]:
    """The budget before and after; only the new one once it is decided."""
    new = {(category, source): dollars(amount) for category, source, amount in amendment.budget}
    if not new:
        return []
    if not is_open:
        rows = [(category, MoneySource(source).label, amount) for (category, source), amount in new.items()]
        return [Table("New budget", ("Category", "Paid from", "Amount"), rows)]
    now = {(line.category, line.source): line.amount for line in budget_in_force(amendment.subaward)}
    compared = [
        (
            category,
            MoneySource(source).label,
            now.get((category, source), ZERO),
            new.get((category, source), ZERO),
        )
        for category, source in dict.fromkeys([*now, *new])
    ]
    return [Table("Budget", ("Category", "Paid from", "Now", "Then"), compared)]


def _pause(amendment: Amendment) -> list[str]:
    """What stands against its approval."""
    if amendment.stage != AmendmentStage.PROPOSED:
        return []
    change, standing = change_of(amendment), amendment.subaward.standing
    found = []
    if standing.obligated + change < standing.expended:
        found.append(
            f"{shown(standing.expended)} is spent already, and {shown(standing.obligated + change)} would be "
            "left. The approval will be refused."
        )
    if change and not amendment.budget and budget_in_force(amendment.subaward):
        found.append("The amount changes, but no new budget adds up to it. The approval will be refused.")
    return found


def _award(award: FederalAward | None) -> tuple[str, str]:
    return (str(award), f"{award.aln} {award.title}") if award else (STATE_MONEY, "")


def _named(party: Any) -> str:
    is_told = not party.county_name or party.county_name in party.name
    return party.name if is_told else f"{party.name} ({party.county_name})"


def _day(day: Any) -> str:
    return long_date(day) if day else "not recorded"


def _days(first: Any, last: Any) -> str:
    return f"{_day(first)} to {_day(last)}" if first or last else ""
