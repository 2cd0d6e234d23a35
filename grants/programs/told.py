"""What the desk tells of an allocation round before it is proposed or approved."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.urls import reverse

from grants.desk.told import Table, Told
from grants.kernel.money import shown
from grants.kernel.periods import long_date
from grants.programs.method import METHODS
from grants.programs.models import AllocationRound, Program, RoundStage, Share
from grants.programs.queries import Gift, gift_of

_FIRST = 10


def method_title(code: str) -> str:
    """A method by its title; what was recorded under no known code stays as it is."""
    return METHODS[code].title if code in METHODS else code


def told_of_round(round: AllocationRound) -> Told:
    """What a round gives to whom, and what its program has room for before and after."""
    gift = gift_of(round)
    facts = [
        ("Program", round.program),
        ("Method", method_title(round.method)),
        ("Dated", long_date(round.on)),
        ("Gives in all", gift.amount),
        ("Number of places", f"{gift.places:,}"),
    ]
    if round.returned:
        facts.append(("Goes back by law", round.returned))
    room = Room(round, gift)
    if round.stage in (RoundStage.DRAFT, RoundStage.PROPOSED):
        facts += room.facts()
    return Told(facts, [_first_shares(round, gift)], list(room.warnings()))


def what_approval_does(round: AllocationRound | None) -> str:
    """The sentence under which a round is approved."""
    if round is None:
        return "What each round gives is allocated, in place of the round that it supersedes, if any."
    instead = f" in place of what “{round.supersedes}” gave" if round.supersedes else ""
    return f"{shown(gift_of(round).amount)} is allocated{instead}."


def what_opening_does(program: Program | None) -> str:
    """The sentence under which a program is opened, with a warning where it has no money."""
    opens = "Money can be allocated and obligated from then on; a program is never put back into draft."
    if program is not None and not program.standing.funded:
        return f"{opens} Warning: nothing is funded yet, so nothing can be allocated until it is."
    return opens


class Room:
    """What a program has left to allocate, before a round is approved and after."""

    def __init__(self, round: AllocationRound, gift: Gift) -> None:
        self._round = round
        standing: Any = round.program.standing
        self._funded, self._allocated = standing.funded, standing.allocated
        self._freed = gift_of(round.supersedes).amount if round.supersedes else Decimal("0.00")
        self._after = self._allocated - self._freed + gift.amount

    def facts(self) -> list[tuple[str, Any]]:
        """The figures, in the order in which they are reckoned."""
        before = [("Program is funded with", self._funded), ("Allocated now", self._allocated)]
        if self._round.supersedes:
            before.append((f"Freed from “{self._round.supersedes}”", self._freed))
        return [
            *before,
            ("Allocated once approved", self._after),
            ("Left to allocate then", self._funded - self._after),
        ]

    def warnings(self) -> Iterator[str]:
        """What stands against the approval."""
        if self._round.stage not in (RoundStage.DRAFT, RoundStage.PROPOSED):
            return
        if self._after > self._funded:
            yield (
                f"{shown(self._after)} would be allocated of {shown(self._funded)} that the program is "
                "funded with. The approval will be refused."
            )
        if self._round.supersedes and self._round.on < self._round.supersedes.on:
            yield (
                f"It is dated {long_date(self._round.on)}, before the round that it supersedes "
                f"({long_date(self._round.supersedes.on)}). The approval will be refused."
            )


def _first_shares(round: AllocationRound, gift: Gift) -> Table:
    """The largest shares, with the way to all."""
    shares = Share.objects.filter(round=round).select_related("allocation__party")
    first = shares.order_by("-amount", "pk")[: _FIRST + 1]
    rows = [
        (share.allocation.party.name, share.allocation.party.county_name, share.amount, share.status)
        for share in first
    ]
    caption = f"The {_FIRST} largest shares" if len(rows) > _FIRST else "Its shares"
    address = f"{reverse('admin:grants_share_changelist')}?round__id__exact={round.pk}"
    way = (address, "All shares, each with how it came about")
    return Table(caption, ("Party", "County", "Amount", "Status"), rows[:_FIRST], way)
